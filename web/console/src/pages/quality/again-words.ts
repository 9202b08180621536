import { percent } from '@kumkm/shared/formats/numbers.ts';
import type { Language } from '@kumkm/shared/texts/language.ts';

interface Agreeing {
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

interface Heard {
  readonly compared: number;
  readonly interviewed: number;
}

/** A share, and between which shares the true one lies: `88,2 % (79,0–93,6)`; nothing where nothing was compared. */
export function agreementOf({ share, low, high }: Agreeing, language: Language): string {
  if (share === null || low === null || high === null) return '–';
  return `${percent(share * 100, language, 1)} (${percent(low * 100, language, 1)} – ${percent(high * 100, language, 1)})`;
}

/** How many answers are compared in an interview; null where there was none. Who leaves questions out compares few. */
export function comparedEach({ compared, interviewed }: Heard): number | null {
  return interviewed === 0 ? null : compared / interviewed;
}

/** A word of the API in the language of the page; of a newer server as it is. */
export function wordOf(words: Readonly<Record<string, string>>, code: string): string {
  return words[code] ?? code;
}
