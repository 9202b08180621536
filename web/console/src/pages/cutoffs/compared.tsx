import type { Column as FileColumn } from '@kumkm/shared/files.ts';
import { longDay } from '@kumkm/shared/formats/dates.ts';
import { change, count, percent } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { Download } from '../../parts/download.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import section from '../../parts/section.module.css';
import { Section } from '../../parts/section.tsx';
import { figuresIn } from '../../parts/table/figures.ts';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { cutoffs } from '../../texts/cutoffs.ts';
import { type By, type ComparedRow, comparisonQuery } from './queries.ts';

const DIFFERENCES = ['entered', 'duplicates', 'conflicts', 'verified', 'returned'] as const;

/** What differs between two cut-offs, and why as far as people decided it. */
export function Compared({ id, other }: { readonly id: string; readonly other: string }) {
  const t = useTexts(cutoffs);
  const language = useLanguage();
  const [by, setBy] = useState<By>('region');
  const found = useQuery(comparisonQuery(id, other, by));
  const columns = useMemo((): readonly Column<ComparedRow>[] => {
    const figure = figuresIn<ComparedRow>(language);
    const signed = (value: number) => (value === 0 ? '0' : change(value, language));
    return [
      { key: 'who', label: t.bys[by], card: 'heading', by: nameOf, cell: nameOf },
      figure('before', t.before, (row) => row.before?.entered),
      figure('after', t.after, (row) => row.after?.entered),
      figure('percent', t.percentAfter, (row) => row.after?.percent, percent),
      ...DIFFERENCES.map(
        (name): Column<ComparedRow> => ({
          key: name,
          label: t.differenceOf(t.counters[name]),
          end: true,
          by: (row) => row.difference[name],
          cell: (row) => signed(row.difference[name]),
        }),
      ),
    ];
  }, [t, language, by]);
  const files: readonly FileColumn<ComparedRow>[] = [
    { title: t.code, value: (row) => ('region' in row ? row.region.code : row.enumerator.username) },
    { title: t.bys[by], value: nameOf },
    { title: t.before, value: (row) => row.before?.entered ?? null },
    { title: t.after, value: (row) => row.after?.entered ?? null },
    ...DIFFERENCES.map((name) => ({
      title: t.differenceOf(t.counters[name]),
      value: (row: ComparedRow) => row.difference[name],
    })),
  ];
  if (found.isPending) return <Waiting rows={5} height={48} />;
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />;
  const { before, after, changes } = found.data;
  const rows = found.data.items as readonly ComparedRow[];
  return (
    <Section
      title={t.compared}
      about={[
        t.from(before.name, longDay(before.as_of, language), after.name, longDay(after.as_of, language)),
        changes.length === 0
          ? t.noChanges
          : t.changes(changes.map((each) => `${count(each.records, language)} ${each.text}`).join('; ')),
      ]}
      aside={
        <Download columns={files} ask={() => Promise.resolve(rows)} name={`${t.compared} ${after.name}`} />
      }
    >
      <div className={section.filters}>
        <ChoiceField
          label={t.rowsBy}
          of={['region', 'enumerator']}
          names={t.bys}
          value={by}
          onChange={setBy}
        />
      </div>
      <DataTable caption={t.compared} columns={columns} rows={rows} rowKey={keyOf} />
    </Section>
  );
}

function nameOf(row: ComparedRow): string {
  return 'region' in row ? row.region.name : row.enumerator.name;
}

function keyOf(row: ComparedRow): string {
  return 'region' in row ? row.region.code : row.enumerator.id;
}
