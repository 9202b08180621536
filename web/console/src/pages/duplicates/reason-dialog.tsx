import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Textarea } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Dialog } from '../../parts/dialog.tsx';
import { DialogEnd } from '../../parts/dialog-end.tsx';
import { duplicates } from '../../texts/duplicates.ts';
import styles from './duplicates.module.css';

interface Told {
  readonly title: string;
  readonly about: string;
  readonly reason: string;
  readonly onReason: (reason: string) => void;
  /** Letters that the API wants, and takes. */
  readonly shortest: number;
  readonly longest: number;
  /** What sends it is called. */
  readonly send: string;
  readonly color?: string;
  readonly isPending: boolean;
  readonly onSend: (reason: string) => void;
  readonly onClose: () => void;
  /** What became of it so far. */
  readonly children: ReactNode;
}

const SHORTEST = 5;
const LONGEST = 1_000;

interface OfCases extends Pick<Told, 'title' | 'about' | 'send' | 'onClose' | 'children'> {
  readonly sending: { readonly isPending: boolean; readonly mutate: (reason: string) => void };
}

/** The reason of a decision on cases. */
export function CasesReason({ sending, ...told }: OfCases) {
  const [reason, setReason] = useState('');
  return (
    <ReasonDialog
      {...told}
      reason={reason}
      onReason={setReason}
      shortest={SHORTEST}
      longest={LONGEST}
      isPending={sending.isPending}
      onSend={(why) => sending.mutate(why)}
    />
  );
}

/** A decision that wants a reason. */
export function ReasonDialog({
  title,
  about,
  reason,
  onReason,
  shortest,
  longest,
  color = 'teal',
  ...told
}: Told) {
  const t = useTexts(duplicates);
  const [isShort, setShort] = useState(false);
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (reason.trim().length < shortest) setShort(true);
    else told.onSend(reason.trim());
  }
  return (
    <Dialog title={title} onClose={told.onClose}>
      <form className={styles.form} onSubmit={submit}>
        <p>{about}</p>
        <Textarea
          label={t.reason}
          description={t.reasonHint}
          rows={3}
          maxLength={longest}
          data-autofocus
          value={reason}
          error={isShort ? t.reasonShort : undefined}
          onChange={(event) => {
            setShort(false);
            onReason(event.currentTarget.value);
          }}
        />
        {told.children}
        <DialogEnd leave={t.cancel} onLeave={told.onClose} isPending={told.isPending} color={color}>
          {told.send}
        </DialogEnd>
      </form>
    </Dialog>
  );
}
