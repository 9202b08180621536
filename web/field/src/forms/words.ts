// The server's own words for what it finds.

import { findings } from '@kumkm/shared/api/words.json';
import type { Language } from '@kumkm/shared/texts/language.ts';

const WORDS = findings as Readonly<Record<string, { id: string; en: string }>>;

export function findingText(code: string, language: Language): string {
  return WORDS[code]?.[language] ?? code;
}
