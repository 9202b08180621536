/** Tables as files, and how a page hands a file over. */

export interface Column<T> {
  readonly title: string;
  readonly value: (row: T) => string | number | null | undefined;
}

/** Hand a file to who looks at the page. */
export function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A name that every system takes: `Kabupaten OKU / per hari` to `kabupaten-oku-per-hari`. */
export function fileName(...parts: readonly string[]): string {
  return parts
    .join(' ')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 100);
}

const FORMULA = /^[=+\-@\t\r]/;

function cell(value: string | number | null | undefined, separator: string, comma: boolean): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return comma ? String(value).replace('.', ',') : String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value; // what somebody typed must not become a formula
  return safe.includes(separator) || /["\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** CSV as Excel reads it: in Indonesian with semicolons and decimal commas. */
export function toCsv<T>(columns: readonly Column<T>[], rows: readonly T[], language: 'id' | 'en'): Blob {
  const separator = language === 'id' ? ';' : ',';
  const lines = [
    columns.map((column) => cell(column.title, separator, false)),
    ...rows.map((row) => columns.map((column) => cell(column.value(row), separator, language === 'id'))),
  ];
  const text = lines.map((line) => line.join(separator)).join('\r\n');
  return new Blob([`\uFEFF${text}\r\n`], { type: 'text/csv;charset=utf-8' });
}
