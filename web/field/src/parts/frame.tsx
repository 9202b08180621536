// The frame of the four main pages: how sending stands, and the way to the others.

import { count } from '@kumkm/shared/formats/numbers.ts';
import { useStore } from '@kumkm/shared/store.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconChartBar, IconCloudUpload, IconListCheck, IconSettings } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { counts as counted } from '../state/counts.ts';
import { leftOf } from '../state/estimate.ts';
import { roomLeft } from '../state/room.ts';
import { syncing } from '../state/syncing.ts';
import { isUpdateReady, takeUpdate } from '../state/updates.ts';
import { seen } from '../storage/seen.ts';
import { app } from '../texts/app.ts';
import { Button, Notice, Screen, styles } from './parts.tsx';

export type Tab = 'work' | 'outbox' | 'figures' | 'settings';

const TABS = [
  { tab: 'work', at: '#/tugas', icon: IconListCheck },
  { tab: 'outbox', at: '#/kiriman', icon: IconCloudUpload },
  { tab: 'figures', at: '#/angka', icon: IconChartBar },
  { tab: 'settings', at: '#/atur', icon: IconSettings },
] as const;

export function Frame(props: { readonly title: string; readonly tab: Tab; readonly children: ReactNode }) {
  const t = useTexts(app);
  const [language, running] = [useLanguage(), useStore(syncing)];
  const counts = useStore(counted);
  const isOnline = useOnline();
  const said =
    counts === null ? '' : counts.unsent === 0 ? t.allSent : t.unsent(count(counts.unsent, language));
  const badges: Partial<Record<Tab, number>> = { work: counts?.fix ?? 0, outbox: counts?.unsent ?? 0 };
  return (
    <Screen
      title={props.title}
      under={[
        said,
        (counts?.fix ?? 0) > 0 ? t.toFix(count(counts?.fix ?? 0, language)) : '',
        isOnline ? '' : t.noSignal,
      ]
        .filter((each) => each !== '')
        .join(' · ')}
      below={
        <nav className={styles.tabs} aria-label={t.name}>
          {TABS.map(({ tab, at, icon: Icon }) => (
            <a
              key={tab}
              className={styles.tab}
              href={at}
              aria-current={tab === props.tab ? 'page' : undefined}
            >
              <Icon aria-hidden />
              {t.tabs[tab]}
              {(badges[tab] ?? 0) > 0 && <span className={styles.badge}>{count(badges[tab], language)}</span>}
            </a>
          ))}
        </nav>
      }
    >
      <Told />
      {running.fault === 'sign_in' && props.tab !== 'outbox' && (
        <Notice tone="risk">
          <span>{t.signInAgain}</span>
          <a href="#/kiriman">{t.tabs.outbox}</a>
        </Notice>
      )}
      {props.children}
    </Screen>
  );
}

/** What somebody has to know wherever they are: an update, and a tablet that is nearly full. */
function Told() {
  const t = useTexts(app);
  const [ready, said, writes] = [useStore(isUpdateReady), useStore(roomLeft), useStore(seen)];
  const room = said === null ? null : { ...said, left: leftOf(said.left, writes) };
  return (
    <>
      {ready && (
        <Notice>
          <span>{t.update}</span>
          <Button kind="soft" onClick={takeUpdate}>
            {t.updateNow}
          </Button>
        </Notice>
      )}
      {room?.left === 'little' && <Notice tone="risk">{t.roomLittle}</Notice>}
      {room?.left === 'none' && <Notice tone="bad">{t.roomNone}</Notice>}
      {room !== null && room.left !== 'enough' && !room.room.isPersisted && (
        <Notice tone="bad">{t.notPersisted}</Notice>
      )}
    </>
  );
}

function useOnline(): boolean {
  const [online, set] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => set(navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }, []);
  return online;
}
