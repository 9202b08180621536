import { longDay } from '@kumkm/shared/formats/dates.ts';
import { count, percent } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { CUTOFFS } from '../../data/cutoffs.ts';
import type { RegionAnswer } from '../../data/progress.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { DialogEnd } from '../../parts/dialog-end.tsx';
import { Fault } from '../../parts/fault.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { cutoffs } from '../../texts/cutoffs.ts';
import { publish } from './queries.ts';

interface Told {
  readonly answer: RegionAnswer;
  readonly onClose: () => void;
  readonly onPublished: (id: string) => void;
}

const LONGEST_NAME = 200;
const LONGEST_NOTE = 2000;

/** Publish the figures that are on the screen: they stay for good, so it is confirmed. */
export function Publish({ answer, onClose, onPublished }: Told) {
  const t = useTexts(cutoffs);
  const language = useLanguage();
  const client = useQueryClient();
  const { item, as_of: asOf, basis, campaign } = answer;
  const [id] = useState(() => crypto.randomUUID());
  const [name, setName] = useState('');
  const [note, setNote] = useState('');
  const [isSure, setSure] = useState(false);
  const publishing = useMutation({
    mutationFn: () =>
      publish({
        id, // sent again after a lost answer, it is the same one
        campaign,
        region: item.region.code,
        as_of: asOf,
        basis: basis === 'captured' ? 'captured' : 'received',
        name: name.trim(),
        note: note.trim() === '' ? null : note.trim(),
      }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: CUTOFFS });
      onPublished(made.id);
    },
  });
  const ready = name.trim() !== '' && isSure;
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (ready) publishing.mutate();
  }
  return (
    <Dialog title={t.publish} onClose={onClose}>
      <form className={surfaces.form} onSubmit={submit}>
        <p>
          {t.publishAbout(
            item.region.name,
            longDay(asOf, language),
            count(item.entered, language),
            count(item.target, language),
            percent(item.percent, language),
          )}
        </p>
        {publishing.isError && <Fault fault={publishing.error} />}
        <TextInput
          label={t.name}
          description={t.nameHint}
          value={name}
          maxLength={LONGEST_NAME}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label={t.note}
          description={t.noteHint}
          value={note}
          maxLength={LONGEST_NOTE}
          autosize
          minRows={2}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Checkbox
          label={t.sure}
          checked={isSure}
          onChange={(event) => setSure(event.currentTarget.checked)}
        />
        <DialogEnd leave={t.cancel} onLeave={onClose} isPending={publishing.isPending} disabled={!ready}>
          {t.publishNow}
        </DialogEnd>
      </form>
    </Dialog>
  );
}
