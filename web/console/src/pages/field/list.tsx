import type { Column as FileColumn } from '@kumkm/shared/files.ts';
import { longDay, longMoment, shortDay } from '@kumkm/shared/formats/dates.ts';
import { count, percent, rate } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { StateBadge } from '../../parts/state.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { ordered, readOrder, writtenOrder } from '../../parts/table/order.ts';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { Ways } from '../../parts/ways.tsx';
import { field } from '../../texts/field.ts';
import { parts } from '../../texts/parts.ts';
import styles from './field.module.css';
import { stateOfRow } from './people.ts';
import type { ForceRow } from './queries.ts';
import { STATES } from './search.ts';

const WIB_MS = 7 * 3_600_000;

interface Told {
  readonly rows: readonly ForceRow[];
  readonly sort: string | undefined;
  readonly person: string | undefined;
  readonly onSort: (sort: string) => void;
  readonly file: string;
  readonly asOf: string;
}

/** The enumerators, who needs help on top. */
export function PeopleTable({ rows, sort, person, onSort, file, asOf }: Told) {
  const t = useTexts(field);
  const p = useTexts(parts);
  const language = useLanguage();
  const order = useMemo(() => readOrder(sort) ?? { key: 'state', down: false }, [sort]);
  const columns = useMemo(() => {
    const word = (row: ForceRow) => {
      const state = stateOfRow(row.state);
      return state === 'open' ? t.noQuota : p.state[state];
    };
    const figure = (
      key: string,
      label: string,
      by: (row: ForceRow) => number | null,
      written: (value: number | null) => string,
      more: Partial<Column<ForceRow>> = {},
    ): Column<ForceRow> => ({ key, label, end: true, by, cell: (row) => written(by(row)), ...more });
    const whole = (value: number | null) => count(value, language);
    const daily = (value: number | null) => rate(value, language);
    const all: readonly Column<ForceRow>[] = [
      {
        key: 'name',
        label: t.person,
        card: 'heading',
        by: (row) => row.enumerator.name,
        cell: (row) => (
          <Link
            from="/petugas"
            to="/petugas"
            search={(now) => ({ ...now, person: row.enumerator.id })}
            resetScroll={false}
            className={`${surfaces.leads} ${styles.name}`}
          >
            {row.enumerator.name}
            {row.coordinator !== null && <small>{row.coordinator.name}</small>}
          </Link>
        ),
      },
      {
        key: 'state',
        label: t.state,
        by: (row) => STATES.indexOf(stateOfRow(row.state)),
        cell: (row) => <StateBadge state={stateOfRow(row.state)} word={word(row)} />,
      },
      {
        key: 'entered',
        label: t.entered,
        end: true,
        by: (row) => row.entered,
        cell: (row) =>
          row.quota === null
            ? count(row.entered, language)
            : t.of(count(row.entered, language), count(row.quota, language)),
      },
      {
        key: 'percent',
        label: t.percent,
        end: true,
        by: (row) => row.percent,
        cell: (row) => percent(row.percent, language),
      },
      figure('needed', t.needed, (row) => row.needed_per_day, daily),
      figure('actual', t.actual, (row) => row.last_7_days_per_day, daily),
      {
        key: 'last',
        label: t.lastReceived,
        end: true,
        by: (row) => row.last_received_at,
        cell: (row) => (
          <span title={longMoment(row.last_received_at, language)}>
            {row.last_received_at === null ? t.never : shortDay(dayOf(row.last_received_at), language)}
          </span>
        ),
      },
      figure('silent', t.silentDays, (row) => row.silent_days, whole, { wide: true }),
      figure('unsent', t.unsentCount, (row) => row.unsent, whole, { wide: true }),
    ];
    return { all, word };
  }, [t, p, language]);
  const sorted = useMemo(() => {
    const by = columns.all.find((column) => column.key === order.key)?.by;
    return by === undefined ? rows : ordered(rows, by, order.down);
  }, [rows, columns, order]);
  const files: FileColumn<ForceRow>[] = [
    { title: t.person, value: (row) => row.enumerator.name },
    { title: t.username, value: (row) => row.enumerator.username },
    { title: t.coordinator, value: (row) => row.coordinator?.name },
    { title: t.state, value: columns.word },
    { title: t.entered, value: (row) => row.entered },
    { title: t.quota, value: (row) => row.quota },
    { title: t.percent, value: (row) => row.percent },
    { title: t.needed, value: (row) => row.needed_per_day },
    { title: t.actual, value: (row) => row.last_7_days_per_day },
    { title: t.activeDays, value: (row) => row.active_days },
    { title: t.returned, value: (row) => row.returned_percent },
    { title: t.lastReceived, value: (row) => row.last_received_at },
    { title: t.silentDays, value: (row) => row.silent_days },
    { title: t.unsentCount, value: (row) => row.unsent },
  ];
  if (rows.length === 0) return <p className={styles.none}>{t.none}</p>;
  return (
    <>
      <p className={styles.ways}>
        <Ways title={t.title} columns={files} rows={sorted} file={file} />
      </p>
      <DataTable
        caption={`${t.tabs.list}, ${longDay(asOf, language)}`}
        columns={columns.all}
        rows={sorted}
        rowKey={(row) => row.enumerator.id}
        selected={person}
        order={order}
        onOrder={(next) => onSort(writtenOrder(next))}
      />
    </>
  );
}

/** The day of a moment in western Indonesia. */
function dayOf(iso: string): string {
  return new Date(new Date(iso).getTime() + WIB_MS).toISOString().slice(0, 10);
}
