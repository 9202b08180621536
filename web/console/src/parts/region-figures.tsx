import type { Column as FileColumn } from '@kumkm/shared/files.ts';
import { longDay } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { levelBelow, levelOf } from '../data/codes.ts';
import { childrenQuery, type RegionAnswer, type RegionRow } from '../data/progress.ts';
import { overview } from '../texts/overview.ts';
import { useView } from '../view.ts';
import { Fault } from './fault.tsx';
import { Waiting } from './loading.tsx';
import styles from './section.module.css';
import { Section } from './section.tsx';
import surfaces from './surfaces.module.css';
import { type Order, readOrder, writtenOrder } from './table/order.ts';
import { type Column, DataTable } from './table/table.tsx';
import { Ways } from './ways.tsx';

/** A figure of a region: its heading, in a file its longer one, and how it is written. */
export interface RegionFigure {
  readonly key: string;
  readonly label: string;
  readonly inFile?: string;
  readonly by: (row: RegionRow) => number | null;
  readonly written: (value: number | null) => string;
  /** Whether a phone leaves it out. */
  readonly minor?: boolean;
}

interface Told {
  readonly answer: RegionAnswer;
  /** What the table is called, by the level of its rows. */
  readonly title: (level: string) => string;
  readonly figures: readonly RegionFigure[];
  readonly usual: Order;
  /** In whose address the order stands; the name of a region leads to the same page of it. */
  readonly page: '/kunjungan' | '/daftar';
}

/** The regions right below one as a table, each leading on; with nothing below, nothing. */
export function RegionFigures({ answer, title: titleOf, figures, usual, page }: Told) {
  const t = useTexts(overview);
  const language = useLanguage();
  const view = useView();
  const { sort } = useSearch({ from: page });
  const navigate = useNavigate({ from: page });
  const { code, name } = answer.item.region;
  const level = levelOf(code);
  const children = useQuery({ ...childrenQuery(code, view), enabled: level !== 'neighbourhood' });
  // Of most villages no neighbourhoods are known.
  const none = level === 'village' && (children.data?.items.length ?? 0) === 0;
  if (none || level === 'neighbourhood') return null;
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
      cell: ({ region }) => (
        <Link
          from={page}
          to={page}
          search={(all) => ({ ...all, region: region.code })}
          className={surfaces.leads}
        >
          {region.name}
        </Link>
      ),
    },
    ...figures.map(
      ({ key, label, by, written, minor }): Column<RegionRow> => ({
        key,
        label,
        end: true,
        ...(minor === true ? { card: 'hidden' as const } : {}),
        by,
        cell: (row) => written(by(row)),
      }),
    ),
  ];
  const files: FileColumn<RegionRow>[] = [
    { title: t.code, value: (row) => row.region.code },
    { title: t.region, value: (row) => row.region.name },
    ...figures.map(({ label, inFile, by }) => ({ title: inFile ?? label, value: by })),
  ];
  const title = titleOf(t.levels[levelBelow(code)]);
  return (
    <Section
      title={title}
      aside={
        <p className={styles.ways}>
          <Ways title={title} columns={files} rows={rows} file={`${name} ${answer.as_of}`} />
        </p>
      }
    >
      {rows.length === 0 ? (
        <p className={surfaces.none}>{t.noChildren}</p>
      ) : (
        <DataTable
          caption={`${title}, ${longDay(answer.as_of, language)}`}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.region.code}
          order={readOrder(sort) ?? usual}
          onOrder={(next) =>
            void navigate({
              to: page,
              search: (all) => ({ ...all, sort: writtenOrder(next) }),
              replace: true,
              resetScroll: false,
            })
          }
        />
      )}
    </Section>
  );
}
