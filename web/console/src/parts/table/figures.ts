import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import type { Language } from '@kumkm/shared/texts/language.ts';
import type { Column } from './table.tsx';

type Figure = number | null | undefined;
type Time = string | null | undefined;

/** Makes the columns of a table that hold a figure, each ordered by it and written as `written` does. */
export function figuresIn<Row>(language: Language) {
  return (
    key: string,
    label: string,
    by: (row: Row) => Figure,
    written: (figure: Figure, language: Language) => string = count,
  ): Column<Row> => ({ key, label, end: true, by, cell: (row) => written(by(row), language) });
}

/** Likewise of a day or a moment. */
export function timesIn<Row>(language: Language) {
  return (
    key: string,
    label: string,
    by: (row: Row) => Time,
    written: (time: Time, language: Language) => string = longMoment,
  ): Column<Row> => ({ key, label, by, cell: (row) => written(by(row), language) });
}
