"""The way to PostgreSQL: one pool, bounded admission, and the only commits of the server.

Three doors, all from the same pool:

* `run(work)`: a write whose transaction begins after the request was read and is tried again when PostgreSQL
  breaks a deadlock or the work asks for it; it has committed when it returns.
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
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from app.core.problems import Code, Problem
from app.core.settings import Settings

Result = TypeVar("Result")

_ATTEMPTS = 5
_BUSY = (
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.TooManyConnectionsError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.OutOfMemoryError,
    asyncpg.DiskFullError,
    ConnectionError,
    OSError,
)


class TryAgain(Exception):
    """Raised inside `run`: the world changed under the work, which must start over in a new transaction."""


class Database:
    """A pool of connections that never queues more work than it can finish soon."""

    def __init__(self, settings: Settings) -> None:
        self._waiting_room = settings.waiting_room
        self._waiting_s = settings.waiting_s
        self._places = asyncio.Semaphore(settings.pool_size)
        self.size = settings.pool_size
        self.waiting = 0
        self.busy = 0
        self.changed: Callable[[], None] = lambda: None
        """Called whenever `waiting` or `busy` changed."""
        self.engine: AsyncEngine = create_async_engine(
            async_url(settings.database_url.get_secret_value()),
            pool_size=settings.pool_size,
            max_overflow=0,
            pool_pre_ping=False,
            connect_args={
                "server_settings": {
                    "application_name": "kumkm",
                    "timezone": "UTC",
                    "jit": "off",
                    "lock_timeout": str(settings.lock_timeout_ms),
                    "statement_timeout": str(settings.statement_timeout_ms),
                    "idle_in_transaction_session_timeout": "60000",
                },
                "timeout": 10,
            },
        )

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    async def run(self, work: Callable[[asyncpg.Connection], Awaitable[Result]]) -> Result:
        """Do `work` in one transaction and commit it; nothing is stored unless this returns.

        Raises:
            Problem: `overloaded`, with nothing stored, when no connection or lock was free in time, the database
                is away, or the work lost every race.
        """
        for attempt in range(_ATTEMPTS):
            try:
                async with self._connection() as pg, pg.transaction():
                    return await work(pg)
            except (TryAgain, asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311  (jitter, not a secret)
        raise Problem(Code.OVERLOADED, retry_after=2)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[asyncpg.Connection]:
        """A read-only transaction in which every statement sees the same moment."""
        async with self._connection() as pg, pg.transaction(isolation="repeatable_read", readonly=True):
            yield pg

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction, committed at the end of the block, rolled back on an exception."""
        async with self._place():
            try:
                async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
                    yield session
            except _BUSY as exc:  # a connection could not be made
                raise Problem(Code.OVERLOADED, retry_after=5) from exc
            except DBAPIError as exc:
                if exc.connection_invalidated or isinstance(exc.orig and exc.orig.__cause__, _BUSY):
                    raise Problem(Code.OVERLOADED, retry_after=2) from exc
                raise

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[asyncpg.Connection]:
        async with self._place():
            try:
                async with self.engine.connect() as connection:
                    # SQLAlchemy's type allows for no driver; a checked-out connection has one.
                    pg: asyncpg.Connection = (await connection.get_raw_connection()).driver_connection
                    try:
                        yield pg
                    except asyncpg.InterfaceError as exc:  # a rollback over a connection that is gone
                        if pg.is_closed():
                            raise Problem(Code.OVERLOADED, retry_after=2) from exc
                        raise
                    finally:
                        if pg.is_closed():  # the pool cannot see what asyncpg saw: the server went away
                            await connection.invalidate()
            except _BUSY as exc:
                raise Problem(Code.OVERLOADED, retry_after=2) from exc
            except DBAPIError as exc:  # a connection could not be made
                raise Problem(Code.OVERLOADED, retry_after=5) from exc

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """Bounded admission: as many at work as the pool has connections, a few waiting, the rest sent away."""
        if self._places.locked() and self.waiting >= self._waiting_room:
            raise Problem(Code.OVERLOADED, retry_after=random.randint(1, 5))  # noqa: S311  (spreads the crowd)
        self._count(waiting=1)
        try:
            # Not `wait_for`, which on Python 3.11 swallows a cancellation that comes while the place is given: a
            # background task would never end, and its server never stop.
            async with asyncio.timeout(self._waiting_s):
                await self._places.acquire()
        except TimeoutError as exc:
            self._count(waiting=-1)
            raise Problem(Code.OVERLOADED, retry_after=random.randint(2, 10)) from exc  # noqa: S311
        except BaseException:
            self._count(waiting=-1)
            raise
        self._count(waiting=-1, busy=1)
        try:
            yield
        finally:
            self._count(busy=-1)
            self._places.release()

    def _count(self, *, waiting: int = 0, busy: int = 0) -> None:
        self.waiting += waiting
        self.busy += busy
        self.changed()


def async_url(dsn: str) -> str:
    """A `postgresql://` address as SQLAlchemy's asyncpg dialect wants it."""
    return make_url(dsn).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
