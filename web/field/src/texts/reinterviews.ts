// What the app says of re-interviews: the words of the documents and of the control room.

import { texts } from '@kumkm/shared/texts/language.ts';

export const reinterviews = texts({
  id: {
    title: 'Wawancara ulang',
    blind: 'Tanyakan semuanya dari awal, seperti pintu baru. Jawaban pertama sengaja tidak ditampilkan.',
    due: (day: string) => `Paling lambat ${day}`,
    overdue: 'Terlambat',
    map: 'Buka titik di peta',
    states: {
      to_do: 'Belum',
      visit_again: 'Kunjungi lagi',
      open: 'Lanjutkan isian',
      queued: 'Menunggu dikirim',
      sent: 'Diterima, sedang dipastikan',
      kept: 'Dialihkan',
      taken_away: 'Dialihkan',
      to_fix: 'Perlu diperbaiki',
      safe: 'Aman di server',
    } as Record<string, string>,
    why: {
      visit_again: 'Kunjungan sebelumnya sudah tercatat di server. Datanglah lagi.',
      queued: 'Tersimpan di tablet, BELUM di server. Terkirim saat Kirim dan ambil.',
      sent: 'Server sudah menerima. Kirim dan ambil sekali lagi untuk memastikan.',
      kept: 'Petugas lain mengerjakannya sekarang. Jawaban tetap di tablet, dan terkirim bila kembali kepada Anda.',
      taken_away: 'Petugas lain mengerjakannya sekarang. Berhenti; isian tetap di tablet.',
      to_fix: 'Server menemukan kesalahan. Perbaiki, lalu kirim lagi.',
      safe: 'Sudah sampai. Jawabannya sudah dihapus dari tablet.',
    } as Record<string, string>,
    sure: {
      absent:
        'Datanglah lagi, paling cepat tiga jam kemudian. Setelah tiga kali, server mencatatnya sebagai nonrespons.',
      refused: 'Dicatat tanpa jawaban, dan selesai.',
      closed: 'Dicatat tanpa jawaban, dan selesai.',
      moved: 'Dicatat tanpa jawaban, dan selesai.',
      not_found: 'Tanyakan tetangga dulu. Bila usaha ini memang tidak ada di sini, simpan.',
    } as Record<string, string>,
    replaces: 'Jawaban yang sudah Anda isi dibuang, dan diganti dengan hasil ini.',
    save: 'Simpan hasil',
    heard: 'Hasil',
    interviewed: 'Wawancara selesai',
    gone: 'Wawancara ulang ini tidak ada lagi di tablet.',
    notNeeded: (n: string) =>
      `${n} wawancara ulang tidak diperlukan lagi. Jawabannya sudah dihapus dari tablet.`,
    revoked: 'Wawancara ulang tidak dapat dikirim dari tablet yang dicabut. Simpan berkas cadangan di Atur.',
  },
  en: {
    title: 'Re-interviews',
    blind: 'Ask everything from the beginning, as at a new door. The first answers are hidden on purpose.',
    due: (day: string) => `By ${day} at the latest`,
    overdue: 'Overdue',
    map: 'Open the point on a map',
    states: {
      to_do: 'To do',
      visit_again: 'Visit again',
      open: 'Go on with the form',
      queued: 'Waiting to be sent',
      sent: 'Received, being made sure of',
      kept: 'Given to another',
      taken_away: 'Given to another',
      to_fix: 'To be corrected',
      safe: 'Safe on the server',
    },
    why: {
      visit_again: 'The server has the visit before. Come again.',
      queued: 'Stored on the tablet, NOT on the server yet. Send and fetch sends it.',
      sent: 'The server has received it. Send and fetch once more to be sure.',
      kept: 'Another enumerator does it now. The answers stay on the tablet, and are sent if it comes back to you.',
      taken_away: 'Another enumerator does it now. Stop; the form stays on the tablet.',
      to_fix: 'The server found errors. Correct them, then send again.',
      safe: 'It has arrived. The answers are deleted from the tablet.',
    },
    sure: {
      absent:
        'Come again, three hours later or more. After the third time the server counts it as non-response.',
      refused: 'Recorded without answers, and done.',
      closed: 'Recorded without answers, and done.',
      moved: 'Recorded without answers, and done.',
      not_found: 'Ask the neighbours first. If there is no such business here, store it.',
    },
    replaces: 'What you have filled in is thrown away, and replaced by this result.',
    save: 'Store the result',
    heard: 'Result',
    interviewed: 'Interview done',
    gone: 'This re-interview is not on the tablet any more.',
    notNeeded: (n: string) =>
      `${n} re-interviews are not needed any more. Their answers are deleted from the tablet.`,
    revoked: 'A revoked tablet cannot send re-interviews. Save a backup file in Settings.',
  },
});
