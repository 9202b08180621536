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


_FROM_THE_BEGINNING = 2**63 - 1


class Seen(NamedTuple):
    """The last change that was seen of one stream. `floor`: what was removed up to this number does not matter to this
    reader, since it began without a cursor after that was removed.
    """

    seq: int = 0
    id: UUID = _NOBODY
    floor: int = _FROM_THE_BEGINNING


class StreamPosition(NamedTuple):
    """The position of a tablet in both streams."""

    own: Seen = Seen()
    common: Seen = Seen()

    def pack(self) -> bytes:
        """64 bytes, for a cursor."""
        return b"".join(seen.seq.to_bytes(8) + seen.id.bytes + seen.floor.to_bytes(8) for seen in self)

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` made. Releases up to 0.3 made 48 bytes, without floors."""
        half = len(packed) // 2
        parts = (packed[:half], packed[half:])
        return cls(
            *(Seen(int.from_bytes(part[:8]), UUID(bytes=part[8:24]), int.from_bytes(part[24:])) for part in parts)
        )


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


# One more than asked for, to see whether there are more; the change that was seen last, to see that it is there; and up
# to which number some were removed.
_READ = """
(SELECT stream_id, seq, id, kind, detail::text FROM change WHERE stream_id = $1 AND seq >= $2 ORDER BY seq LIMIT $5)
UNION ALL
(SELECT stream_id, seq, id, kind, detail::text FROM change WHERE stream_id = $3 AND seq >= $4 ORDER BY seq LIMIT $5)
UNION ALL
SELECT stream_id, removed_seq, NULL, NULL, NULL FROM change_stream WHERE stream_id IN ($1, $3)
"""


async def changes_since(pg: asyncpg.Connection, enumerator_id: UUID, position: StreamPosition, limit: int) -> Page:
    """What follows a position, at most `limit` changes. One statement, whose cost does not grow with the streams.

    Raises:
        Problem: `cursor_outdated` where the database does not know the position, or has removed what followed it.
    """
    own, common = position
    rows = await pg.fetch(_READ, enumerator_id, own.seq, EVERYBODY, common.seq, limit + 2)
    removed = {row[0]: row[1] for row in rows if row[2] is None}
    streams = {
        stream_id: _behind(
            seen, [StoredChange(*row[1:]) for row in rows if row[0] == stream_id and row[2]], removed.get(stream_id, 0)
        )
        for stream_id, seen in ((enumerator_id, own), (EVERYBODY, common))
    }
    mine = streams[enumerator_id][:limit]
    shared = streams[EVERYBODY][: limit - len(mine)]
    more = len(mine) + len(shared) < sum(map(len, streams.values()))
    behind = _last(mine, own, removed.get(enumerator_id, 0)), _last(shared, common, removed.get(EVERYBODY, 0))
    return Page([*mine, *shared], StreamPosition(*behind), more)


def _behind(seen: Seen, changes: list[StoredChange], removed: int) -> list[StoredChange]:
    """The changes behind the one that was seen, which must be there, and none of which may have been removed."""
    if removed > max(seen.seq, seen.floor):
        raise Problem(Code.CURSOR_OUTDATED)
    if seen.seq == 0:
        return changes
    if not changes or changes[0][:2] != seen[:2]:
        raise Problem(Code.CURSOR_OUTDATED)
    return changes[1:]


def _last(changes: list[StoredChange], seen: Seen, removed: int) -> Seen:
    floor = removed if seen.floor == _FROM_THE_BEGINNING else seen.floor
    return Seen(*(changes[-1][:2] if changes else seen[:2]), floor)
