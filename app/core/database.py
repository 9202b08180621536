"""Access to PostgreSQL: one pool, bounded admission, and the only commits of the server.

Six doors, all from the same pool:

* `run(work)`: a write whose transaction begins after the request was read and is tried again when PostgreSQL
  breaks a deadlock or the work asks for it; it has committed when it returns.
* `run_grouped(work)`: the same for small work that comes in crowds: in one transaction with others, where that can be
  (`group_commit.py`).
* `write(one)`: as `run`, for a single statement.
* `statement()`: a connection for one statement that reads, without a transaction around it.
* `snapshot()`: a read-only view that stays the same for several statements.
* `session()`: a SQLModel session in one transaction, for everything that is not hot.

The hot path speaks asyncpg on SQLAlchemy's pooled connection, the rest SQLAlchemy.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import asyncpg
import structlog
from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from app.core.fair_queue import FLOW, FairQueue
from app.core.group_commit import MOST, GoesAlone, GroupCommit
from app.core.outages import ENDED, WRONG_TABLES, Outage, why_broken_off, why_not_connected
from app.core.pool import Pool, PoolError, cause_of
from app.core.problems import Code, Problem
from app.core.round_trips import AnyWrite, on_many_nodes, write
from app.core.schema_version import reads_only, schema_of
from app.core.settings import Settings, SettingsError

Result = TypeVar("Result")
Look = Callable[[asyncpg.Connection], Awaitable[Outage | None]]

_ATTEMPTS = 5
_BUSY = (
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.InvalidCachedStatementError,  # the tables were changed meanwhile
    asyncpg.OutdatedSchemaCacheError,
    OSError,
)
_DRIVERS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
_COMPANY = 3 * MOST
"""Small pieces of work that are done, or wait for the next groups, at a time."""

_GROUP_WAITS_MS = 200
"""For the sake of one member, the others wait for a lock no longer."""

_FULL_FOR_S = 30
_OF_SCHEMA = (Outage.NOT_MIGRATED, Outage.OLDER_SCHEMA, Outage.NEWER_SCHEMA)
_OF_WRITES = (Outage.READ_ONLY, Outage.DISK_FULL)
_HAS_WRITTEN = "SELECT pg_current_xact_id_if_assigned() IS NOT NULL"
_log = structlog.get_logger()


class TryAgain(Exception):
    """Raised inside `run`: the world changed under the work, which must start over in a new transaction."""


class Database:
    """Work with a database, of which never more waits than can be finished soon."""

    def __init__(self, settings: Settings, *, reads: str | None = None) -> None:
        """`reads`: the address of standbys, instead of that of the settings; nothing is written there."""
        # Of one account or address, half of them: its slow questions leave the others their answers.
        self._places = FairQueue(
            settings.pool_size, settings.waiting_room, settings.waiting_s, max(1, settings.pool_size // 2)
        )
        self._company = FairQueue(_COMPANY, settings.waiting_room, settings.waiting_s, _COMPANY // 2)
        self.size = settings.pool_size
        self.waiting = 0
        self.busy = 0
        self.changed: Callable[[], None] = lambda: None
        """Called whenever `waiting` or `busy` changed."""

        self.away: Outage | None = None
        """Why the database could not be worked with when that was tried last."""

        self._away_since = self._failed_at = 0.0
        self.vet: Callable[[asyncpg.Connection], Awaitable[None]] | None = None
        """What is asked of the first connection there is, before anything else is done with it."""

        self.pool = Pool(settings, reads, patience_s=10 if reads is None else 2)  # else the primary answers instead
        self.groups = GroupCommit(self._shared)
        self.groups.waits = lambda by: self._count(waiting=by)
        self._is_spread = False  # as far as is known
        self._no_long_waits = f"SET LOCAL lock_timeout = {min(_GROUP_WAITS_MS, settings.lock_timeout_ms)}"

    async def close(self) -> None:
        """Close every connection."""
        await self.pool.close()

    async def start_over(self) -> None:
        """Connections from now on are new ones, perhaps to another machine."""
        await self.pool.start_over()

    async def run(self, work: Callable[[asyncpg.Connection], Awaitable[Result]]) -> Result:
        """Do `work` in one transaction and commit it; nothing is stored unless this returns.

        Raises:
            Problem: `overloaded`, with nothing stored, when no connection or lock was free in time, or the work lost
                every race; `database_away`, likewise.
        """

        async def attempt() -> Result:
            async with self._transaction() as pg:
                return await work(pg)

        return await self._repeated(attempt)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[asyncpg.Connection]:
        async with self._connection() as pg:
            async with pg.transaction():
                yield pg
                over = await self._is_over(pg)
            if over:
                self.note(None)

    async def _is_over(self, pg: asyncpg.Connection) -> bool:
        """Whether work that has ended shows that what kept the database from writing is over: it may have found nothing
        to write."""
        if self.away is Outage.READ_ONLY:
            return await reads_only(pg) is None
        return self.away is Outage.DISK_FULL and bool(await pg.fetchval(_HAS_WRITTEN))

    async def run_grouped(self, work: Callable[[asyncpg.Connection], Awaitable[Result]], rows: int) -> Result:
        """As `run`; `work` may share its transaction, and its statements, with others that come at the same moment. Not
        on a cluster, which takes no statement over several of its tables.

        `rows`: about so many it writes. `work` may be done a second time, after the first one was rolled back.

        Raises:
            Problem: as `run`.
        """
        if self._is_spread:
            return await self.run(work)
        flow = FLOW.get()
        await self._wait(self._company, flow)
        try:
            return await self.groups.run(work, self.run, rows)
        finally:
            self._company.give_back(flow)

    @asynccontextmanager
    async def _shared(self) -> AsyncIterator[asyncpg.Connection]:
        """A transaction of several, for which one place is taken."""
        async with self._transaction() as pg:
            self._is_spread = await on_many_nodes(pg)
            if self._is_spread:
                raise GoesAlone
            await pg.execute(self._no_long_waits)
            yield pg

    async def write(self, one: AnyWrite) -> None:
        """Send one write, which is a transaction of its own: one journey to the database instead of three.

        Raises:
            Problem: as `run`.
        """

        async def attempt() -> None:
            async with self._connection(writes=True) as pg:
                await write(pg, one)

        await self._repeated(attempt)

    async def _repeated(self, attempt: Callable[[], Awaitable[Result]]) -> Result:
        for number in range(_ATTEMPTS):
            try:
                return await attempt()
            except (TryAgain, asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                await asyncio.sleep(random.uniform(0, 0.01 * 2**number))  # noqa: S311  (jitter, not a secret)
        raise Problem(Code.OVERLOADED, retry_after=2)

    @asynccontextmanager
    async def statement(self) -> AsyncIterator[asyncpg.Connection]:
        """For a single statement that reads: one journey to the database instead of three."""
        async with self._connection() as pg:
            yield pg

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[asyncpg.Connection]:
        """A read-only transaction in which every statement sees the same moment."""
        async with self._connection() as pg, pg.transaction(isolation="repeatable_read", readonly=True):
            yield pg

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction, committed at the end of the block, rolled back on an exception."""
        if self.vet is not None:
            async with self._connection():
                pass
        async with self._place():
            try:
                async with self.pool.session() as session:
                    yield session
            except (DBAPIError, *_DRIVERS) as exc:
                cut = isinstance(exc, DBAPIError) and exc.connection_invalidated
                problem = await self._problem_of(cause_of(exc), None, closed=cut)
                if problem is None:
                    raise
                raise problem from exc

    @asynccontextmanager
    async def _connection(self, *, writes: bool = False) -> AsyncIterator[asyncpg.Connection]:
        async with self._place():
            try:
                opened = await self.pool.take()
            except (PoolError, *_DRIVERS) as exc:
                raise self._away(why_not_connected(cause_of(exc)) or Outage.UNREACHABLE) from exc
            with opened as pg:
                try:
                    await self._vetted(pg)
                    yield pg
                    await self._works(pg, wrote=writes)
                except _DRIVERS as exc:
                    problem = await self._problem_of(exc, pg, closed=pg.is_closed())
                    if problem is None:
                        raise
                    raise problem from exc

    async def _vetted(self, pg: asyncpg.Connection) -> None:
        if self.vet is None:
            return
        try:
            await self.vet(pg)
        except SettingsError as exc:
            _log.error("database_unfit", detail=str(exc))
            raise self._away(Outage.UNFIT) from exc
        self.vet = None

    async def _problem_of(self, exc: BaseException, pg: asyncpg.Connection | None, *, closed: bool) -> Problem | None:
        """The problem that an exception in the middle of the work is answered with; None for a fault of the server."""
        if isinstance(exc, (TryAgain, asyncpg.DeadlockDetectedError, asyncpg.SerializationError)):
            return None  # begun again
        reason = why_broken_off(exc)
        if isinstance(exc, OSError) and not closed:  # in a session it may still connect; else it is of a file
            reason = why_not_connected(exc) if pg is None else None
        # A rollback that fails hides what broke the connection, which is still open where that came half.
        if isinstance(exc, asyncpg.InterfaceError) and (closed or isinstance(exc.__context__, _DRIVERS)):
            reason = Outage.CUT
        if reason is None and isinstance(exc, WRONG_TABLES):
            reason = await self._looked_at(pg, schema_of)
        if reason is Outage.CUT and self.away is Outage.UNREACHABLE:  # by whom is known
            reason = Outage.UNREACHABLE
        if reason is Outage.READ_ONLY:  # unless it was a write in a snapshot
            reason = await self._looked_at(pg, reads_only)
            if reason is not None:  # connections from now on may lead to another server, which writes
                await self.start_over()
        if reason is not None:  # what is left of a broken connection must not go back into the pool
            if pg is not None and reason in (*ENDED, Outage.UNREACHABLE, Outage.READ_ONLY):
                pg.terminate()
            return self._away(reason)
        return Problem(Code.OVERLOADED, retry_after=2) if isinstance(exc, _BUSY) else None

    async def _looked_at(self, pg: asyncpg.Connection | None, look: Look) -> Outage | None:
        """Ask on this connection, or on another one where this is in the middle of a failed transaction."""
        if pg is not None:
            return await look(pg)
        with await self.pool.take() as found:
            return await look(found)

    @property
    def full(self) -> Outage | None:
        """Whether a write met a full disk a moment ago: that reads work does not show that it is over."""
        now = asyncio.get_running_loop().time()
        return Outage.DISK_FULL if self.away is Outage.DISK_FULL and now - self._failed_at < _FULL_FOR_S else None

    def _away(self, reason: Outage) -> Problem:
        """It is logged when it begins, when its reason changes, and when it is over."""
        self._failed_at = asyncio.get_running_loop().time()
        self.note(reason)
        return Problem(Code.DATABASE_AWAY, retry_after=random.randint(3, 10))  # noqa: S311  (spreads the crowd)

    def note(self, reason: Outage | None) -> None:
        """Why the database is away, from now on; None: it is not."""
        if reason is not self.away:
            now = asyncio.get_running_loop().time()
            if reason is not None:
                _log.warning("database_away", reason=reason.code, detail=reason.value)
            else:
                _log.info("database_back", away_s=round(now - self._away_since, 1))
            if self.away is None:
                self._away_since = now
            self.away = reason

    async def _works(self, pg: asyncpg.Connection, *, wrote: bool) -> None:
        if self.away is None or (self.away in _OF_WRITES and not wrote):
            return
        self.note(await schema_of(pg) if self.away in _OF_SCHEMA else None)

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """Bounded admission: as many at work as the pool has connections, a few waiting, the rest sent away. Accounts
        and addresses have fair shares of all three."""
        flow = FLOW.get()
        await self._wait(self._places, flow)
        self._count(busy=1)
        try:
            yield
        finally:
            self._count(busy=-1)
            self._places.give_back(flow)

    async def _wait(self, places: FairQueue, flow: bytes) -> None:
        self._count(waiting=1)
        try:
            await places.take(flow)
        finally:
            self._count(waiting=-1)

    def _count(self, *, waiting: int = 0, busy: int = 0) -> None:
        self.waiting += waiting
        self.busy += busy
        self.changed()
