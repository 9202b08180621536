import { texts } from '@kumkm/shared/texts/language.ts';

/** How many businesses there are, by what they are. */
export const statistics = texts({
  id: {
    title: 'Statistik',
    about: (day: string, campaign: string, threshold: number) =>
      `Edisi ${day} dari pendataan ${campaign}; sel di bawah ${threshold} dirahasiakan`,
    emptyTitle: 'Belum ada edisi statistik',
    empty: 'Edisi pertama dibuat segera setelah ada pelaku usaha yang masuk.',
    newEdition: 'Buat edisi baru',
    newEditionAbout:
      'Edisi dihitung dari register pada saat ini dan tidak berubah lagi. Edisi yang dibuat tidak lama sesudah edisi lain menampilkan lebih sedikit, kadang tanpa beberapa tabel, agar perubahan kecil di antaranya tidak terbaca. Edisi lama tetap dapat dipilih.',
    make: 'Buat edisi',
    making: (percent: string) => `Edisi baru sedang dibuat, ${percent}%`,
    made: 'Edisi baru sudah jadi',
    failed: 'Edisi baru gagal dibuat',
    edition: 'Edisi',
    newest: (moment: string) => `${moment} (terbaru)`,
    choose: 'Susun tabel',
    rows: 'Baris',
    below: {
      province: 'Per provinsi',
      regency: 'Per kabupaten/kota',
      district: 'Per kecamatan',
      village: 'Per desa/kelurahan',
    },
    whole: 'Wilayah ini saja',
    first: 'Menurut',
    second: 'Dan menurut',
    third: 'Serta menurut',
    none: 'Tidak dirinci lagi',
    businesses: 'Pelaku usaha',
    hidden: '⊘ dirahasiakan',
    hiddenLong: 'Dirahasiakan agar pelaku usaha dalam sel kecil tidak dapat dikenali',
    allOfIt: 'Seluruhnya',
    chart: (by: readonly string[]) =>
      `Pelaku usaha menurut ${by.map((each) => each.charAt(0).toLowerCase() + each.slice(1)).join(', ')}`,
    note: (cells: string, hidden: string, drawn: string) =>
      `${cells} sel, ${hidden} di antaranya dirahasiakan. Digambar: ${drawn} sel terbesar.`,
    table: 'Semua sel',
    why: (threshold: string) =>
      `⊘: sel dengan kurang dari ${threshold} pelaku usaha dirahasiakan, dan bersamanya sel lain sebanyak yang perlu agar sel kecil tidak dapat dihitung dari jumlah, tabel lain, atau edisi lain. Sel yang dirahasiakan bisa juga kosong atau besar. Yang tidak disebut dalam tabel adalah nol.`,
  },
  en: {
    title: 'Statistics',
    about: (day: string, campaign: string, threshold: number) =>
      `Edition of ${day}, campaign ${campaign}; cells under ${threshold} are suppressed`,
    emptyTitle: 'No edition of the statistics yet',
    empty: 'The first one is made as soon as businesses are entered.',
    newEdition: 'Make a new edition',
    newEditionAbout:
      'An edition is counted from the register as it is now, and never changes. One that is made soon after another shows less, and may lack whole tables, so that small changes between them cannot be read. Older editions can still be chosen.',
    make: 'Make it',
    making: (percent: string) => `A new edition is being made, ${percent} %`,
    made: 'The new edition is there',
    failed: 'The new edition could not be made',
    edition: 'Edition',
    newest: (moment: string) => `${moment} (newest)`,
    choose: 'Make up a table',
    rows: 'Rows',
    below: {
      province: 'By province',
      regency: 'By regency',
      district: 'By district',
      village: 'By village',
    },
    whole: 'This region only',
    first: 'By',
    second: 'And by',
    third: 'And by',
    none: 'Nothing more',
    businesses: 'Businesses',
    hidden: '⊘ suppressed',
    hiddenLong: 'Suppressed, so that no business in a small cell can be recognised',
    allOfIt: 'All of it',
    chart: (by: readonly string[]) =>
      `Businesses by ${by.map((each) => each.charAt(0).toLowerCase() + each.slice(1)).join(', ')}`,
    note: (cells: string, hidden: string, drawn: string) =>
      `${cells} cells, ${hidden} of them suppressed. Drawn: the ${drawn} largest.`,
    table: 'All cells',
    why: (threshold: string) =>
      `⊘: cells of fewer than ${threshold} businesses are suppressed, and with them as many others as are needed, so that small cells cannot be told from totals, other tables or other editions. A suppressed cell may also be empty or large. What is not in the table is zero.`,
  },
});
