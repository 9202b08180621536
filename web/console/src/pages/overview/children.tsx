import { stateOf } from '@kumkm/shared/charts/progress.ts';
import { longDay, shortDay } from '@kumkm/shared/formats/dates.ts';
import { change, count, percent, rate } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useId } from 'react';
import { levelBelow, levelOf } from '../../data/codes.ts';
import { childrenQuery, type RegionAnswer, type RegionRow } from '../../data/progress.ts';
import { saveCsv, saveExcel } from '../../parts/export.ts';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { sortOf, sortText } from '../../parts/sorting.ts';
import { StateBadge } from '../../parts/state.tsx';
import { DataTable, type TableColumn } from '../../parts/table.tsx';
import { overview } from '../../texts/overview.ts';
import { parts } from '../../texts/parts.ts';
import { useView } from '../../view.ts';
import { useCompareDay } from './compare-to.ts';
import styles from './overview.module.css';

const route = getRouteApi('/');

/** The regions right below, each a link to its own overview. */
export function Children({ answer }: { readonly answer: RegionAnswer }) {
  const t = useTexts(overview);
  const p = useTexts(parts);
  const language = useLanguage();
  const heading = useId();
  const view = useView();
  const { sort: told } = route.useSearch();
  const navigate = useNavigate({ from: '/' });
  const code = answer.item.region.code;
  const day = useCompareDay(answer.as_of);
  const children = useQuery(childrenQuery(code, view));
  const earlier = useQuery({
    ...childrenQuery(code, { ...view, as_of: day ?? '' }),
    enabled: day !== undefined,
  });
  if (levelOf(code) === 'village') return null;
  if (children.isError && children.data === undefined) {
    return <Fault fault={children.error} again={() => void children.refetch()} />;
  }
  if (children.data === undefined) return <Waiting rows={5} />;
  const rows = children.data.items;
  const before = new Map(earlier.data?.items.map((row) => [row.region.code, row.entered]) ?? []);
  const since = (row: RegionRow) => {
    const then = before.get(row.region.code);
    return then === undefined ? null : row.entered - then;
  };
  const columns: TableColumn<RegionRow>[] = [
    {
      key: 'name',
      title: t.region,
      phone: true,
      value: (row) => row.region.name,
      cell: (row) => <RegionCell row={row} />,
    },
    {
      key: 'state',
      title: t.state,
      value: (row) => p.state[stateOf(row)],
      cell: (row) => <StateBadge state={stateOf(row)} />,
    },
    {
      key: 'entered',
      title: t.entered,
      numeric: true,
      phone: true,
      value: (row) => row.entered,
      cell: (row) => <EnteredCell row={row} />,
    },
    {
      key: 'target',
      title: t.target,
      numeric: true,
      value: (row) => row.target,
      cell: (row) => count(row.target, language),
    },
    {
      key: 'percent',
      title: t.percent,
      numeric: true,
      value: (row) => row.percent,
      cell: (row) => percent(row.percent, language),
    },
    ...(day === undefined
      ? []
      : [
          {
            key: 'since',
            title: t.change(shortDay(day, language)),
            numeric: true,
            value: since,
            cell: (row: RegionRow) => {
              const moved = since(row);
              return moved === null ? '–' : change(moved, language);
            },
          },
        ]),
    {
      key: 'pace',
      title: t.lastDays,
      numeric: true,
      value: (row) => row.pace.last_7_days_per_day,
      cell: (row) => rate(row.pace.last_7_days_per_day, language),
    },
    {
      key: 'projected',
      title: t.projected,
      numeric: true,
      value: (row) => row.pace.projected_total,
      cell: (row) => count(row.pace.projected_total, language),
    },
    {
      key: 'enumerators',
      title: t.enumerators,
      numeric: true,
      value: (row) => row.enumerators_active,
      cell: (row) => count(row.enumerators_active, language),
    },
  ];
  const sort = sortOf(
    told,
    columns.map((column) => column.key),
    { key: 'percent', desc: true },
  );
  const title = t.children(t.levels[levelBelow(code)]);
  const name = `${answer.item.region.name} ${title} ${answer.as_of}`;
  const files = [{ title: 'Kode', value: (row: RegionRow) => row.region.code }, ...columns];
  return (
    <section className={styles.table} aria-labelledby={heading}>
      <header className={styles.tableHead}>
        <div>
          <h2 id={heading}>{title}</h2>
          <p>{t.childrenNote}</p>
        </div>
        <div className={`${styles.ways} no-print`}>
          <Button
            variant="subtle"
            size="sm"
            aria-label={p.download(title, p.csv)}
            onClick={() => saveCsv(files, rows, language, name)}
          >
            {p.csv}
          </Button>
          <Button
            variant="subtle"
            size="sm"
            aria-label={p.download(title, p.excel)}
            onClick={() => void saveExcel(files, rows, name)}
          >
            {p.excel}
          </Button>
        </div>
      </header>
      <DataTable
        caption={`${title}, ${longDay(answer.as_of, language)}`}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.region.code}
        sort={sort}
        onSort={(next) =>
          void navigate({
            search: (all) => ({ ...all, sort: sortText(next) }),
            replace: true,
            resetScroll: false,
          })
        }
        empty={t.noChildren}
      />
    </section>
  );
}

function RegionCell({ row }: { readonly row: RegionRow }) {
  return (
    <Link to="/" search={(all) => ({ ...all, region: row.region.code })} className={styles.region}>
      {row.region.name}
    </Link>
  );
}

/** On phones the one figure that there is room for, with its target and percent below. */
function EnteredCell({ row }: { readonly row: RegionRow }) {
  const t = useTexts(overview);
  const language = useLanguage();
  return (
    <>
      {count(row.entered, language)}
      <span className={styles.phoneOnly}>
        {row.target === null
          ? t.noTarget
          : `${t.of(count(row.target, language))}, ${percent(row.percent, language)}`}
      </span>
    </>
  );
}
