/** What becomes of a record and of its business: the same words in the history of either. */
export const EVENTS = {
  id: {
    verified: 'Diverifikasi',
    returned: 'Dikembalikan',
    separate: 'Diputuskan usaha lain',
    owner_changed: 'Diputuskan pemilik berganti',
    wrong_identity: 'Diputuskan salah nomor',
    undone: 'Keputusan dibatalkan',
    closed: 'Ditemukan tutup',
    moved: 'Ditemukan pindah',
    found: 'Ternyata masih ada',
  },
  en: {
    verified: 'Verified',
    returned: 'Returned',
    separate: 'Decided: another business',
    owner_changed: 'Decided: the owner changed',
    wrong_identity: 'Decided: wrong number',
    undone: 'Decision undone',
    closed: 'Found closed',
    moved: 'Found moved',
    found: 'Is there after all',
  },
};
