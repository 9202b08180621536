"""The fields of what the control room asks for, as in `glossary.py`."""

from collections.abc import Mapping

from app.api.documents.glossary import Term

DESK_TERMS: Mapping[str, Term] = {
    "bbox": Term("Bagian peta", "`west,south,east,north` in degrees.", "103.9,-4.3,104.3,-4.0"),
    "count": Term("Jumlah", "How many records the point stands for.", 12),
    "grid_degrees": Term("Sisi kisi (derajat)", "Side of a cell.", 0.0055),
    "precision": Term("Ketepatan", "Exact, or cells of a grid.", "exact"),
    "zoom": Term("Zum", "As web maps count it.", 12),
    "days": Term("Hari", "Day by day.", None),
    "days_since": Term("Hari sejak itu", "Days from then to the cut-off.", 9),
    "hour": Term("Jam", "Hour of the day, from 0 to 23.", 9),
    "hours": Term("Jam kerja", "Hours in which anything was captured.", None),
    "last_day": Term("Hari terakhir", "The last day on which something came.", "2022-09-03"),
    "poll_after_s": Term("Tanya lagi setelah (detik)", "Seconds to wait before asking again.", 4),
    "records": Term("Jumlah isian", "How many records.", 12),
    "Refusal.code": Term("Kode masalah", "Stable; as in problems.", "not_found"),
    "Refusal.status": Term("Status", "The HTTP status.", 404),
    "returned_percent": Term("Persen dikembalikan", "How much of it was returned.", 2.5),
    "reviewed": Term("Diperiksa", "Records that were decided on.", 40),
    "rule": Term("Aturan", "How a state is decided.", None),
    "silent": Term("Tidak terdengar", "Whether the server heard from no tablet for seven days.", example=False),
    "silent_days": Term("Hari tanpa kabar", "Days since the server last heard from a tablet.", 2),
    "tablets": Term("Tablet", "Tablets that are not revoked.", None),
    "text": Term("Teks", "In words.", "Aman: rata-rata per hari dalam tujuh hari penuh terakhir cukup."),
    "today": Term("Hari ini", "What changed on that day.", None),
    "ActivityLabel.title": Term("Kegiatan usaha", "The meaning of the code.", "Perdagangan eceran makanan"),
    "LabelsOut.questionnaires": Term("Kuesioner", "JSON Schemas by name.", {"umkm@1": {"type": "object"}}),
    "counted_to": Term("Dihitung sampai", "No count is higher.", 10000),
    "enumerator_name": Term("Nama enumerator", "Name of the enumerator who recorded it.", "Sari Dewi"),
    "held": Term("Ditahan", "Items that wait for a supervisor.", 3),
    "minutes": Term("Lama wawancara (menit)", "From the first question to the last.", 19.5),
    "order": Term("Urutan", "What comes first.", "oldest"),
    "problem": Term("Masalah", "Why it was refused.", None),
    "region_name": Term("Nama wilayah", "Name of the village.", "Kelurahan Sekarjaya"),
    "review": Term("Keputusan", "What was decided.", None),
    "unreviewed": Term("Belum diperiksa", "Records that nobody decided on.", 1402),
    "more": Term("Masih ada lagi", "Whether there are more than these.", example=False),
    "within": Term("Terletak di", "The regions that it lies in, the nearest first.", None),
}
