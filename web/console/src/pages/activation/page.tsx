import { setPassword } from '@kumkm/shared/session/session.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ExactField } from '../../parts/exact-field.tsx';
import { Fault } from '../../parts/fault.tsx';
import { NewPassword, NOTHING_TYPED, weaknessOf } from '../../parts/new-password.tsx';
import { signin } from '../../texts/signin.ts';
import { Front } from '../signin/front.tsx';
import styles from '../signin/signin.module.css';

/** The first password of a new account, or of one that was reset. */
export function ActivationPage() {
  const t = useTexts(signin);
  const [username, setUsername] = useState('');
  const [code, setCode] = useState('');
  const [typed, setTyped] = useState(NOTHING_TYPED);
  const { value: password, repeated } = typed;
  const navigate = useNavigate();
  const saving = useMutation({
    mutationFn: () =>
      setPassword({ username: username.trim(), activation_code: code.trim(), new_password: password }),
    onSuccess: () => navigate({ to: '/' }),
  });
  const weakness = weaknessOf(saving.error);
  function submit(event: FormEvent) {
    event.preventDefault();
    if (password === repeated) saving.mutate();
  }
  return (
    <Front title={t.activation} about={t.activationAbout}>
      <form className={styles.form} onSubmit={submit}>
        {saving.isError && weakness === undefined && <Fault fault={saving.error} />}
        <ExactField label={t.username} autoComplete="username" value={username} onValue={setUsername} />
        <ExactField
          label={t.code}
          autoComplete="one-time-code"
          autoCapitalize="characters"
          value={code}
          onValue={setCode}
        />
        <NewPassword typed={typed} error={weakness} onType={setTyped} />
        <Button type="submit" size="md" disabled={password !== repeated} loading={saving.isPending}>
          {t.save}
        </Button>
      </form>
      <Link to="/">{t.back}</Link>
    </Front>
  );
}
