"""The fields of re-interviews, as in `glossary.py`."""

from collections.abc import Mapping

from app.api.documents.glossary import PERSON, Term

REINTERVIEW_TERMS: Mapping[str, Term] = {
    "ReinterviewIn.location": Term("Lokasi", "Where the second interview was.", None),
    "ReinterviewIn.result": Term("Hasil", "`done` with answers; or why there was no interview.", "done"),
    "ReinterviewReceipt.result": Term("Hasil", "As it was sent.", "done"),
    "ReinterviewReceipt.state": Term("Keadaan", "Whether another visit is due.", "done"),
    "ReinterviewReceipt.client_action": Term("Tindakan tablet", "The tablet may delete its copy.", "purge"),
    "ReinterviewTask.state": Term(
        "Keadaan",
        "`to_do`: ask again. `done`: the server has the answers. `taken_away`: another enumerator does it; keep your"
        " answers. `not_needed`: delete them.",
        "to_do",
    ),
    "ReinterviewTask.location": Term("Lokasi", "The point of the record, to find the business.", None),
    "ReinterviewOut.state": Term("Keadaan", "`open` as long as nobody has it.", "assigned"),
    "ReinterviewOut.result": Term("Hasil", "Null while there is none.", "done"),
    "ReinterviewAssignmentIn.enumerator": Term("Petugas", "User name.", "enumerator.12"),
    "activity": Term("Kegiatan utama", "The main activity in words.", "Warung kelontong"),
    "address": Term("Alamat", "Address of the business.", "Dusun 3 RT 04"),
    "agreed": Term("Jawaban yang sama", "In how many questions both interviews agree.", 61),
    "answered_at": Term("Waktu jawaban", "When the answers in force came in.", "2022-09-20T16:05:00+07:00"),
    "assigned_at": Term("Waktu penugasan", "When it was given away.", "2022-09-13T07:00:00+07:00"),
    "assignee": Term("Petugas wawancara ulang", "User name of the enumerator who asks again.", "enumerator.12"),
    "assignee_name": Term("Nama petugas wawancara ulang", "Name of the enumerator who asks again.", "Budi Santoso"),
    "assignment": Term("Penugasan", "Whether the server or a person gives away what is drawn.", "automatic"),
    "business_name": Term("Nama usaha", "As the record has it.", "Warung Bu Sari"),
    "compared": Term("Jawaban yang dibandingkan", "Of how many questions.", 68),
    "different": Term("Jawaban yang berbeda", "Pointers of the questions.", ["/annual_sales_idr"]),
    "done": Term("Selesai", "How many are done.", 6),
    "drawn": Term("Terpilih", "How many records were drawn.", 9),
    "drawn_at": Term("Waktu terpilih", "When it was drawn.", "2022-09-13T06:30:00+07:00"),
    "drawn_by": Term("Terpilih karena", "`share` or `least`.", "share"),
    "due_on": Term("Batas waktu", "The last day before it is overdue.", "2022-09-27"),
    "high": Term("Batas atas", "Upper end of the interval.", 0.95),
    "interviewed": Term("Diwawancarai", "Done, and somebody answered.", 5),
    "is_automatic": Term("Otomatis", "Whether the server gave it away.", example=True),
    "is_overdue": Term("Terlambat", "Whether its day is past.", example=False),
    "is_shown": Term(
        "Diperlihatkan", "Whether the second enumerator was shown the answer, or what it follows from.", example=False
    ),
    "label": Term("Pertanyaan", "The question in words.", "Penjualan setahun (Rp)"),
    "least_answers": Term("Jawaban paling sedikit", "Of fewer nothing is said.", 20),
    "least_share": Term("Kesesuaian terkecil", "From which share of agreeing answers on nobody is flagged.", 0.8),
    "low": Term("Batas bawah", "Lower end of the interval.", 0.81),
    "money_tolerance": Term("Toleransi nilai", "Sums agree within this share of the larger one.", 0.2),
    "not_found": Term("Tidak ditemukan", "How many businesses were not found.", 1),
    "overdue": Term("Terlambat", "How many are past their day.", 1),
    "owner_name": Term("Nama pemilik", "As the record has it.", "Sari"),
    "point_m": Term("Jarak titik (m)", "Points agree within so many metres.", 250),
    "question": Term("Kode pertanyaan", "Pointer of the question.", "/annual_sales_idr"),
    "reinterview_id": Term("Nomor wawancara ulang", "The re-interview's id.", "01832f3e-8a40-7000-8000-0000000000aa"),
    "reinterviewed": Term("Wawancara ulang", "When answers that were heard again do not agree.", None),
    "reinterviewer": Term("Petugas wawancara ulang", "User name of the enumerator who asks again.", "enumerator.12"),
    "reinterviewer_id": Term("Petugas wawancara ulang", "Account of the enumerator who asks again.", PERSON),
    "reinterviewer_name": Term(
        "Nama petugas wawancara ulang", "Name of the enumerator who asks again.", "Budi Santoso"
    ),
    "reinterviews": Term("Wawancara ulang", "What is drawn to be asked again.", None),
    "result": Term("Hasil", "What came of it.", "done"),
    "seed": Term("Benih", "Makes the sample.", "benih-rahasia-2022"),
    "share": Term("Bagian", "From 0 to 1.", 0.897),
    "share_percent": Term("Persentase sampel", "So much of the records is drawn.", 2.0),
    "sums": Term("Jumlah", "Of everybody within reach.", None),
    "version": Term("Versi jawaban", "Which version; 0 where there is none.", 1),
    "waiting": Term("Menunggu", "How many are not done yet.", 3),
    "withdrawn_for": Term("Ditarik karena", "Why it was withdrawn.", None),
}
