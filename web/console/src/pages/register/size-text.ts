import { count, rate } from '@kumkm/shared/formats/numbers.ts';
import type { Language } from '@kumkm/shared/texts/language.ts';

const KB = 1000;

/** Bytes as people say it: `812 B`, `1,4 MB`. */
export function sizeText(bytes: number, language: Language): string {
  if (bytes < KB) return `${count(bytes, language)}\u00a0B`;
  if (bytes < KB * KB) return `${count(Math.round(bytes / KB), language)}\u00a0KB`;
  return `${rate(bytes / (KB * KB), language)}\u00a0MB`;
}
