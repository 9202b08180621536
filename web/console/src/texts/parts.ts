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
    show: 'Tampilkan',
    noRows: 'Belum ada data.',
    sortBy: (what: string) => `Urutkan menurut ${what}`,
    rows: (shown: string) => `${shown} baris`,
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
    show: 'Show',
    noRows: 'No data yet.',
    sortBy: (what: string) => `Sort by ${what}`,
    rows: (shown: string) => `${shown} rows`,
    state: { done: 'Done', safe: 'On track', risk: 'At risk', still: 'Not moving', open: 'No target' },
  },
});
