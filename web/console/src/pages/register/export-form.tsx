import { useStore } from '@kumkm/shared/store.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, Checkbox, Switch } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useMayUnmask, useRegionCode } from '../../data/me.ts';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { Fault } from '../../parts/fault.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { register } from '../../texts/register.ts';
import { useView } from '../../view.ts';
import styles from './exports.module.css';
import { asked, type Format, jobsQuery, makeExport } from './queries.ts';
import { isPlain, isReason, oneLine, Reason } from './reason.tsx';
import { words } from './words.ts';

const FORMATS = ['xlsx', 'csv', 'geojson', 'parquet', 'ndjson'] as const satisfies readonly Format[];

/** What is to be in a file, and in which form. */
export function ExportForm() {
  const t = useTexts(register);
  const client = useQueryClient();
  const mayUnmask = useMayUnmask();
  const view = useView();
  const region = useRegionCode();
  const search = useSearch({ from: '/register' });
  const typed = useStore(words);
  const [format, setFormat] = useState<Format>('xlsx');
  const [excel, setExcel] = useState(true);
  const [personal, setPersonal] = useState(false);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const filters = asked(view, search, typed);
  const making = useMutation({
    mutationFn: makeExport,
    onSuccess: () => {
      setPersonal(false);
      setReason('');
      setTried(false);
      return client.invalidateQueries({ queryKey: jobsQuery.queryKey });
    },
  });
  const { kind, size_class, review_state, kbli, enumerator, q } = filters;
  const narrowed = [
    q === undefined || q === null ? undefined : `“${q}”`,
    kind == null ? undefined : t.kinds[kind],
    size_class == null ? undefined : t.sizes[size_class],
    review_state == null ? undefined : t.states[review_state],
    kbli == null ? undefined : `${t.kbli} ${kbli}`,
    enumerator,
  ].filter((each) => each !== undefined && each !== null);
  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (personal && !(isReason(reason) && isPlain(reason))) return;
    making.mutate({
      filters,
      format,
      excel: format === 'csv' && excel,
      reason: personal ? oneLine(reason) : undefined,
    });
  }
  return (
    <form
      className={`${surfaces.card} ${styles.card} ${styles.form}`}
      onSubmit={submit}
      aria-labelledby="export"
    >
      <div>
        <h2 id="export">{t.exportTitle}</h2>
        <p className={styles.quiet}>{t.exportAbout}</p>
      </div>
      <div>
        <p className={styles.label}>{t.exportOf}</p>
        <p className={styles.what}>
          {narrowed.length === 0 ? t.exportAll : narrowed.join(' · ')} <span>({region})</span>
        </p>
        <p className={styles.quiet}>{t.exportFilters}</p>
      </div>
      <ChoiceField label={t.format} of={FORMATS} names={t.formats} value={format} onChange={setFormat} />
      {format === 'csv' && (
        <Checkbox
          label={t.excelCsv}
          checked={excel}
          onChange={(event) => setExcel(event.currentTarget.checked)}
        />
      )}
      {mayUnmask && (
        <Switch
          label={t.withPersonal}
          description={t.withPersonalAbout}
          checked={personal}
          onChange={(event) => setPersonal(event.currentTarget.checked)}
        />
      )}
      {personal && (
        <Reason hint={t.personalReasonHint} value={reason} tried={tried} plain onChange={setReason} />
      )}
      {making.isError && <Fault fault={making.error} />}
      <Button type="submit" size="md" loading={making.isPending}>
        {t.make}
      </Button>
    </form>
  );
}
