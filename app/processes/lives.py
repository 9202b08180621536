"""Which server processes live. Each says so every few seconds; one that is killed or hangs is counted for as long as
its lease.

A process knows how many there are, itself included, only while what it heard is fresh, and not in the first seconds
after a start or a gap. So every process that knows a number was counted by every other that does: each has looked since
the other began, and a lease is longer than what is heard stays fresh.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import asyncpg

from app.background.forgetting import forget
from app.background.locks import Lock
from app.core.database import Database
from app.core.ids import new_id
from app.core.problems import Problem

BEAT_S = 4.0
"""Seconds between two beats."""

FRESH_S = 10.0
"""Seconds for which a process believes what a beat has found, and that it waits at first."""

LEASE = timedelta(seconds=15)
"""How long after its last beat others count a process."""

KEPT = timedelta(hours=1)
"""How long a process that ended without saying so stays in its table."""

_BEAT = """
WITH mine AS (
    INSERT INTO server_process (id, seen_at) VALUES ($1, now()) ON CONFLICT (id) DO UPDATE SET seen_at = now()
)
SELECT count(*) FILTER (WHERE id <> $1) AS others, extract(epoch FROM clock_timestamp())::float8 AS at
FROM server_process WHERE seen_at > now() - $2::interval
"""
_LEAVE = "DELETE FROM server_process WHERE id = $1"
_DEAD = (
    "DELETE FROM server_process WHERE id IN"
    " (SELECT id FROM server_process WHERE seen_at < now() - $1::interval ORDER BY seen_at LIMIT $2)"
)


class Lives:
    """This process among the others, and the clock of the database."""

    def __init__(self, database: Database) -> None:
        self.id: UUID = new_id()
        self._database = database
        self._there = 0
        self._since: float | None = None  # from when on others have counted it
        self._heard = 0.0
        self._ahead: float | None = None

    @property
    def processes(self) -> int:
        """How many there are; 0 where that is not known."""
        now = asyncio.get_running_loop().time()
        known = self._since is not None and now - self._since >= FRESH_S and now - self._heard < FRESH_S
        return self._there if known else 0

    def at(self) -> float | None:
        """The time by the clock of the database, in seconds since 1970; None before it was asked."""
        return None if self._ahead is None else asyncio.get_running_loop().time() + self._ahead

    async def beat(self) -> bool:
        """Say that this process lives, and hear how many do; nothing more is left. Idempotent by nature."""
        began = asyncio.get_running_loop().time()
        async with self._database.statement() as pg:
            [(others, at)] = await pg.fetch(_BEAT, self.id, LEASE)
        if self._since is None or began - self._heard > FRESH_S:  # others may have left it out since
            self._since = asyncio.get_running_loop().time()
        self._there, self._heard = others + 1, began
        self.set_clock(at)
        return False

    def set_clock(self, at: float) -> None:
        """Take over what the database's clock says at this moment."""
        self._ahead = at - asyncio.get_running_loop().time()

    async def leave(self) -> None:
        """Say that this process ends; one that cannot say it is counted until its lease is over."""
        with suppress(Problem):
            async with self._database.statement() as pg:
                await pg.execute(_LEAVE, self.id)


async def forget_processes(pg: asyncpg.Connection) -> bool:
    """Remove processes that ended without saying so; whether more may be left. Idempotent by nature."""
    return await forget(pg, Lock.FORGETTING_PROCESSES, _DEAD, KEPT)
