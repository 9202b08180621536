"""How far a PostgreSQL is in its log: of the primary with the time, so that it can be said how old a standby is.

No clock of another machine is needed for that, and no row that somebody writes every second: a standby that has
replayed what the primary had flushed at a moment has everything that was committed, and could be seen, by then. On a
quiet primary the two are equal, however long ago the last transaction was.
"""

import re
from collections import deque
from datetime import datetime
from typing import NamedTuple, Self

import asyncpg

_WRITTEN = re.compile(r"([0-9A-F]{8})-([0-9A-F]{1,16})", re.ASCII)
_APART_S = 0.05  # between two moments that are remembered
_MOMENT = """
SELECT substr(pg_walfile_name(pg_current_wal_flush_lsn()), 1, 8) AS timeline,
       (pg_current_wal_flush_lsn() - '0/0')::bigint AS flushed, clock_timestamp() AS clock
WHERE NOT pg_is_in_recovery()
"""


class LogPosition(NamedTuple):
    """Bytes of the log, on a timeline: each promotion of a standby begins another one."""

    timeline: int
    flushed: int

    def __str__(self) -> str:
        return f"{self.timeline:08X}-{self.flushed:X}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What `str` wrote; None for anything else."""
        found = _WRITTEN.fullmatch(text)
        return cls(int(found[1], 16), int(found[2], 16)) if found else None


class Moment(NamedTuple):
    """Where the primary was, by its clock and by that of this process (seconds, as `loop.time()`)."""

    position: LogPosition
    clock: datetime
    at: float


async def moment_of(pg: asyncpg.Connection, now: float) -> Moment | None:
    """Where this primary is; None where it takes no writes. `now`: by the clock of this process, before asking.

    Every transaction that has committed, and that anybody could see, is before it. In a transaction that sees one
    moment, nothing that it sees is after it.
    """
    row = await pg.fetchrow(_MOMENT)
    return None if row is None else Moment(LogPosition(int(row["timeline"], 16), row["flushed"]), row["clock"], now)


class Moments:
    """Where the primary was in the last `seconds`, oldest first; of one timeline."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._known: deque[Moment] = deque()

    def add(self, moment: Moment) -> None:
        """Remember a moment, in any order; not all are kept."""
        known = self._known
        if known and known[-1].position.timeline != moment.position.timeline:
            known.clear()
        if known:
            last = known[-1]
            if moment.at < last.at or moment.position.flushed < last.position.flushed:
                return
            if moment.position == last.position:
                known[-1] = moment
                return
            if moment.at - last.at < _APART_S:
                return
        known.append(moment)
        while known[0].at < moment.at - self._seconds:
            known.popleft()

    def newest_within(self, replayed: int) -> Moment | None:
        """The newest moment of which a standby that has replayed so much has everything."""
        return next((each for each in reversed(self._known) if each.position.flushed <= replayed), None)
