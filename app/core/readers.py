"""Reads apart: what a standby answers in the primary's place.

An endpoint declares that it may be read there (`reader=True` in `api/endpoints.py`); all others read on the primary.

A request is answered by a standby that has replayed what the primary had flushed when the request was let in. So every
answer has what its caller wrote or saw before, through whichever process or machine, and without a word of the
client. A client that says which position it has seen (`X-Position`) may get an answer from between there and now, at
most `KUMKM_READ_STALENESS_S` old. If the standby is not that far, the primary answers.

Why: docs/decisions/0052-a-reader-answers-from-after-the-request.md.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
import structlog

from app.core.connecting import pass_over
from app.core.database import Database
from app.core.log_position import LogPosition, Moment, Moments, moment_of
from app.core.outages import Cause, Outage
from app.core.problems import Code, Problem
from app.core.rows import Row, read_the
from app.core.schema_version import schema_of
from app.core.settings import Settings

LOOK_S = 1.0
"""Seconds between two looks at the standby."""

PATIENCE_S = 0.2
"""Seconds that a request waits for the standby to replay what the primary has."""

_STEP_S = 0.005
_STREAM_S = 0.5  # in which a standby that follows has what the primary has
_APART_S = 30.0  # after which an event that the primary does not have is none that waits for a synchronous standby
_SILENT_S = 3.0  # after which a standby that does not say how far it is is taken for frozen
_log = structlog.get_logger()
Door = Callable[[], AbstractAsyncContextManager[asyncpg.Connection]]
_LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, Problem)
_REPLAYED = """
SELECT pg_is_in_recovery() AS follows, coalesce(pg_last_wal_replay_lsn() - '0/0', 0)::bigint AS replayed,
       pg_postmaster_start_time() AS machine
"""
_IDENTITY = """
SELECT system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database()) FROM pg_control_system()
"""
_BUSY_OR_AWAY = (Code.DATABASE_AWAY, Code.OVERLOADED)


class Unfit(Cause):
    """Why a standby that answers is not used, beside an outage."""

    NOT_SEEN = "it was not looked at yet"
    WRITES = "what answers takes writes: it was promoted, or is the primary itself, and no standby answers"
    SILENT = "it takes connections and says nothing: it hangs, or its machine does"
    OTHER_DATABASE = "it is a copy of another database"
    STRAYED = "it is a standby of another primary: it has what this one does not have, or lacks what this one has"
    BEHIND = "it is further behind than KUMKM_READ_STALENESS_S, or does not follow the primary"


class ReaderLostError(Exception):
    """The standby ended a request: by a conflict with what it replays, or because it went away. Nothing was sent yet,
    and the same is to be asked of the primary."""


@dataclass(slots=True)
class ReadApart:
    """A request that a standby may answer, and what is known of its answer."""

    seen: LogPosition | None
    """What the caller has seen, where an answer from then on is good enough."""

    moment: Moment | None = None
    """Where the primary was when the request was let in; None where that is not known."""

    primary_only: bool = False
    """Whether a standby was asked already, and broke off."""

    as_of: datetime | None = None
    """By the primary's clock: all that was committed by then is in the answer."""

    position: LogPosition | None = None
    """Nothing that is in the answer is after this."""


class Witness(NamedTuple):
    """What tells whether two databases have the same past: every change leaves a mark, and none is made twice."""

    newest: Callable[[asyncpg.Connection], Awaitable[UUID | None]]
    """The mark that was left last; None where there is none yet."""

    has: Callable[[asyncpg.Connection, UUID | None], Awaitable[bool]]
    """Whether there is such a mark; of None, always."""


class _Stand(Row):
    """Whether it is a standby, how far, and since when."""

    follows: bool
    replayed: int
    machine: datetime


class _Machine(NamedTuple):
    """A standby by the moment at which it was started, and the timeline on which it was seen to follow."""

    started: datetime
    timeline: int


class Look(NamedTuple):
    """What a look at a standby found. `reached`: it has what the primary had a moment before.

    `extra`: a mark that only the standby has, the one that was asked about if that is so still. It may be of a commit
    that waits for another standby, which is synchronous: then the primary shows it later.
    """

    fault: Unfit | Outage | None
    machine: _Machine
    replayed: int
    moment: Moment
    reached: bool
    extra: UUID | None = None


class _Standbys(Database):
    """Its outages are no outages of the database: `Readers` says them."""

    def note(self, reason: Outage | None) -> None:
        self.away = reason


