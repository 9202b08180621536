import { texts } from '@kumkm/shared/texts/language.ts';

/** What shared parts say: charts, tables. */
export const parts = texts({
  id: {
    showTable: 'Lihat tabel',
    hideTable: 'Tutup tabel',
    csv: 'CSV',
    excel: 'Excel',
    png: 'PNG',
    download: (what: string, kind: string) => `Unduh ${what} sebagai ${kind}`,
    tableOf: (what: string) => `Tabel: ${what}`,
    cancel: 'Batal',
    loadMore: 'Muat lagi',
    reason: 'Alasan',
    reasonHint: 'Sekurangnya 3 huruf. Tercatat di jejak audit.',
    state: {
      done: 'Selesai',
      safe: 'Aman',
      risk: 'Berisiko',
      still: 'Tidak bergerak',
      open: 'Tanpa target',
    },
  },
  en: {
    showTable: 'Show table',
    hideTable: 'Hide table',
    csv: 'CSV',
    excel: 'Excel',
    png: 'PNG',
    download: (what: string, kind: string) => `Download ${what} as ${kind}`,
    tableOf: (what: string) => `Table: ${what}`,
    cancel: 'Cancel',
    loadMore: 'Load more',
    reason: 'Reason',
    reasonHint: 'At least 3 letters. It is kept in the audit trail.',
    state: { done: 'Done', safe: 'On track', risk: 'At risk', still: 'Not moving', open: 'No target' },
  },
});
