import { uuid7 } from '@kumkm/protocol/ids.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { DialogEnd } from '../../parts/dialog-end.tsx';
import { Fault } from '../../parts/fault.tsx';
import { isPlain, isReason, oneLine, Reason } from '../../parts/reason.tsx';
import section from '../../parts/section.module.css';
import surfaces from '../../parts/surfaces.module.css';
import { verification } from '../../texts/verification.ts';
import { useView } from '../../view.ts';
import { about, askedOf, type Form, isSource, KINDS, MOST, USUAL_SOURCE, WHICH } from './asking.ts';
import { ask, type Summary, VERIFICATION } from './queries.ts';

interface Told {
  readonly code: string;
  readonly summary: Summary;
  readonly onClose: () => void;
  readonly onMade: (id: string) => void;
}

const VIAS = ['file', 'verifier'] as const;

/** Choose which numbers an agency is to confirm. What was typed stays until the server took it. */
export function NewRequest({ code, summary, onClose, onMade }: Told) {
  const t = useTexts(verification);
  const language = useLanguage();
  const client = useQueryClient();
  const view = useView();
  // One request, however often it is sent.
  const [id] = useState(() => uuid7(Date.now()));
  const [form, setForm] = useState<Form>({
    kind: 'nik',
    source: USUAL_SOURCE.nik,
    via: 'file',
    which: 'unverified',
    most: MOST,
    again: false,
  });
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const mayAskDirectly = summary.verifier !== null && summary.verifier === form.source;
  const wanted: Form = mayAskDirectly ? form : { ...form, via: 'file' };
  const making = useMutation({
    mutationFn: () => ask(askedOf(wanted, id, code, view), oneLine(reason)),
    gcTime: 0,
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: VERIFICATION });
      onMade(made.id);
    },
  });
  const change = (next: Partial<Form>) => {
    setForm((now) => ({ ...now, ...next }));
  };
  const isWhole = isSource(form.source);
  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (isWhole && isReason(reason) && isPlain(reason)) making.mutate();
  }
  const numbers = about(wanted, summary.items);
  const figure = count(numbers, language);
  return (
    <Dialog title={t.makeTitle} onClose={onClose}>
      <form className={surfaces.form} onSubmit={submit} noValidate>
        <p>{t.makeAbout(summary.region_name)}</p>
        <ChoiceField
          label={t.makeKind}
          of={KINDS}
          names={t.kinds}
          value={form.kind}
          onChange={(kind) => change({ kind, source: USUAL_SOURCE[kind] })}
        />
        <TextInput
          label={t.source}
          description={t.sourceHint}
          value={form.source}
          error={(tried || form.source !== '') && !isWhole ? t.sourceFault : undefined}
          maxLength={40}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={(event) => change({ source: event.currentTarget.value.trim() })}
        />
        {mayAskDirectly && (
          <ChoiceField
            label={t.via}
            of={VIAS}
            names={t.vias}
            value={form.via}
            onChange={(via) => change({ via })}
          />
        )}
        <ChoiceField
          label={t.which}
          of={WHICH}
          names={t.whiches}
          value={form.which}
          onChange={(which) => change({ which })}
        />
        <NumberInput
          label={t.most}
          description={t.mostHint}
          value={form.most}
          min={1}
          max={MOST}
          allowDecimal={false}
          allowNegative={false}
          thousandSeparator={language === 'id' ? '.' : ','}
          decimalSeparator={language === 'id' ? ',' : '.'}
          clampBehavior="strict"
          onChange={(most) => change({ most: typeof most === 'number' && most > 0 ? most : MOST })}
        />
        <Checkbox
          label={t.againLabel}
          checked={form.again}
          onChange={(event) => change({ again: event.currentTarget.checked })}
        />
        <p role="status" className={section.quiet}>
          {numbers === 0 ? t.upNone : form.again ? t.upAll(figure) : t.up(figure)}
        </p>
        <Reason hint={t.reasonHint} value={reason} tried={tried} plain onChange={setReason} />
        {making.isError && <Fault fault={making.error} />}
        <DialogEnd leave={t.cancel} onLeave={onClose} isPending={making.isPending} disabled={numbers === 0}>
          {t.makeNow}
        </DialogEnd>
      </form>
    </Dialog>
  );
}
