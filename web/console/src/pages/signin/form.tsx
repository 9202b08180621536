import { signIn } from '@kumkm/shared/session/session.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, Divider } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Me } from '../../data/me.ts';
import { ExactField } from '../../parts/exact-field.tsx';
import { Fault } from '../../parts/fault.tsx';
import { PasskeyProblem } from '../../parts/passkey-fault.tsx';
import { PasswordField } from '../../parts/password-field.tsx';
import { signin } from '../../texts/signin.ts';
import { ByOrganisation } from './by-organisation.tsx';
import { Refused } from './refused.tsx';
import styles from './signin.module.css';
import { useByOrganisation } from './use-organisation.ts';
import { useByPasskey } from './use-passkey.ts';

interface Told {
  /** The session of this account goes on. */
  readonly me?: Me | undefined;
  /** Why the organisation's account signed nobody in just now. */
  readonly refusal?: string | undefined;
}

/** User name and password, a passkey, or the organisation's account. */
export function SignInForm({ me, refusal }: Told) {
  const t = useTexts(signin);
  const fixed = me?.username;
  const [username, setUsername] = useState(fixed ?? '');
  const [password, setPassword] = useState('');
  const entering = useMutation({ mutationFn: () => signIn(username.trim(), password) });
  const passkey = useByPasskey(me?.id);
  const organisation = useByOrganisation(me?.id);
  function submit(event: FormEvent) {
    event.preventDefault();
    entering.mutate();
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      {entering.isError && <Fault fault={entering.error} />}
      {refusal !== undefined && entering.isIdle && organisation.fault == null && <Refused code={refusal} />}
      {passkey.fault != null && !entering.isError && <PasskeyProblem fault={passkey.fault} />}
      <ExactField
        label={t.username}
        name="username"
        autoComplete="username webauthn"
        readOnly={fixed !== undefined}
        data-autofocus={fixed === undefined || undefined}
        value={username}
        onValue={setUsername}
      />
      <PasswordField
        label={t.password}
        name="password"
        autoComplete="current-password"
        data-autofocus={fixed !== undefined || undefined}
        value={password}
        onValue={setPassword}
      />
      <Button type="submit" size="md" fullWidth loading={entering.isPending}>
        {t.enter}
      </Button>
      {(passkey.offered || organisation.offered) && <Divider label={t.or} className={styles.or} />}
      {passkey.offered && (
        <Button
          size="md"
          variant="default"
          fullWidth
          leftSection={<IconFingerprint size={20} stroke={1.75} aria-hidden />}
          loading={passkey.pending}
          onClick={passkey.enter}
        >
          {t.enterByPasskey}
        </Button>
      )}
      {organisation.offered && <ByOrganisation {...organisation} />}
    </form>
  );
}
