import type { Column as FileColumn } from '@kumkm/shared/files.ts';
import { longDay } from '@kumkm/shared/formats/dates.ts';
import { count, percent } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useId } from 'react';
import { levelBelow, levelOf } from '../../data/codes.ts';
import { childrenQuery, type RegionAnswer, type RegionRow } from '../../data/progress.ts';
import { type Result, responseRate } from '../../parts/doors-by-result.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { readOrder, writtenOrder } from '../../parts/table/order.ts';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { Ways } from '../../parts/ways.tsx';
import { doors } from '../../texts/doors.ts';
import { overview } from '../../texts/overview.ts';
import { useView } from '../../view.ts';
import styles from './doors.module.css';

const route = getRouteApi('/kunjungan');

/** Of a phone's card only what is not final, and the rate. */
const SHOWN = new Set<Result>(['entered', 'open_visits', 'non_response', 'refused']);
const COLUMNS = [
  'entered',
  'open_visits',
  'non_response',
  'refused',
  'closed',
  'moved',
  'not_found',
  'not_eligible',
] as const satisfies readonly Result[];

/** The regions right below one, each with its doors by result. */
export function ByRegion({ answer }: { readonly answer: RegionAnswer }) {
  const t = useTexts(doors);
  const o = useTexts(overview);
  const language = useLanguage();
  const heading = useId();
  const view = useView();
  const { sort } = route.useSearch();
  const navigate = useNavigate({ from: '/kunjungan' });
  const { code, name } = answer.item.region;
  const children = useQuery({ ...childrenQuery(code, view), enabled: levelOf(code) !== 'neighbourhood' });
  // Of most villages no neighbourhoods are known.
  const none = levelOf(code) === 'village' && (children.data?.items.length ?? 0) === 0;
  if (none || levelOf(code) === 'neighbourhood') return null;
  if (children.isError && children.data === undefined)
    return <Fault fault={children.error} again={() => void children.refetch()} />;
  if (children.data === undefined) return <Waiting rows={5} />;
  const rows = children.data.items;
  const columns: Column<RegionRow>[] = [
    {
      key: 'name',
      label: t.region,
      card: 'heading',
      by: (row) => row.region.name,
      cell: (row) => (
        <Link
          from="/kunjungan"
          to="/kunjungan"
          search={(all) => ({ ...all, region: row.region.code })}
          className={surfaces.leads}
        >
          {row.region.name}
        </Link>
      ),
    },
    {
      key: 'doors',
      label: t.doors,
      end: true,
      by: (row) => row.doors,
      cell: (row) => count(row.doors, language),
    },
    ...COLUMNS.map(
      (result): Column<RegionRow> => ({
        key: result,
        label: t.short[result],
        end: true,
        ...(SHOWN.has(result) ? {} : { card: 'hidden' as const }),
        by: (row) => row[result],
        cell: (row) => count(row[result], language),
      }),
    ),
    {
      key: 'rate',
      label: t.rate,
      end: true,
      by: responseRate,
      cell: (row) => percent(responseRate(row), language),
    },
  ];
  const files: FileColumn<RegionRow>[] = [
    { title: t.code, value: (row) => row.region.code },
    { title: t.region, value: (row) => row.region.name },
    { title: t.doors, value: (row) => row.doors },
    ...COLUMNS.map((result) => ({ title: t.states[result], value: (row: RegionRow) => row[result] })),
    { title: t.rate, value: responseRate },
  ];
  const title = t.children(o.levels[levelBelow(code)]);
  return (
    <section className={styles.section} aria-labelledby={heading}>
      <header className={styles.head}>
        <h2 id={heading} className={styles.title}>
          {title}
        </h2>
        <p className={styles.ways}>
          <Ways title={title} columns={files} rows={rows} file={`${name} ${answer.as_of}`} />
        </p>
      </header>
      {rows.length === 0 ? (
        <p className={surfaces.none}>{t.noChildren}</p>
      ) : (
        <DataTable
          caption={`${title}, ${longDay(answer.as_of, language)}`}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.region.code}
          order={readOrder(sort) ?? { key: 'open_visits', down: true }}
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
