"""Where records lie, for a map: a bounded number of points, thinned here, never outside what the caller reaches.

At low zoom each region below is one point, in the middle of some of its records. At high zoom, the villages whose
records lie in view are read, and the records in one cell of a grid are one point.

Callers who may not see addresses get cells of a kilometre, doubled as often as needed, without ids. No answer may
narrow a point down further: the box is widened to whole cells, so that no cell is counted in part, and the grids of all
zooms lie in one another, so that cells of two of them never overlap in a smaller piece.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from app.core.distribution import ON_ONE_NODE, is_spread
from app.core.rows import Row, read
from app.progress.queries import WIDTHS
from app.progress.reports import View
from app.regions.region_code import Level, span_of

NEAR = 12
"""From this zoom on single records are shown, of a regency or less."""

MOST = 2_000
"""The most points of an answer: where there were more, cells are joined."""

COARSE = 0.01
"""The side of a cell in degrees, for callers who may not see addresses: 1.1 km."""

BELOW = {
    Level.NATION: Level.REGENCY,
    Level.PROVINCE: Level.DISTRICT,
    Level.REGENCY: Level.VILLAGE,
    Level.DISTRICT: Level.VILLAGE,
    Level.VILLAGE: Level.VILLAGE,
    Level.NEIGHBOURHOOD: Level.NEIGHBOURHOOD,
}
"""The regions that a map of a region shows. Where some of its records name a neighbourhood and others none, a village
is one point."""

_SAMPLE = 40  # records of a region, from which its place is computed
_FEW = 5  # of fewer records, their middle would say where they lie
_MARGIN = 0.02  # degrees: a village's other records may lie so far from those
_CLOSEST = 18
_READ = 50_000  # cells of a statement, before they are joined


class Box(NamedTuple):
    """A part of the map in degrees: from west and south to east and north."""

    west: float
    south: float
    east: float
    north: float

    def meets(self, other: "Box", margin: float) -> bool:
        """Whether the other lies in it, or no farther away than the margin."""
        return (
            other.west <= self.east + margin
            and other.east >= self.west - margin
            and other.south <= self.north + margin
            and other.north >= self.south - margin
        )

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a point lies in it."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east

    def widened(self, side: float) -> "Box":
        """The box of the whole cells that it touches."""
        west, south, east, north = (math.floor(degrees / side) for degrees in self)
        return Box(west * side, south * side, (east + 1) * side, (north + 1) * side)


WORLD = Box(-180, -90, 180, 90)


class Cell(NamedTuple):
    """What lies in one cell of a grid; `one` and what follows it of a single record."""

    y: int
    x: int
    records: int
    latitude: float
    longitude: float
    one: UUID | None = None
    record_id: UUID | None = None
    review_state: str | None = None


class _Place(Row):
    """A region, and where a sample of its records lies."""

    code: str
    name: str
    level: str
    latitude: float
    longitude: float
    west: float
    south: float
    east: float
    north: float
    sampled: int

    @property
    def extent(self) -> Box:
        """The box of the sample."""
        return Box(self.west, self.south, self.east, self.north)


_SAMPLED = f"""
SELECT avg(latitude) AS latitude, avg(longitude) AS longitude, min(longitude) AS west, min(latitude) AS south,
       max(longitude) AS east, max(latitude) AS north, count(*)::int AS sampled
FROM (
    SELECT submission.latitude, submission.longitude
    FROM business JOIN submission
      ON submission.record_id = business.record_id AND submission.revision = business.revision
     AND submission.regency_code = business.regency_code
    WHERE business.region_code >= {{code}} AND business.region_code < {{code}} || '/'
      AND business.merged_into IS NULL AND $1 = ANY(business.campaign_ids)
      AND submission.latitude IS NOT NULL AND submission.longitude IS NOT NULL
    LIMIT {_SAMPLE}
) AS sample
"""
# $1 campaign, $2 the level, $3 and $4 the span.
_PLACES = f"""
{ON_ONE_NODE}
SELECT region.code, region.name, region.level, place.latitude, place.longitude, west, south, east, north, sampled
FROM region CROSS JOIN LATERAL ({_SAMPLED.format(code="region.code")}) AS place
WHERE region.level = $2 AND region.code >= $3 AND region.code < $4 AND place.latitude IS NOT NULL
ORDER BY region.code
"""
# A cluster samples one region after another. $1 campaign, $2 the code, $3 the name, $4 the level.
_PLACE = f"""
SELECT $2::text, $3::text, $4::text, place.* FROM ({_SAMPLED.format(code="$2::text")}) AS place
WHERE place.latitude IS NOT NULL
"""
_REGIONS = "SELECT code, name, level FROM region WHERE level = $1 AND code >= $2 AND code < $3 ORDER BY code"
# $1 campaign, $2 and $3 the span, $4 the width of the codes.
_COUNTS = """
SELECT left(code, $4) AS code, sum(entered)::int FROM (
    SELECT region_code AS code, entered FROM progress_day
    WHERE campaign_id = $1 AND basis = 'received' AND region_code >= $2 AND region_code < $3
      AND length(region_code) = $4
    UNION ALL
    SELECT region_code, entered FROM progress_delta
    WHERE campaign_id = $1 AND region_code >= $2 AND region_code < $3
) AS counted GROUP BY 1
"""
# $1 campaign, $2 to $5 the box, $6 the side of a cell, $7 and $8 the span, $9 the enumerators or the villages.
_CELLS = f"""
SELECT floor(latitude / $6)::int AS y, floor(longitude / $6)::int AS x, count(*)::int AS count,
       avg(latitude) AS latitude, avg(longitude) AS longitude,
       CASE count(*) WHEN 1 THEN (array_agg(business.id))[1] END AS one,
       CASE count(*) WHEN 1 THEN (array_agg(business.record_id))[1] END AS record_id,
       CASE count(*) WHEN 1 THEN min(business.review_state) END AS review_state
