import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { isUsername } from '../../data/usernames.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Fault } from '../../parts/fault.tsx';
import { parts } from '../../texts/parts.ts';
import { quality } from '../../texts/quality.ts';
import { give, type Reinterview } from './again-queries.ts';
import styles from './quality.module.css';
import { QUALITY } from './queries.ts';

interface Told {
  readonly of: Reinterview;
  readonly onGiven: () => void;
  readonly onClose: () => void;
}

/** Asks to whom a re-interview is given. Open until the server took it. */
export function Giving({ of, onGiven, onClose }: Told) {
  const t = useTexts(quality);
  const words = useTexts(parts);
  const client = useQueryClient();
  const [username, setUsername] = useState('');
  const name = username.trim();
  const giving = useMutation({
    mutationFn: () => give(of.id, name),
    onSuccess: () => {
      onGiven();
      onClose();
    },
    onSettled: () => void client.invalidateQueries({ queryKey: QUALITY }),
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (isUsername(name)) giving.mutate();
  }
  return (
    <Dialog title={t.again.giveOf(of.region_name, of.enumerator_name)} onClose={onClose}>
      <form className={styles.giving} onSubmit={submit}>
        <p>{t.again.giveAbout}</p>
        {giving.isError && <Fault fault={giving.error} />}
        <TextInput
          label={t.again.assignee}
          description={t.enumeratorHint}
          value={username}
          maxLength={100}
          autoComplete="off"
          data-autofocus
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button type="submit" color="teal" loading={giving.isPending} disabled={!isUsername(name)}>
            {t.again.give}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
