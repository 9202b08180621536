import { save, toCsv } from '@kumkm/shared/files.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { Outcome } from '../../parts/outcome.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { parts } from '../../texts/parts.ts';
import { people } from '../../texts/people.ts';
import { CardsToPrint } from './cards-to-print.tsx';
import { placeOf } from './files.ts';
import styles from './import.module.css';
import type { ImportReport } from './queries.ts';

type Faulty = ImportReport['faults'][number];

/** What would come of a file, or came of it: figures, faults at their cells, codes to hand out. */
export function Report({ report }: { readonly report: ImportReport }) {
  const t = useTexts(people);
  const p = useTexts(parts);
  const language = useLanguage();
  const columns: readonly Column<Faulty>[] = [
    {
      key: 'line',
      label: t.rowNumber,
      end: true,
      by: (row) => placeOf(row.pointer)?.line,
      cell: (row) => placeOf(row.pointer)?.line ?? '–',
    },
    {
      key: 'column',
      label: t.column,
      by: (row) => placeOf(row.pointer)?.column,
      cell: (row) => <code>{placeOf(row.pointer)?.column ?? row.pointer}</code>,
    },
    { key: 'detail', label: t.problem, card: 'heading', cell: (row) => row.detail },
  ];
  return (
    <>
      <Outcome
        report={report}
        read={[t.rows, report.rows]}
        words={t}
        className={`${surfaces.figures} ${styles.figures}`}
      />
      {report.fault_count > 0 && (
        <DataTable
          caption={p.faultCount}
          columns={columns}
          rows={report.faults}
          rowKey={(row) => row.pointer + row.code}
        />
      )}
      {report.codes.length > 0 && (
        <section className={styles.codes}>
          <h2>{t.cards(count(report.codes.length, language))}</h2>
          <p>{t.codeOnce}</p>
          <div className={styles.buttons}>
            <Button
              variant="default"
              leftSection={<IconDownload aria-hidden size={18} />}
              onClick={() =>
                save(
                  toCsv(
                    [
                      { title: 'username', value: (row) => row.username },
                      { title: 'activation_code', value: (row) => row.activation_code },
                    ],
                    report.codes,
                    language,
                  ),
                  'kode-aktivasi.csv',
                )
              }
            >
              {t.saveCodes}
            </Button>
            <CardsToPrint cards={report.codes} />
          </div>
        </section>
      )}
    </>
  );
}
