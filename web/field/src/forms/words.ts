// The words for what is found in answers: the server's own, and those for what never leaves the tablet.

import { findings } from '@kumkm/shared/api/words.json';
import type { Language } from '@kumkm/shared/texts/language.ts';

type Words = Readonly<Record<string, { readonly id: string; readonly en: string }>>;

const OF_SERVER: Words = findings;
const OWN: Words = {
  field_required: { id: 'Wajib diisi.', en: 'Required.' },
  not_a_number: { id: 'Tulis angka saja.', en: 'Digits only.' },
  number_too_large: { id: 'Angka terlalu besar.', en: 'The number is too large.' },
};

export function findingText(code: string, language: Language): string {
  return (OWN[code] ?? OF_SERVER[code])?.[language] ?? code;
}
