import { texts } from '@kumkm/shared/texts/language.ts';

/** Whether an agency confirmed a number: said in the register, in review and on the page of requests. */
export const confirmation = texts({
  id: {
    label: 'Konfirmasi nomor',
    kinds: { nik: 'NIK pemilik', nib: 'NIB', cooperative_number: 'Nomor induk koperasi' },
    states: {
      match: 'Sesuai',
      mismatch: 'Tidak sesuai',
      not_found: 'Tidak ditemukan',
      unverified: 'Belum dikonfirmasi',
    },
    said: (who: string, when: string) => `Menurut ${who}, ${when}`,
    doubts: 'Nomor yang tidak dikonfirmasi',
    mismatch: (number: string, agency: string, when: string) =>
      `${number} bukan milik nama di isian ini, menurut ${agency} (${when}).`,
    notFound: (number: string, agency: string, when: string) =>
      `${number} tidak dikenal ${agency} (${when}).`,
    advice: 'Cocokkan nomor dan ejaan namanya. Bila salah tulis, kembalikan isian untuk diperbaiki.',
  },
  en: {
    label: 'Confirmation of numbers',
    kinds: { nik: 'Owner’s NIK', nib: 'NIB', cooperative_number: 'Cooperative number' },
    states: {
      match: 'Match',
      mismatch: 'Mismatch',
      not_found: 'Not found',
      unverified: 'Not confirmed',
    },
    said: (who: string, when: string) => `By ${who}, ${when}`,
    doubts: 'Numbers that were not confirmed',
    mismatch: (number: string, agency: string, when: string) =>
      `${number} does not belong to the name of this record, says ${agency} (${when}).`,
    notFound: (number: string, agency: string, when: string) =>
      `${number} is not known to ${agency} (${when}).`,
    advice: 'Compare the number and the spelling of the name. Where it was mistyped, return the record.',
  },
});
