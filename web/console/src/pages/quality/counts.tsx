import type { Column as FileColumn } from '@kumkm/shared/files.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import section from '../../parts/section.module.css';
import surfaces from '../../parts/surfaces.module.css';
import { figuresIn } from '../../parts/table/figures.ts';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { Ways } from '../../parts/ways.tsx';
import { quality } from '../../texts/quality.ts';
import styles from './quality.module.css';
import { type Count, countsQuery } from './queries.ts';
import { recordCode } from './search.ts';
import { useQuality } from './use-quality.ts';

/** How many records have each flag and each warning, and of how many flags nothing is to be done any more. */
export function Counts() {
  const t = useTexts(quality);
  const { search, view } = useQuality();
  const counts = useQuery(countsQuery(view, search));
  if (counts.isError) return <Fault fault={counts.error} again={() => void counts.refetch()} />;
  if (counts.data === undefined) return <Waiting rows={8} />;
  return (
    <>
      <p className={section.quiet}>{t.countsAbout}</p>
      <Table title={t.flags} rows={counts.data.flags} none={t.noFlags} withDismissed />
      <Table title={t.warnings} rows={counts.data.warnings} none={t.noWarnings} />
    </>
  );
}

interface TableTold {
  readonly title: string;
  readonly rows: readonly Count[];
  readonly none: string;
  /** Flags are dismissed, warnings are not. */
  readonly withDismissed?: boolean;
}

const wordOf = (row: Count) => row.text || row.code;

function Table({ title, rows, none, withDismissed = false }: TableTold) {
  const t = useTexts(quality);
  const language = useLanguage();
  const { view } = useQuality();
  const columns = useMemo((): readonly Column<Count>[] => {
    const figure = figuresIn<Count>(language);
    return [
      {
        key: 'code',
        label: t.code,
        card: 'heading',
        by: wordOf,
        cell: (row) => (
          <Link
            to="/mutu"
            search={(now) => ({
              ...(now.enumerator === undefined ? {} : { enumerator: now.enumerator }),
              tab: 'records',
              ...narrowedBy(row, withDismissed),
            })}
            className={surfaces.leads}
          >
            {wordOf(row)}
          </Link>
        ),
      },
      figure('records', withDismissed ? t.flagged : t.warningRecords, (row) => row.records),
      ...(withDismissed
        ? [
            figure('dismissed', t.dismissedCount, (row) => row.dismissed),
            figure('left', t.left, (row) => row.records - row.dismissed),
          ]
        : []),
    ];
  }, [t, language, withDismissed]);
  const files: readonly FileColumn<Count>[] = [
    { title: t.code, value: wordOf },
    { title: withDismissed ? t.flagged : t.warningRecords, value: (row) => row.records },
    ...(withDismissed
      ? [
          { title: t.dismissedCount, value: (row: Count) => row.dismissed },
          { title: t.left, value: (row: Count) => row.records - row.dismissed },
        ]
      : []),
  ];
  return (
    <section>
      <div className={`${section.head} ${styles.head} ${styles.counted}`}>
        <h2 className={section.title}>{title}</h2>
        {rows.length > 0 && (
          <p className={section.ways}>
            <Ways title={`${t.title}: ${title}`} columns={files} rows={rows} file={view.region ?? ''} />
          </p>
        )}
      </div>
      {rows.length === 0 ? (
        <p className={surfaces.none}>{none}</p>
      ) : (
        <DataTable caption={title} columns={columns} rows={rows} rowKey={(row) => row.code} />
      )}
    </section>
  );
}

/** The records that a figure counts: those whose flag is dismissed, too. */
function narrowedBy(row: Count, isFlag: boolean) {
  if (!isFlag) return { warning: row.code };
  const flag = recordCode(row.code);
  return flag === undefined ? {} : { flag, state: 'all' as const };
}
