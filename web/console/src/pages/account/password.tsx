import { setPassword } from '@kumkm/shared/session/session.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Me } from '../../data/me.ts';
import { Fault } from '../../parts/fault.tsx';
import { NewPassword, NOTHING_TYPED, weaknessOf } from '../../parts/new-password.tsx';
import { PasswordField } from '../../parts/password-field.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { account } from '../../texts/account.ts';
import { signin } from '../../texts/signin.ts';
import styles from './account.module.css';
import { sessionsQuery } from './queries.ts';

/** Another password. All sessions end with it; this desk begins a new one at once. */
export function Password({ me }: { readonly me: Me }) {
  const t = useTexts(signin);
  const a = useTexts(account);
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [typed, setTyped] = useState(NOTHING_TYPED);
  const { value: password, repeated } = typed;
  const saving = useMutation({
    mutationFn: () =>
      setPassword({ username: me.username, current_password: current, new_password: password }),
    onSuccess: () => {
      setCurrent('');
      setTyped(NOTHING_TYPED);
      void client.invalidateQueries(sessionsQuery);
    },
  });
  const weakness = weaknessOf(saving.error);
  function submit(event: FormEvent) {
    event.preventDefault();
    if (password === repeated) saving.mutate();
  }
  return (
    <section className={`${surfaces.card} ${styles.card}`} aria-labelledby="password">
      <h2 id="password">{a.password}</h2>
      <p className={styles.about}>{a.passwordAbout}</p>
      <form className={styles.form} onSubmit={submit}>
        {saving.isError && weakness === undefined && <Fault fault={saving.error} />}
        {saving.isSuccess && (
          <Alert role="status" color="teal" icon={<IconCircleCheck aria-hidden />}>
            {t.changed}
          </Alert>
        )}
        {/* For what keeps passwords: whose it is. */}
        <input type="text" name="username" autoComplete="username" value={me.username} readOnly hidden />
        <PasswordField
          label={t.current}
          autoComplete="current-password"
          value={current}
          onValue={setCurrent}
        />
        <NewPassword typed={typed} error={weakness} onType={setTyped} />
        <Button
          type="submit"
          size="md"
          disabled={current === '' || password === '' || password !== repeated}
          loading={saving.isPending}
        >
          {t.save}
        </Button>
      </form>
    </section>
  );
}
