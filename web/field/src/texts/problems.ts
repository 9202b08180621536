// What a refusal of the server means for an enumerator, and what to do. The server's own words are for those who build a
// client; here each code of the tablet's contract has words without its terms.

import { Offline, Refused } from '@kumkm/protocol/network.ts';
import type { Language } from '@kumkm/shared/texts/language.ts';

interface Words {
  readonly id: string;
  readonly en: string;
}

/** What was given to the server when it refused. `new_code`: a code on a tablet that somebody works on already. */
export type Given = 'code' | 'new_code' | 'password' | 'session';

const WRONG: Readonly<Record<Given, Words>> = {
  code: {
    id: 'Nama pengguna atau kode aktivasi salah, atau kode sudah dipakai. Periksa kartu. Sudah pernah membuat kata sandi? Pilih Kata sandi.',
    en: 'The user name or the activation code is wrong, or the code was used already. Check the card. Do you have a password already? Choose Password.',
  },
  new_code: {
    id: 'Kode ini salah, sudah dipakai, terlalu lama, atau milik akun lain. Periksa hurufnya, atau minta kode baru dari kantor. Isian di tablet tetap ada.',
    en: 'This code is wrong, was used already, is too old, or is of another account. Check its letters, or ask the office for a new one. What is recorded on the tablet stays.',
  },
  password: {
    id: 'Nama pengguna atau kata sandi salah. Periksa huruf besar dan kecil. Lupa kata sandi? Minta kode baru dari kantor.',
    en: 'The user name or the password is wrong. Check capital and small letters. Password forgotten? Ask the office for a new code.',
  },
  session: {
    id: 'Sesi berakhir. Isian tetap aman; masuk lagi untuk mengirim.',
    en: 'The session is over. Your records are safe; sign in again to send them.',
  },
};

const NEW_PASSWORD: Words = {
  id: 'Kata sandi baru ini tidak diterima: terlalu pendek, terlalu mudah ditebak, atau memuat nama Anda. Buat yang lain, sedikitnya 12 huruf.',
  en: 'This new password is not taken: it is too short, too easy to guess, or has your name in it. Choose another one of at least 12 letters.',
};
const NOT_UNDERSTOOD: Words = {
  id: 'Server tidak mengerti kiriman aplikasi ini. Tidak ada yang hilang. Perbarui aplikasi, lalu coba lagi; bila tetap begitu, hubungi kantor.',
  en: 'The server does not understand what this app sent. Nothing is lost. Update the app, then try again; if that does not help, ask the office.',
};
const BUSY: Words = {
  id: 'Server sedang sibuk. Tidak ada yang hilang; coba lagi beberapa menit lagi.',
  en: 'The server is busy. Nothing is lost; try again in some minutes.',
};
const TOO_LARGE: Words = {
  id: 'Kiriman terlalu besar untuk server. Tidak ada yang hilang; coba lagi, dan bila tetap begitu, hubungi kantor.',
  en: 'What was sent is too large for the server. Nothing is lost; try again, and if that does not help, ask the office.',
};
const NOT_ALLOWED: Words = {
  id: 'Akun ini tidak boleh melakukan ini. Jangan hapus apa pun; hubungi koordinator.',
  en: 'This account may not do this. Delete nothing; ask the coordinator.',
};
const NOT_HERE: Words = {
  id: 'Server tidak punya ini, atau ini di luar wilayah tugas Anda. Tidak ada yang hilang; hubungi koordinator.',
  en: 'The server does not have this, or it lies outside your area. Nothing is lost; ask the coordinator.',
};
const OTHER_WAY: Words = {
  id: 'Cara masuk ini tidak berlaku di tablet. Masuklah dengan kode aktivasi atau kata sandi.',
  en: 'This way of signing in is not for tablets. Use the activation code or the password.',
};
const FROM_START: Words = {
  id: 'Data di server dipulihkan atau berubah banyak. Tidak ada yang hilang; tekan Kirim dan ambil sekali lagi.',
  en: 'The data on the server were restored or changed much. Nothing is lost; press Send and fetch once more.',
};
const CHANGED: Words = {
  id: 'Keadaan di server sudah berubah. Tidak ada yang hilang; tekan Kirim dan ambil, lalu lihat lagi.',
  en: 'This changed on the server. Nothing is lost; press Send and fetch, then look again.',
};
const FOR_OFFICE: Words = {
  id: 'Ini pekerjaan kantor, bukan tablet. Tidak ada yang hilang; hubungi kantor.',
  en: 'This is work of the office, not of a tablet. Nothing is lost; ask the office.',
};
const PHOTO: Words = {
  id: 'Server tidak menerima foto ini. Hapus foto itu, lalu ambil lagi.',
  en: 'The server does not take this photo. Remove it, then take another one.',
};
const SERVER_FAULT: Words = {
  id: 'Ada kesalahan di server. Tidak ada yang hilang; coba lagi nanti, dan bila tetap begitu, hubungi kantor.',
  en: 'Something went wrong on the server. Nothing is lost; try again later, and if that does not help, ask the office.',
};