class Readers:
    """The standby of one server process, if it has one."""

    def __init__(self, settings: Settings, primary: Database, witness: Witness) -> None:
        url = settings.read_database_url
        self._url = url.get_secret_value() if url else ""
        self._primary, self._witness = primary, witness
        self._pool = _Standbys(settings, reads=self._url) if url else None
        self.staleness_s = settings.read_staleness_s
        """Seconds that an answer may be behind; as long waits what takes long itself."""

        self._moments = Moments(settings.read_staleness_s + PATIENCE_S)
        self._reading: set[asyncpg.Connection] = set()
        self._is_silent = False
        self._trusted: _Machine | None = None
        self._extra: UUID | None = None
        self._extra_since = 0.0
        self._reached_at = 0.0
        self.behind_s = 0.0
        """Seconds, when it was looked at last; 0 where it has all."""

        self.fault: Unfit | Outage | None = Unfit.NOT_SEEN if url else None
        """Why it is not used."""

        self.answered: Callable[[str], None] = lambda _: None
        """Called with who answered a request that a standby may answer: `reader`, `primary`; `repeated` where the
        standby broke off, and the primary is asked."""

        self.changed: Callable[[], None] = lambda: None
        """Called when `behind_s` or `fault` may have changed."""

    @property
    def there(self) -> bool:
        """Whether there is a setting."""
        return self._pool is not None

    async def close(self) -> None:
        """Close every connection."""
        if self._pool is not None:
            await self._pool.close()

    async def moment(self, pg: asyncpg.Connection) -> Moment | None:
        """Where the primary at this connection is. It is remembered, to know later how old a standby is."""
        found = await moment_of(pg, asyncio.get_running_loop().time())
        if found is not None:
            self._moments.add(found)
        return found

    @asynccontextmanager
    async def snapshot(self, apart: ReadApart, patience_s: float = PATIENCE_S) -> AsyncIterator[asyncpg.Connection]:
        """A read-only transaction that sees one moment: of the standby, or of the primary. `apart` then says of when.

        Raises:
            ReaderLostError: the standby broke off.
        """
        begun, moment = False, apart.moment
        if self._pool is not None and moment is not None and self.fault is None and not apart.primary_only:
            try:
                async with AsyncExitStack() as stack:
                    pg = await self._caught_up(self._pool, stack, apart, moment, patience_s)
                    if pg is not None:
                        begun = True
                        self.answered("reader")
                        yield pg
                        return
            except _LOST as exc:
                if isinstance(exc, Problem) and exc.code not in _BUSY_OR_AWAY:
                    raise
                if begun:  # perhaps it is the end of this connection alone; who connects next will see
                    apart.primary_only = True
                    self.answered("repeated")
                    _log.info("reader_lost", fault=type(exc).__qualname__)
                    raise ReaderLostError from exc
                if self._pool.away is not None and not self._is_silent:
                    self._note(_why_not(self._pool.away))
        async with self._primary.snapshot() as pg:
            if moment is not None:
                found = await self.moment(pg)
                apart.as_of, apart.position = moment.clock, None if found is None else found.position
                self.answered("primary")
            yield pg

    async def _caught_up(
        self, pool: Database, stack: AsyncExitStack, apart: ReadApart, moment: Moment, patience_s: float
    ) -> asyncpg.Connection | None:
        """A connection in a transaction that sees what the caller has to see; None: the standby is not that far."""
        loop, timeline = asyncio.get_running_loop(), moment.position.timeline
        pg = await stack.enter_async_context(self._standby(pool))
        until = loop.time() + (0 if self.behind_s > patience_s else patience_s)
        while True:
            row = await read_the(pg, _Stand, _REPLAYED)
            if not row.follows or _Machine(row.machine, timeline) != self._trusted:
                self._note(Unfit.NOT_SEEN if row.follows else Unfit.WRITES)
                await pool.start_over()  # of several machines, one is asked from now on
                return None
            as_of = self._as_of(apart, moment, row.replayed)
            if as_of is not None:
                break
            if loop.time() >= until:
                return None
            await asyncio.sleep(_STEP_S)
        await stack.enter_async_context(pg.transaction(isolation="repeatable_read", readonly=True))
        # Asked in the transaction: nothing that it sees was replayed later.
        row = await read_the(pg, _Stand, _REPLAYED)
        apart.as_of, apart.position = as_of, LogPosition(timeline, row.replayed)
        return pg

    def _as_of(self, apart: ReadApart, moment: Moment, replayed: int) -> datetime | None:
        """Of when an answer is that has been replayed so far; None where that is too old for the caller."""
        if replayed >= moment.position.flushed:
            return moment.clock
        if apart.seen is None or apart.seen > LogPosition(moment.position.timeline, replayed):
            return None
        if apart.seen.timeline != moment.position.timeline:
            return None
        newest = self._moments.newest_within(replayed)
        return newest.clock if newest is not None and moment.at - newest.at <= self.staleness_s else None

    async def look(self) -> bool:
        """Look at the standby: whether it may be used, and how far it is behind. In the background."""
        pool = self._pool
        if pool is None:
            return False
        self._is_silent = False
        silent = asyncio.get_running_loop().call_later(_SILENT_S, self._cut)
        try:
            found = await look_at(lambda: self._standby(pool), self._primary.statement, self._witness, self._extra)
        except Problem as exc:
            # Where the primary is away, nobody is let in to ask; it says so itself.
            if exc.code not in _BUSY_OR_AWAY or (pool.away is None and not self._is_silent):
                raise
            self._note(Unfit.SILENT if self._is_silent or pool.away is None else _why_not(pool.away))
        else:
            if found is not None:
                self._judge(found)
                if self.fault is not None:  # another machine may be one that follows
                    pass_over(self._url)
                    await pool.start_over()
        finally:
            silent.cancel()
        return False

    @asynccontextmanager
    async def _standby(self, pool: Database) -> AsyncIterator[asyncpg.Connection]:
        """A connection to the standby, which is cut off where that is frozen."""
        async with pool.statement() as pg:
            self._reading.add(pg)
            try:
                yield pg
            finally:
                self._reading.discard(pg)

    def _cut(self) -> None:
        """End all that waits for the standby, so that the primary is asked: its machine would not do that for long."""
        self._is_silent = True
        for pg in self._reading:
            pg.terminate()

    def _judge(self, found: Look) -> None:
        now = asyncio.get_running_loop().time()
        self._moments.add(found.moment)
        if found.extra is None or found.extra != self._extra:
            self._extra, self._extra_since = found.extra, now
        elif now - self._extra_since > _APART_S:
            found = found._replace(fault=found.fault or Unfit.STRAYED)
        if found.fault is not None or found.machine != self._trusted:
            self._trusted = None
        if found.fault is None and found.reached:
            self._trusted, self._reached_at = found.machine, now
        newest = self._moments.newest_within(found.replayed)
        self.behind_s = 0.0 if found.reached else now - (newest.at if newest else self._reached_at)
        late = self._trusted is None or self.behind_s > self.staleness_s
        self._note(found.fault or (Unfit.BEHIND if late else None))

    def _note(self, fault: Unfit | Outage | None) -> None:
        """It is logged when its reason changes."""
        if fault is not self.fault:
            if fault is None:
                _log.info("reader_in_use")
            else:
                _log.warning("reader_not_used", reason=fault.code, detail=fault.value)
            self.fault = fault
        self.changed()


