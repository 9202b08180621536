import type { Column } from '@kumkm/shared/files.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { UnstyledButton } from '@mantine/core';
import { parts } from '../texts/parts.ts';
import styles from './charts/frame.module.css';
import { saveCsv, saveExcel } from './export.ts';

interface Told<T> {
  readonly title: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  /** Of the file, e.g. the region and the day. */
  readonly file: string;
}

/** The ways out of a table: CSV and a workbook of what is seen. */
export function Ways<T>({ title, columns, rows, file }: Told<T>) {
  const t = useTexts(parts);
  const language = useLanguage();
  const name = `${title} ${file}`;
  return (
    <>
      <UnstyledButton
        className={`${styles.action} no-print`}
        aria-label={t.download(title, t.csv)}
        onClick={() => saveCsv(columns, rows, language, name)}
      >
        {t.csv}
      </UnstyledButton>
      <UnstyledButton
        className={`${styles.action} no-print`}
        aria-label={t.download(title, t.excel)}
        onClick={() => void saveExcel(columns, rows, name)}
      >
        {t.excel}
      </UnstyledButton>
    </>
  );
}
