import { locale } from '@kumkm/shared/formats/numbers.ts';
import type { Language } from '@kumkm/shared/texts/language.ts';

/** A figure beside an axis: `10 rb`, `1,5 jt`. */
export function compact(value: number, language: Language): string {
  return new Intl.NumberFormat(locale(language), { notation: 'compact', maximumFractionDigits: 1 }).format(
    value,
  );
}
