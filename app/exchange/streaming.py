"""Exports that are taken while they are made: bounded in number, in time, and in what a slow consumer can hold."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg

from app.core.database import Database
from app.core.problems import Code, Problem
from app.exchange.exporting import Export, Sink
from app.exchange.feed import Position, newest_position
from app.exchange.spool import Spool

MOST_OPEN = 16  # files that consumers of one process are reading
LONGEST_S = 3_600  # that a consumer may take
_STATEMENT_MS = 900_000
_RETRY_S = 15

Opened = tuple[Position, AsyncIterator[bytes]]
Prepare = Callable[[asyncpg.Connection], Awaitable[Export]]


class Exports:
    """The exports of one server process. Few are made at once, so that they leave connections for everybody else."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._making = asyncio.Semaphore(max(1, database.size // 4))
        self._open = 0

    @asynccontextmanager
    async def open(self, prepare: Prepare) -> AsyncIterator[Opened]:
        """Begin an export: the feed's position in the moment that it shows, and its bytes as they come.

        Raises:
            Problem: `overloaded` where too many are at it; whatever `prepare` raises.
        """
        if self._making.locked() or self._open >= MOST_OPEN:
            raise Problem(Code.OVERLOADED, retry_after=_RETRY_S)
        self._open += 1
        position: asyncio.Future[Position] = asyncio.get_running_loop().create_future()
        try:
            with Spool() as spool:
                making = asyncio.create_task(self._make(prepare, spool, position))
                try:
                    await spool.begun()
                    yield await position, _within(spool.read())
                finally:
                    making.cancel()
                    await asyncio.wait((making,))
        finally:
            self._open -= 1

    async def _make(self, prepare: Prepare, spool: Spool, position: asyncio.Future[Position]) -> None:
        try:
            async with self._making, self._database.snapshot() as pg:
                await write_export(pg, prepare, spool.write, position.set_result)
            spool.finish()
        except BaseException as exc:
            position.cancel()
            spool.finish(exc)
            if not isinstance(exc, (Exception, asyncio.CancelledError)):
                raise


async def write_export(pg: asyncpg.Connection, prepare: Prepare, sink: Sink, begun: Callable[[Position], None]) -> None:
    """Write an export from one moment; `begun` is told the feed's position in that moment."""
    await pg.execute(f"SET LOCAL statement_timeout = {_STATEMENT_MS}")
    export = await prepare(pg)
    begun(await newest_position(pg))
    await export.write(pg, sink)


async def _within(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    until = loop.time() + LONGEST_S
    async for chunk in chunks:
        if loop.time() > until:
            raise TimeoutError
        yield chunk
