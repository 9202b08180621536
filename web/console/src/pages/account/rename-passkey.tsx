import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../parts/dialog.tsx';
import { Fault } from '../../parts/fault.tsx';
import { account } from '../../texts/account.ts';
import { parts } from '../../texts/parts.ts';
import styles from './account.module.css';
import { type Passkey, passkeysQuery, renamePasskey } from './queries.ts';

interface Told {
  readonly passkey: Passkey;
  readonly onClose: () => void;
}

export function RenamePasskey({ passkey, onClose }: Told) {
  const t = useTexts(account);
  const p = useTexts(parts);
  const client = useQueryClient();
  const [name, setName] = useState(passkey.name);
  const saving = useMutation({
    mutationFn: () => renamePasskey(passkey.id, name.trim()),
    onSuccess: async () => {
      await client.invalidateQueries(passkeysQuery);
      onClose();
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    saving.mutate();
  }
  return (
    <Dialog title={t.renamePasskey} onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        {saving.isError && <Fault fault={saving.error} />}
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
        <div className={styles.buttons}>
          <Button variant="default" size="md" onClick={onClose}>
            {p.cancel}
          </Button>
          <Button
            type="submit"
            size="md"
            loading={saving.isPending}
            disabled={name.trim() === '' || name.trim() === passkey.name}
          >
            {t.rename}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
