import { useTexts } from '@kumkm/shared/texts/language.ts';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Business } from '../../data/business.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { DialogEnd } from '../../parts/dialog-end.tsx';
import { Fault } from '../../parts/fault.tsx';
import { isPlain, isReason, oneLine, Reason } from '../../parts/reason.tsx';
import { register } from '../../texts/register.ts';
import { unmasked } from './queries.ts';
import styles from './register.module.css';

interface Told {
  readonly id: string;
  readonly onClose: () => void;
  readonly onSeen: (business: Business, reason: string) => void;
}

/** Why personal data is to be seen. */
export function UnmaskDialog({ id, onClose, onSeen }: Told) {
  const t = useTexts(register);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const asking = useMutation({
    mutationFn: () => unmasked(id, oneLine(reason)),
    gcTime: 0,
    onSuccess: (business) => {
      if (business.masked) return; // the right was taken away meanwhile
      onSeen(business, oneLine(reason));
      onClose();
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (isReason(reason) && isPlain(reason)) asking.mutate();
  }
  return (
    <Dialog title={t.unmaskTitle} onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <p>{t.unmaskAbout}</p>
        <Reason hint={t.unmaskReasonHint} value={reason} tried={tried} plain focus onChange={setReason} />
        {asking.data?.masked === true && <p role="alert">{t.noRight}</p>}
        {asking.isError && <Fault fault={asking.error} />}
        <DialogEnd leave={t.cancel} onLeave={onClose} isPending={asking.isPending}>
          {t.show}
        </DialogEnd>
      </form>
    </Dialog>
  );
}
