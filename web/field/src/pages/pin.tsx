import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconLock } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { orNoRoom } from '../parts/no-room.tsx';
import { Button, Field, styles } from '../parts/parts.tsx';
import { phase } from '../state/device.ts';
import { choosePin, isEasy, isPin, PIN_LENGTH, tryPin } from '../state/lock.ts';
import { entry } from '../texts/app.ts';
import { SignInAgain } from './again.tsx';

const digits = (typed: string) => typed.replace(/\D/g, '');

type Words = (typeof entry)['id'];

/** What is wrong with a PIN as it is typed; null while it may become one. `pressed`: somebody took it for whole. */
export function pinFault(pin: string, pressed: boolean, t: Words): string | null {
  if (pin.length > PIN_LENGTH) return t.needs.pinLong;
  if (isPin(pin)) return isEasy(pin) ? t.pinEasy : null;
  return pressed ? t.needs.pin(String(pin.length)) : null;
}

export function ChoosePin() {
  const t = useTexts(entry);
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  /** How often somebody took the page for whole, and where the first fault was then. */
  const [pressed, press] = useState<{ times: number; at: 'pin' | 'again' }>({ times: 0, at: 'pin' });
  const fault = pinFault(pin, pressed.times > 0, t);
  const differs = again.length >= PIN_LENGTH && again !== pin;
  const faultAgain = differs ? t.pinDiffers : pressed.times > 0 && again !== pin ? t.needs.again : null;
  const choose = (event: FormEvent) => {
    event.preventDefault();
    if (isPin(pin) && fault === null && again === pin) void orNoRoom(() => choosePin(pin));
    else press({ times: pressed.times + 1, at: pinFault(pin, true, t) === null ? 'again' : 'pin' });
  };
  const common = { type: 'password', mode: 'numeric', pin: true } as const;
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
          fault={fault}
          focus={pressed.at === 'pin' && pressed.times + 1}
        />
        <Field
          {...common}
          label={t.pinAgain}
          value={again}
          change={(it) => setAgain(digits(it))}
          fault={faultAgain}
          focus={pressed.at === 'again' && pressed.times}
        />
        <Button kind="main" type="submit" wide>
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
    if (busy) return;
    if (!isPin(pin)) return setFault(pinFault(pin, true, t));
    setBusy(true);
    await orNoRoom(async () => {
      const { right, wait } = await tryPin(pin);
      if (!right) setFault(wait > 0 ? t.pinWait(count(Math.ceil(wait / 1000), language)) : t.pinWrong);
    });
    setBusy(false);
    setPin('');
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
          value={pin}
          change={(it) => {
            setPin(digits(it));
            setFault(digits(it).length > PIN_LENGTH ? t.needs.pinLong : null);
          }}
          fault={fault}
          focus
        />
        <Button kind="main" type="submit" wide disabled={busy}>
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
