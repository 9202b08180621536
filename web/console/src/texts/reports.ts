import { texts } from '@kumkm/shared/texts/language.ts';

/** Reports: the recap for a messenger, and the sheet of a meeting. */
export const reports = texts({
  id: {
    title: 'Laporan',
    about: 'Angka yang sama dengan di layar, sampai angka terakhir, untuk grup dan untuk rapat.',
    of: 'Laporan tentang',
    now: 'Keadaan sekarang',
    day: (day: string) => `Keadaan per ${day}`,
    recap: 'Rekap untuk grup',
    recapAbout: 'Salin lalu tempel ke grup. Tanda bintang menjadi huruf tebal di sana.',
    copy: 'Salin rekap',
    copied: 'Tersalin',
    meeting: 'Laporan rapat',
    meetingAbout: 'Halaman pertama angka dan grafik, lalu tabel menurut wilayah dan enumerator.',
  },
  en: {
    title: 'Reports',
    about: 'The figures of the screen, to the last digit, for a group and for a meeting.',
    of: 'Report of',
    now: 'How it is now',
    day: (day: string) => `How it was on ${day}`,
    recap: 'Recap for a group',
    recapAbout: 'Copy it and paste it into the group. Asterisks become bold type there.',
    copy: 'Copy the recap',
    copied: 'Copied',
    meeting: 'Meeting report',
    meetingAbout: 'First a page of figures and charts, then tables by region and by enumerator.',
  },
});
