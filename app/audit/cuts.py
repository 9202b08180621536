"""Cuts: where the older part of the trail was taken out into an archive. A cut is an event of the trail, signed and
linked as any other; only what such an event names may be missing at the beginning of the chain.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import asyncpg
import orjson

from app.audit.actions import Action

_EVENT = "id, occurred_at, actor_id, action, subject_type, subject_id, detail::text, trace_id"
_DETAIL = 6


class Cut(NamedTuple):
    """The last link that was taken out; and since when events are signed, if that event was taken out, too."""

    day: date
    position: int
    hash: bytes
    signed_from: datetime | None

    def covers(self, day: date, position: int) -> bool:
        """Whether a link was taken out by this cut, or is still to be removed."""
        return (day, position) <= (self.day, self.position)


def parts_of(head: str) -> tuple[date, int, bytes]:
    """Day, position and hash of a link, from the text of a head. Raises ValueError."""
    day, position, hash_ = head.split(":")
    return date.fromisoformat(day), int(position), bytes.fromhex(hash_)


async def newest_cut(pg: asyncpg.Connection, signed: Callable[[Sequence[Any], bytes | None], bool]) -> Cut | None:
    """The cut that goes furthest, of those that the server signed. `signed`: whether an event and its MAC are."""
    cuts = []
    for *event, mac in await pg.fetch(
        f"SELECT {_EVENT}, mac FROM audit_event WHERE action = $1 ORDER BY occurred_at", Action.TRAIL_CUT
    ):
        if signed(event, mac):
            detail = orjson.loads(event[_DETAIL])
            since = detail["signed_from"]
            cuts.append(Cut(*parts_of(detail["through"]), datetime.fromisoformat(since) if since else None))
    return max(cuts, default=None)
