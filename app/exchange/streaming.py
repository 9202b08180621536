"""Exports that are streamed while they are made: limited in number, in time, and for slow readers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from uuid import UUID

import asyncpg

from app.core.database import Database
from app.core.problems import Code, Problem
from app.core.readers import ReaderLostError
from app.exchange.exporting import Export, Sink
from app.exchange.feed import FeedPosition, newest_position
from app.exchange.manifest import Manifest
from app.exchange.places import RETRY_S, SharedPlaces
from app.exchange.spool import Spool

MOST_OPEN = 16
"""Files that consumers of one process are reading."""

MOST_OF_ONE = 4
"""Of these, those of one account; with `KUMKM_SHARED_LIMITS=on`, in all processes together."""

PATIENCE_S = 5
"""Seconds that a consumer may take nothing while others wait for its place."""

LONGEST_S = 3_600  # that a consumer may take
_STATEMENT_MS = 900_000

Begun = tuple[FeedPosition, Manifest]
"""The feed's position at the moment that an export shows, and what the export says of itself."""
Opened = tuple[FeedPosition, Manifest, AsyncIterator[bytes]]
Prepare = Callable[[asyncpg.Connection], Awaitable[Export]]
Snapshot = Callable[[], AbstractAsyncContextManager[asyncpg.Connection]]


class Consumer:
    """The reader of an export, and since when it has not read what is ready."""

    def __init__(self, account_id: UUID, longest_s: float) -> None:
        self.account_id = account_id
        self._longest_s = longest_s
        self._given: asyncio.Timeout | None = None
        self._since = 0.0

    @property
    def waits_for(self) -> float:
        """Seconds since it was given what it has not taken yet."""
        return asyncio.get_running_loop().time() - self._since if self._given else 0

    def cut(self) -> None:
        """Give up this reader: the sending ends as if the longest time were over."""
        if self._given is not None:
            self._given.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def given(self) -> AsyncIterator[None]:
        """While something is sent to it. Raises TimeoutError where it takes nothing for too long."""
        async with asyncio.timeout(self._longest_s) as given:
            self._given, self._since = given, asyncio.get_running_loop().time()
            try:
                yield
            finally:
                self._given = None


class Exports:
    """The exports of one server process. Few are made at once, so that they leave connections for everybody else."""

    def __init__(self, database: Database, shared: SharedPlaces | None = None) -> None:
        """`shared`: the places that accounts have in all processes."""
        self._database, self._shared = database, shared
        self._making = asyncio.Semaphore(max(1, database.size // 4))
        self._open: set[Consumer] = set()

    @asynccontextmanager
    async def open(
        self, consumer: Consumer, prepare: Prepare, snapshot: Snapshot | None = None
    ) -> AsyncIterator[Opened]:
        """Begin an export: the feed's position in the moment that it shows, what it says of itself, and its bytes as
        they come. `snapshot`: where it reads, by default on the primary.

        Raises:
            Problem: `overloaded` if too many exports are running, `too_many_requests` if they are all of one account;
                any problem that `prepare` raises.
        """
        if sum(each.account_id == consumer.account_id for each in self._open) >= MOST_OF_ONE:
            raise Problem(Code.TOO_MANY_REQUESTS, retry_after=RETRY_S)
        if self._making.locked() or not self._has_room():
            raise Problem(Code.OVERLOADED, retry_after=RETRY_S)
        self._open.add(consumer)
        try:
            async with self._place(consumer.account_id), self._opened(prepare, snapshot) as opened:
                yield opened
        finally:
            self._open.discard(consumer)

    def _place(self, account_id: UUID) -> AbstractAsyncContextManager[None]:
        return nullcontext() if self._shared is None else self._shared.place(account_id, MOST_OF_ONE)

    @asynccontextmanager
    async def _opened(self, prepare: Prepare, snapshot: Snapshot | None) -> AsyncIterator[Opened]:
        position: asyncio.Future[Begun] = asyncio.get_running_loop().create_future()
        with Spool() as spool:
            making = asyncio.create_task(self._make(prepare, spool, position, snapshot or self._database.snapshot))
            try:
                await spool.begun()
                yield *await position, _within(spool.read())
            finally:
                making.cancel()
                await asyncio.wait((making,))

    def _has_room(self) -> bool:
        """Whether there is a place, if need be that of the consumer that has taken nothing for the longest time."""
        if len(self._open) < MOST_OPEN:
            return True
        stalled = max(self._open, key=lambda each: each.waits_for)
        if stalled.waits_for < PATIENCE_S:
            return False
        stalled.cut()
        self._open.discard(stalled)
        return True

    async def _make(self, prepare: Prepare, spool: Spool, position: asyncio.Future[Begun], snapshot: Snapshot) -> None:
        found: list[Begun] = []

        async def write(data: bytes) -> None:
            await spool.write(data)
            if not position.done():  # from here on, it is not made again
                position.set_result(found[-1])

        async def begun(position: FeedPosition, manifest: Manifest) -> None:
            found.append((position, manifest))

        async def make() -> None:
            async with snapshot() as pg:
                await write_export(pg, prepare, write, begun)

        try:
            async with self._making:
                try:
                    await make()
                except ReaderLostError:
                    if spool.size:
                        raise
                    await make()
            if not position.done():
                position.set_result(found[-1])
            spool.finish()
        except BaseException as exc:
            position.cancel()
            spool.finish(exc)
            if not isinstance(exc, (Exception, asyncio.CancelledError)):
                raise


async def write_export(
    pg: asyncpg.Connection, prepare: Prepare, sink: Sink, begun: Callable[[FeedPosition, Manifest], Awaitable[None]]
) -> None:
    """Write an export from one moment; `begun` is called with the feed's position at that moment, and with what the
    export says of itself.

    Raises:
        Problem: `export_too_long` where its format does not take so many rows.
    """
    await pg.execute(f"SET LOCAL statement_timeout = {_STATEMENT_MS}")
    export = await prepare(pg)
    manifest = await export.manifest(pg)
    await begun(await newest_position(pg), manifest)
    await export.write(pg, sink, manifest)


async def _within(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    until = loop.time() + LONGEST_S
    async for chunk in chunks:
        if loop.time() > until:
            raise TimeoutError
        yield chunk
