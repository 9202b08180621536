"""Rates that all server processes count together, in PostgreSQL, without a statement for most requests.

A process lets a small share through before it reports: all of them together at most one tenth of the rate
(`counting.share_of`), which is the most that gets through beyond it. Who stays below the rate is never refused, through
whichever processes it asks. Beyond its share a request waits for the database, with all others of the process that do:
one statement at a time counts for all of them, key by key, without a transaction around it.

Where the database does not answer soon, each process counts in its memory, as without the setting: up to the whole
rate, so that an outage refuses nobody, and lets at most N times the rate through. Windows are of the database's clock.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextvars import Context

import asyncpg
import structlog

from app.background.forgetting import forget
from app.background.locks import Lock
from app.core.database import Database
from app.core.problems import Problem
from app.core.sealing import Digester
from app.core.telemetry import tell_fault
from app.processes.counting import Count, share_of
from app.processes.lives import Lives

PATIENCE_S = 0.5
"""Seconds that a request waits for the database to count it."""

REST_S = 2.0
"""Seconds in which it is not asked again after it was slow or away."""

MOST_KEYS = 50_000
"""Accounts and addresses that a process knows at a time; the oldest one is forgotten for the next."""

FORGET_EVERY_S = 60.0

_AT_ONCE = 500  # keys of one statement
_LONGEST_S = 10.0  # that a statement may take
_CLOSED_S = 1.0  # what `Retry-After` says at the least
_INT4 = 2**31 - 1
_TEN_YEARS_S = 315_360_000

_COUNT = """
INSERT INTO rate_count AS known (key, period, most, opened, hits, hits_before, granted, ends_at)
SELECT key, period, most, opened, own + fits, 0, fits, to_timestamp((opened + 2) * period::float8)
FROM (
    SELECT *, floor(extract(epoch FROM statement_timestamp()) / period)::bigint AS opened,
           greatest(0, least(wanted, most - own)) AS fits
    FROM unnest($1::bytea[], $2::int[], $3::int[], $4::int[], $5::int[]) AS asked (key, period, most, own, wanted)
) AS asked
ORDER BY key
ON CONFLICT (key) DO UPDATE SET (opened, hits, hits_before, granted, ends_at) = (
    SELECT opened, own + before_it + fits, earlier, fits, to_timestamp((opened + 2) * known.period::float8)
    FROM (
        SELECT opened, own, before_it, earlier, greatest(0, least(
            excluded.granted,
            floor(known.most - own - before_it
                  - earlier * greatest(0, opened + 1 - extract(epoch FROM statement_timestamp()) / known.period))
        ))::int AS fits
        FROM (
            SELECT CASE known.opened WHEN excluded.opened + 1 THEN known.opened ELSE excluded.opened END AS opened,
                   excluded.hits - excluded.granted AS own,
                   CASE WHEN known.opened - excluded.opened IN (0, 1) THEN known.hits ELSE 0 END AS before_it,
                   CASE known.opened
                       WHEN excluded.opened THEN known.hits_before
                       WHEN excluded.opened + 1 THEN known.hits_before
                       WHEN excluded.opened - 1 THEN known.hits
                       ELSE 0
                   END AS earlier
        ) AS window_now
    ) AS counted
)
RETURNING key, opened, hits, hits_before, granted, extract(epoch FROM clock_timestamp())::float8 AS at
"""
_OVER = (
    "DELETE FROM rate_count WHERE key IN (SELECT key FROM rate_count WHERE ends_at < now() ORDER BY ends_at LIMIT $1)"
)
_FAULTS = (Problem, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
_log = structlog.get_logger()

_Granted = asyncio.Future[bool | None]
_Asked = dict[Count, list[_Granted]]


class SharedRates:
    """The rates of this process and the others."""

    def __init__(self, database: Database, lives: Lives, digester: Digester) -> None:
        self._database, self._lives, self._digester = database, lives, digester
        self._counts: dict[tuple[str, int, int, str], Count] = {}
        self._waiting: _Asked = {}
        self._asking: asyncio.Task[None] | None = None
        self._asked_at = 0.0
        self._rests_until = 0.0
        self.answered: Callable[[str], None] = lambda _: None
        """Called with `database` or `memory` for each request that was more than the share."""

    async def hit(self, most: int, period: int, what: str, who: str) -> float | None:
        """Count one request of `most` in so many seconds; None if it may pass, otherwise the seconds until there is
        room again. Not idempotent: each is one more.
        """
        at = self._now()
        count = self._count_of(most, period, what, who, at)
        room = count.room(at)
        if at < count.closed_until or room < 1:
            return max(count.opens_at(at), count.closed_until) - at
        if count.own < share_of(count.most, self._lives.processes, room):
            count.own += 1
            return None
        passes = await self._ask(count)
        self.answered("memory" if passes is None else "database")
        if passes is None:
            count.own += 1
        elif not passes:
            at = self._now()
            opens_at = count.opens_at(at)
            count.closed_until = max(count.closed_until, opens_at, at + _CLOSED_S)
            return opens_at - at
        return None

    def look_through(self) -> None:
        """After a beat: forget who has not asked for two windows, and report what is more than the share since more
        processes came. Idempotent by nature.
        """
        at, processes = self._now(), self._lives.processes
        for name, count in [*self._counts.items()]:
            if at // count.period > count.window + 1:
                del self._counts[name]
            elif processes and count.own > share_of(count.most, processes, count.most) and not self._is_slow():
                self._waiting.setdefault(count, [])
        if self._waiting:
            self._begin()

    def _now(self) -> float:
        at = self._lives.at()
        return asyncio.get_running_loop().time() if at is None else at

    def _count_of(self, most: int, period: int, what: str, who: str, at: float) -> Count:
        name = (what, most, period, who)
        count = self._counts.get(name)
        if count is None:
            if len(self._counts) >= MOST_KEYS:
                del self._counts[next(iter(self._counts))]
            key = self._digester.counter("rate", f"{what}\n{most}/{period}\n{who}")
            count = self._counts[name] = Count(key, min(most, _INT4), min(period, _TEN_YEARS_S))
        count.move_to(at)
        return count

    async def _ask(self, count: Count) -> bool | None:
        """Whether the database grants one more; None where it does not say so soon."""
        if self._is_slow():
            return None
        granted: asyncio.Future[bool | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(count, []).append(granted)
        self._begin()
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await granted
        except TimeoutError:
            return None

    def _is_slow(self) -> bool:
        now = asyncio.get_running_loop().time()
        return now < self._rests_until or (self._asking is not None and now - self._asked_at > PATIENCE_S)

    def _begin(self) -> None:
        if self._asking is None:
            self._asked_at = asyncio.get_running_loop().time()
            # In a context of its own: it must not wait behind the other requests of the account that comes first.
            self._asking = asyncio.create_task(self._ask_for_all(), context=Context())

    async def _ask_for_all(self) -> None:
        """Ask until nobody waits any more: each time for all that came meanwhile."""
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                batch = {count: self._waiting.pop(count) for count in [*self._waiting][:_AT_ONCE]}
                self._asked_at = loop.time()
                try:
                    async with asyncio.timeout(_LONGEST_S):
                        await self._count(batch)
                except _FAULTS as exc:
                    tell_fault(_log, "rates_in_memory", exc)
                    self._rests_until = loop.time() + REST_S
                    self._waiting.update(batch)
                    return
                if loop.time() - self._asked_at > PATIENCE_S:
                    self._rests_until = loop.time() + REST_S
        finally:
            self._asking = None
            for waiting in self._waiting.values():
                _answer(waiting, None)
            self._waiting.clear()

    async def _count(self, batch: _Asked) -> None:
        reported = [count.own for count in batch]
        rows = zip(
            *(
                (count.key, count.period, count.most, own, sum(not each.done() for each in waiting))
                for (count, waiting), own in zip(batch.items(), reported, strict=True)
            ),
            strict=True,
        )
        async with self._database.statement() as pg:
            counted = {bytes(row["key"]): row for row in await pg.fetch(_COUNT, *map(list, rows))}
        for (count, waiting), own in zip(batch.items(), reported, strict=True):
            row = counted[count.key]
            self._lives.set_clock(row["at"])
            count.answer(row["opened"], row["hits_before"], row["hits"], reported=own)
            _answer(waiting, row["granted"])


def _answer(waiting: Sequence[_Granted], granted: int | None) -> None:
    """Answer those who still wait: so many of them may pass; None: nobody knows."""
    for place, each in enumerate([each for each in waiting if not each.done()]):
        each.set_result(None if granted is None else place < granted)


async def forget_rates(pg: asyncpg.Connection) -> bool:
    """Remove counts of windows that are over; whether more may be left. Idempotent by nature."""
    return await forget(pg, Lock.FORGETTING_RATES, _OVER)
