import { Offline } from '@kumkm/protocol/network.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconQrcode } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { Switch } from '../parts/language.tsx';
import { Button, Field, Notice, styles } from '../parts/parts.tsx';
import { canScan, Scan } from '../parts/scan.tsx';
import { type Card, enrol } from '../state/account.ts';
import { server } from '../state/device.ts';
import { entry } from '../texts/app.ts';
import { faultText } from '../texts/problems.ts';

const SHORTEST_PASSWORD = 12;

type Said = Readonly<Record<'username' | 'code' | 'password' | 'deviceName', string>>;

/** What is still missing, in words, in the order of the fields. */
export function missingIn(said: Said, byCode: boolean, t: (typeof entry)['id']): Partial<Said> {
  const { needs } = t;
  const tooShort = byCode ? said.password.length < SHORTEST_PASSWORD : said.password === '';
  return {
    ...(said.username.trim() === '' ? { username: needs.username } : {}),
    ...(byCode && said.code.trim() === '' ? { code: needs.code } : {}),
    ...(tooShort
      ? { password: byCode ? needs.newPassword(String(said.password.length)) : needs.password }
      : {}),
    ...(said.deviceName.trim() === '' ? { deviceName: needs.deviceName } : {}),
  };
}

export function Enrol() {
  const [t, language] = [useTexts(entry), useLanguage()];
  const [byCode, setByCode] = useState(true);
  const [said, set] = useState({ username: '', code: '', password: '', deviceName: '' });
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [scanning, setScanning] = useState(false);
  const change = (name: keyof typeof said) => (value: string) =>
    set((before) => ({ ...before, [name]: value }));
  /** How often somebody took the page for whole, and which field was the first that was not. */
  const [pressed, press] = useState({ times: 0, at: '' });
  const missing = missingIn(said, byCode, t);
  const first = Object.keys(missing)[0];
  /** What a field says once somebody took the page for whole, and where to go. */
  const asked = (name: keyof typeof said) => ({
    value: said[name],
    change: change(name),
    fault: pressed.times > 0 ? (missing[name] ?? null) : null,
    focus: name === pressed.at && pressed.times,
  });

  const scanned = (card: Card) => {
    setScanning(false);
    setFault(card.server.replace(/\/$/, '') === server() ? null : t.otherServer(card.server));
    setByCode(true);
    set((before) => ({ ...before, username: card.username, code: card.code }));
  };
  const enter = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setFault(null); // of the attempt before
    if (first !== undefined) return press({ times: pressed.times + 1, at: first });
    setBusy(true);
    try {
      const [username, deviceName] = [said.username.trim(), said.deviceName.trim()];
      await enrol({ username, password: said.password, code: byCode ? said.code.trim() : null, deviceName });
    } catch (told) {
      setFault(
        faultText(told, language, byCode ? 'code' : 'password') ??
          (told instanceof Offline ? t.offline : t.failed),
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
              onClick={() => {
                setByCode(each);
                setFault(null);
              }}
            >
              {each ? t.byCode : t.byPassword}
            </Button>
          ))}
        </fieldset>
        <Field {...asked('username')} label={t.username} complete="username" />
        {byCode && <Field {...asked('code')} label={t.code} />}
        <Field
          {...asked('password')}
          label={byCode ? t.newPassword : t.password}
          type="password"
          complete={byCode ? 'new-password' : 'current-password'}
        />
        <Field {...asked('deviceName')} label={t.deviceName} hint={t.deviceExample} />
        {fault !== null && <Notice tone="bad">{fault}</Notice>}
        {busy && <Notice>{t.entering}</Notice>}
        <Button kind="main" type="submit" wide disabled={busy}>
          {t.enter}
        </Button>
      </form>
      <Switch />
    </main>
  );
}
