import type { Column } from '@kumkm/shared/files.ts';
import { isDay, longDay } from '@kumkm/shared/formats/dates.ts';
import { count, NONE } from '@kumkm/shared/formats/numbers.ts';
import type { Language } from '@kumkm/shared/texts/language.ts';

type Cell = (value: string | number | null | undefined, column: Pick<Column<never>, 'title'>) => string;
type Written = (figure: number, language: Language) => string;

/** What a cell of the table behind a drawing shows. Figures are counts where `written` has nothing for the column's title. */
export function cellOf(language: Language, written: Readonly<Record<string, Written>> = {}): Cell {
  return (value, { title }) => {
    if (isDay(value)) return longDay(value, language);
    return typeof value === 'number' ? (written[title] ?? count)(value, language) : (value ?? NONE);
  };
}
