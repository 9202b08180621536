"""The fields of activity codes: editions, scope, and the coding queue, as in `glossary.py`."""

from collections.abc import Mapping

from app.api.documents.glossary import Term

_FIRST = "The first one is that of codes that say none."

CODING_TERMS: Mapping[str, Term] = {
    "activities": Term("Kegiatan usaha", "Editions of KBLI that it takes, and activities that it leaves out.", None),
    "ActivityFilters.limit": Term("Batas", "The most that is answered.", 50),
    "ActivityOut.code": Term("Kode KBLI", "Five digits.", "56102"),
    "ActivityLabel.code": Term("Kode KBLI", "Two to five digits.", "56102"),
    "ActivityOut.title": Term("Judul", "What the activity is.", "Rumah/Warung Makan"),
    "ActivityOut.category": Term("Kategori", "A letter.", "I"),
    "category": Term("Kategori", "The category's letter.", "G"),
    "coding": Term("Pengodean", "The decision in force.", None),
    "CodingIn.kbli": Term("KBLI", "The activity that it is.", "56102"),
    "CodingOut.kbli": Term("KBLI", "The activity that it is.", "56102"),
    "CodingOut.decided_by": Term("Diputuskan oleh", "User name.", "petugas.oku"),
    "editions": Term("Edisi KBLI", _FIRST, ["2020"]),
    "kbli_category": Term("Kategori KBLI", "The category's letter.", "G"),
    "kbli_state": Term("Asal kode KBLI", "recorded, coded, or unknown and waiting.", "recorded"),
    "kbli_versions": Term("Edisi KBLI", _FIRST, ["2020"]),
    "main_activity": Term("Kegiatan utama", "As recorded.", "Jual nasi dan lauk"),
    "main_product": Term("Produk utama", "As recorded.", "Nasi rames"),
    "other_kbli": Term("Edisi KBLI lain", "The lists of the other editions.", None),
    "out_of_scope": Term("Di luar cakupan", "Activities that give a warning.", ["government"]),
    "products": Term("Produk", "Names of products, as recorded.", ["Nasi rames"]),
    "said_kbli": Term("KBLI menurut pencacah", "The code as it was recorded.", "96210"),
    "said_kbli_version": Term("Edisi menurut pencacah", "The edition of that code.", "2020"),
    "same_number": Term("Nomor yang sama", "What the number is in each edition that has it.", None),
}
