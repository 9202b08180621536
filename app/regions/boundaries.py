"""Boundaries in the database: what a file of them needs to know, storing them, and reading them for a map."""

from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from app.audit import trail
from app.audit.actions import Action
from app.core.bulk import Entered
from app.core.problems import Code, FieldError, Problem
from app.core.rows import Row, read
from app.regions.boundary_files import Box, Flaw, boxes_of
from app.regions.boundary_shapes import read_boundaries
from app.regions.boundary_surroundings import Surroundings, surroundings
from app.regions.boundary_texts import in_words
from app.regions.region_code import span_of

CODE_PROPERTY = "code"

_ATTEMPTS = 3
_LOCK = 0x626F756E  # one load at a time stores

Run = Callable[[Callable[[asyncpg.Connection], Awaitable[Any]]], Awaitable[Any]]
"""Does work in one transaction."""
Apart = Callable[..., Awaitable[Any]]
"""Calls a function of a file's content where it can do no harm: in a child process, or in a command right here."""


Edition = tuple[int, datetime | None]
"""How many boundaries there are, and when the last one was loaded."""


class Known(NamedTuple):
    """What is known of the regions that a file names."""

    names: dict[str, str]
    """Of regions today, in the territory."""
    around: Surroundings
    edition: Edition


class Loaded(NamedTuple):
    """What came of a file, or would."""

    features: int
    entered: Entered
    mended: int
    flaws: list[Flaw]
    faults: tuple[FieldError, ...]


class _OthersLoaded(Exception):
    """Boundaries were loaded since those were read that a file was compared with."""


class _OnlyTried(Exception):
    def __init__(self, entered: Entered) -> None:
        super().__init__()
        self.entered = entered


async def load_boundaries(
    run: Run,
    apart: Apart,
    content: bytes,
    *,
    territory: str,
    actor_id: UUID,
    code_property: str = CODE_PROPERTY,
    dry_run: bool = False,
    trace_id: str | None,
) -> Loaded:
    """Load the boundaries of a GeoJSON file: all of them, or none where anything is wrong. Idempotent by region.

    `territory`: the region in which the caller may draw. The one way in, of the API and of the command line.

    Raises:
        Problem: `unreadable_file`, `too_many_items`; `overloaded` where others were loaded each time meanwhile.
    """
    boxes = await apart(boxes_of, content, code_property)
    for _ in range(_ATTEMPTS):
        known: Known = await run(lambda pg: _known(pg, boxes, territory))
        said = await apart(read_boundaries, content, code_property, list(known.names), known.around.stored)
        flaws = [Flaw(*flaw) for flaw in said["flaws"]]
        if known.around.too_many:
            flaws.insert(0, Flaw("/features", "too_many_neighbours"))

        async def store(pg: asyncpg.Connection, rows: Sequence[Any] = said["rows"], known: Known = known) -> Entered:
            await _refuse_if_others(pg, known.edition)
            done = await _store(pg, rows, territory, actor_id=actor_id, trace_id=trace_id)
            if dry_run:
                raise _OnlyTried(done)  # rolls everything back
            return done

        entered = Entered()
        try:
            if not flaws:
                entered = await run(store)
        except _OnlyTried as exc:
            entered = exc.entered
        except _OthersLoaded:
            continue
        names = {**known.around.names, **known.names}
        return Loaded(said["features"], entered, 0 if flaws else said["mended"], flaws, in_words(flaws, names))
    raise Problem(Code.OVERLOADED, retry_after=5)


async def _known(pg: asyncpg.Connection, boxes: Mapping[str, Box | None], territory: str) -> Known:
    first, end = span_of(territory)
    found = await pg.fetch(
        "SELECT code, name FROM region WHERE code = ANY($1) AND retired_on IS NULL AND code >= $2 AND code < $3",
        list(boxes),
        first,
        end,
    )
    names = dict(map(tuple, found))
    edition = await _edition(pg)  # before the others are read: what comes in between is noticed
    return Known(names, await surroundings(pg, {code: boxes[code] for code in names}), edition)


