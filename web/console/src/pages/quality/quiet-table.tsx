import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import section from '../../parts/section.module.css';
import surfaces from '../../parts/surfaces.module.css';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { quality } from '../../texts/quality.ts';
import styles from './quality.module.css';
import type { Enumerator } from './queries.ts';
import { partOf } from './words.ts';

/** Figures are of a regency: who works in two has two rows. */
export function keyOf({ enumerator_id, region_code }: Enumerator): string {
  return `${enumerator_id} ${region_code}`;
}

/** Those without a flag of their own, with how many of their records have one. */
export function QuietTable({ people }: { readonly people: readonly Enumerator[] }) {
  const t = useTexts(quality);
  const language = useLanguage();
  const columns = useMemo((): readonly Column<Enumerator>[] => {
    return [
      {
        key: 'name',
        label: t.person,
        card: 'heading',
        cell: (row) => (
          <Link to="/petugas" search={{ person: row.enumerator_id }} className={surfaces.leads}>
            {row.enumerator_name}
          </Link>
        ),
      },
      { key: 'records', label: t.records, end: true, cell: (row) => count(row.records, language) },
      {
        key: 'flagged',
        label: t.flaggedRecords,
        end: true,
        cell: (row) => count(row.flagged_records, language),
      },
      {
        key: 'share',
        label: t.share,
        end: true,
        cell: (row) => partOf(row.flagged_records, row.records, language),
      },
    ];
  }, [t, language]);
  return (
    <section>
      <h2 className={section.title}>{t.quiet}</h2>
      <p className={`${section.quiet} ${styles.under}`}>{t.quietAbout}</p>
      <DataTable caption={t.quiet} columns={columns} rows={people} rowKey={keyOf} />
    </section>
  );
}
