"""The fields of honour, as in `glossary.py`."""

from collections.abc import Mapping

from app.api.documents.glossary import Term

_ID = "01833a70-0000-7000-8000-0000000000d1"
_WORDS = "satu juta dua ratus ribu rupiah"

HONOUR_TERMS: Mapping[str, Term] = {
    "amount": Term("Jumlah", "Rupiah.", 1_200_000),
    "cap": Term("Batas per bulan", "Records of a month that are paid at most.", 300),
    "carried_in": Term("Potongan dari sebelumnya", "Rupiah, never above 0.", 0),
    "carried_out": Term("Potongan untuk berikutnya", "Rupiah, never above 0.", 0),
    "coordinator_name": Term("Koordinator", "Who led them at the cut-off.", "Budi Santoso"),
    "corrections": Term("Koreksi", "Rupiah that change what was stated.", -40_000),
    "counted_at": Term("Dihitung pada", "When the figures were read.", "2022-09-13T07:30:00+07:00"),
    "decree": Term("Nomor SK", "Number of the decree.", "Contoh/SK/2022"),
    "due": Term("Hak menurut aturan", "Rupiah by the rule.", 1_200_000),
    "elsewhere": Term("Dibayar di wilayah lain", "Records of the same month.", 0),
    "HonourRunIn.cutoff": Term("Rilis", "Id of the cut-off.", "01833a70-0000-7000-8000-0000000000c1"),
    "HonourRunIn.region": Term("Wilayah", "Kemendagri code.", "16.01"),
    "HonourRunOut.id": Term("Nomor", "Id of the run.", _ID),
    "HonourRunOut.number": Term("Nomor daftar", "Number of the run.", "HON-0001"),
    "HonourStatementDetail.id": Term("Nomor", "Id of the statement.", _ID),
    "HonourStatementDetail.number": Term("Nomor rincian", "Number of the statement.", "HON-0001-017"),
    "HonourStatementOut.id": Term("Nomor", "Id of the statement.", _ID),
    "HonourStatementOut.number": Term("Nomor rincian", "Number of the statement.", "HON-0001-017"),
    "is_correction": Term("Koreksi", "It changes what was stated.", False),
    "is_estimate": Term("Perkiraan", "Not a statement.", True),
    "lines": Term("Rincian per bulan", "Months of the statement.", None),
    "months": Term("Bulan", "Months of the caller's work.", None),
    "paid": Term("Sudah dibayar", "Rupiah that were paid.", 1_000_000),
    "payable": Term("Dibayarkan", "Rupiah that are paid out.", 1_200_000),
    "people": Term("Petugas", "Enumerators with a statement.", 300),
    "HonourStatementDetail.records": Term("Isian dibayar", "Records.", 60),
    "records_before": Term("Isian sebelumnya", "Records that were stated before.", 50),
    "rules": Term("Aturan", "What is paid, from which month on.", None),
    "run": Term("Daftar", "Id of a run.", _ID),
    "run_id": Term("Daftar", "Id of the run.", _ID),
    "stated": Term("Sudah dirinci", "Rupiah that statements said.", 1_000_000),
    "whole_month": Term("Sebulan penuh", "Whether the cut-off has the whole month.", True),
    "words": Term("Terbilang", "The sum in words.", _WORDS),
    "HonourRunOut.made_by": Term("Dibuat oleh", "The account that made it.", None),
    "HonourRunOut.made_at": Term("Dibuat pada", "When it was made.", "2022-09-13T07:30:00+07:00"),
    "HonourStatementOut.made_at": Term("Dibuat pada", "When it was made.", "2022-09-13T07:30:00+07:00"),
    "HonourStatementDetail.made_at": Term("Dibuat pada", "When it was made.", "2022-09-13T07:30:00+07:00"),
    "HonourLineOut.before": Term("Sebelumnya", "Rupiah that were stated before.", 1_000_000),
    "HonourRuleIn.rate": Term("Honor per isian", "Rupiah per record.", 20_000),
    "HonourRuleOut.rate": Term("Honor per isian", "Rupiah per record.", 20_000),
    "HonourLineOut.rate": Term("Honor per isian", "Rupiah per record.", 20_000),
    "HonourOwnMonth.rate": Term("Honor per isian", "Rupiah per record.", 20_000),
    "HonourRuleIn.counts": Term("Yang dibayar", "Entered or verified records.", "entered"),
    "HonourRuleOut.counts": Term("Yang dibayar", "Entered or verified records.", "entered"),
    "HonourLineOut.counts": Term("Yang dibayar", "Entered or verified records.", "entered"),
    "HonourOwnOut.open": Term("Belum dibayar", "Rupiah that are due and not paid.", 200_000),
}
