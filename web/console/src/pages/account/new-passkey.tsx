import { ApiProblem } from '@kumkm/shared/api/problem.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../parts/dialog.tsx';
import { PasskeyProblem } from '../../parts/passkey-fault.tsx';
import { PasswordField } from '../../parts/password-field.tsx';
import { account } from '../../texts/account.ts';
import { parts } from '../../texts/parts.ts';
import { signin } from '../../texts/signin.ts';
import styles from './account.module.css';
import { addPasskey, passkeysQuery } from './queries.ts';

/** A passkey for this device: its name, and where the server wants it, the password once more. */
export function NewPasskey({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(account);
  const s = useTexts(signin);
  const p = useTexts(parts);
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [proves, setProves] = useState(false);
  const adding = useMutation({
    mutationFn: () => addPasskey(name.trim(), password),
    onError: (fault) => {
      if (wantsProof(fault)) setProves(true);
    },
    onSuccess: async () => {
      await client.invalidateQueries(passkeysQuery);
      onClose();
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    adding.mutate();
  }
  return (
    <Dialog title={t.addPasskey} onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <p>{t.addAbout}</p>
        {adding.isError && !wantsProof(adding.error) && <PasskeyProblem fault={adding.error} />}
        <TextInput
          label={t.passkeyName}
          description={t.passkeyNameHint}
          size="md"
          required
          withAsterisk={false}
          maxLength={60}
          autoComplete="off"
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {proves && (
          <PasswordField
            label={s.current}
            description={t.proofHint}
            autoComplete="current-password"
            autoFocus
            value={password}
            onValue={setPassword}
          />
        )}
        <div className={styles.buttons}>
          <Button variant="default" size="md" onClick={onClose}>
            {p.cancel}
          </Button>
          <Button type="submit" size="md" loading={adding.isPending} disabled={name.trim() === ''}>
            {t.go}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function wantsProof(fault: unknown): boolean {
  return fault instanceof ApiProblem && fault.code === 'proof_needed';
}