const BY_CODE: Readonly<Record<string, Words>> = {
  account_deactivated: {
    id: 'Akun ini ditutup. Jangan hapus apa pun dari tablet; hubungi koordinator.',
    en: 'This account was closed. Delete nothing on the tablet; ask the coordinator.',
  },
  device_not_enrolled: {
    id: 'Server belum mengenal tablet ini. Jangan hapus apa pun; masuk lagi dengan kata sandi.',
    en: 'The server does not know this tablet yet. Delete nothing; sign in again with the password.',
  },
  device_revoked: {
    id: 'Tablet ini dicabut. Jangan hapus apa pun; bawa tablet ke koordinator.',
    en: 'This tablet was revoked. Delete nothing; take the tablet to the coordinator.',
  },
  device_limit_reached: {
    id: 'Akun ini masih terpasang di tablet lain. Minta koordinator mencabut yang lama, atau mengizinkan satu lagi.',
    en: 'This account is still on another tablet. Ask the coordinator to revoke that one, or to allow one more.',
  },
  too_many_requests: {
    id: 'Terlalu sering mencoba. Tunggu beberapa menit, lalu coba lagi.',
    en: 'Tried too often. Wait some minutes, then try again.',
  },
  too_many_uploads: {
    id: 'Terlalu banyak foto sekaligus. Tidak ada yang hilang; tunggu beberapa menit, lalu kirim lagi.',
    en: 'Too many photos at once. Nothing is lost; wait some minutes, then send again.',
  },
  batch_in_flight: {
    id: 'Kiriman ini sedang dikerjakan server. Tidak ada yang hilang; kirim lagi sebentar lagi.',
    en: 'The server is still working on this. Nothing is lost; send again in a moment.',
  },
  unknown_campaign: {
    id: 'Server tidak mengenal kegiatan ini. Tidak ada yang hilang; hubungi koordinator.',
    en: 'The server does not know this campaign. Nothing is lost; ask the coordinator.',
  },
  reinterview_taken_away: {
    id: 'Wawancara ulang ini sekarang tugas petugas lain. Jawaban tetap di tablet; tanyakan kepada koordinator.',
    en: 'Another enumerator does this re-interview now. The answers stay on the tablet; ask the coordinator.',
  },
  reinterview_not_needed: {
    id: 'Wawancara ulang ini tidak diperlukan lagi.',
    en: 'This re-interview is not needed any more.',
  },
  too_slow: {
    id: 'Sinyal terlalu lambat untuk kiriman ini. Tidak ada yang hilang; cari sinyal yang lebih baik, lalu kirim lagi.',
    en: 'The signal is too slow for this. Nothing is lost; look for a better one, then send again.',
  },
  known_filter_retired: {
    id: 'Aplikasi ini terlalu lama. Isian tetap dapat dikirim; perbarui aplikasi.',
    en: 'This app is too old. Records can still be sent; update the app.',
  },
  ...each(NOT_UNDERSTOOD, [
    ...[
      'malformed_json',
      'malformed_encoding',
      'malformed_request',
      'unsupported_grant_type',
      'invalid_scope',
    ],
    ...['invalid_cursor', 'method_not_allowed', 'not_acceptable', 'head_too_large', 'unsupported_media_type'],
    ...['invalid_fields', 'batch_id_reused', 'upload_out_of_order', 'attachment_hash_mismatch'],
    ...['foreign_page', 'key_in_address'],
  ]),
  ...each(WRONG.session, ['not_signed_in', 'session_expired', 'session_ended', 'key_ended', 'proof_needed']),
  ...each(BUSY, ['database_away', 'overloaded', 'server_stopping', 'feed_not_ready', 'edition_in_work']),
  ...each(TOO_LARGE, ['body_too_large', 'too_many_items']),
  ...each(NOT_ALLOWED, ['not_allowed', 'key_reads_only']),
  ...each(NOT_HERE, ['not_found', 'no_edition']),
  ...each(OTHER_WAY, [
    ...['way_not_offered', 'passkey_refused', 'passkey_limit_reached', 'organisation_sign_in_stale'],
    ...['organisation_answer_unsound', 'organisation_denied', 'organisation_account_unknown'],
    ...['organisation_account_unfit', 'organisation_other_account', 'organisation_unavailable'],
  ]),
  ...each(FROM_START, ['cursor_outdated', 'feed_restored']),
  ...each(CHANGED, ['state_changed', 'assigned_to_another', 'already_exists', 'not_reviewable']),
  ...each(FOR_OFFICE, [
    ...['unreadable_file', 'too_many_keys', 'too_few_businesses', 'webhook_limit', 'no_dead_letter'],
    'receiver_closed',
    ...['correction_conflicts', 'not_resolvable', 'edition_in_use', 'not_safe_together', 'export_too_long'],
  ]),
  ...each(PHOTO, ['not_a_photo_type', 'attachment_not_an_image']),
  internal_fault: SERVER_FAULT,
};

function each(words: Words, codes: readonly string[]): Record<string, Words> {
  return Object.fromEntries(codes.map((code) => [code, words]));
}

/** The words for a code; null for one that is newer than this app. `given`: what was given to sign in. */
export function problemText(code: string, language: Language, given: Given): string | null {
  if (code === 'invalid_grant') return WRONG[given][language];
  if (code === 'invalid_fields' && given.endsWith('code')) return NEW_PASSWORD[language];
  return BY_CODE[code]?.[language] ?? null;
}

/** What somebody is told of a fault of the network or the server; null where there is nothing to say but that it failed. */
export function faultText(fault: unknown, language: Language, given: Given): string | null {
  if (fault instanceof Offline) return fault.code === '' ? null : problemText(fault.code, language, given);
  if (!(fault instanceof Refused)) return null;
  return problemText(fault.code, language, given) ?? (fault.detail === '' ? null : fault.detail);
}
