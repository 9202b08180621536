"""The fields of listings, as in `glossary.py`."""

from collections.abc import Mapping

from app.api.documents.glossary import Term

LISTING_TERMS: Mapping[str, Term] = {
    "already_listed": Term("Sudah terdaftar", "Businesses that have an entry already.", 13495),
    "areas": Term("Wilayah", "The areas that the listing is of.", ["16.01.14.1003"]),
    "CarriedOut.closed": Term("Tutup", "Left out, since they closed down.", 61),
    "erased": Term("Dihapus", "Left out, since they were erased.", 0),
    "forget": Term("Dilupakan", "Areas whose entries are to be removed.", ["16.01.13.1003"]),
    "from_campaign": Term("Pendataan asal", "The earlier campaign.", "pl-kumkm-2022"),
    "life": Term("Keadaan usaha", "Whether the business is still there.", "active"),
    "life_record_id": Term("Isian yang menemukan", "The record that found it closed or moved.", None),
    "life_since": Term("Tutup atau pindah sejak", "The day on which it was found so.", None),
    "listed": Term("Terdaftar", "Entries of the listing.", 42000),
    "listed_done": Term("Terdaftar selesai", "Entries of the listing that are done.", 13110),
    "listed_on": Term("Didaftar pada", "The day on which the entry was listed.", "2023-03-20"),
    "listing_id": Term("Nomor entri", "The entry of the listing.", "8d1f3b70-5c1e-8a44-9b0e-6f1c52d7a3e9"),
    "new_found": Term("Baru ditemukan", "Entered businesses that were not listed.", 385),
    "nik_masked": Term("NIK (disamarkan)", "The owner's NIK, masked.", "1601**********01"),
    "own": Term("Milik sendiri", "Whether a record of this enumerator decided the state.", example=False),
    "owner": Term("Pemilik", "The owner's name.", "Sari"),
    "percent_of_listing": Term("Persen dari daftar", "`listed_done` in percent of `listed`.", 31.21),
    "source": Term("Sumber", "Where the entry is from.", "campaign:pl-kumkm-2022"),
    "EntryOut.state": Term("Keadaan", "What became of the entry.", "open"),
    "EntryFilters.state": Term("Keadaan", "What became of the entries.", "open"),
    "TabletEntry.state": Term("Keadaan", "What became of the entry.", "open"),
    "TabletEntry.location": Term("Lokasi", "Where the business is.", {"latitude": -4.1266, "longitude": 104.1702}),
}
