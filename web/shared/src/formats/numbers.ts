import type { Language } from '../texts/language.ts';

const LOCALES = { id: 'id-ID', en: 'en-GB' } as const;

export function locale(language: Language): string {
  return LOCALES[language];
}

const made = new Map<string, Intl.NumberFormat>();

function format(language: Language, most: number, least: number): Intl.NumberFormat {
  const key = `${language}${most}${least}`;
  let found = made.get(key);
  if (found === undefined) {
    found = new Intl.NumberFormat(locale(language), {
      maximumFractionDigits: most,
      minimumFractionDigits: least,
    });
    made.set(key, found);
  }
  return found;
}

/** What stands where a figure says nothing. */
export const NONE = '–';

/** `13.495`. */
export function count(value: number | null | undefined, language: Language): string {
  return value === null || value === undefined ? NONE : format(language, 0, 0).format(value);
}

/** In few letters: 950; 1,2 rb. */
export function compact(value: number, language: Language): string {
  return new Intl.NumberFormat(locale(language), { notation: 'compact', maximumFractionDigits: 1 }).format(
    value,
  );
}

/** A rate with one digit behind the comma: `593,9`. */
export function rate(value: number | null | undefined, language: Language): string {
  return value === null || value === undefined ? NONE : format(language, 1, 1).format(value);
}

/** Of percent, not of a share: `32,13 %`, with a space that does not break; in English `32.13%`. */
export function percent(value: number | null | undefined, language: Language, digits = 2): string {
  return value === null || value === undefined
    ? NONE
    : `${format(language, digits, digits).format(value)}${percentSign(language)}`;
}

/** As it stands behind a figure. */
export function percentSign(language: Language): string {
  return language === 'id' ? '\u00a0%' : '%';
}

/** With its sign: `+ 12`, `− 3`. */
export function change(value: number, language: Language, digits = 0): string {
  const sign = value > 0 ? '+' : value < 0 ? '\u2212' : '\u00b1';
  return `${sign}${format(language, digits, digits).format(Math.abs(value))}`;
}

/** A sum of money in whole rupiah: `Rp1.234.000`; less than nothing is `−Rp50.000`. */
export function rupiah(value: number | null | undefined, language: Language): string {
  if (value === null || value === undefined) return NONE;
  return `${value < 0 ? '\u2212' : ''}Rp${format(language, 0, 0).format(Math.abs(value))}`;
}
