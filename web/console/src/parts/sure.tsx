import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { parts } from '../texts/parts.ts';
import { Dialog } from './dialog.tsx';
import { Fault } from './fault.tsx';
import styles from './sure.module.css';
import surfaces from './surfaces.module.css';

interface Told {
  readonly title: string;
  readonly words: string;
  /** What the button says. */
  readonly doIt: string;
  readonly danger?: boolean;
  /** Where the trail wants a reason. */
  readonly withReason?: boolean;
  /** Letters that it has at least. */
  readonly shortestReason?: number;
  readonly act: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}

const SHORTEST_REASON = 3;

/** A question before something that somebody will feel at once. Open until the server took it. */
export function Sure({
  title,
  words,
  doIt,
  danger = false,
  withReason = false,
  shortestReason = SHORTEST_REASON,
  act,
  onClose,
}: Told) {
  const t = useTexts(parts);
  const [reason, setReason] = useState('');
  const acting = useMutation({ mutationFn: () => act(reason.trim()), onSuccess: onClose });
  const short = withReason && reason.trim().length < shortestReason;
  function submit(event: FormEvent) {
    event.preventDefault();
    if (!short) acting.mutate();
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form className={surfaces.form} onSubmit={submit}>
        <p>{words}</p>
        {acting.isError && <Fault fault={acting.error} />}
        {withReason && (
          <Textarea
            label={t.reason}
            description={t.reasonHint(shortestReason)}
            value={reason}
            maxLength={500}
            autosize
            minRows={2}
            data-autofocus
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button type="submit" color={danger ? 'red' : 'teal'} loading={acting.isPending} disabled={short}>
            {doIt}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
