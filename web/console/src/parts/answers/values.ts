import { isDay, longDay } from '@kumkm/shared/formats/dates.ts';
import { count, NONE, percentSign } from '@kumkm/shared/formats/numbers.ts';
import type { Language } from '@kumkm/shared/texts/language.ts';
import type { Question } from './questions.ts';

const YES = { id: 'Ya', en: 'Yes' } as const;
const NO = { id: 'Tidak', en: 'No' } as const;

/** Whether an answer is hidden: the server shows stars in its place. */
export function isMasked(value: unknown): boolean {
  return typeof value === 'string' && value.includes('***');
}

/** An answer as people write it. Money gets its Rp, a year no dot. */
export function valueText(value: unknown, question: Question | undefined, language: Language): string {
  if (value === null || value === undefined || value === '') return NONE;
  if (Array.isArray(value)) {
    return value.length === 0 ? NONE : value.map((each) => valueText(each, question, language)).join('; ');
  }
  if (typeof value === 'boolean') return (value ? YES : NO)[language];
  if (typeof value === 'number') return numberText(value, question?.name ?? '', language);
  if (typeof value !== 'string') return JSON.stringify(value);
  if (isMasked(value)) return value.replaceAll('*', '•');
  if (isDay(value)) return longDay(value, language);
  return question?.choices?.[value]?.[language] ?? value;
}

function numberText(value: number, name: string, language: Language): string {
  if (name.endsWith('_year')) return String(value);
  if (name.endsWith('_idr')) return `Rp\u00a0${count(value, language)}`;
  if (name.endsWith('_percent')) return `${count(value, language)}${percentSign(language)}`;
  return Number.isInteger(value) ? count(value, language) : String(value);
}
