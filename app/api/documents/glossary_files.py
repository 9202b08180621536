"""The fields of exports as files, as in `glossary.py`."""

from collections.abc import Mapping

from app.api.documents.glossary import Term

FILE_TERMS: Mapping[str, Term] = {
    "ExportJobOut.filters": Term("Penyaring", "By name, as they were asked for.", {"kind": "umkm"}),
    "form": Term("Bentuk", "xml or html.", "xml"),
    "ExportJobOut.made_at": Term("Saat", "The moment that all of it shows.", "2022-09-12T12:00:03Z"),
    "ExportJobOut.personal_data": Term("Data pribadi", "shown or masked.", "masked"),
}
