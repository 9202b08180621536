import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Drawer } from '@mantine/core';
import { shell } from '../texts/shell.ts';
import styles from './bottom-bar.module.css';
import { To } from './bottom-bar.tsx';
import type { Entry } from './navigation.ts';

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
        {entries.map((entry) => (
          <To key={entry.page} entry={entry} className={styles.row} onClick={close} />
        ))}
      </div>
    </Drawer>
  );
}
