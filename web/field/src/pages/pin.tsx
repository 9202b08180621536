import { Offline, Refused } from '@kumkm/protocol/network.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconLock } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { Button, Field, Notice, styles } from '../parts/parts.tsx';
import { signInAgain } from '../state/account.ts';
import { phase } from '../state/device.ts';
import { choosePin, isEasy, isPin, PIN_LENGTH, tryPin } from '../state/lock.ts';
import { entry } from '../texts/app.ts';

const digits = (typed: string) => typed.replace(/\D/g, '').slice(0, PIN_LENGTH);

export function ChoosePin() {
  const t = useTexts(entry);
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const easy = isPin(pin) && isEasy(pin);
  const differs = isPin(again) && again !== pin;
  const ready = isPin(pin) && !easy && again === pin;
  const choose = (event: FormEvent) => {
    event.preventDefault();
    if (ready) void choosePin(pin);
  };
  const common = { type: 'password', mode: 'numeric', pin: true, most: PIN_LENGTH } as const;
  return (
    <main className={styles.center}>
      <div className={styles.brand}>
        <h1>{t.pinTitle}</h1>
        <p className={styles.quiet}>{t.pinWhy}</p>
      </div>
      <form className={styles.stack} onSubmit={choose} noValidate>
        <Field
          {...common}
          label={t.pin}
          value={pin}
          change={(it) => setPin(digits(it))}
          fault={easy ? t.pinEasy : null}
          focus
        />
        <Field
          {...common}
          label={t.pinAgain}
          value={again}
          change={(it) => setAgain(digits(it))}
          fault={differs ? t.pinDiffers : null}
        />
        <Button kind="main" type="submit" wide disabled={!ready}>
          OK
        </Button>
      </form>
    </main>
  );
}

export function Locked() {
  const [t, language] = [useTexts(entry), useLanguage()];
  const [pin, setPin] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [forgotten, setForgotten] = useState(false);
  const [busy, setBusy] = useState(false);
  const open = async (event: FormEvent) => {
    event.preventDefault();
    if (!isPin(pin) || busy) return;
    setBusy(true);
    const { right, wait } = await tryPin(pin);
    setBusy(false);
    setPin('');
    if (!right) setFault(wait > 0 ? t.pinWait(count(Math.ceil(wait / 1000), language)) : t.pinWrong);
  };
  return (
    <main className={styles.center}>
      <div className={styles.brand}>
        <IconLock size={48} aria-hidden />
        <h1>{t.locked}</h1>
      </div>
      <form className={styles.stack} onSubmit={open} noValidate>
        <Field
          label={t.pin}
          type="password"
          mode="numeric"
          pin
          most={PIN_LENGTH}
          value={pin}
          change={(it) => setPin(digits(it))}
          fault={fault}
          focus
        />
        <Button kind="main" type="submit" wide disabled={!isPin(pin) || busy}>
          {t.unlock}
        </Button>
      </form>
      {forgotten ? (
        <SignInAgain done={() => phase.set('pin')} />
      ) : (
        <Button onClick={() => setForgotten(true)}>{t.pinForgotten}</Button>
      )}
    </main>
  );
}

/** The password of the same person; what is recorded stays. */
export function SignInAgain({ done }: { readonly done: () => void }) {
  const t = useTexts(entry);
  const [password, set] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const enter = async (event: FormEvent) => {
    event.preventDefault();
    if (password === '' || busy) return;
    setBusy(true);
    try {
      await signInAgain(password);
      done();
    } catch (told) {
      setFault(
        told instanceof Refused && told.detail !== ''
          ? told.detail
          : told instanceof Offline
            ? t.offline
            : t.failed,
      );
    }
    setBusy(false);
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
      <Button kind="main" type="submit" wide disabled={password === '' || busy}>
        {t.enter}
      </Button>
    </form>
  );
}
