import type { Column as FileColumn } from '@kumkm/shared/files.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useId } from 'react';
import { BarsChart } from '../../parts/charts/bars.tsx';
import { ChartFrame } from '../../parts/charts/frame.tsx';
import sections from '../../parts/section.module.css';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { statistics } from '../../texts/statistics.ts';
import { crosstab, type Line } from './crosstab.ts';
import type { Edition, Row, Table, Variable } from './queries.ts';

const MOST_BARS = 12;

interface Told {
  readonly table: Table;
  readonly variables: readonly Variable[];
  readonly edition: Edition;
}

/** The cells of a table: the largest drawn; all of them in a table, of two ways where it can be; those suppressed marked. */
export function Cells({ table, variables, edition }: Told) {
  const t = useTexts(statistics);
  const language = useLanguage();
  const heading = useId();
  const labels = Object.fromEntries(variables.map((each) => [each.name, each.label]));
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
  const shown = (row: Row) =>
    row.suppressed === true ? <span title={t.hiddenLong}>{t.hidden}</span> : written(row);
  const attributes = (names: readonly string[]) =>
    names.map((by, place) => ({
      key: by,
      label: labels[by] ?? by,
      text: (row: Row) => text(row, by),
      ...(place === 0 ? { card: 'heading' as const } : {}),
    }));
  const columns: Column<Row>[] = [
    ...attributes(table.by).map((each) => ({ ...each, cell: each.text, by: each.text })),
    { key: 'businesses', label: t.businesses, end: true, cell: shown, by: (row) => number(row) ?? -1 },
  ];
  const last = table.by.at(-1) ?? '';
  const codes = variables.find((each) => each.name === last)?.codes ?? {};
  const crossed = crosstab(table.by, table.items, Object.keys(codes));
  const sides: Column<Line>[] = [
    ...attributes(table.by.slice(0, -1)).map((each) => ({
      ...each,
      cell: (line: Line) => each.text(line.head),
      by: (line: Line) => each.text(line.head),
    })),
    ...(crossed?.columns ?? []).map((code) => ({
      key: `of ${code}`,
      label: codes[code] ?? code,
      end: true,
      cell: (line: Line) => {
        const found = line.cells.get(code);
        return found === undefined ? count(0, language) : shown(found);
      },
      by: (line: Line) => {
        const found = line.cells.get(code);
        return found === undefined ? 0 : (number(found) ?? -1);
      },
    })),
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
        {crossed === undefined ? (
          <DataTable caption={title} columns={columns} rows={table.items} rowKey={nameOf} />
        ) : (
          <DataTable caption={title} columns={sides} rows={crossed.lines} rowKey={(line) => line.key} />
        )}
      </section>
    </>
  );
}