FROM business JOIN submission
  ON submission.record_id = business.record_id AND submission.revision = business.revision
 AND submission.regency_code = business.regency_code
WHERE {{whose}} AND business.region_code >= $7 AND business.region_code < $8 AND business.merged_into IS NULL
  AND $1 = ANY(business.campaign_ids)
  AND longitude BETWEEN $2 AND $4 AND latitude BETWEEN $3 AND $5
GROUP BY 1, 2 LIMIT {_READ}
"""
_OF_TEAM = _CELLS.format(whose="business.enumerator_id = ANY($9::uuid[])")
_OF_VILLAGES = _CELLS.format(
    whose="business.region_code = ANY(ARRAY(SELECT code FROM region WHERE code = ANY($9::text[])"
    " UNION ALL SELECT code FROM region WHERE parent_code = ANY($9::text[])))"
)


class Points(NamedTuple):
    """What a map shows. `grid` is the side of its cells in degrees; None where each point is a region."""

    items: list[dict[str, Any]]
    grid: float | None


async def points(
    pg: asyncpg.Connection, view: View, only: Sequence[UUID] | None, box: Box, zoom: int, *, exact: bool
) -> Points:
    """The points of the view's region in a box; `only`: of these enumerators' records."""
    await pg.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    level = Level(view.region.level)
    side = side_of(zoom) if exact else coarse_side_of(zoom)
    shown = box if exact else box.widened(side)
    if only is None:
        places = await _places(pg, view.campaign.id, BELOW[level], view.region.code)
        if zoom < NEAR or level in (Level.NATION, Level.PROVINCE) or (not exact and level is not Level.REGENCY):
            return Points(await _regions(pg, view, places, shown, exact=exact), None)
        near = [each for each in places if shown.meets(each.extent, _MARGIN)]
        if exact and any(each.sampled == _SAMPLE for each in near):  # else they are few
            side = side_for(shown, [each.extent for each in near], side)
        statement, whose = _OF_VILLAGES, [each.code for each in near]
    else:
        statement, whose = _OF_TEAM, [*only]  # type: ignore[list-item]  # ids or codes, as the statement has it
    margin = 0.0 if exact else side  # of a cell on the rim a part might be read
    read_in = Box(shown.west - margin, shown.south - margin, shown.east + margin, shown.north + margin)
    rows = await pg.fetch(statement, view.campaign.id, *read_in, side, *span_of(view.region.code), whose)
    cells = [Cell(*row) for row in rows]
    if not exact:
        cells = [cell for cell in cells if shown.holds((cell.y + 0.5) * side, (cell.x + 0.5) * side)]
    joined, side = thinned(cells, side)
    return Points([_point(cell, side, exact=exact) for cell in joined], side)


async def _places(pg: asyncpg.Connection, campaign_id: int, level: Level, code: str) -> list[_Place]:
    """Where what was recorded in the regions of a level lies, by a sample of each."""
    asked = level, *span_of(code)
    if not await is_spread(pg):
        return await read(pg, _Place, _PLACES, campaign_id, *asked)
    found = [await pg.fetchrow(_PLACE, campaign_id, *region) for region in await pg.fetch(_REGIONS, *asked)]
    return [_Place.of(row) for row in found if row is not None]


# $1 campaign, $2 the enumerators, $3 and $4 the span. An assignment that has a narrower one in it tells nothing.
_WORKED_IN = """
WITH own AS (
    SELECT DISTINCT region_code FROM assignment AS wide
    WHERE campaign_id = $1 AND enumerator_id = ANY($2::uuid[]) AND NOT EXISTS (
        SELECT FROM assignment AS narrow
        WHERE narrow.campaign_id = wide.campaign_id AND narrow.enumerator_id = wide.enumerator_id
          AND narrow.region_code > wide.region_code || '.' AND narrow.region_code < wide.region_code || '/'
    )
)
SELECT region.code FROM own JOIN region
  ON region.code >= own.region_code AND region.code < own.region_code || '/'
