import { sessionState } from '@kumkm/shared/session/session.ts';
import { useStore } from '@kumkm/shared/store.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Outlet, useMatches } from '@tanstack/react-router';
import { lazy, Suspense, useRef } from 'react';
import { useMe } from '../data/me.ts';
import { Loading } from '../parts/loading.tsx';
import { shell } from '../texts/shell.ts';
import { BottomBar } from './bottom-bar.tsx';
import { Header } from './header.tsx';
import { LostBanner } from './lost-banner.tsx';
import { entriesOf } from './navigation.ts';
import styles from './shell.module.css';
import { SideBar } from './side-bar.tsx';

const SignIn = lazy(async () => ({ default: (await import('../pages/signin/page.tsx')).SignInPage }));
const SignInDialog = lazy(async () => ({
  default: (await import('../pages/signin/dialog.tsx')).SignInDialog,
}));

/** Pages that need nobody to be signed in. */
const OPEN = new Set(['/aktivasi']);

/** The frame: who is not signed in gets the sign-in at whatever address, and the page of that address afterwards. */
export function Shell() {
  const state = useStore(sessionState);
  const me = useMe();
  const matches = useMatches();
  if (matches.some((match) => OPEN.has(match.fullPath))) {
    return (
      <Suspense>
        <Outlet />
      </Suspense>
    );
  }
  if (state === 'starting') return null;
  if (state === 'signed_out') {
    return (
      <Suspense>
        <SignIn />
      </Suspense>
    );
  }
  return (
    <>
      <Frame key={me?.id} />
      {state === 'expired' && (
        <Suspense>
          <SignInDialog />
        </Suspense>
      )}
    </>
  );
}

function Frame() {
  const t = useTexts(shell);
  const me = useMe();
  const content = useRef<HTMLElement>(null);
  const entries = entriesOf(me?.role);
  return (
    <div className={styles.frame}>
      <button type="button" className={styles.skip} onClick={() => content.current?.focus()}>
        {t.skip}
      </button>
      <SideBar entries={entries} />
      <div className={styles.rest}>
        <Header />
        <LostBanner />
        <main id="content" tabIndex={-1} ref={content} className={styles.main}>
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <BottomBar entries={entries} />
    </div>
  );
}
