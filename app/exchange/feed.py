"""The feed: every business that changed, once, for systems that mirror the register. No change is skipped.

Every write of a business stamps its row with the number of its transaction (`change_number`), and each such transaction
leaves a mark of its own. A page has the businesses that were stamped after a position, up to the *horizon*: the lowest
number of a transaction that is still in progress. The order is that of these numbers, which is not always the order of
commits. All transactions below the horizon have ended, and a running one stamps a number at or above it. So a reader
never has to look back, however late a transaction commits, and writers never wait for one another. How the horizon is
taken on one node, and on several: `core/horizon.py`.

A business is in the feed once, at its last change, and shown as it is now: a mirror that applies what it reads ends
with the state of the register. A business that was merged, or moved out of the reader's territory, is listed as such,
so that the mirror removes it.

The position names the last mark that was read, by number and by its random id. Where the database does not have that
mark, it was restored from a backup since: the reader has to start over from a snapshot.
"""

from typing import Any, NamedTuple, Self
from uuid import UUID

import asyncpg

from app.accounts.permissions import Territory
from app.core.horizon import horizon, take_horizon
from app.core.problems import Code, Problem
from app.core.rows import Row, read, read_the
from app.exchange.selecting import SOURCE, selected
from app.register.register import stamp_all

SCANNED = 20_000
"""The most rows that a page looks at, whose territory they may be of."""

_NOBODY = UUID(int=0)


