import { useTexts } from '@kumkm/shared/texts/language.ts';
import { UnstyledButton } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react';
import { Link, useLocation } from '@tanstack/react-router';
import { Fragment, useEffect, useRef } from 'react';
import { shell } from '../texts/shell.ts';
import { Mark } from './mark.tsx';
import { type Entry, grouped } from './navigation.ts';
import styles from './side-bar.module.css';

/** On the left of wide screens: all pages, with their words or as icons alone. */
export function SideBar({ entries }: { readonly entries: readonly Entry[] }) {
  const t = useTexts(shell);
  const [narrow, setNarrow] = useLocalStorage({
    key: 'kumkm.narrow',
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  const pages = useRef<HTMLElement>(null);
  const at = useLocation({ select: (location) => location.pathname });
  // On a low window the list scrolls: the page that is open is among what one sees of it.
  useEffect(() => {
    if (at !== '/')
      pages.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const Fold = narrow ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse;
  const fold = narrow ? t.expand : t.collapse;
  return (
    <aside className={`${styles.bar} no-print`} data-narrow={narrow || undefined}>
      <Link to="/" className={styles.brand} aria-label={t.name}>
        <Mark size={32} />
        <span className={styles.word}>{t.name}</span>
      </Link>
      <nav ref={pages} aria-label={t.navigation} className={styles.pages}>
        {grouped(entries).map(([group, within]) => (
          <Fragment key={group}>
            <p className={styles.label} aria-hidden>
              <span className={styles.word}>{t.groups[group]}</span>
            </p>
            <ul className={styles.group} aria-label={t.groups[group]}>
              {within.map(({ page, to, icon: Icon }) => (
                <li key={page}>
                  <Link
                    to={to}
                    className={styles.page}
                    activeOptions={{ exact: to === '/', includeSearch: false }}
                    aria-label={t.pages[page]}
                    title={narrow ? t.pages[page] : undefined}
                  >
                    <Icon size={20} stroke={1.75} aria-hidden />
                    <span className={styles.word}>{t.pages[page]}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </Fragment>
        ))}
      </nav>
      <UnstyledButton className={styles.page} onClick={() => setNarrow(!narrow)} aria-label={fold}>
        <Fold size={20} stroke={1.75} aria-hidden />
        <span className={styles.word}>{fold}</span>
      </UnstyledButton>
    </aside>
  );
}
