"""Writing editions: one is begun by one process, stored whole, and never changed after that."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from app.background.locks import Lock, try_lock
from app.core.ids import new_id
from app.core.rows import Row, copy_rows, read_one
from app.regions.region_code import level_of
from app.statistics.edition import Made, Memory
from app.statistics.models import StatisticsEdition, StatisticsTable

DEAD_AFTER = timedelta(minutes=5)
"""A process that did not say for so long that it is at work is taken for dead."""


class Edition(Row, table=StatisticsEdition):
    """An edition that is made; `given` is JSON text."""

    id: UUID
    campaign_id: int
    as_of: datetime
    threshold: int
    businesses: int
    given: str


class _Begun(Row, table=StatisticsEdition):
    """An edition in work."""

    id: UUID
    campaign_id: int
    state: str
    as_of: datetime
    seen_at: datetime
    threshold: int
    businesses: int
    given: str


class _Table(Row, table=StatisticsTable):
    """A region's table."""

    edition_id: UUID
    attributes: str
    level: str
    region_code: str
    cells: str
    suppressed: list[int]


EDITION = "id, campaign_id, as_of, threshold, businesses, given::text AS given"
_LAST = (
    f"SELECT {EDITION} FROM statistics_edition WHERE campaign_id = $1 AND state = 'made'"
    " ORDER BY as_of DESC, id DESC LIMIT 1"
)
_MADE = "SELECT id FROM statistics_edition WHERE campaign_id = $1 AND state = 'made' ORDER BY as_of, id"
_DEAD = "state = 'in_work' AND seen_at < now() - $1::interval"
# What somebody asked for is begun again; any other one is made when it is due.
_FORGET_DEAD = f"DELETE FROM statistics_edition WHERE asked_by IS NULL AND {_DEAD}"
_QUEUE_DEAD = f"UPDATE statistics_edition SET state = 'queued', percent = 0 WHERE asked_by IS NOT NULL AND {_DEAD}"
_BUSY = """
SELECT EXISTS (SELECT FROM statistics_edition WHERE state = 'in_work' OR (state = 'queued' AND campaign_id = $1))
"""
_BEGIN = (
    "INSERT INTO statistics_edition (id, campaign_id, state, as_of, seen_at, threshold, businesses, given)"
    " VALUES ($1, $2, 'in_work', $3, now(), $4, 0, '{}')"
)
_BEGIN_ASKED = """
UPDATE statistics_edition SET state = 'in_work', as_of = $1, seen_at = now(), percent = 0
WHERE id = (SELECT id FROM statistics_edition WHERE state = 'queued' ORDER BY id LIMIT 1)
  AND NOT EXISTS (SELECT FROM statistics_edition WHERE state = 'in_work')
RETURNING id, campaign_id
"""
_SEEN = "UPDATE statistics_edition SET seen_at = now(), percent = $2 WHERE id = $1 AND state = 'in_work' RETURNING true"
_PUT_OFF = (
    "UPDATE statistics_edition SET state = $2, percent = 0 WHERE id = $1 AND state = 'in_work' AND asked_by IS NOT NULL"
)
_GIVE_UP = "DELETE FROM statistics_edition WHERE id = $1 AND state = 'in_work' AND asked_by IS NULL"
_END = (
    "UPDATE statistics_edition SET state = 'made', percent = 100, threshold = $2, businesses = $3, given = $4::jsonb"
    " WHERE id = $1 AND state = 'in_work' RETURNING true"
)
_TABLES = "SELECT region_code, attributes, cells::text AS cells, suppressed FROM statistics_table WHERE edition_id = $1"


async def last_edition(pg: asyncpg.Connection, campaign_id: int) -> Edition | None:
    """The newest edition of a campaign that is made."""
    return await read_one(pg, Edition, _LAST, campaign_id)


async def begin(pg: asyncpg.Connection, campaign_id: int, threshold: int, now: datetime) -> UUID | None:
    """Note that an edition is in work; None where another one is in work, or was asked for in that campaign."""
    if not await try_lock(pg, Lock.STATISTICS):
        return None
    await give_up_dead(pg)
    if await pg.fetchval(_BUSY, campaign_id):
        return None
    edition_id = new_id()
    await pg.execute(_BEGIN, edition_id, campaign_id, now, threshold)
    return edition_id


async def begin_asked(pg: asyncpg.Connection, now: datetime) -> tuple[UUID, int] | None:
    """Take up what was asked for first, and the campaign that it is of; None where there is none, or one is in work."""
    if not await try_lock(pg, Lock.STATISTICS):
        return None
    await give_up_dead(pg)
    row = await pg.fetchrow(_BEGIN_ASKED, now)
    return None if row is None else (row[0], row[1])


async def give_up_dead(pg: asyncpg.Connection) -> None:
    """Leave what a dead process was at to others. Idempotent by nature."""
    await pg.execute(_FORGET_DEAD, DEAD_AFTER)
    await pg.execute(_QUEUE_DEAD, DEAD_AFTER)


async def still_there(pg: asyncpg.Connection, edition_id: UUID, percent: int) -> bool:
    """Say that this process is at it, and how far it is; whether it is still its own. Idempotent by nature."""
    return bool(await pg.fetchval(_SEEN, edition_id, percent))


async def give_up(pg: asyncpg.Connection, edition_id: UUID, *, failed: bool) -> None:
    """Leave it to a later round; what somebody asked for, and `failed`, says so. Idempotent by nature."""
    await pg.execute(_PUT_OFF, edition_id, "failed" if failed else "queued")
    await pg.execute(_GIVE_UP, edition_id)


async def end(pg: asyncpg.Connection, edition_id: UUID, threshold: int, made: Made) -> bool:
    """Store an edition whole; false where another process took it over meanwhile."""
    if not await pg.fetchval(_END, edition_id, threshold, made.businesses, orjson.dumps(made.given).decode()):
        return False
    await copy_rows(pg, _rows(edition_id, made))
    return True


def _rows(edition_id: UUID, made: Made) -> Iterable[_Table]:
    for region_code, attributes, cells in made.tables:
        yield _Table(
            edition_id=edition_id,
            attributes=attributes,
            level=level_of(region_code).value,
            region_code=region_code,
            cells=orjson.dumps([[*codes, None if hidden else number] for codes, number, hidden in cells]).decode(),
            suppressed=[number for _, number, hidden in cells if hidden],
        )


async def cells_before(pg: asyncpg.Connection, campaign_id: int) -> list[list[Any]]:
    """What all editions of a campaign said of each cell, also what is suppressed, as `edition.Task` has it."""
    memory = Memory()
    for edition in await pg.fetch(_MADE, campaign_id):
        memory.add(_cells(await pg.fetch(_TABLES, edition[0])))
    return memory.cells()


def _cells(rows: Iterable[asyncpg.Record]) -> Iterator[list[Any]]:
    for row in rows:
        suppressed = iter(row["suppressed"])
        for *codes, number in orjson.loads(row["cells"]):
            said = next(suppressed) if number is None else number
            yield [row["region_code"], row["attributes"], codes, said, number is None]
