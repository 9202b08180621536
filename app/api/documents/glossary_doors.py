"""The fields of doors without an interview, as in `glossary.py`."""

from collections.abc import Mapping

from app.api.documents.glossary import Term

DOOR_TERMS: Mapping[str, Term] = {
    "closed": Term("Tutup", "Doors of businesses that closed down.", 61),
    "DoorOut.counted_as": Term("Dihitung sebagai", "What the door counts as.", "open_visits"),
    "doors": Term("Pintu", "All records, of interviews and of visits without one.", 14790),
    "due_by": Term("Dikunjungi paling lambat", "The last day of the next visit.", "2022-09-16"),
    "moved": Term("Pindah", "Doors of businesses that moved away.", 44),
    "next_visit_on": Term("Kunjungan berikutnya", "The day that was agreed for the next visit.", "2022-09-16"),
    "non_response": Term("Nonrespons", "Doors where nobody was met in three visits.", 73),
    "not_eligible": Term("Di luar cakupan", "Doors out of the census' scope.", 58),
    "not_found": Term("Tidak ditemukan", "Doors that were not found.", 22),
    "open_visits": Term("Perlu dikunjungi lagi", "Doors where nobody was met, to be visited again.", 398),
    "refused": Term("Menolak", "Doors where the owner refused.", 122),
    "response_rate": Term("Tingkat respons", "The share that is entered, from 0 to 1.", 0.9579),
    "DoorFilters.state": Term("Keadaan", "What the doors count as.", "open_visits"),
    "visited_at": Term("Waktu kunjungan", "When the door was visited last.", "2022-09-12T09:14:40+07:00"),
    "visits": Term("Jumlah kunjungan", "How often the door was visited without an interview.", 2),
}
