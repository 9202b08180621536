import { ApiProblem } from '@kumkm/shared/api/problem.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button, Select } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import type { Business } from '../../data/business.ts';
import { isMasked } from '../../parts/answers/values.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { DialogEnd } from '../../parts/dialog-end.tsx';
import { Fault } from '../../parts/fault.tsx';
import { isReason, Reason } from '../../parts/reason.tsx';
import { register } from '../../texts/register.ts';
import { CorrectedField } from './corrected-field.tsx';
import { type Change, forgetDraft, useDraft } from './drafts.ts';
import { type Field, fieldsOf, parsed, patchOf, typed, valueAt } from './patch.ts';
import { correct } from './queries.ts';
import styles from './register.module.css';

export interface Corrected {
  readonly revision: number;
  readonly warnings: readonly string[];
}

interface Told {
  readonly business: Business;
  readonly onClose: () => void;
  readonly onDone: (corrected: Corrected) => void;
}

/** The form that the record in force answered: a newer one asks more. */
function formInForce({ submissions, record_id, revision, kind }: Business): string {
  const inForce = submissions.find((each) => each.record_id === record_id && each.revision === revision);
  return inForce?.questionnaire ?? `${kind}@1`;
}

/** Answers that are corrected, and why. What was typed stays until the server took it. */
export function CorrectionDialog({ business, onClose, onDone }: Told) {
  const t = useTexts(register);
  const language = useLanguage();
  const client = useQueryClient();
  const form = formInForce(business);
  const fields = useMemo(() => fieldsOf(form, language), [form, language]);
  const [draft, setDraft] = useDraft(business.id);
  const [tried, setTried] = useState(false);
  const saving = useMutation({
    mutationFn: (changes: ReadonlyMap<string, unknown>) =>
      correct(business.id, {
        changes: patchOf(changes),
        reason: draft.reason.trim(),
        revision: business.revision,
      }),
    gcTime: 0,
    onSuccess: async ({ revision, warnings }) => {
      forgetDraft(business.id);
      void client.invalidateQueries({ queryKey: ['businesses'] });
      await client.invalidateQueries({ queryKey: ['business', business.id] });
      onDone({ revision, warnings: warnings.map((each) => each.detail) });
    },
  });
  const chosen = fields.filter((field) => draft.changes.has(field.pointer));
  const changes = new Map<string, unknown>(
    chosen.flatMap((field): [string, unknown][] => {
      const change = draft.changes.get(field.pointer);
      if (change === undefined) return [];
      const value = change.isEmptied ? null : parsed(change.text, field.question);
      return value === undefined ? [] : [[field.pointer, value]];
    }),
  );
  const isWhole = chosen.length > 0 && changes.size === chosen.length;
  const faults = faultsOf(saving.error);
  const isOutdated = saving.error instanceof ApiProblem && saving.error.code === 'state_changed';
  const others = faults.size > 0 && [...faults.keys()].every((pointer) => draft.changes.has(pointer));

  function change(pointer: string, next: Change | undefined) {
    const all = new Map(draft.changes);
    if (next === undefined) all.delete(pointer);
    else all.set(pointer, next);
    setDraft({ ...draft, changes: all });
  }
  function add(pointer: string | null) {
    if (pointer === null || draft.changes.has(pointer)) return;
    const now = valueAt(business.answers, pointer);
    change(pointer, { text: isMasked(now) ? '' : typed(now), isEmptied: false });
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (isWhole && isReason(draft.reason)) saving.mutate(changes);
  }

  return (
    <Dialog title={t.correctTitle} size="lg" onClose={onClose}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <p className={styles.quiet}>{t.correctAbout}</p>
        {chosen.map((field) => (
          <CorrectedField
            key={field.pointer}
            field={field}
            now={valueAt(business.answers, field.pointer)}
            change={draft.changes.get(field.pointer) ?? { text: '', isEmptied: false }}
            fault={faults.get(field.pointer)}
            tried={tried}
            onChange={(next) => change(field.pointer, next)}
          />
        ))}
        <Select
          label={t.addAnswer}
          placeholder={t.addAnswerHint}
          searchable
          value={null}
          data={grouped(fields.filter((field) => !draft.changes.has(field.pointer)))}
          onChange={add}
          error={tried && chosen.length === 0 ? t.nothingChanged : undefined}
          comboboxProps={{ withinPortal: true }}
          maxDropdownHeight={280}
        />
        <Reason
          hint={t.correctReasonHint}
          value={draft.reason}
          tried={tried}
          onChange={(reason) => setDraft({ ...draft, reason })}
        />
        {isOutdated && (
          <Alert role="alert" color="orange" variant="light" title={t.newer}>
            <p>{t.newerAbout}</p>
            <Button
              variant="default"
              size="sm"
              onClick={async () => {
                await client.invalidateQueries({ queryKey: ['business', business.id] });
                saving.reset();
              }}
            >
              {t.lookAgain}
            </Button>
          </Alert>
        )}
        {saving.isError && !isOutdated && !others && <Fault fault={saving.error} />}
        <DialogEnd leave={t.cancel} onLeave={onClose} isPending={saving.isPending}>
          {t.save}
        </DialogEnd>
      </form>
    </Dialog>
  );
}

/** What the server says of an answer, by its pointer. */
function faultsOf(fault: unknown): ReadonlyMap<string, string> {
  if (!(fault instanceof ApiProblem)) return new Map();
  return new Map(
    (fault.problem?.errors ?? []).map((each) => [each.pointer.replace(/^\/changes/, ''), each.detail]),
  );
}

/** Questions for a list to choose from, below the blocks that they stand in. */
function grouped(fields: readonly Field[]) {
  const option = ({ pointer, label }: Field) => ({ value: pointer, label });
  const blocks = [...new Set(fields.flatMap((field) => field.block ?? []))];
  return [
    ...fields.filter((field) => field.block === undefined).map(option),
    ...blocks.map((block) => ({
      group: block,
      items: fields.filter((field) => field.block === block).map(option),
    })),
  ];
}
