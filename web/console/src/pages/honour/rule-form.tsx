import { useTexts } from '@kumkm/shared/texts/language.ts';
import { NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../parts/dialog.tsx';
import { DialogEnd } from '../../parts/dialog-end.tsx';
import { Fault } from '../../parts/fault.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { honour } from '../../texts/honour.ts';
import { type Counted, countedOf, type Rule } from './queries.ts';

interface Told {
  readonly rule: Rule | undefined;
  readonly save: (rule: Rule) => Promise<void>;
  readonly onClose: () => void;
}

const MOST_RUPIAH = 10_000_000;
const MOST_RECORDS = 1_000_000;
const LONGEST = 200;
const MONTH = /^\d{4}-\d{2}$/;
const FIRST = '-01';

/** A rule: from which month on, how much, at most how many, which records, by which decree. */
export function RuleForm({ rule, save, onClose }: Told) {
  const t = useTexts(honour);
  const [month, setMonth] = useState(rule?.valid_from.slice(0, -FIRST.length) ?? '');
  const [rate, setRate] = useState<number | string>(rule?.rate ?? '');
  const [cap, setCap] = useState<number | string>(rule?.cap ?? '');
  const [counts, setCounts] = useState<Counted>(countedOf(rule?.counts ?? 'entered'));
  const [decree, setDecree] = useState(rule?.decree ?? '');
  const saving = useMutation({ mutationFn: save, onSuccess: onClose });
  const ready = MONTH.test(month) && typeof rate === 'number' && decree.trim() !== '';
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!ready) return;
    saving.mutate({
      valid_from: `${month}${FIRST}`,
      rate,
      cap: typeof cap === 'number' ? cap : null,
      counts,
      decree: decree.trim(),
    });
  }
  const figure = { allowDecimal: false, allowNegative: false, thousandSeparator: '.', decimalSeparator: ',' };
  return (
    <Dialog title={rule === undefined ? t.newRule : t.changeRule} onClose={onClose}>
      <form className={surfaces.form} onSubmit={submit}>
        <p>{t.ruleAbout}</p>
        {saving.isError && <Fault fault={saving.error} />}
        <TextInput
          type="month"
          label={t.from}
          description={t.monthHint}
          value={month}
          data-autofocus
          onChange={(event) => setMonth(event.currentTarget.value)}
        />
        <NumberInput
          {...figure}
          label={t.rate}
          prefix="Rp"
          min={1}
          max={MOST_RUPIAH}
          value={rate}
          onChange={setRate}
        />
        <NumberInput
          {...figure}
          label={t.cap}
          description={t.capHint}
          min={1}
          max={MOST_RECORDS}
          value={cap}
          onChange={setCap}
        />
        <NativeSelect
          label={t.counts}
          value={counts}
          data={(['entered', 'verified'] as const).map((value) => ({ value, label: t.counted[value] }))}
          onChange={(event) => setCounts(countedOf(event.currentTarget.value))}
        />
        <TextInput
          label={t.decree}
          value={decree}
          maxLength={LONGEST}
          onChange={(event) => setDecree(event.currentTarget.value)}
        />
        <DialogEnd leave={t.cancel} onLeave={onClose} isPending={saving.isPending} disabled={!ready}>
          {t.save}
        </DialogEnd>
      </form>
    </Dialog>
  );
}
