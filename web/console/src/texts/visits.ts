/** What came of the visits to a door that has no interview: the same words wherever doors are counted or listed. */
export const VISITS = {
  id: {
    open_visits: 'Perlu dikunjungi lagi',
    non_response: 'Nonrespons setelah tiga kunjungan',
    refused: 'Menolak',
    closed: 'Tutup',
    moved: 'Pindah',
    not_found: 'Tidak ditemukan',
    not_eligible: 'Di luar cakupan',
  },
  en: {
    open_visits: 'To be visited again',
    non_response: 'No response after three visits',
    refused: 'Refused',
    closed: 'Closed',
    moved: 'Moved',
    not_found: 'Not found',
    not_eligible: 'Out of scope',
  },
};
