import { save } from '@kumkm/shared/files.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { DialogEnd } from '../../parts/dialog-end.tsx';
import { Fault } from '../../parts/fault.tsx';
import { isPlain, isReason, oneLine, Reason } from '../../parts/reason.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { verification } from '../../texts/verification.ts';
import { type Request_, requestFile, VERIFICATION } from './queries.ts';

interface Told {
  readonly request: Request_;
  readonly onClose: () => void;
}

const FORMS = ['xlsx', 'excel', 'csv'] as const;

/** In which form the file is wanted, and why numbers leave the register. */
export function DownloadDialog({ request, onClose }: Told) {
  const t = useTexts(verification);
  const language = useLanguage();
  const client = useQueryClient();
  const [form, setForm] = useState<(typeof FORMS)[number]>('xlsx');
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const fetching = useMutation({
    mutationFn: () =>
      requestFile({
        id: request.id,
        form: form === 'xlsx' ? 'xlsx' : 'csv',
        excel: form === 'excel',
        reason: oneLine(reason),
      }),
    gcTime: 0,
    onSuccess: (file) => {
      save(file, file.name);
      void client.invalidateQueries({ queryKey: VERIFICATION });
      onClose();
    },
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (isReason(reason) && isPlain(reason)) fetching.mutate();
  }
  return (
    <Dialog title={t.downloadTitle} onClose={onClose}>
      <form className={surfaces.form} onSubmit={submit}>
        <p>{t.downloadAbout(count(request.asked - request.answered, language))}</p>
        <ChoiceField label={t.form} of={FORMS} names={t.forms} value={form} onChange={setForm} />
        <Reason hint={t.reasonHint} value={reason} tried={tried} plain focus onChange={setReason} />
        {fetching.isError && <Fault fault={fetching.error} />}
        <DialogEnd leave={t.cancel} onLeave={onClose} isPending={fetching.isPending}>
          {t.downloadNow}
        </DialogEnd>
      </form>
    </Dialog>
  );
}