def _why_not(reason: Outage) -> Unfit | Outage:
    """Why no standby is reached: of several machines, those that answer may take writes."""
    return Unfit.WRITES if reason is Outage.READ_ONLY else reason


async def look_at(standby: Door, primary: Door, witness: Witness, extra: UUID | None = None) -> Look | None:
    """Whether one is a standby of the other, with tables of this release; None where the other takes no writes.

    It follows if it comes to have what the primary has *after* the standby was looked at: so far in the log, and with
    the newest mark of the witness. A copy that followed another primary can be anywhere in the log, also on the same
    timeline, but its marks are others. `extra`: a mark that an earlier look had found on the standby alone.

    One door is closed before the other is opened, so that the end of one is not taken for that of the other.

    Raises:
        Problem, asyncpg.PostgresError, asyncpg.InterfaceError, OSError: as the doors.
    """
    async with standby() as pg:
        before, here = await read_the(pg, _Stand, _REPLAYED), await pg.fetchrow(_IDENTITY)
        schema = await schema_of(pg)
        its_newest = None if schema else await witness.newest(pg)
    async with primary() as pg:
        newest = await witness.newest(pg)
        if await witness.has(pg, extra):
            extra = None if await witness.has(pg, its_newest) else its_newest
        moment = await moment_of(pg, asyncio.get_running_loop().time())
        there = await pg.fetchrow(_IDENTITY)
    if moment is None:
        return None
    machine = _Machine(before.machine, moment.position.timeline)
    flushed = moment.position.flushed
    fault: Unfit | Outage | None = Unfit.STRAYED if before.replayed > flushed else schema
    if here != there:
        fault = Unfit.OTHER_DATABASE
    if not before.follows:
        fault = Unfit.WRITES
    if fault is not None:
        return Look(fault, machine, before.replayed, moment, reached=False, extra=extra)
    async with standby() as pg:
        after = await _reaches(pg, flushed)
        reached = after.replayed >= flushed
        has_newest = not reached or await witness.has(pg, newest)
    if not has_newest:
        return Look(Unfit.STRAYED, machine, after.replayed, moment, reached=False, extra=extra)
    if after.machine != before.machine:
        return Look(Unfit.NOT_SEEN, machine, after.replayed, moment, reached=False)
    return Look(None, machine, after.replayed, moment, reached=reached, extra=extra)


async def _reaches(standby: asyncpg.Connection, flushed: int) -> _Stand:
    loop = asyncio.get_running_loop()
    until = loop.time() + _STREAM_S
    while True:
        row = await read_the(standby, _Stand, _REPLAYED)
        if row.replayed >= flushed or loop.time() >= until:
            return row
        await asyncio.sleep(10 * _STEP_S)
