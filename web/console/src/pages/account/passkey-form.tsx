import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Dialog } from '../../parts/dialog.tsx';
import { LineField } from '../../parts/line-field.tsx';
import { account } from '../../texts/account.ts';
import { parts } from '../../texts/parts.ts';
import styles from './account.module.css';
import { passkeysQuery } from './queries.ts';

interface Told {
  readonly title: string;
  readonly about?: string;
  /** The name that it has now. */
  readonly name?: string;
  /** What sends the form is called. */
  readonly send: string;
  readonly onSend: (name: string) => Promise<unknown>;
  readonly onFault?: (fault: unknown) => void;
  /** What is shown of an answer that refuses. */
  readonly refusal: (fault: unknown) => ReactNode;
  readonly onClose: () => void;
  /** What is asked below the name. */
  readonly children?: ReactNode;
}

/** A passkey gets a name: a new one, or one that is there. */
export function PasskeyForm({ name: before = '', title, about, send, onSend, onFault, ...told }: Told) {
  const t = useTexts(account);
  const p = useTexts(parts);
  const client = useQueryClient();
  const [typed, setName] = useState(before);
  const name = typed.trim();
  const sending = useMutation({
    mutationFn: () => onSend(name),
    onError: (fault) => onFault?.(fault),
    onSuccess: async () => {
      await client.invalidateQueries(passkeysQuery);
      told.onClose();
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    sending.mutate();
  }
  return (
    <Dialog title={title} onClose={told.onClose}>
      <form className={styles.form} onSubmit={submit}>
        {about !== undefined && <p>{about}</p>}
        {sending.isError && told.refusal(sending.error)}
        <LineField
          label={t.passkeyName}
          description={t.passkeyNameHint}
          size="md"
          maxLength={60}
          data-autofocus
          value={typed}
          onValue={setName}
        />
        {told.children}
        <div className={styles.buttons}>
          <Button variant="default" size="md" onClick={told.onClose}>
            {p.cancel}
          </Button>
          <Button
            type="submit"
            size="md"
            loading={sending.isPending}
            disabled={name === '' || name === before}
          >
            {send}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
