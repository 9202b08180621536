import { stateOf } from '@kumkm/shared/charts/progress.ts';
import type { Column as FileColumn } from '@kumkm/shared/files.ts';
import { longDay, shortDay } from '@kumkm/shared/formats/dates.ts';
import { change, count, NONE, percent, rate } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useId } from 'react';
import { levelBelow, levelOf } from '../../data/codes.ts';
import { childrenQuery, type RegionAnswer, type RegionRow } from '../../data/progress.ts';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { StateBadge } from '../../parts/state.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { readOrder, writtenOrder } from '../../parts/table/order.ts';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { Ways } from '../../parts/ways.tsx';
import { overview } from '../../texts/overview.ts';
import { parts } from '../../texts/parts.ts';
import { useView } from '../../view.ts';
import { useCompareDay } from './compare-to.ts';
import styles from './overview.module.css';

const route = getRouteApi('/');

/** A figure of a region: its heading, the figure itself, and how it is written. */
interface Figure {
  readonly key: string;
  readonly label: string;
  readonly value: (row: RegionRow) => number | null;
  readonly format: (value: number | null) => string;
  /** Whether a phone leaves it out. */
  readonly minor?: boolean;
}

/** The regions right below, each a link to its own overview. */
export function Children({ answer }: { readonly answer: RegionAnswer }) {
  const t = useTexts(overview);
  const p = useTexts(parts);
  const language = useLanguage();
  const heading = useId();
  const view = useView();
  const { sort } = route.useSearch();
  const navigate = useNavigate({ from: '/' });
  const code = answer.item.region.code;
  const day = useCompareDay(answer.as_of);
  const children = useQuery({ ...childrenQuery(code, view), enabled: levelOf(code) !== 'neighbourhood' });
  const earlier = useQuery({
    ...childrenQuery(code, { ...view, as_of: day ?? '' }),
    enabled: day !== undefined,
  });
  // Of most villages no neighbourhoods are known.
  const none = levelOf(code) === 'village' && (children.data?.items.length ?? 0) === 0;
  if (none || levelOf(code) === 'neighbourhood') return null;
  if (children.isError && children.data === undefined) {
    return <Fault fault={children.error} again={() => void children.refetch()} />;
  }
  if (children.data === undefined) return <Waiting rows={5} />;
  const rows = children.data.items;
  const before = new Map(earlier.data?.items.map((row) => [row.region.code, row.entered]));
  const whole = (value: number | null) => count(value, language);
  // Where no region has a target yet, its share of all that is in says more than three empty columns.
  const targets = rows.some((row) => row.target !== null);
  const all = answer.item.entered;
  const figures: Figure[] = [
    { key: 'entered', label: t.entered, value: (row) => row.entered, format: whole },
    ...(targets
      ? [
          { key: 'target', label: t.target, value: (row: RegionRow) => row.target, format: whole },
          {
            key: 'percent',
            label: t.percent,
            value: (row: RegionRow) => row.percent,
            format: (value: number | null) => percent(value, language),
          },
        ]
      : [
          {
            key: 'percent',
            label: t.shareOf,
            value: (row: RegionRow) => (all === 0 ? null : (row.entered / all) * 100),
            format: (value: number | null) => percent(value, language),
          },
        ]),
    {
      key: 'pace',
      label: t.lastDays,
      value: (row) => row.pace.last_7_days_per_day,
      format: (value) => rate(value, language),
    },
    {
      key: 'projected',
      label: t.projected,
      value: (row) => row.pace.projected_total,
      format: whole,
      minor: true,
    },
    {
      key: 'enumerators',
      label: t.enumerators,
      value: (row) => row.enumerators_active,
      format: whole,
      minor: true,
    },
  ];
  if (day !== undefined) {
    figures.splice(1, 0, {
      key: 'since',
      label: t.change(shortDay(day, language)),
      value: (row) => {
        const then = before.get(row.region.code);
        return then === undefined ? null : row.entered - then;
      },
      format: (value) => (value === null ? NONE : change(value, language)),
    });
  }
  const columns: Column<RegionRow>[] = [
    {
      key: 'name',
      label: t.region,
      card: 'heading',
      by: (row) => row.region.name,
      cell: (row) => (
        <Link
          to="/"
          search={(all) => ({ ...all, region: row.region.code })}
          className={`${surfaces.link} ${styles.region}`}
        >
          {row.region.name}
        </Link>
      ),
    },
    ...(targets
      ? [
          {
            key: 'state',
            label: t.state,
            by: (row: RegionRow) => p.state[stateOf(row)],
            cell: (row: RegionRow) => <StateBadge state={stateOf(row)} />,
          },
        ]
      : []),
    ...figures.map(({ key, label, value, format, minor }) => ({
      key,
      label,
      end: true,
      ...(minor === true ? { card: 'hidden' as const } : {}),
      by: value,
      cell: (row: RegionRow) => format(value(row)),
    })),
  ];
  const files: FileColumn<RegionRow>[] = [
    { title: t.code, value: (row) => row.region.code },
    { title: t.region, value: (row) => row.region.name },
    ...(targets ? [{ title: t.state, value: (row: RegionRow) => p.state[stateOf(row)] }] : []),
    ...figures.map(({ label, value }) => ({ title: label, value })),
  ];
  const title = t.children(t.levels[levelBelow(code)]);
  return (
    <section className={styles.table} aria-labelledby={heading}>
      <header className={styles.tableHead}>
        <div>
          <h2 id={heading}>{title}</h2>
          <p>{t.childrenNote}</p>
        </div>
        <div>
          <Ways
            title={title}
            columns={files}
            rows={rows}
            file={`${answer.item.region.name} ${answer.as_of}`}
          />
        </div>
      </header>
      {rows.length === 0 ? (
        <p className={`${surfaces.none} ${styles.none}`}>{t.noChildren}</p>
      ) : (
        <DataTable
          caption={`${title}, ${longDay(answer.as_of, language)}`}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.region.code}
          order={readOrder(sort) ?? { key: 'percent', down: true }}
          onOrder={(next) =>
            void navigate({
              search: (all) => ({ ...all, sort: writtenOrder(next) }),
              replace: true,
              resetScroll: false,
            })
          }
        />
      )}
    </section>
  );
}
