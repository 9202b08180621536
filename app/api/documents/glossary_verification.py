"""The fields of numbers that others confirm, as in `glossary.py`."""

from collections.abc import Mapping

from app.api.documents.glossary import Term

_KINDS = "`nik` with the owner's name, `nib` and `cooperative_number` with the business's."
_REFERENCE = [{"field": "reference", "heading": "NO_REF"}, {"field": "number", "heading": "NIK"}]

VERIFICATION_TERMS: Mapping[str, Term] = {
    "RequestIn.id": Term("Nomor permintaan", "The client's own id, or null.", None),
    "RequestIn.kind": Term("Jenis nomor", _KINDS, "nik"),
    "RequestIn.campaign": Term("Pendataan", "Code, or null for all.", "pl-kumkm-2022"),
    "RequestIn.limit": Term("Paling banyak", "The most numbers.", 100000),
    "RequestIn.source": Term("Instansi", "A short word.", "dukcapil"),
    "RequestOut.id": Term("Nomor permintaan", "The request's id.", "01832f3e-8a40-7000-8000-0000000000ab"),
    "RequestOut.kind": Term("Jenis nomor", _KINDS, "nik"),
    "RequestOut.campaign": Term("Pendataan", "Code, or null for all.", "pl-kumkm-2022"),
    "RequestOut.source": Term("Instansi", "Who is asked.", "dukcapil"),
    "RequestOut.reason": Term("Alasan", "Why they are asked about.", "Perjanjian kerja sama 12/2022"),
    "RequestOut.made_at": Term("Dibuat pada", "When it was made.", "2022-09-12T12:00:00+07:00"),
    "RequestOut.state": Term("Keadaan", "How far it is.", "open"),
    "RequestOut.not_found": Term("Tidak ditemukan", "Unknown to the agency.", 3),
    "RequestOut.waiting": Term("Menunggu diterapkan", "Came in, and not in the register yet.", 0),
    "AnswersOut.not_found": Term("Tidak ditemukan", "Of the new answers.", 3),
    "AnswersOut.waiting": Term("Menunggu diterapkan", "Applied in the background.", 0),
    "KindSummary.kind": Term("Jenis nomor", _KINDS, "nik"),
    "KindSummary.not_found": Term("Tidak ditemukan", "Unknown to the agency.", 3),
    "VerificationSummary.campaign": Term("Pendataan", "Code, or null for all.", "pl-kumkm-2022"),
    "VerificationSummary.region_name": Term("Nama wilayah", "In words.", "Kabupaten Ogan Komering Ulu"),
    "Verification.state": Term("Keadaan", "What the agency said.", "match"),
    "Verification.source": Term("Instansi", "Who said it.", "dukcapil"),
    "Verifications.nik": Term("NIK", "State of the owner's NIK.", None),
    "Verifications.nib": Term("NIB", "State of the NIB.", None),
    "Verifications.cooperative_number": Term("Nomor Induk Koperasi", "State of the cooperative number.", None),
    "field": Term("Isi kolom", "What stands in it.", "number"),
    "heading": Term("Judul kolom", "As the agency wants it.", "NIK"),
    "again": Term("Tanyakan lagi", "Also what waits for an answer.", example=False),
    "answered": Term("Dijawab", "How many were answered.", 120),
    "asked": Term("Ditanyakan", "How many were asked about.", 150),
    "columns": Term("Kolom berkas", "In order.", _REFERENCE),
    "empty": Term("Belum dijawab", "Lines without an answer.", 27),
    "fault": Term("Kendala", "A code, or null.", None),
    "fetched_at": Term("Berkas diunduh", "Last time.", "2022-09-12T12:05:00+07:00"),
    "made_by": Term("Dibuat oleh", "User name.", "petugas.oku"),
    "match": Term("Sesuai", "Number and name fit.", 110),
    "mismatch": Term("Tidak sesuai", "The number is another person's or business's.", 7),
    "older_than": Term("Dijawab sebelum", "A day, or null.", None),
    "on": Term("Tanggal jawaban", "Day of the answer.", "2022-09-12"),
    "outdated": Term("Usang", "About what is no longer so.", 2),
    "request_id": Term("Nomor permintaan", "The request's id.", "01832f3e-8a40-7000-8000-0000000000ab"),
    "states": Term("Keadaan nomor", "Which are asked about.", ["unverified"]),
    "total": Term("Jumlah", "How many there are.", 150),
    "tried_at": Term("Terakhir ditanyakan", "By the verifier.", None),
    "unverified": Term("Belum dikonfirmasi", "Nobody was asked, or the number or name changed since.", 30),
    "verification": Term("Konfirmasi nomor", "By kind of number.", None),
    "verifier": Term("Pemverifikasi", "Its name, or null.", None),
    "via": Term("Jalur", "By file or by program.", "file"),
}
