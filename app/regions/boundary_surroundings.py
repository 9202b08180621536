"""The boundaries that were loaded before and that the regions of a file must fit to: above, beside and below them."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import asyncpg

from app.regions.boundary_files import Box
from app.regions.boundary_places import Stored
from app.regions.region_code import Level, ancestry, level_of, span_of

MOST = 12 << 20
"""Bytes of drawings that are compared with a file, of neighbours and of regions below: a few seconds of computing."""


class Surroundings(NamedTuple):
    """What a file's regions are compared with; `names` are those of regions that are not in the file."""

    stored: Stored
    names: dict[str, str]
    too_many: bool


_BESIDE = """
WITH drawn AS (
    SELECT *, length(code) AS width, regexp_replace(code, '[.]?[0-9]+$', '') AS parent
    FROM unnest($1::text[], $2::float8[], $3::float8[], $4::float8[], $5::float8[])
      AS file (code, west, south, east, north)
), family AS MATERIALIZED (
    SELECT width, parent, min(west) AS west, min(south) AS south, max(east) AS east, max(north) AS north
    FROM drawn GROUP BY width, parent
), near AS MATERIALIZED (  -- few, so that not every region is compared with every other
    SELECT family.width, family.parent, old.region_code, old.west, old.south, old.east, old.north
    FROM region_boundary AS old JOIN family ON length(old.region_code) = family.width
     AND old.west <= family.east AND old.east >= family.west
     AND old.south <= family.north AND old.north >= family.south
)
SELECT DISTINCT region.code, region.name
FROM near JOIN drawn USING (width, parent) JOIN region ON region.code = near.region_code
WHERE near.west <= drawn.east AND near.east >= drawn.west AND near.south <= drawn.north AND near.north >= drawn.south
  AND region.retired_on IS NULL AND region.code <> ALL($6)
"""

_BELOW = """
SELECT DISTINCT region.code, region.name
FROM unnest($1::text[], $2::text[]) AS own (code, beyond)
JOIN region_boundary AS old ON old.region_code > own.code AND old.region_code < own.beyond
JOIN region ON region.code = old.region_code
WHERE region.retired_on IS NULL AND region.code <> ALL($3)
  AND NOT EXISTS (
      SELECT FROM region_boundary AS between
      WHERE between.region_code IN (left(region.code, 5), left(region.code, 8), left(region.code, 13))
        AND length(between.region_code) > length(own.code) AND between.region_code <> region.code)
"""

_SIBLINGS = """
SELECT old.region_code, old.west, old.south, old.east, old.north
FROM unnest($1::text[], $2::text[], $3::integer[]) AS family (first, beyond, width)
JOIN region_boundary AS old
  ON old.region_code >= family.first AND old.region_code < family.beyond AND length(old.region_code) = family.width
JOIN region ON region.code = old.region_code
WHERE region.retired_on IS NULL AND region.code <> ALL($4)
"""

_SIZES = """
SELECT sum(octet_length(near)), sum(octet_length(middle)), sum(octet_length(far))
FROM region_boundary WHERE region_code = ANY($1)
"""


async def surroundings(pg: asyncpg.Connection, boxes: Mapping[str, Box | None]) -> Surroundings:
    """The loaded boundaries that regions in these boxes must fit to. `boxes`: by code, None where one is faulty."""
    codes = list(boxes)
    known = [(code, *box) for code, box in boxes.items() if box is not None]
    columns = [[row[at] for row in known] for at in range(5)]
    beside = dict(map(tuple, await pg.fetch(_BESIDE, *columns, codes)))
    spans = [span_of(code) for code in codes if level_of(code) is not Level.NEIGHBOURHOOD]
    below = dict(map(tuple, await pg.fetch(_BELOW, *_columns(spans, 2), codes)))
    higher = {above for code in codes for above in ancestry(code)[1:-1]} - set(codes)
    above = await pg.fetch("SELECT region_code, middle FROM region_boundary WHERE region_code = ANY($1)", list(higher))
    drawn = dict(map(tuple, above))
    near, under = await _drawings(pg, beside), await _drawings(pg, below)
    stored: Stored = {
        "above": drawn,
        "beside": near or {},
        "below": under or {},
        "siblings": await _siblings(pg, codes, drawn),
    }
    return Surroundings(stored, beside | below, near is None or under is None)


def _columns(rows: Collection[tuple[str | int, ...]], width: int) -> list[list[str | int]]:
    return [[row[at] for row in rows] for at in range(width)]


async def _drawings(pg: asyncpg.Connection, codes: Collection[str]) -> dict[str, str] | None:
    """The most exact drawings that are not too many bytes; None where all are."""
    (sizes,) = await pg.fetch(_SIZES, list(codes))
    for detail, size in zip(("near", "middle", "far"), sizes, strict=True):
        if (size or 0) <= MOST:
            drawn = f"SELECT region_code, {detail} FROM region_boundary WHERE region_code = ANY($1)"
            return dict(map(tuple, await pg.fetch(drawn, list(codes))))
    return None


async def _siblings(
    pg: asyncpg.Connection, codes: Collection[str], above: Collection[str]
) -> dict[str, tuple[float, ...]]:
    """Boxes of the others right below regions, where nothing above them is known."""
    known = {*codes, *above}
    lonely = {(ancestry(code)[-2], len(code)) for code in codes if known.isdisjoint(ancestry(code)[:-1])}
    families = [(*span_of(parent), width) for parent, width in sorted(lonely)]
    found = await pg.fetch(_SIBLINGS, *_columns(families, 3), list(codes))
    return {row[0]: tuple(row)[1:] for row in found}
