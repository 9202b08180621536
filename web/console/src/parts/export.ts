import { type Column, fileName, save, toCsv } from '@kumkm/shared/files.ts';
import type { Language } from '@kumkm/shared/texts/language.ts';

/** A table goes out as it is seen. */
export function saveCsv<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  language: Language,
  name: string,
): void {
  save(toCsv(columns, rows, language), `${fileName(name)}.csv`);
}

/** The same as a workbook: numbers are numbers, texts are texts. Its writer comes when it is asked for. */
export async function saveExcel<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  name: string,
): Promise<void> {
  const { default: writeExcel } = await import('write-excel-file/browser');
  const head = columns.map((column) => ({ value: column.title, fontWeight: 'bold' as const }));
  const body = rows.map((row) =>
    columns.map((column) => {
      const value = column.value(row);
      if (value === null || value === undefined) return null;
      return typeof value === 'number' ? { type: Number, value } : { type: String, value };
    }),
  );
  const blob = await writeExcel([head, ...body], { stickyRowsCount: 1 }).toBlob();
  save(blob, `${fileName(name)}.xlsx`);
}
