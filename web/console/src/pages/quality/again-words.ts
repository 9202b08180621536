import { percent } from '@kumkm/shared/formats/numbers.ts';
import type { Language } from '@kumkm/shared/texts/language.ts';
import type { PersonAgreement } from './again-queries.ts';

interface Agreeing {
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** A share, and between which shares the true one lies: `88,2 % (79,0–93,6)`; nothing where nothing was compared. */
export function agreementOf({ share, low, high }: Agreeing, language: Language): string {
  if (share === null || low === null || high === null) return '–';
  return `${percent(share * 100, language, 1)} (${percent(low * 100, language, 1)} – ${percent(high * 100, language, 1)})`;
}

export interface Sums {
  readonly drawn: number;
  readonly done: number;
  readonly waiting: number;
  readonly overdue: number;
  readonly notFound: number;
}

/** What everybody has together. */
export function sumsOf(people: readonly PersonAgreement[]): Sums {
  const sum = (of: (row: PersonAgreement) => number) => people.reduce((all, row) => all + of(row), 0);
  return {
    drawn: sum((row) => row.drawn),
    done: sum((row) => row.done),
    waiting: sum((row) => row.waiting),
    overdue: sum((row) => row.overdue),
    notFound: sum((row) => row.not_found),
  };
}

/** A word of the API in the language of the page; of a newer server as it is. */
export function wordOf(words: Readonly<Record<string, string>>, code: string): string {
  return words[code] ?? code;
}
