import { count } from '@kumkm/shared/formats/numbers.ts';
import { useStore } from '@kumkm/shared/store.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconLock, IconLogout } from '@tabler/icons-react';
import { useState } from 'react';
import { Frame } from '../parts/frame.tsx';
import { Switch } from '../parts/language.tsx';
import { Button, Dialog, Facts, Field, Notice, styles } from '../parts/parts.tsx';
import { signOut, unsafe } from '../state/account.ts';
import { here, kept, phase, server } from '../state/device.ts';
import { estimateOf } from '../state/estimate.ts';
import { lock } from '../state/lock.ts';
import { roomLeft } from '../state/room.ts';
import { useStored } from '../state/stored.ts';
import { seen } from '../storage/seen.ts';
import { app } from '../texts/app.ts';
import { settings } from '../texts/more.ts';
import { Backup } from './backup.tsx';

const MB = 1024 * 1024;

export function SettingsPage() {
  const [t, general, language] = [useTexts(settings), useTexts(app), useLanguage()];
  const [room, writes] = [useStore(roomLeft)?.room, useStore(seen)];
  const estimate = room === undefined ? null : estimateOf(room);
  const [leaving, setLeaving] = useState(false);
  const found = useStored(async () => ({
    username: await here().tablet.outbox.get<string>('username'),
    device: await kept<string>('device_name'),
  }));
  const mb = (bytes: number | null | undefined) =>
    count(bytes == null ? null : Math.round(bytes / MB), language);
  const facts: [string, string][] = [
    [t.account, found?.username ?? ''],
    [t.device, found?.device ?? ''],
    [t.server, server()],
    [t.version, __APP_VERSION__],
    [
      t.storage,
      estimate === 'measured' ? t.used(mb(room?.used), mb(room?.most)) : t.usedOnly(mb(room?.used)),
    ],
  ];
  return (
    <Frame title={t.title} tab="settings">
      <section className={styles.card}>
        <Facts of={facts} />
        {estimate === 'measured' && <p className={styles.quiet}>{t.estimated}</p>}
        {estimate !== null && estimate !== 'measured' && (
          <Notice tone="risk">
            <span>{estimate === 'missing' ? t.roomMissing : t.roomPromised}</span>
            <span>{writes === 'nothing' ? t.roomTried : t.roomSeen}</span>
            <span>{t.roomLookYourself}</span>
          </Notice>
        )}
        {room !== undefined && (
          <Notice tone={room.isPersisted ? 'good' : 'risk'}>
            {room.isPersisted ? t.persisted : general.notPersisted}
          </Notice>
        )}
      </section>
      <div className={styles.row}>
        <Switch />
        <Button onClick={lock}>
          <IconLock size={20} aria-hidden /> {t.lock}
        </Button>
        <Button onClick={() => phase.set('pin')}>{t.newPin}</Button>
      </div>
      <Backup />
      <Button kind="bad" wide onClick={() => setLeaving(true)}>
        <IconLogout size={20} aria-hidden /> {t.signOut}
      </Button>
      {leaving && <Leaving close={() => setLeaving(false)} />}
    </Frame>
  );
}

function Leaving({ close }: { readonly close: () => void }) {
  const [t, general, language] = [useTexts(settings), useTexts(app), useLanguage()];
  const [typed, type] = useState('');
  const [pressed, press] = useState(0);
  const lost = useStored(unsafe);
  if (lost === null) return null;
  return (
    <Dialog title={t.signOut} close={close}>
      <p>{t.signOutWhy}</p>
      {lost === 0 ? (
        <Notice tone="good">{t.signOutSafe}</Notice>
      ) : (
        <>
          <Notice tone="bad">{t.signOutUnsafe(count(lost, language))}</Notice>
          <Field
            label={t.signOutSure}
            value={typed}
            change={type}
            fault={pressed > 0 && typed !== t.word ? t.signOutSure : null}
            focus={pressed}
          />
        </>
      )}
      <Button
        kind="bad"
        wide
        onClick={() => (lost > 0 && typed !== t.word ? press(pressed + 1) : void signOut())}
      >
        {t.signOut}
      </Button>
      <Button wide onClick={close}>
        {general.cancel}
      </Button>
    </Dialog>
  );
}
