import { longDay, monthOf } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Checkbox, NativeSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type Cutoff, cutoffsQuery } from '../../data/cutoffs.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { DialogEnd } from '../../parts/dialog-end.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { honour } from '../../texts/honour.ts';
import { useView } from '../../view.ts';
import { monthsBefore } from './months.ts';
import { HONOUR, makeRun } from './queries.ts';

interface Told {
  readonly code: string;
  readonly onClose: () => void;
  readonly onMade: (id: string) => void;
}

const MONTHS = 12;

/** Make the statements of a month from a cut-off: they stay for good, so it is confirmed. */
export function NewRun({ code, onClose, onMade }: Told) {
  const t = useTexts(honour);
  const language = useLanguage();
  const client = useQueryClient();
  const list = useQuery(cutoffsQuery(code, useView()));
  const [chosen, setChosen] = useState<Cutoff>();
  const [month, setMonth] = useState('');
  const [isSure, setSure] = useState(false);
  const making = useMutation({
    mutationFn: (cutoff: Cutoff) => makeRun({ region: cutoff.region.code, month, cutoff: cutoff.id }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: HONOUR });
      onMade(made.id);
    },
  });
  const ready = chosen !== undefined && month !== '' && isSure;
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (ready) making.mutate(chosen);
  }
  return (
    <Dialog title={t.make} onClose={onClose}>
      <form className={surfaces.form} onSubmit={submit}>
        <p>{t.makeAbout}</p>
        {making.isError && <Fault fault={making.error} />}
        {list.isPending && <Waiting rows={1} height={48} />}
        {list.isError && <Fault fault={list.error} again={() => void list.refetch()} />}
        <NativeSelect
          label={t.cutoff}
          description={list.data?.length === 0 ? t.noCutoff : undefined}
          value={chosen?.id ?? ''}
          data={[
            { value: '', label: t.choose },
            ...(list.data ?? []).map((each) => ({
              value: each.id,
              label: `${each.name} (${each.region.name}, ${longDay(each.as_of, language)})`,
            })),
          ]}
          data-autofocus
          onChange={(event) => {
            const found = list.data?.find((each) => each.id === event.currentTarget.value);
            setChosen(found);
            setMonth(found === undefined ? '' : (monthsBefore(found.as_of, 1)[0] ?? ''));
            making.reset();
          }}
        />
        <NativeSelect
          label={t.month}
          value={month}
          disabled={chosen === undefined}
          data={(chosen === undefined ? [] : monthsBefore(chosen.as_of, MONTHS)).map((value) => ({
            value,
            label: monthOf(value, language),
          }))}
          onChange={(event) => {
            setMonth(event.currentTarget.value);
            making.reset();
          }}
        />
        <Checkbox
          label={t.sure}
          checked={isSure}
          onChange={(event) => setSure(event.currentTarget.checked)}
        />
        <DialogEnd leave={t.cancel} onLeave={onClose} isPending={making.isPending} disabled={!ready}>
          {t.makeNow}
        </DialogEnd>
      </form>
    </Dialog>
  );
}
