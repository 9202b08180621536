"""Loading neighbourhoods (*satuan lingkungan setempat*, SLS: an RT or the like), the level below villages.

There is no public list of them, so they come from a file: one line each, for whichever villages it has. Of those
villages the file is the whole truth: what it lacks is retired, and nothing is ever deleted.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import asyncpg

from app.core.bulk import REPEATED, Fault, refuse_faulty
from app.core.problems import Text
from app.core.rows import as_set, read
from app.regions.loading import PUT, STORED, LoadReport, RegionListError, RegionRow
from app.regions.region_code import Level, is_region_code, level_of, village_of

_BPS_CODE = re.compile(r"[0-9]{14}(?:[0-9]{2})?", re.ASCII)
_BPS_VILLAGE = 10  # digits
_MALFORMED = Text(
    "Kode SLS adalah kode desa/kelurahan, titik, dan empat angka: 16.01.14.1003.0001.",
    "A neighbourhood's code is the village's, a dot and four digits: 16.01.14.1003.0001.",
)
_NAMELESS = Text("Nama SLS harus diisi.", "A neighbourhood has a name.")
_BPS_MALFORMED = Text(
    "Kode BPS dari SLS terdiri dari 14 angka, dengan sub-SLS 16 angka.",
    "BPS's code of a neighbourhood has 14 digits, with a part of it 16.",
)


class Neighbourhood(NamedTuple):
    """A line of the file. `line` counts from 1, the heading included."""

    line: int
    code: str
    name: str
    type: str
    bps_code: str | None


def neighbourhoods_from_csv(path: Path) -> list[Neighbourhood]:
    """The lines of a CSV file (`,` or `;`, UTF-8) with the columns `code`, `name`, and, where it has them, `type`,
    `bps_code`.

    Raises:
        RegionListError: a column is missing, or it is no such text.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise RegionListError(f"{path} is not UTF-8") from exc
    heading = text.partition("\n")[0]
    rows = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if heading.count(";") > heading.count(",") else ","
    )
    if not {"code", "name"} <= set(rows.fieldnames or ()):
        raise RegionListError(f"{path}: the first line must name the columns code and name")
    return [
        Neighbourhood(
            rows.line_num,
            (row["code"] or "").strip(),
            " ".join((row["name"] or "").split()),
            (row.get("type") or "").strip() or "sls",
            (row.get("bps_code") or "").strip() or None,
        )
        for row in rows
    ]


def faults_in(lines: Sequence[Neighbourhood], villages: Mapping[str, str | None]) -> list[Fault]:
    """What is wrong with the lines, by their place in the file. `villages`: BPS's code of each village that there is,
    None where it is not known. Pure."""
    faults: list[Fault] = []
    codes, bps_codes = (Counter(getattr(each, name) for each in lines) for name in ("code", "bps_code"))
    seen: set[str] = set()
    for at, each in enumerate(lines):
        if not is_region_code(each.code) or level_of(each.code) is not Level.NEIGHBOURHOOD:
            faults.append(Fault(at, "code", "code_not_a_neighbourhood", _MALFORMED))
        elif village_of(each.code) not in villages:
            faults.append(Fault(at, "code", "village_unknown", _no_such(village_of(each.code))))
        elif each.code in seen:
            faults.append(Fault(at, "code", "repeated", REPEATED))
        seen.add(each.code)
        if not each.name:
            faults.append(Fault(at, "name", "name_missing", _NAMELESS))
        if each.bps_code is not None:
            faults += _faults_of_bps_code(at, each, villages.get(village_of(each.code)))
            if bps_codes[each.bps_code] > codes[each.code]:
                faults.append(Fault(at, "bps_code", "bps_code_repeated", REPEATED))
    return faults


def _faults_of_bps_code(at: int, each: Neighbourhood, village: str | None) -> list[Fault]:
    if not _BPS_CODE.fullmatch(each.bps_code or ""):
        return [Fault(at, "bps_code", "bps_code_malformed", _BPS_MALFORMED)]
    said = (each.bps_code or "")[:_BPS_VILLAGE]
    if village is not None and said != village:
        return [Fault(at, "bps_code", "of_another_village", _of_another(village_of(each.code), village, said))]
    return []


def _no_such(village: str) -> Text:
    return Text(
        f"Desa/kelurahan {village} tidak ada atau sudah tidak dipakai.",
        f"There is no village {village}, or not any more.",
    )


def _of_another(village: str, bps_code: str, said: str) -> Text:
    return Text(
        f"SLS ini milik desa/kelurahan lain: kode BPS {village} adalah {bps_code}, bukan {said}.",
        f"This neighbourhood is another village's: BPS's code of {village} is {bps_code}, not {said}.",
    )


async def load_neighbourhoods(
    pg: asyncpg.Connection, lines: Sequence[Neighbourhood], *, today: date, source: str
) -> LoadReport:
    """Make the neighbourhoods of the villages that the lines name those of the lines. Idempotent by code.

    Raises:
        Faulty: lines break rules; nothing was loaded.
    """
    named = sorted({village_of(each.code) for each in lines})
    found = await pg.fetch(
        "SELECT code, bps_code FROM region WHERE code = ANY($1) AND level = 'village' AND retired_on IS NULL", named
    )
    villages = dict(map(tuple, found))
    refuse_faulty(faults_in(lines, villages))
    rows = await read(pg, RegionRow, f"{STORED} WHERE level = 'neighbourhood' AND parent_code = ANY($1)", named)
    stored = {row.code: row for row in rows}
    wanted = {each.code: _as_row(each, source) for each in lines}
    changed = [row for code, row in wanted.items() if _described(row) != _described(stored.get(code))]
    retired = [row.but(retired_on=today) for code, row in stored.items() if code not in wanted and not row.retired_on]
    if changed or retired:
        await pg.execute(PUT, *as_set(RegionRow, [*changed, *retired]))
    added = len(wanted.keys() - stored.keys())
    return LoadReport("neighbourhoods", added, len(changed) - added, len(retired), len(wanted) - len(changed))


def _as_row(each: Neighbourhood, source: str) -> RegionRow:
    return RegionRow(
        code=each.code,
        name=each.name,
        level=Level.NEIGHBOURHOOD.value,
        type=each.type,
        parent_code=village_of(each.code),
        postcode=None,
        bps_code=each.bps_code,
        source=source,
        retired_on=None,
    )


def _described(row: RegionRow | None) -> Iterable[object] | None:
    """What makes a neighbourhood another one than before: not the file that it is from."""
    return None if row is None else row.but(source="")
