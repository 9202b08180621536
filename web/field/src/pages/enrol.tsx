import { Offline, Refused } from '@kumkm/protocol/network.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconQrcode } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { Switch } from '../parts/language.tsx';
import { Button, Field, Notice, styles } from '../parts/parts.tsx';
import { canScan, Scan } from '../parts/scan.tsx';
import { type Card, enrol } from '../state/account.ts';
import { server } from '../state/device.ts';
import { entry } from '../texts/app.ts';

const SHORTEST_PASSWORD = 12;

export function Enrol() {
  const t = useTexts(entry);
  useLanguage();
  const [byCode, setByCode] = useState(true);
  const [said, set] = useState({ username: '', code: '', password: '', deviceName: '' });
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [scanning, setScanning] = useState(false);
  const change = (name: keyof typeof said) => (value: string) =>
    set((before) => ({ ...before, [name]: value }));
  const whole =
    said.username.trim() !== '' &&
    said.deviceName.trim() !== '' &&
    (byCode ? said.code.trim() !== '' && said.password.length >= SHORTEST_PASSWORD : said.password !== '');

  const scanned = (card: Card) => {
    setScanning(false);
    setFault(card.server.replace(/\/$/, '') === server() ? null : t.otherServer(card.server));
    setByCode(true);
    set((before) => ({ ...before, username: card.username, code: card.code }));
  };
  const enter = async (event: FormEvent) => {
    event.preventDefault();
    if (!whole || busy) return;
    setBusy(true);
    setFault(null);
    try {
      const [username, deviceName] = [said.username.trim(), said.deviceName.trim()];
      await enrol({ username, password: said.password, code: byCode ? said.code.trim() : null, deviceName });
    } catch (told) {
      setFault(
        told instanceof Refused && told.detail !== ''
          ? told.detail
          : told instanceof Offline
            ? t.offline
            : t.failed,
      );
      setBusy(false);
    }
  };

  return (
    <main className={styles.center}>
      <div className={styles.brand}>
        <img src="./icon.svg" alt="" />
        <h1>{t.welcome}</h1>
        <p className={styles.quiet}>{t.intro}</p>
      </div>
      {canScan() && (
        <Button kind="soft" wide onClick={() => setScanning(true)}>
          <IconQrcode aria-hidden /> {t.scan}
        </Button>
      )}
      {scanning && <Scan found={scanned} close={() => setScanning(false)} />}
      <form className={styles.stack} onSubmit={enter} noValidate>
        <fieldset className={styles.row} aria-label={t.enter}>
          {[true, false].map((each) => (
            <Button
              key={String(each)}
              kind={each === byCode ? 'soft' : 'plain'}
              aria-pressed={each === byCode}
              onClick={() => setByCode(each)}
            >
              {each ? t.byCode : t.byPassword}
            </Button>
          ))}
        </fieldset>
        <Field label={t.username} value={said.username} change={change('username')} complete="username" />
        {byCode && <Field label={t.code} value={said.code} change={change('code')} />}
        <Field
          label={byCode ? t.newPassword : t.password}
          type="password"
          value={said.password}
          change={change('password')}
          complete={byCode ? 'new-password' : 'current-password'}
        />
        <Field
          label={t.deviceName}
          value={said.deviceName}
          change={change('deviceName')}
          hint={t.deviceExample}
        />
        {fault !== null && <Notice tone="bad">{fault}</Notice>}
        {busy && <Notice>{t.entering}</Notice>}
        <Button kind="main" type="submit" wide disabled={!whole || busy}>
          {t.enter}
        </Button>
      </form>
      <Switch />
    </main>
  );
}
