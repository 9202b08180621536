import { useTexts } from '@kumkm/shared/texts/language.ts';
import { UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDots } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { shell } from '../texts/shell.ts';
import styles from './bottom-bar.module.css';
import type { Entry } from './navigation.ts';

const MorePages = lazy(() => import('./more-pages.tsx'));

const AT_HAND = 4;

/** At the bottom of phones: the four pages that are used most, and the others behind "Lainnya". */
export function BottomBar({ entries }: { readonly entries: readonly Entry[] }) {
  const t = useTexts(shell);
  const [opened, { open, close }] = useDisclosure(false);
  const rest = entries.slice(AT_HAND);
  return (
    <nav aria-label={t.navigation} className={`${styles.bar} no-print`}>
      {entries.slice(0, AT_HAND).map((entry) => (
        <To key={entry.page} entry={entry} className={styles.page} />
      ))}
      {rest.length > 0 && (
        <UnstyledButton className={styles.page} onClick={open} aria-haspopup="dialog">
          <IconDots size={22} stroke={1.75} aria-hidden />
          <span>{t.more}</span>
        </UnstyledButton>
      )}
      {opened && (
        <Suspense>
          <MorePages entries={rest} close={close} />
        </Suspense>
      )}
    </nav>
  );
}

interface ToTold {
  readonly entry: Entry;
  readonly className: string | undefined;
  readonly onClick?: () => void;
}

/** A page as a place to go to. */
export function To({ entry: { page, to, icon: Icon }, className, onClick }: ToTold) {
  const t = useTexts(shell);
  return (
    <Link
      to={to}
      className={className}
      onClick={onClick}
      activeOptions={{ exact: to === '/', includeSearch: false }}
    >
      <Icon size={22} stroke={1.75} aria-hidden />
      <span>{t.pages[page]}</span>
    </Link>
  );
}
