import type { Column as FileColumn } from '@kumkm/shared/files.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useId } from 'react';
import { BarsChart } from '../../parts/charts/bars.tsx';
import { ChartFrame } from '../../parts/charts/frame.tsx';
import sections from '../../parts/section.module.css';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { statistics } from '../../texts/statistics.ts';
import type { Edition, Row, Table } from './queries.ts';

const MOST_BARS = 12;

interface Told {
  readonly table: Table;
  readonly labels: Readonly<Record<string, string>>;
  readonly edition: Edition;
}

/** The cells of a table: the largest drawn, all of them listed, those suppressed marked. */
export function Cells({ table, labels, edition }: Told) {
  const t = useTexts(statistics);
  const language = useLanguage();
  const heading = useId();
  const text = (row: Row, by: string) =>
    by === 'region' ? String(row.region_name) : String(row[`${by}_label`] ?? t.allOfIt);
  const number = (row: Row) => (typeof row.businesses === 'number' ? row.businesses : undefined);
  const written = (row: Row) => {
    const value = number(row);
    return value === undefined ? t.hidden : count(value, language);
  };
  const nameOf = (row: Row) => table.by.map((by) => text(row, by)).join(' · ');
  const largest = table.items
    .filter((row) => number(row) !== undefined)
    .sort((one, other) => (number(other) ?? 0) - (number(one) ?? 0))
    .slice(0, MOST_BARS);
  const inFile: FileColumn<Row>[] = [
    ...table.by.map((by) => ({ title: labels[by] ?? by, value: (row: Row) => text(row, by) })),
    { title: t.businesses, value: (row: Row) => number(row) ?? t.hidden },
  ];
  const columns: Column<Row>[] = [
    ...table.by.map((by, place) => ({
      key: by,
      label: labels[by] ?? by,
      cell: (row: Row) => text(row, by),
      by: (row: Row) => text(row, by),
      ...(place === 0 ? { card: 'heading' as const } : {}),
    })),
    {
      key: 'businesses',
      label: t.businesses,
      end: true,
      cell: (row: Row) =>
        row.suppressed === true ? <span title={t.hiddenLong}>{t.hidden}</span> : written(row),
      by: (row: Row) => number(row) ?? -1,
    },
  ];
  const title = t.chart(table.by.map((by) => labels[by] ?? by));
  return (
    <>
      <ChartFrame
        title={title}
        note={t.note(
          count(table.items.length, language),
          count(table.suppressed, language),
          count(largest.length, language),
        )}
        columns={inFile}
        rows={table.items}
        format={(value) => (typeof value === 'number' ? count(value, language) : (value ?? t.allOfIt))}
        file={`${table.region} ${edition.as_of.slice(0, 10)}`}
      >
        <BarsChart
          label={title}
          bars={largest.map((row) => ({
            key: nameOf(row),
            name: nameOf(row),
            value: number(row) ?? 0,
            written: written(row),
            strong: false,
          }))}
        />
      </ChartFrame>
      <section className={sections.section} aria-labelledby={heading}>
        <h2 id={heading} className={sections.title}>
          {t.table}
        </h2>
        <DataTable caption={title} columns={columns} rows={table.items} rowKey={nameOf} />
      </section>
    </>
  );
}
