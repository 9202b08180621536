import type { Column as FileColumn } from '@kumkm/shared/files.ts';
import { longDay } from '@kumkm/shared/formats/dates.ts';
import { count, percent, rate } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import type { RegionAnswer } from '../../data/progress.ts';
import surfaces from '../../parts/surfaces.module.css';
import { readOrder, writtenOrder } from '../../parts/table/order.ts';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { Ways } from '../../parts/ways.tsx';
import { map } from '../../texts/map.ts';
import { type Area, figureOf } from './layers.ts';
import styles from './map.module.css';

interface Told {
  readonly areas: readonly Area[];
  readonly days: boolean;
  readonly at: string | undefined;
  readonly sort: string | undefined;
  readonly onSort: (sort: string) => void;
  readonly answer: RegionAnswer;
}

/** What the map shows, as a table: the way of keyboards and screen readers. */
export function AreaTable({ areas, days, at, sort, onSort, answer }: Told) {
  const t = useTexts(map);
  const language = useLanguage();
  const heading = useId();
  if (areas.length === 0) return null;
  const figures = [
    { key: 'entered', label: t.entered, value: ({ row }: Area) => row.entered, written: count },
    { key: 'target', label: t.target, value: ({ row }: Area) => row.target, written: count },
    { key: 'percent', label: t.percent, value: ({ row }: Area) => row.percent, written: percent },
    {
      key: 'pace',
      label: t.perDay,
      value: ({ row }: Area) => row.pace.last_7_days_per_day,
      written: rate,
    },
    { key: 'doors', label: t.doors, value: ({ row }: Area) => row.open_visits, written: count },
    ...(days ? [{ key: 'stale', label: t.stale, value: ({ stale }: Area) => stale, written: count }] : []),
    {
      key: 'returned',
      label: t.returned,
      value: (area: Area) => figureOf('returned', area),
      written: percent,
    },
  ];
  const columns: Column<Area>[] = [
    {
      key: 'name',
      label: t.region,
      card: 'heading',
      by: ({ row }) => row.region.name,
      cell: ({ row }) => (
        <Link
          from="/peta"
          to="/peta"
          search={(all) => ({ ...all, at: row.region.code })}
          className={`${surfaces.link} ${styles.name}`}
        >
          {row.region.name}
        </Link>
      ),
    },
    ...figures.map(({ key, label, value, written }) => ({
      key,
      label,
      end: true,
      by: value,
      cell: (area: Area) =>
        key === 'stale' && value(area) === null ? t.never : written(value(area), language),
    })),
  ];
  const files: FileColumn<Area>[] = [
    { title: t.code, value: ({ row }) => row.region.code },
    { title: t.region, value: ({ row }) => row.region.name },
    ...figures.map(({ label, value }) => ({ title: label, value })),
  ];
  return (
    <section className={styles.card} aria-labelledby={heading}>
      <header className={styles.tableHead}>
        <h2 id={heading}>{t.table}</h2>
        <div>
          <Ways
            title={t.table}
            columns={files}
            rows={areas}
            file={`${answer.item.region.name} ${answer.as_of}`}
          />
        </div>
      </header>
      <DataTable
        caption={`${t.table}, ${longDay(answer.as_of, language)}`}
        columns={columns}
        rows={areas}
        rowKey={({ row }) => row.region.code}
        selected={at}
        order={readOrder(sort) ?? { key: 'entered', down: true }}
        onOrder={(next) => onSort(writtenOrder(next))}
      />
    </section>
  );
}
