import { save } from '@kumkm/shared/files.ts';
import { useStore } from '@kumkm/shared/store.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, Checkbox, Radio, Stack, Switch } from '@mantine/core';
import { IconBook } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useMayUnmask, useRegionCode } from '../../data/me.ts';
import { Fault } from '../../parts/fault.tsx';
import { isPlain, isReason, oneLine, Reason } from '../../parts/reason.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { confirmation } from '../../texts/confirmation.ts';
import { register } from '../../texts/register.ts';
import { useView } from '../../view.ts';
import styles from './exports.module.css';
import { asked, codebook, type Format, jobsQuery, makeExport } from './queries.ts';
import { words } from './words.ts';

const FORMATS = [
  'xlsx',
  'csv',
  'zip',
  'parquet',
  'geoparquet',
  'geojson',
  'dta',
  'sav',
  'ndjson',
] as const satisfies readonly Format[];

/** What is to be in a file, and in which form. */
export function ExportForm() {
  const t = useTexts(register);
  const c = useTexts(confirmation);
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
  const reading = useMutation({
    mutationFn: async () => save(await codebook(), 'codebook-kumkm.html'),
    gcTime: 0,
  });
  const { kind, size_class, review_state, verification, kbli, enumerator, q } = filters;
  const narrowed = [
    q === undefined || q === null ? undefined : `“${q}”`,
    kind == null ? undefined : t.kinds[kind],
    size_class == null ? undefined : t.sizes[size_class],
    review_state == null ? undefined : t.states[review_state],
    verification == null ? undefined : `${c.label}: ${c.states[verification]}`,
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
      <Radio.Group
        label={t.format}
        value={format}
        onChange={(chosen) => setFormat(FORMATS.find((each) => each === chosen) ?? 'xlsx')}
      >
        <Stack gap="sm" mt="xs">
          {FORMATS.map((each) => (
            <Radio key={each} value={each} label={t.formats[each]} description={t.formatsFor[each]} />
          ))}
        </Stack>
      </Radio.Group>
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
      {reading.isError && <Fault fault={reading.error} />}
      <Button
        variant="subtle"
        leftSection={<IconBook size={18} stroke={1.75} aria-hidden />}
        loading={reading.isPending}
        onClick={() => reading.mutate()}
      >
        {t.codebook}
      </Button>
    </form>
  );
}
