import { useTexts } from '@kumkm/shared/texts/language.ts';
import { UnstyledButton, type UnstyledButtonProps } from '@mantine/core';
import { type ComponentPropsWithRef, lazy, Suspense, useEffect, useState } from 'react';
import { useMe } from '../data/me.ts';
import { shell } from '../texts/shell.ts';
import styles from './account-menu.module.css';

const Menu = lazy(() => import('./account-menu.tsx'));

/** Milliseconds after which the menu's script is fetched, when the first figures are long there. */
const LATER = 3_000;

/** Who is signed in. The menu comes later, or when it is asked for: nobody waits for it at the first page. */
export function Account() {
  const [wanted, setWanted] = useState<'later' | 'now' | undefined>();
  useEffect(() => {
    const timer = setTimeout(() => setWanted((before) => before ?? 'later'), LATER);
    return () => clearTimeout(timer);
  }, []);
  const button = <AccountButton aria-haspopup="menu" onClick={() => setWanted('now')} />;
  return wanted === undefined ? (
    button
  ) : (
    <Suspense fallback={button}>
      <Menu open={wanted === 'now'} />
    </Suspense>
  );
}

/** Two letters of the name. */
export function AccountButton(told: UnstyledButtonProps & ComponentPropsWithRef<'button'>) {
  const t = useTexts(shell);
  const me = useMe();
  const short = letters(me?.name ?? '');
  // Who speaks to the browser says what is seen: the letters are part of the name.
  return (
    <UnstyledButton className={styles.target} aria-label={`${t.account} ${short}`} {...told}>
      <span className={styles.letters} aria-hidden>
        {short}
      </span>
    </UnstyledButton>
  );
}

function letters(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  const [first = '', last = ''] = [words[0], words.length > 1 ? words.at(-1) : ''];
  return ((first[0] ?? '') + (last[0] ?? '')).toUpperCase();
}
