import { isDay, longDay } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import type { Language } from '@kumkm/shared/texts/language.ts';

/** What a cell of the table behind a drawing of days shows. */
export function cellOf(language: Language): (value: string | number | null | undefined) => string {
  return (value) => {
    if (isDay(value)) return longDay(value, language);
    return typeof value === 'number' ? count(value, language) : (value ?? '');
  };
}
