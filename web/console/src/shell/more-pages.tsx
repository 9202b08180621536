import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Drawer } from '@mantine/core';
import { Fragment } from 'react';
import { shell } from '../texts/shell.ts';
import styles from './bottom-bar.module.css';
import { To } from './bottom-bar.tsx';
import { type Entry, grouped } from './navigation.ts';

/** The pages that the bottom bar has no room for. */
export default function MorePages({
  entries,
  close,
}: {
  readonly entries: readonly Entry[];
  readonly close: () => void;
}) {
  const t = useTexts(shell);
  return (
    <Drawer opened onClose={close} position="bottom" size="auto" title={t.more} zIndex={400}>
      <div className={styles.list}>
        {grouped(entries).map(([group, within]) => (
          <Fragment key={group}>
            <p className={styles.label} aria-hidden>
              {t.groups[group]}
            </p>
            <ul className={styles.group} aria-label={t.groups[group]}>
              {within.map((entry) => (
                <li key={entry.page}>
                  <To entry={entry} className={styles.row} onClick={close} />
                </li>
              ))}
            </ul>
          </Fragment>
        ))}
      </div>
    </Drawer>
  );
}
