import { signIn } from '@kumkm/shared/session/session.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Fault } from '../../parts/fault.tsx';
import { signin } from '../../texts/signin.ts';
import styles from './signin.module.css';

/** User name and password. `username` fixed: the session of this account goes on. */
export function SignInForm({ username: fixed }: { readonly username?: string | undefined }) {
  const t = useTexts(signin);
  const [username, setUsername] = useState(fixed ?? '');
  const [password, setPassword] = useState('');
  const entering = useMutation({ mutationFn: () => signIn(username.trim(), password) });
  function submit(event: FormEvent) {
    event.preventDefault();
    entering.mutate();
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      {entering.isError && <Fault fault={entering.error} />}
      <TextInput
        label={t.username}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        size="md"
        required
        withAsterisk={false}
        readOnly={fixed !== undefined}
        data-autofocus={fixed === undefined || undefined}
        value={username}
        onChange={(event) => setUsername(event.currentTarget.value)}
      />
      <PasswordInput
        label={t.password}
        name="password"
        autoComplete="current-password"
        size="md"
        required
        withAsterisk={false}
        data-autofocus={fixed !== undefined || undefined}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button type="submit" size="md" fullWidth loading={entering.isPending}>
        {t.enter}
      </Button>
    </form>
  );
}
