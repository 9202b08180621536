// Signing in again on a tablet that somebody works on already: by the password, or by a new code of the office where it was
// forgotten. What is recorded stays, and stays that person's.

import { Offline } from '@kumkm/protocol/network.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconQrcode } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { Button, Field, Notice, styles } from '../parts/parts.tsx';
import { canScan, Scan } from '../parts/scan.tsx';
import {
  type Card,
  OtherAccount,
  ownUsername,
  refuseOther,
  signInAgain,
  signInByCode,
} from '../state/account.ts';
import { server } from '../state/device.ts';
import { useStored } from '../state/stored.ts';
import { entry } from '../texts/app.ts';
import { faultText, type Given } from '../texts/problems.ts';
import { missingIn } from './enrol.tsx';

interface Again {
  readonly done: () => void;
}

export function SignInAgain({ done }: Again) {
  const t = useTexts(entry);
  const own = useStored(ownUsername);
  const [byCode, setByCode] = useState(false);
  if (own === null) return null;
  return (
    <>
      {byCode ? <ByCode own={own} done={done} /> : <ByPassword done={done} />}
      <Button onClick={() => setByCode(!byCode)}>{byCode ? t.passwordInstead : t.codeInstead}</Button>
    </>
  );
}

/** One attempt at a time, and what became of it in words. */
function useAttempt(given: Given, done: () => void) {
  const [t, language] = [useTexts(entry), useLanguage()];
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const told = (thrown: unknown): string =>
    thrown instanceof OtherAccount
      ? t.otherPerson(thrown.own, thrown.other)
      : (faultText(thrown, language, given) ?? (thrown instanceof Offline ? t.offline : t.failed));
  const attempt = async (signIn: () => Promise<void>) => {
    setBusy(true);
    setFault(null);
    try {
      await signIn();
      done();
    } catch (thrown) {
      setFault(told(thrown));
    }
    setBusy(false);
  };
  return { fault, setFault, busy, told, attempt };
}

function ByPassword({ done }: Again) {
  const t = useTexts(entry);
  const [password, set] = useState('');
  const { fault, setFault, busy, attempt } = useAttempt('password', done);
  const enter = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if (password === '') return setFault(t.needs.password);
    await attempt(() => signInAgain(password));
  };
  return (
    <form className={styles.stack} onSubmit={enter} noValidate>
      <Notice>{t.pinForgottenWhy}</Notice>
      <Field
        label={t.password}
        type="password"
        value={password}
        change={set}
        complete="current-password"
        fault={fault}
      />
      {busy && <Notice>{t.signingIn}</Notice>}
      <Button kind="main" type="submit" wide disabled={busy}>
        {t.enter}
      </Button>
    </form>
  );
}

function ByCode({ own, done }: Again & { readonly own: string }) {
  const t = useTexts(entry);
  const [said, set] = useState({ username: own, code: '', password: '' });
  const [scanning, setScanning] = useState(false);
  const { fault, setFault, busy, told, attempt } = useAttempt('new_code', done);
  /** How often somebody took the form for whole, and which field was the first that was not. */
  const [pressed, press] = useState({ times: 0, at: '' });
  const missing = missingIn({ ...said, deviceName: '-' }, true, t);
  const first = Object.keys(missing)[0];
  const asked = (name: keyof typeof said) => ({
    value: said[name],
    change: (value: string) => set((before) => ({ ...before, [name]: value })),
    fault: pressed.times > 0 ? (missing[name] ?? null) : null,
    focus: name === pressed.at && pressed.times,
  });

  const scanned = (card: Card) => {
    setScanning(false);
    try {
      refuseOther(own, card.username);
    } catch (thrown) {
      return setFault(told(thrown));
    }
    setFault(card.server.replace(/\/$/, '') === server() ? null : t.otherServer(card.server));
    set((before) => ({ ...before, username: own, code: card.code }));
  };
  const enter = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setFault(null); // of the attempt before
    if (first !== undefined) return press({ times: pressed.times + 1, at: first });
    await attempt(() => signInByCode({ ...said, code: said.code.trim() }));
  };
  return (
    <form className={styles.stack} onSubmit={enter} noValidate>
      <Notice>{t.codeInsteadWhy(own)}</Notice>
      {canScan() && (
        <Button kind="soft" wide onClick={() => setScanning(true)}>
          <IconQrcode aria-hidden /> {t.scan}
        </Button>
      )}
      {scanning && <Scan found={scanned} close={() => setScanning(false)} />}
      <Field {...asked('username')} label={t.username} complete="username" />
      <Field {...asked('code')} label={t.code} />
      <Field {...asked('password')} label={t.newPassword} type="password" complete="new-password" />
      {fault !== null && <Notice tone="bad">{fault}</Notice>}
      {busy && <Notice>{t.signingIn}</Notice>}
      <Button kind="main" type="submit" wide disabled={busy}>
        {t.enter}
      </Button>
    </form>
  );
}
