import { save, toCsv } from '@kumkm/shared/files.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { FaultyCells } from '../../parts/faulty-cells.tsx';
import file from '../../parts/file-entry.module.css';
import { changes, Outcome } from '../../parts/outcome.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { parts } from '../../texts/parts.ts';
import { people } from '../../texts/people.ts';
import { CardsToPrint } from './cards-to-print.tsx';
import styles from './import.module.css';
import type { ImportReport } from './queries.ts';

/** What would come of a file, or came of it: figures, faults at their cells, codes to hand out. */
export function Report({ report }: { readonly report: ImportReport }) {
  const t = useTexts(people);
  const p = useTexts(parts);
  const language = useLanguage();
  return (
    <>
      <Outcome
        report={report}
        figures={[[t.rows, report.rows], ...changes(report, p)]}
        words={t}
        className={`${surfaces.figures} ${file.figures}`}
      />
      {report.fault_count > 0 && <FaultyCells faults={report.faults} />}
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
