"""A database that hangs while its connections stay open: a line that forwards nothing more, to PostgreSQL itself."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest
from pydantic import SecretStr
from shapes import Json
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.util import await_only
from sqlmodel import select, text

from app import main
from app.core.database import Database
from app.core.outages import Outage
from app.core.problems import Code, Problem
from app.core.readiness import PATIENCE_S
from app.core.roles import as_server
from app.core.settings import Settings
from app.core.silence import Silence

EMBEDDED_IS_ENOUGH = True
SILENT_S = 0.4


class Line:
    """A proxy before PostgreSQL. While `open` is cleared, it takes connections and everything that is sent, and
    forwards nothing in either way."""

    def __init__(self, dsn: str) -> None:
        self._url = make_url(dsn)
        self.open = asyncio.Event()
        self.open.set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> str:
        """The address by which the database is reached through it."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return self._url.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)

    async def stop(self) -> None:
        self._server.close()
        for each in self._tasks:
            each.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.open.wait()
        socket = f"{self._url.query['host']}/.s.PGSQL.{self._url.port or self._url.query.get('port', 5432)}"
        ours, theirs = await asyncio.open_unix_connection(socket)
        for source, sink in ((reader, theirs), (ours, writer)):
            task = asyncio.create_task(self._forward(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _forward(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while piece := await source.read(65_536):
                await self.open.wait()
                sink.write(piece)
        except ConnectionError:
            pass
        finally:
            sink.close()


@pytest.fixture
async def line(dsn: str) -> AsyncIterator[Line]:
    made = Line(as_server(dsn))
    yield made
    await made.stop()


@pytest.fixture
async def database(line: Line, keys: Json) -> AsyncIterator[Database]:
    address = await line.start()
    made = Database(Settings(DATABASE_URL=SecretStr(address), pool_size=4, **keys))
    silence = Silence(made, address, SILENT_S)

    async def watch() -> None:
        while True:
            await asyncio.sleep(SILENT_S / 4)
            await silence.look()

    watching = asyncio.create_task(watch())
    yield made
    watching.cancel()
    await made.close()


def why(database: Database) -> Outage | None:
    return database.away


async def read(database: Database) -> None:
    async with database.snapshot() as pg:
        await pg.fetchval("SELECT 1")


async def look(database: Database) -> None:
    async with database.session() as session:
        await session.exec(select(text("1")))


async def write(database: Database) -> None:
    await database.run(lambda pg: pg.execute("SELECT 1"))


@pytest.mark.parametrize("door", [read, look, write])
async def test_who_waits_for_a_database_that_says_nothing_is_told_so_in_time(
    database: Database, line: Line, door: Any
) -> None:
    for _ in range(2):  # it comes back, and goes again
        await door(database)
        line.open.clear()
        began = time.monotonic()
        with pytest.raises(Problem) as raised:
            await door(database)
        assert raised.value.code is Code.DATABASE_AWAY
        assert why(database) is Outage.UNREACHABLE
        assert time.monotonic() - began < SILENT_S * 5
        line.open.set()
        await door(database)
        await read(database)  # a session says nothing of how the database is
        assert why(database) is None
        assert database.pool.in_use_since(time.monotonic()) == []


@pytest.mark.parametrize("door", [read, look, write])
async def test_a_new_connection_that_is_never_ready_is_waited_for_in_bounds(settings: Settings, door: Any) -> None:
    """The driver has connected, within its own patience, and the pool's first questions are not answered."""
    database = Database(settings)
    database.pool._patience_s = 1
    event.listen(database.pool.engine.sync_engine, "connect", lambda *_: await_only(asyncio.sleep(60)))
    async with asyncio.timeout(5):
        with pytest.raises(Problem) as raised:
            await door(database)
    assert raised.value.code is Code.DATABASE_AWAY
    await database.close()


async def test_a_commit_that_is_not_answered_is_no_success(database: Database, line: Line) -> None:
    async def work(pg: asyncpg.Connection) -> None:
        await pg.execute("SELECT 1")
        line.open.clear()

    with pytest.raises(Problem) as raised:
        await database.run(work)
    assert raised.value.code is Code.DATABASE_AWAY
    line.open.set()


async def test_who_takes_long_while_the_database_answers_goes_on(database: Database) -> None:
    async with database.snapshot() as pg:
        await pg.execute(f"SELECT pg_sleep({SILENT_S * 4})")
    assert database.away is None


@pytest.mark.proof
async def test_a_server_before_a_silent_database_says_that_it_is_not_ready(line: Line, settings: Settings) -> None:
    address = await line.start()
    app = main.create_app(settings.model_copy(update={"database_url": SecretStr(address)}))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://kumkm.test") as client,
    ):
        assert (await client.get("/readyz")).status_code == 200
        line.open.clear()
        for _ in range(2):  # as long as it is noticed, and as long as it is known
            began = time.monotonic()
            answers = await asyncio.gather(*(client.get("/readyz") for _ in range(300)))
            assert time.monotonic() - began < PATIENCE_S + 3
            for answer in answers:
                assert (answer.status_code, answer.json()["current"]) == (503, {"database": "unreachable"})
                assert "Retry-After" in answer.headers
            await asyncio.gather(*(client.get("/v1/auth/ways") for _ in range(5)))
        line.open.set()
        assert (await client.get("/readyz")).status_code == 200
