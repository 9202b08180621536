"""The pool of connections to PostgreSQL: SQLAlchemy's, with asyncpg's connections taken from it as they are.

A connection goes back only if it is good: one that was closed, that was broken off in the middle of a statement, or
that is of a pool from before (`start_over`) is closed instead.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn
from sqlmodel.ext.asyncio.session import AsyncSession

from app.core.connecting import engine_of
from app.core.known_types import KnowingConnection
from app.core.outages import ENDED, why_broken_off
from app.core.settings import Settings

PoolError = AsyncAdapt_asyncpg_dbapi.Error
"""What the pool raises where no connection can be opened; `cause_of` gives what asyncpg said."""

_GENERATION = "generation"


class Pool:
    """At most `settings.pool_size` connections; who asks for one more waits for it."""

    def __init__(self, settings: Settings, reads: str | None, patience_s: float) -> None:
        """`reads`: the address of standbys, instead of that of the settings. `patience_s`: the longest that a new
        connection may take."""
        self._in_use: dict[asyncpg.Connection, float] = {}  # since which moment of the loop
        self._generation = 0
        self._patience_s = patience_s
        self.engine: AsyncEngine = engine_of(
            reads or settings.database_url.get_secret_value(),
            reads=reads is not None,
            pool_size=settings.pool_size,
            max_overflow=0,
            pool_pre_ping=False,
            connect_args={
                "server_settings": {
                    "application_name": "kumkm",
                    "timezone": "UTC",
                    "jit": "off",
                    # On a cluster, reading the types of a new connection would take seconds. No other server knows it.
                    "citus.override_table_visibility": "off",
                    "lock_timeout": str(settings.lock_timeout_ms),
                    "statement_timeout": str(settings.statement_timeout_ms),
                    "idle_in_transaction_session_timeout": "60000",
                    # What runs for a task that was broken off, or for a process that was killed, ends soon as well.
                    "client_connection_check_interval": "1000",
                },
                "timeout": patience_s,
                "connection_class": signing(settings.trail_key_bytes()),
            },
        )
        event.listen(self.engine.sync_engine, "checkin", self._close_if_left_over)
        event.listen(self.engine.sync_engine, "checkout", _refuse_closed)
        event.listen(self.engine.sync_engine, "handle_error", _know_the_end)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    async def start_over(self) -> None:
        """Connections from now on are new ones, perhaps to another machine. One that is in use is closed afterwards."""
        left_over = self.engine.pool
        self._generation += 1
        self.engine.sync_engine.dispose(close=False)  # a new pool before anything is waited for
        await greenlet_spawn(left_over.dispose)

    async def take(self) -> AbstractContextManager[asyncpg.Connection]:
        """One of the connections, until the end of the block, straight from the pool: SQLAlchemy's own above it would
        take as long again.

        Raises:
            PoolError, OSError, TimeoutError: there is none, and none can be opened.
        """
        generation = self._generation  # of the pool that is asked now, whatever takes its place meanwhile
        # asyncpg's own patience ends before the pool's questions to a new connection begin.
        async with asyncio.timeout(1.5 * self._patience_s):
            pooled = await greenlet_spawn(self.engine.pool.connect)
        return self._given_back(pooled, generation)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction, committed at the end of the block, rolled back on an exception.

        Raises:
            DBAPIError, OSError, TimeoutError: there is no connection; or what a statement of the session met.
        """
        generation, connection = self._generation, self.engine.connect()
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(1.5 * self._patience_s):  # as above
                await stack.enter_async_context(connection)
            await stack.enter_async_context(_invalidated_if_closed(connection))
            session = await stack.enter_async_context(AsyncSession(connection, expire_on_commit=False))
            with self._in_hands(_pooled(connection), generation):
                async with session.begin():
                    yield session

    def in_use_since(self, moment: float) -> list[asyncpg.Connection]:
        """The connections that are in use since that moment of the running loop, in seconds, or longer."""
        return [pg for pg, since in self._in_use.items() if since <= moment]

    @contextmanager
    def _given_back(self, pooled: PoolProxiedConnection, generation: int) -> Iterator[asyncpg.Connection]:
        try:
            with self._in_hands(pooled, generation) as pg:
                yield pg
        finally:
            # Nothing is waited for: SQLAlchemy has begun no transaction on it that it would end, and what is closed
            # need not be closed.
            if _driver(pooled).is_closed():  # the pool cannot see what asyncpg saw, such as that the server went away
                pooled.invalidate()
            pooled.close()

    @contextmanager
    def _in_hands(self, pooled: PoolProxiedConnection, generation: int) -> Iterator[asyncpg.Connection]:
        pooled.info[_GENERATION] = generation
        pg = _driver(pooled)
        self._in_use[pg] = asyncio.get_running_loop().time()
        try:
            yield pg
        except asyncio.CancelledError:
            # asyncpg (0.32) takes a transaction for begun when it begins it. Where that was broken off, whatever is
            # done there later would be within that one, which nobody commits.
            pg.terminate()
            raise
        finally:
            self._in_use.pop(pg, None)

    def _close_if_left_over(self, driver: Any, record: ConnectionPoolEntry) -> None:
        """The pool that it goes back to is gone, and would leave it open."""
        if driver is not None and record.info.get(_GENERATION) != self._generation:
            driver.driver_connection.terminate()


def _refuse_closed(driver: Any, *_: Any) -> None:
    """A connection that was cut while it was idle in the pool is not used: the pool opens another one."""
    if driver.driver_connection.is_closed():
        raise DisconnectionError


def _know_the_end(context: Any) -> None:
    """The server says that it stops before the connection is seen to be closed: it must not go back into the pool."""
    if why_broken_off(cause_of(context.sqlalchemy_exception or context.original_exception)) in ENDED:
        context.is_disconnect = True


def _pooled(connection: AsyncConnection) -> PoolProxiedConnection:
    assert connection.sync_connection is not None  # noqa: S101  (it was begun)
    return connection.sync_connection.connection


@asynccontextmanager
async def _invalidated_if_closed(connection: AsyncConnection) -> AsyncIterator[None]:
    pg = _driver(_pooled(connection))
    try:
        yield
    finally:
        if pg.is_closed():
            await connection.invalidate()


def _driver(pooled: PoolProxiedConnection) -> asyncpg.Connection:
    """asyncpg's connection below the pool's."""
    driver = pooled.driver_connection
    assert driver is not None  # noqa: S101  (a checked-out connection has one)
    pg: asyncpg.Connection = driver
    return pg


def cause_of(exc: BaseException) -> BaseException:
    """What asyncpg said, or the network: SQLAlchemy wraps it once, and around statements once more."""
    wrapped = exc.orig if isinstance(exc, DBAPIError) else exc
    if isinstance(wrapped, AsyncAdapt_asyncpg_dbapi.Error):
        return wrapped.__cause__ or wrapped
    return wrapped or exc


def signing(trail_key: bytes) -> type[asyncpg.Connection]:
    """Connections on which events of the audit trail are signed with that key as they are written."""
    return type("SigningConnection", (KnowingConnection,), {"trail_key": trail_key})