async def _edition(pg: asyncpg.Connection) -> Edition:
    (row,) = await pg.fetch("SELECT count(*), max(loaded_at) FROM region_boundary")
    return row[0], row[1]


async def _refuse_if_others(pg: asyncpg.Connection, edition: Edition) -> None:
    """Until the end of the transaction nobody else loads.

    Raises:
        _OthersLoaded: somebody did since `edition`.
    """
    await pg.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
    if await _edition(pg) != edition:
        raise _OthersLoaded


_LOAD = """
INSERT INTO region_boundary AS old
    (region_code, digest, exact, far, middle, near, west, south, east, north, loaded_at)
SELECT *, $11::timestamptz FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::text[], $5::text[], $6::text[],
                                       $7::float8[], $8::float8[], $9::float8[], $10::float8[])
ON CONFLICT (region_code) DO UPDATE
SET digest = excluded.digest, exact = excluded.exact, far = excluded.far, middle = excluded.middle,
    near = excluded.near, west = excluded.west, south = excluded.south, east = excluded.east, north = excluded.north,
    loaded_at = excluded.loaded_at
WHERE old.digest <> excluded.digest
RETURNING xmax = 0
"""


async def _store(
    pg: asyncpg.Connection, rows: Sequence[Sequence[Any]], territory: str, *, actor_id: UUID, trace_id: str | None
) -> Entered:
    if not rows:
        return Entered()
    ordered = sorted(rows, key=itemgetter(0))  # two loads at once lock them in one order
    columns = [
        [row[0] for row in ordered],
        *([b64decode(row[at]) for row in ordered] for at in (1, 2)),
        *([row[at] for row in ordered] for at in range(3, 10)),
    ]
    live = await pg.fetchval("SELECT count(*) FROM region WHERE code = ANY($1) AND retired_on IS NULL", columns[0])
    if live != len(ordered):  # a newer list of regions was loaded meanwhile
        raise Problem(Code.NOT_FOUND)
    done = await pg.fetch(_LOAD, *columns, datetime.now(UTC))
    created = sum(new for (new,) in done)
    entered = Entered(created, len(done) - created, len(ordered) - len(done))
    if done:
        await trail.record_many(
            pg,
            Action.BOUNDARIES_LOADED,
            actor_id=actor_id,
            trace_id=trace_id,
            subjects=[("region", territory, {"created": entered.created, "changed": entered.changed})],
        )
    return entered


class Drawn(Row):
    """A region and its boundary as a map draws it; None where none is loaded."""

    code: str
    name: str
    level: str
    shape: str | None
    west: float | None
    south: float | None
    east: float | None
    north: float | None


_DRAWN = """
SELECT region.code, region.name, region.level, boundary.{detail} AS shape, west, south, east, north
FROM region LEFT JOIN region_boundary AS boundary ON boundary.region_code = region.code
WHERE region.level = $1 AND region.code >= $2 AND region.code < $3 AND region.retired_on IS NULL
  AND ($4::text[] IS NULL OR region.code = ANY($4))
ORDER BY region.code
"""
_DETAILS = ((7, "far"), (10, "middle"))


def detail_of(zoom: int) -> str:
    """The drawing that is exact enough for a zoom."""
    return next((detail for most, detail in _DETAILS if zoom <= most), "near")


async def drawn_boundaries(
    pg: asyncpg.Connection, region_code: str, level: str, only: Sequence[str] | None, zoom: int
) -> list[Drawn]:
    """The regions of one level in a region, with their boundaries as the zoom shows them; `only`: some of them."""
    statement = _DRAWN.format(detail=detail_of(zoom))
    return await read(pg, Drawn, statement, level, *span_of(region_code), None if only is None else list(only))
