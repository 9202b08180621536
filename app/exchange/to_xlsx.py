"""CSV to a workbook: the data, what each column is, the codes with their labels, regions and activities that are in it,
and notes that say what the file is."""

import csv
from collections.abc import Iterator
from typing import IO

from app.exchange.code_labels import labels_of
from app.exchange.column import Column
from app.exchange.columns import COLUMNS, NAMES
from app.exchange.manifest import Manifest
from app.exchange.workbook_writer import (
    CELLS,
    HEAD,
    HIDDEN_HEAD,
    Prompt,
    Sheet,
    row,
    text,
    wrapped,
    write_workbook,
)

_WIDTHS = {"text": 16, "integer": 12, "number": 12, "boolean": 9, "date": 12, "datetime": 20}  # of signs
_OF_NAMES = {"business_id": 38, "record_id": 38, "name": 30, "trade_name": 26, "owner_name": 24, "kbli_title": 44}
_OF_COLUMNS = (38, 40, 40, 60, 60, 18, 16, 36, 32, 16)  # widths of the sheet that explains them
_OF_NOTES = (30, 80, 80)
_LEVELS = ("province", "regency", "district", "village", "neighbourhood")
_LEVEL_NAMES = ("Provinsi", "Kabupaten/kota", "Kecamatan", "Desa/kelurahan", "SLS")
_NOTES = (
    ("Kode / Codes", "Kode adalah teks: nol di depan dan titik tetap.", "Codes are text: zeros and dots stay."),
    (
        "Wilayah / Regions",
        "Kode Kemendagri; kode BPS di kolom bps_… bila diketahui.",
        "Codes of Kemendagri; those of BPS in the columns bps_… where known.",
    ),
    (
        "Waktu / Times",
        "created_at dan updated_at dalam UTC; captured_on menurut waktu setempat.",
        "created_at and updated_at are in UTC; captured_on is the local day.",
    ),
    (
        "Kepala kelabu / Grey heads",
        "Kolom data pribadi yang tidak ditampilkan dalam berkas ini.",
        "Columns of personal data that this file does not show.",
    ),
    (
        "Lengkap / Whole",
        "Lembar Data memuat semua baris di atas; berkas yang terpotong tidak dapat dibuka.",
        "The sheet Data has all the rows said above; a file that was cut off does not open.",
    ),
)


def xlsx(source: IO[bytes], target: IO[bytes], manifest: Manifest) -> None:
    """Row by row as it comes."""
    rows = csv.reader((line.decode() for line in source), strict=True)
    next(rows)
    seen = _Seen()
    notes = (wrapped(note, _OF_NOTES, strong=1) for note in (*manifest.notes, *_NOTES))
    write_workbook(
        target,
        (
            Sheet("Data", _data(rows, manifest, seen), [_width(each) for each in COLUMNS], prompts=_prompts()),
            Sheet("Kolom", _explained(manifest), _OF_COLUMNS),
            Sheet("Kode", _codes(), [30, 26, 44, 44]),
            Sheet("Wilayah", seen.regions(), [22, 18, 36, 22]),
            Sheet("KBLI", seen.activities(), [12, 10, 12, 90]),
            Sheet("Catatan", notes, _OF_NOTES, heading=False),
        ),
    )


class _Seen:
    """The regions and activities of the rows so far."""

    def __init__(self) -> None:
        at = {name: number for number, name in enumerate(NAMES)}
        self._places: set[tuple[str, str]] = set()
        self._village, self._neighbourhood = at["village_code"], at["neighbourhood_code"]
        self._levels = [(level, at[f"{level}_code"], at[f"{level}_name"], at[f"bps_{level}_code"]) for level in _LEVELS]
        self._regions: dict[str, tuple[str, str, str]] = {}
        self._kbli = tuple(at[f"kbli{end}"] for end in ("_version", "", "_category", "_title"))
        self._activities: dict[tuple[str, str], tuple[str, str]] = {}

    def add(self, cells: list[str]) -> None:
        """One row more."""
        place = (cells[self._village], cells[self._neighbourhood])
        if place not in self._places:
            self._places.add(place)
            for level, code, name, bps in self._levels:
                if cells[code]:
                    self._regions[cells[code]] = (level, cells[name], cells[bps])
        version, code, category, title = self._kbli
        activity = (cells[version], cells[code])
        if activity not in self._activities:
            self._activities[activity] = (cells[category], cells[title])

    def regions(self) -> Iterator[str]:
        """Rows of the regions, once all were seen."""
        names = dict(zip(_LEVELS, _LEVEL_NAMES, strict=True))
        yield row(text(cell, HEAD) for cell in ("kode / code", "tingkat / level", "nama / name", "kode BPS / BPS code"))
        for code, (level, name, bps) in sorted(self._regions.items()):
            yield row(map(text, (code, names[level], name, bps)))

    def activities(self) -> Iterator[str]:
        """Rows of the activities, once all were seen."""
        yield row(text(cell, HEAD) for cell in ("edisi / edition", "kode / code", "kategori", "judul / title"))
        for (version, code), (category, title) in sorted(self._activities.items()):
            yield row(map(text, (version, code, category, title)))


def _data(rows: Iterator[list[str]], manifest: Manifest, seen: _Seen) -> Iterator[str]:
    yield row(text(each.name, _head(each, manifest)) for each in COLUMNS)
    kinds = [CELLS["money" if each.unit == "rupiah" and each.type == "integer" else each.type] for each in COLUMNS]
    for cells in rows:
        seen.add(cells)
        yield row(kind(cell) if cell else "<c/>" for kind, cell in zip(kinds, cells, strict=True))


def _head(column: Column, manifest: Manifest) -> int:
    return HIDDEN_HEAD if column.seen == "hidden" and not manifest.unmasked else HEAD


def _width(column: Column) -> int:
    # The sign of the filter takes the room of some letters.
    usual = 26 if column.name.endswith("_name") else _WIDTHS[column.type]
    return max(_OF_NAMES.get(column.name, usual), min(len(column.name) + 4, 34))


def _prompts() -> list[Prompt]:
    return [Prompt(each.label_id, f"{each.definition_id}\n{each.label_en}: {each.definition_en}") for each in COLUMNS]


def _explained(manifest: Manifest) -> Iterator[str]:
    heads = "kolom / column", "label", "label (English)", "definisi", "definition", "tipe / type", "satuan / unit"
    yield row(text(cell, HEAD) for cell in (*heads, "klasifikasi / list", "pertanyaan / question", "tampak / shown"))
    for each in COLUMNS:
        shown = "all" if manifest.unmasked or not each.sealed else each.seen
        about = (each.name, each.label_id, each.label_en, each.definition_id, each.definition_en, each.type)
        more = (each.unit, each.classification, each.question, shown)
        yield wrapped([value or "" for value in (*about, *more)], _OF_COLUMNS)


def _codes() -> Iterator[str]:
    yield row(text(cell, HEAD) for cell in ("kolom / column", "kode / code", "label", "label (English)"))
    for each in COLUMNS:
        for code, label in labels_of(each).items():
            yield row(map(text, (each.name, code, *label)))