class FeedPosition(NamedTuple):
    """How far a reader has read: up to this business of this transaction; and the last mark before it."""

    number: int = 0
    business_id: UUID = _NOBODY
    mark_number: int = 0
    mark_id: UUID = _NOBODY

    def pack(self) -> bytes:
        """For a cursor."""
        numbers = self.number.to_bytes(8) + self.mark_number.to_bytes(8)
        return numbers + self.business_id.bytes + self.mark_id.bytes

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` made."""
        number, mark = int.from_bytes(packed[:8]), int.from_bytes(packed[8:16])
        return cls(number, UUID(bytes=packed[16:32]), mark, UUID(bytes=packed[32:48]))


class FeedPage(NamedTuple):
    """JSON lines, one for each change; the position after them; and whether there is more at this moment."""

    lines: list[bytes]
    position: FeedPosition
    more: bool


class Changed(Row):
    """A business that was written, in the order of the feed."""

    id: UUID
    change_number: int
    region_code: str
    merged_into: UUID | None


class Walked(NamedTuple):
    """Which businesses follow a position, in order; the position after them; and whether there may be more."""

    changed: list[Changed]
    position: FeedPosition
    more: bool


class _Stand(Row):
    """The mark of a position, and whether marks are of another cluster."""

    mark_id: UUID | None
    ahead: bool | None


_STAND = """
SELECT (SELECT id FROM feed_mark WHERE number = $1) AS mark_id,
       (SELECT number FROM feed_mark ORDER BY number DESC LIMIT 1)
       >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS ahead
"""
_NEWEST_MARK = "SELECT number, id FROM feed_mark WHERE number < $1 ORDER BY number DESC LIMIT 1"
# The index is walked only as far as there is need; whose a row is or was is looked up during the walk.
_SCANNED = f"""
SELECT id, change_number, region_code, merged_into, former_region_codes FROM business
WHERE (change_number, id) > ($1, $2) AND change_number < $3 ORDER BY change_number, id LIMIT {SCANNED}
"""
_SCAN = f"""
SELECT id, change_number, region_code, merged_into FROM ({_SCANNED}) AS scanned
WHERE region_code >= $4 AND region_code < $5
   OR EXISTS (SELECT FROM unnest(former_region_codes) AS former (code) WHERE code >= $4 AND code < $5)
ORDER BY change_number, id LIMIT $6
"""
_END = f"""
SELECT id, change_number, count(*) OVER () FROM ({_SCANNED}) AS scanned ORDER BY change_number DESC, id DESC LIMIT 1
"""
_CHANGED = "SELECT id, change_number, region_code, merged_into FROM business WHERE id = ANY($1)"
# Some businesses are looked up one by one: a hash over all regions would take longer than all of the rest.
_ONE_BY_ONE = "SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL enable_hashjoin = off"
_NOWHERE = ""
_BUSINESSES = f"""
SELECT exported.business_id::uuid AS id, row_to_json(exported)::text AS line
FROM (SELECT {selected()} FROM {SOURCE} WHERE b.id = ANY($1)) AS exported
"""


async def read_feed(pg: asyncpg.Connection, territory: Territory, position: FeedPosition, limit: int) -> FeedPage:
    """What follows a position in the territory, at most `limit` changes, in a transaction that sees one moment.

    A page may be short, or empty, with `more`: what it looked at was of other territories.

    Raises:
        Problem: `feed_restored` where the database does not know the position; `feed_not_ready` where it came from
            another cluster as a dump, whose numbers mean nothing here (`renumber` repairs it).
    """
    walked = await walk_feed(pg, territory, position, limit)
    return FeedPage(await _lines(pg, territory, walked.changed), walked.position, walked.more)


async def walk_feed(pg: asyncpg.Connection, territory: Territory, position: FeedPosition, limit: int) -> Walked:
    """As `read_feed`, without what the businesses say.

    Raises:
        Problem: as `read_feed`.
    """
    await pg.execute(_ONE_BY_ONE)
    up_to = await take_horizon(pg)
    stand = await read_the(pg, _Stand, _STAND, position.mark_number)
    if stand.ahead:
        raise Problem(Code.FEED_NOT_READY, retry_after=60)
    if position.mark_number and stand.mark_id != position.mark_id:
        raise Problem(Code.FEED_RESTORED)
    walked = position.number, position.business_id, up_to
    taken = await read(pg, Changed, _SCAN, *walked, *territory.span, limit)
    last, more = ((taken[-1].change_number, taken[-1].id), True) if len(taken) == limit else await _end(pg, *walked)
    if last is None:
        return Walked([], position, more=False)
    mark = await pg.fetchrow(_NEWEST_MARK, last[0] + 1)
    return Walked(taken, FeedPosition(*last, *(mark or (0, _NOBODY))), more)


async def changes_of(pg: asyncpg.Connection, territory: Territory, ids: list[UUID], *, whole: bool) -> list[bytes]:
    """What the feed says of these businesses at this moment, in their order: JSON, one for each. `whole`: with what a
    business says; else its kind and its id. One that there is no longer is `moved_out`.
    """
    await pg.execute(_ONE_BY_ONE)
    found = {row.id: row for row in await read(pg, Changed, _CHANGED, ids)}
    rows = [found.get(id_) or Changed(id=id_, change_number=0, region_code=_NOWHERE, merged_into=None) for id_ in ids]
    return await _lines(pg, territory, rows, whole=whole)


async def _lines(
    pg: asyncpg.Connection, territory: Territory, rows: list[Changed], *, whole: bool = True
) -> list[bytes]:
    shown = [
        row.id for row in rows if row.merged_into is None and row.region_code and territory.contains(row.region_code)
    ]
    businesses = dict.fromkeys(shown, b"")
    if whole:
        businesses = {id_: line.encode() for id_, line in await pg.fetch(_BUSINESSES, shown)}
    return [_line(row, businesses) for row in rows]


async def _end(pg: asyncpg.Connection, *walked: Any) -> tuple[tuple[int, UUID] | None, bool]:
    """Number and id of the last row that was looked at, and whether there may be more after it."""
    for id_, number, count in await pg.fetch(_END, *walked):
        return (number, id_), count == SCANNED
    return None, False


async def newest_position(pg: asyncpg.Connection) -> FeedPosition:
    """The position of a reader that has seen everything below this transaction's horizon: for a snapshot."""
    mark = await pg.fetchrow(_NEWEST_MARK, await take_horizon(pg))
    # The number of that mark, not the horizon's: after a restore, numbers in between are given out again.
    return FeedPosition() if mark is None else FeedPosition(mark["number"], _LAST, *mark)


async def anything_behind(pg: asyncpg.Connection, position: FeedPosition) -> bool:
    """Whether anything follows the position, in any territory."""
    found: bool = await pg.fetchval(
        "SELECT EXISTS (SELECT 1 FROM business WHERE (change_number, id) > ($1, $2) AND change_number < $3)",
        position.number,
        position.business_id,
        await horizon(pg),
    )
    return found


async def newest_change(pg: asyncpg.Connection) -> tuple[int, UUID] | None:
    """Number and id of the last change that can be read at this moment, in any territory: nothing follows a position
    from there on. None where there is none."""
    found = await pg.fetchrow(
        "SELECT change_number, id FROM business WHERE change_number < $1 ORDER BY change_number DESC, id DESC LIMIT 1",
        await horizon(pg),
    )
    return None if found is None else (found["change_number"], found["id"])


async def renumber(pg: asyncpg.Connection) -> int:
    """After a dump was restored into another cluster: every business is in the feed again, and readers have to
    start over. To be run as the owner; idempotent by nature, since it does nothing where numbers are sound. Gives how
    many businesses it stamped.
    """
    if not (await read_the(pg, _Stand, _STAND, 0)).ahead:
        return 0
    await pg.execute("SET LOCAL statement_timeout = 0")
    return await stamp_all(pg)


_LAST = UUID(int=2**128 - 1)


def _line(row: Changed, businesses: dict[UUID, bytes]) -> bytes:
    id_ = row.id
    if id_ in businesses:
        said = businesses[id_] and b',"business":' + businesses[id_]
        return b'{"kind":"business","business_id":"%s"%s}' % (str(id_).encode(), said)
    if row.merged_into is not None:
        exported = b'{"kind":"merged","business_id":"%s","into":"%s"}'
        return exported % (str(id_).encode(), str(row.merged_into).encode())
    return b'{"kind":"moved_out","business_id":"%s"}' % str(id_).encode()