WHERE region.code >= $3 AND region.code < $4
UNION
SELECT left(region_code, width) FROM own CROSS JOIN unnest(ARRAY[5, 8, 13]) AS width WHERE length(region_code) > width
UNION
SELECT region_code FROM progress_activity
WHERE campaign_id = $1 AND enumerator_id = ANY($2::uuid[]) AND region_code >= $3 AND region_code < $4
"""


async def worked_in(pg: asyncpg.Connection, view: View, only: Sequence[UUID]) -> list[str]:
    """The regions, of any level, in which these enumerators are or were assigned, or recorded something."""
    rows = await pg.fetch(_WORKED_IN, view.campaign.id, [*only], *span_of(view.region.code))
    return [row[0] for row in rows]


def side_of(zoom: int) -> float:
    """The side of a cell in degrees: a sixteenth of a tile's width, and from zoom 18 on as good as none."""
    return float(360 / 2**zoom / 16) if zoom < _CLOSEST else 0.000_001


def side_for(shown: Box, extents: Sequence[Box], side: float) -> float:
    """The side, doubled until no more than four times `MOST` cells fit into what is shown of the villages.

    The rest is joined here, on the event loop: without a bound a whole regency from near took a second of it.
    """
    if not extents:
        return side
    wide = min(shown.east, max(each.east for each in extents)) - max(shown.west, min(each.west for each in extents))
    high = min(shown.north, max(each.north for each in extents)) - max(shown.south, min(each.south for each in extents))
    while max(wide, 0.0) * max(high, 0.0) > 4 * MOST * side**2:
        side *= 2
    return side


def coarse_side_of(zoom: int) -> float:
    """The same for callers who may not see addresses: a kilometre, doubled as often as needed."""
    return COARSE * float(2 ** max(0, math.ceil(math.log2(side_of(zoom) / COARSE))))


def thinned(cells: Sequence[Cell], side: float, most: int = MOST) -> tuple[list[Cell], float]:
    """The cells, joined by four until there are no more than `most`, and the side that they have then."""
    found = list(cells)
    while len(found) > most:
        side *= 2
        joined: dict[tuple[int, int], Cell] = {}
        for cell in found:
            at = (cell.y // 2, cell.x // 2)
            known = joined.get(at)
            joined[at] = cell._replace(y=at[0], x=at[1]) if known is None else _together(known, cell)
        found = list(joined.values())
    return found, side


def _together(one: Cell, other: Cell) -> Cell:
    records = one.records + other.records
    latitude = (one.latitude * one.records + other.latitude * other.records) / records
    longitude = (one.longitude * one.records + other.longitude * other.records) / records
    return Cell(one.y, one.x, records, latitude, longitude)


def _point(cell: Cell, side: float, *, exact: bool) -> dict[str, Any]:
    """A point; for callers who may not see addresses it is the middle of its cell."""
    if exact:
        latitude, longitude = cell.latitude, cell.longitude
    else:
        latitude, longitude = (cell.y + 0.5) * side, (cell.x + 0.5) * side
    return {
        "latitude": round(latitude, 6),
        "longitude": round(longitude, 6),
        "count": cell.records,
        "region": None,
        "business_id": str(cell.one) if exact and cell.one else None,
        "record_id": str(cell.record_id) if exact and cell.record_id else None,
        "review_state": cell.review_state if exact else None,
    }


async def _regions(
    pg: asyncpg.Connection, view: View, places: Iterable[_Place], box: Box, *, exact: bool
) -> list[dict[str, Any]]:
    below = BELOW[Level(view.region.level)]
    width = WIDTHS[below]
    rows = await pg.fetch(_COUNTS, view.campaign.id, *span_of(view.region.code), width)
    counts: dict[str, int] = {row[0]: row[1] for row in rows}
    found = []
    for each in places:
        latitude, longitude = _snapped(each.latitude, exact=exact), _snapped(each.longitude, exact=exact)
        if each.sampled < _FEW and not exact:
            continue
        if counts.get(each.code, 0) > 0 and box.holds(latitude, longitude):
            found.append(
                {
                    "latitude": latitude,
                    "longitude": longitude,
                    "count": counts[each.code],
                    "region": {"code": each.code, "name": each.name, "level": each.level},
                    "business_id": None,
                    "record_id": None,
                    "review_state": None,
                }
            )
    return found


def _snapped(degrees: float, *, exact: bool) -> float:
    """Move a point to the middle of a coarse cell, for callers who may not see addresses: a village may have one
    record."""
    return round(degrees, 6) if exact else round((degrees // COARSE + 0.5) * COARSE, 6)
