"""The columns that say which numbers were confirmed, by whom and when."""

from collections.abc import Iterator, Mapping

from app.core.problems import Text
from app.exchange.column import Column
from app.identifiers.numbers import CONFIRMABLE

CONFIRMATION: Mapping[str, Text] = {
    "unverified": Text("Belum dikonfirmasi", "Not confirmed"),
    "match": Text("Sesuai", "Fits"),
    "mismatch": Text("Tidak sesuai", "Does not fit"),
    "not_found": Text("Tidak ditemukan", "Not known there"),
}
"""The states of a number."""
_NAMES = {"nik": "NIK", "nib": "NIB", "cooperative_number": "Nomor Induk Koperasi"}
_NAMES_EN = {"nik": "citizen number", "nib": "business number", "cooperative_number": "cooperative number"}


def _columns(kind: str) -> Iterator[Column]:
    answer, name, english = f"b.verification -> '{kind}'", _NAMES[kind], _NAMES_EN[kind]
    yield Column(
        f"{kind}_state",
        "text",
        f"CASE WHEN b.{kind}_digest IS NOT NULL THEN coalesce({answer} ->> 'state', 'unverified') END",
        f"Konfirmasi {name}",
        f"Confirmation of the {english}",
        f"Apakah instansi yang mengetahui {name} mengonfirmasinya: belum (unverified), sesuai (match), tidak sesuai"
        " (mismatch), atau tidak ditemukan (not_found).",
        f"Whether who should know the {english} confirmed it, with the name: not asked, fits, does not, unknown there.",
        "Mutu data",
        codes=tuple(CONFIRMATION),
    )
    yield Column(
        f"{kind}_state_source",
        "text",
        f"{answer} ->> 'source'",
        f"Sumber konfirmasi {name}",
        f"Source of the confirmation of the {english}",
        "Instansi yang menjawab.",
        "The agency that answered.",
        "Mutu data",
    )
    yield Column(
        f"{kind}_state_on",
        "date",
        f"({answer} ->> 'on')::date",
        f"Tanggal konfirmasi {name}",
        f"Day of the confirmation of the {english}",
        "Tanggal jawaban.",
        "Day of the answer.",
        "Mutu data",
    )


VERIFICATION = tuple(column for kind in CONFIRMABLE for column in _columns(kind))
