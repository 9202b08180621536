"""The fields of what the control room asks for, as in `glossary.py`."""

from collections.abc import Mapping

from app.api.documents.glossary import Term

DESK_TERMS: Mapping[str, Term] = {
    "counted_to": Term("Dihitung sampai", "No count is higher.", 10000),
    "enumerator_name": Term("Nama enumerator", "Name of who recorded it.", "Sari Dewi"),
    "held": Term("Ditahan", "Items that wait for a supervisor.", 3),
    "minutes": Term("Lama wawancara (menit)", "From the first question to the last.", 19.5),
    "order": Term("Urutan", "What comes first.", "oldest"),
    "problem": Term("Masalah", "Why it was refused.", None),
    "region_name": Term("Nama wilayah", "Name of the village.", "Kelurahan Sekarjaya"),
    "review": Term("Keputusan", "What was decided.", None),
    "unreviewed": Term("Belum diperiksa", "Records that nobody decided on.", 1402),
}
