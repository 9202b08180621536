import type { Draft } from './desk.ts';

/** As the API takes them. */
export const MOST_LETTERS = 1_000;

/** What the enumerator reads: the ready-made reasons, then the own words. Empty where there is neither. */
export function reasonOf({ chosen, own }: Draft, reasons: readonly string[]): string {
  const told = chosen.flatMap((place) => reasons[place] ?? []);
  const words = own.trim();
  const ready = told.length === 0 ? '' : `${told.join('; ')}.`;
  return [ready, words].filter((each) => each !== '').join(' ');
}
