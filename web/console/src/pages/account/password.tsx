import { setPassword } from '@kumkm/shared/session/session.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useMe } from '../../data/me.ts';
import { Fault } from '../../parts/fault.tsx';
import { Page } from '../../parts/page.tsx';
import { signin } from '../../texts/signin.ts';
import styles from '../signin/signin.module.css';
import { NewPassword } from './new-password.tsx';

/** Another password. All sessions end with it; this desk begins a new one at once. */
export function PasswordPage() {
  const t = useTexts(signin);
  const me = useMe();
  const [current, setCurrent] = useState('');
  const [password, setNew] = useState('');
  const [repeated, setRepeated] = useState('');
  const saving = useMutation({
    mutationFn: () =>
      setPassword({ username: me?.username ?? '', current_password: current, new_password: password }),
    onSuccess: () => {
      setCurrent('');
      setNew('');
      setRepeated('');
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (password === repeated) saving.mutate();
  }
  return (
    <Page title={t.change} about={t.changeAbout}>
      <form className={styles.form} onSubmit={submit} data-narrow>
        {saving.isError && <Fault fault={saving.error} />}
        {saving.isSuccess && <Alert color="teal">{t.changed}</Alert>}
        <PasswordInput
          label={t.current}
          autoComplete="current-password"
          size="md"
          required
          withAsterisk={false}
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <NewPassword value={password} repeated={repeated} onValue={setNew} onRepeated={setRepeated} />
        <Button
          type="submit"
          size="md"
          disabled={me === undefined || password !== repeated}
          loading={saving.isPending}
        >
          {t.save}
        </Button>
      </form>
    </Page>
  );
}
