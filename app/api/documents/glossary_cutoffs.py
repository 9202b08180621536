"""The fields of cut-offs and reports, as in `glossary.py`."""

from collections.abc import Mapping

from app.api.documents.glossary import Term

_SIDE = {"goal": 42_000, "entered": 13_495, "percent": 32.13, "rank": 1}

CUTOFF_TERMS: Mapping[str, Term] = {
    "CutoffIn.id": Term("Nomor rilis", "The client's own UUID of the cut-off.", "01833a70-0000-7000-8000-0000000000c1"),
    "CutoffIn.name": Term("Nama rilis", "How people call it.", "Rapat koordinasi 13 September"),
    "CutoffIn.region": Term("Wilayah", "Kemendagri code.", "16.01"),
    "CutoffOut.id": Term("Nomor rilis", "Id of the cut-off.", "01833a70-0000-7000-8000-0000000000c1"),
    "CutoffOut.name": Term("Nama rilis", "How people call it.", "Rapat koordinasi 13 September"),
    "CutoffDetail.id": Term("Nomor rilis", "Id of the cut-off.", "01833a70-0000-7000-8000-0000000000c1"),
    "CutoffDetail.name": Term("Nama rilis", "How people call it.", "Rapat koordinasi 13 September"),
    "SilentOut.days": Term("Hari", "Days without anything.", 3),
    "RecapOut.silent": Term("Tanpa kiriman", "Enumerators of whom nothing came for two days.", None),
    "RecapOut.text": Term("Teks", "The recap.", "*Masuk: 13.495 dari 42.000 = 32,13 %*"),
    "counted_until": Term("Sampai dengan", "The day that the figures tell of.", "2022-09-12"),
    "ChangeOut.code": Term("Perubahan", "What explains it.", "duplicates"),
    "ChangeOut.text": Term("Teks", "In words.", "menjadi duplikat karena keputusan (digabung)"),
    "ChangeOut.records": Term("Isian", "How many.", 2),
    "ComparisonOut.before": Term("Sebelumnya", "The earlier cut-off.", None),
    "ComparisonOut.after": Term("Sesudahnya", "The later cut-off.", None),
    "ComparisonOut.changes": Term("Perubahan", "What explains the difference.", None),
    "ComparedRegion.before": Term("Sebelumnya", "The earlier figures.", _SIDE),
    "ComparedRegion.after": Term("Sesudahnya", "The later figures.", _SIDE),
    "ComparedEnumerator.before": Term("Sebelumnya", "The earlier figures.", _SIDE),
    "ComparedEnumerator.after": Term("Sesudahnya", "The later figures.", _SIDE),
    "difference": Term("Selisih", "Later less earlier.", None),
    "goal": Term("Target atau kuota", "What is to be reached.", 42000),
    "with": Term("Dengan", "Id of the other cut-off.", "01833a70-0000-7000-8000-0000000000c1"),
    "cutoff": Term("Rilis", "The published figures.", None),
    "lagging": Term("Tertinggal", "Regions that lag.", None),
    "month": Term("Bulan", "First day of the month.", "2022-09-01"),
    "note": Term("Catatan", "What readers have to know beside the figures.", "Sumber: aplikasi pendataan."),
    "published_at": Term("Diterbitkan", "When the figures were read and kept.", "2022-09-13T07:30:00+07:00"),
    "published_by": Term("Diterbitkan oleh", "The account that published them.", None),
}
