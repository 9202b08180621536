import { longDay, monthOf } from '@kumkm/shared/formats/dates.ts';
import { count, rupiah } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconCoins } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Documents } from '../../parts/documents.tsx';
import { Empty } from '../../parts/empty.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import section from '../../parts/section.module.css';
import { Section } from '../../parts/section.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { figuresIn, timesIn } from '../../parts/table/figures.ts';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { honour } from '../../texts/honour.ts';
import { viewOf } from '../../view.ts';
import type { Run } from './queries.ts';
import { Statements } from './statements.tsx';

/** The payment lists that were made. */
export function Runs({ rows, open }: { readonly rows: readonly Run[]; readonly open: string | undefined }) {
  const t = useTexts(honour);
  const language = useLanguage();
  const columns = useMemo((): readonly Column<Run>[] => {
    const figure = figuresIn<Run>(language);
    return [
      {
        key: 'number',
        label: t.number,
        card: 'heading',
        by: (row) => row.number,
        cell: (row) => (
          <Link
            from="/honor"
            to="/honor"
            search={(before) => ({ ...viewOf(before), daftar: row.id })}
            resetScroll={false}
            className={surfaces.leads}
          >
            {row.number}
          </Link>
        ),
      },
      { key: 'month', label: t.month, by: (row) => row.month, cell: (row) => monthOf(row.month, language) },
      { key: 'region', label: t.region, by: (row) => row.region.name },
      figure('people', t.people, (row) => row.people),
      figure('payable', t.payable, (row) => row.payable, rupiah),
      {
        key: 'cutoff',
        label: t.cutoff,
        by: (row) => row.cutoff.as_of,
        cell: (row) => row.cutoff.name,
      },
      { ...timesIn<Run>(language)('made', t.made, (row) => row.made_at), wide: true },
    ];
  }, [t, language]);
  return (
    <Section title={t.runs}>
      {rows.length === 0 ? (
        <Empty
          title={t.noRuns}
          about={t.noRunsAbout}
          icon={<IconCoins size={32} stroke={1.5} aria-hidden />}
        />
      ) : (
        <DataTable caption={t.runs} columns={columns} rows={rows} rowKey={(row) => row.id} selected={open} />
      )}
    </Section>
  );
}

/** One of them: its sums, its files, and everybody in it. */
export function OpenedRun({ run }: { readonly run: Run }) {
  const t = useTexts(honour);
  const language = useLanguage();
  const facts = [
    [t.people, count(run.people, language)],
    [t.records, count(run.records, language)],
    [t.amount, rupiah(run.amount, language)],
    ...(run.carried_in === 0 ? [] : [[t.carriedIn, rupiah(run.carried_in, language)] as const]),
    [t.payable, rupiah(run.payable, language)],
    ...(run.carried_out === 0 ? [] : [[t.carriedOut, rupiah(run.carried_out, language)] as const]),
  ] as const;
  const until = longDay(run.cutoff.as_of, language);
  return (
    <Section
      title={t.runOf(run.number, monthOf(run.month, language))}
      about={[
        t.told(run.region.name, run.cutoff.name, until, run.made_by.name),
        ...(run.whole_month ? [] : [t.partial(until)]),
      ]}
      aside={
        <Documents
          paths={{ pdf: `honour/runs/${run.id}/list.pdf`, xlsx: `honour/runs/${run.id}/list.xlsx` }}
          name={run.number}
        />
      }
    >
      <FactList className={`figures ${section.figures}`} facts={facts} />
      <Statements run={run.id} />
    </Section>
  );
}
