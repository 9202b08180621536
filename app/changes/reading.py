"""Reading a tablet's two streams, its own and the common one, from its position.

A position names the last change that the tablet saw, by number and by id. Where the database no longer has that very
change, it was restored from a backup since: the tablet would skip what came in its place, so it has to start over.
"""

from typing import NamedTuple, Self
from uuid import UUID

import asyncpg

from app.changes.log import EVERYBODY
from app.core.problems import Code, Problem

_NOBODY = UUID(int=0)


class Seen(NamedTuple):
    """The last change that was seen of one stream."""

    seq: int = 0
    id: UUID = _NOBODY


class StreamPosition(NamedTuple):
    """The position of a tablet in both streams."""

    own: Seen = Seen()
    common: Seen = Seen()

    def pack(self) -> bytes:
        """48 bytes, for a cursor."""
        return b"".join(seen.seq.to_bytes(8) + seen.id.bytes for seen in self)

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` made."""
        parts = (packed[:24], packed[24:])
        return cls(*(Seen(int.from_bytes(part[:8]), UUID(bytes=part[8:])) for part in parts))


class StoredChange(NamedTuple):
    """A change as it is stored; `detail` is JSON text."""

    seq: int
    id: UUID
    kind: str
    detail: str


class Page(NamedTuple):
    """Changes in commit order, those of the own stream first; the position behind them, and whether there are more."""

    changes: list[StoredChange]
    position: StreamPosition
    more: bool


# One more than asked for, to see whether there are more; and the change that was seen last, to see that it is there.
_READ = """
(SELECT stream_id, seq, id, kind, detail::text FROM change WHERE stream_id = $1 AND seq >= $2 ORDER BY seq LIMIT $5)
UNION ALL
(SELECT stream_id, seq, id, kind, detail::text FROM change WHERE stream_id = $3 AND seq >= $4 ORDER BY seq LIMIT $5)
"""


async def changes_since(pg: asyncpg.Connection, enumerator_id: UUID, position: StreamPosition, limit: int) -> Page:
    """What follows a position, at most `limit` changes. One statement, whose cost does not grow with the streams.

    Raises:
        Problem: `cursor_outdated` where the database does not know the position.
    """
    own, common = position
    rows = await pg.fetch(_READ, enumerator_id, own.seq, EVERYBODY, common.seq, limit + 2)
    streams = {
        stream_id: _behind(seen, [StoredChange(*row[1:]) for row in rows if row[0] == stream_id])
        for stream_id, seen in ((enumerator_id, own), (EVERYBODY, common))
    }
    mine = streams[enumerator_id][:limit]
    shared = streams[EVERYBODY][: limit - len(mine)]
    more = len(mine) + len(shared) < sum(map(len, streams.values()))
    return Page([*mine, *shared], StreamPosition(_last(mine, own), _last(shared, common)), more)


def _behind(seen: Seen, changes: list[StoredChange]) -> list[StoredChange]:
    """The changes behind the one that was seen, which must be there."""
    if seen.seq == 0:
        return changes
    if not changes or changes[0][:2] != seen:
        raise Problem(Code.CURSOR_OUTDATED)
    return changes[1:]


def _last(changes: list[StoredChange], seen: Seen) -> Seen:
    return Seen(*changes[-1][:2]) if changes else seen
