"""A failover with a reader apart: the primary is killed, its synchronous standby is promoted, a third machine reads.

Somebody reads and writes all along. Servers find the new primary by their address, the reader by its own.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil
import pytest
import uuid_utils.compat as uuids
from fastapi import FastAPI
from pydantic import SecretStr
from servers import BinaryServer, memory, start_binaries
from shapes import Json
from sqlalchemy.engine import make_url
from standbys import Standby, counted, live, reads, standby_of
from templates import NOON, fill_template
from world import World, batch, item, put

from app import main
from app.core.clock import SetClock
from app.core.embedded import embedded_programs
from app.core.readers import Unfit
from app.core.roles import as_server
from app.core.settings import Settings
from app.main import create_app

pytestmark = pytest.mark.proof
EMBEDDED_IS_ENOUGH = True
PATIENCE_S, STEP_S = 60, 0.02
BEFORE, AFTER = 40, 40  # records


@dataclass(frozen=True)
class Cluster:
    """Three machines."""

    primary: BinaryServer
    chosen: Standby  # that takes over
    reader: Standby

    @property
    def dsn(self) -> str:
        return self.primary.dsn("census_peopled")

    @property
    def address(self) -> str:
        """Of the server's login, with both machines that may write."""
        hosts = f"{self.primary.data_dir},{self.chosen.data}"
        named = make_url(as_server(self.dsn)).set(query={"host": hosts})
        return named.render_as_string(hide_password=False)

    def kill_the_primary(self) -> None:
        """As a machine that loses its power: the postmaster first, then all that it began."""
        postmaster = psutil.Process(int((self.primary.data_dir / "postmaster.pid").read_text().split()[0]))
        everything = [postmaster, *postmaster.children(recursive=True)]
        for process in everything:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(everything, timeout=PATIENCE_S)


async def follow_whoever_writes(cluster: Cluster) -> None:
    """Each standby asks both machines, and the primary waits for the chosen one with each commit."""
    hosts = f"{cluster.primary.data_dir},{cluster.chosen.data}"
    for name, standby in (("chosen", cluster.chosen), ("reader", cluster.reader)):
        conninfo = f"host={hosts} user=postgres target_session_attrs=primary application_name={name}"
        await standby.sql(f"ALTER SYSTEM SET primary_conninfo = '{conninfo}'", "SELECT pg_reload_conf()")
    pg = await asyncpg.connect(cluster.dsn)
    await until(pg, "SELECT count(*) = 2 FROM pg_stat_replication WHERE application_name IN ('chosen', 'reader')")
    await pg.execute("ALTER SYSTEM SET synchronous_standby_names = 'chosen'")
    await pg.execute("SELECT pg_reload_conf()")
    await until(pg, "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
    await pg.close()


async def until(pg: asyncpg.Connection, question: str) -> None:
    for _ in range(int(PATIENCE_S / STEP_S)):
        if await pg.fetchval(question):
            return
        await asyncio.sleep(STEP_S)
    raise TimeoutError(question)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    programs = embedded_programs()
    assert programs is not None
    with tempfile.TemporaryDirectory(prefix="kumkm-failover-", dir=memory(), ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        primary = start_binaries(programs, Path(name) / "primary")
        try:
            asyncio.run(fill_template(primary.dsn("postgres"), "census"))
            major = int((primary.data_dir / "PG_VERSION").read_text())
            url = primary.dsn("census_peopled")
            with standby_of(url, major) as chosen, standby_of(url, major) as reader:
                made = Cluster(primary, chosen, reader)
                asyncio.run(follow_whoever_writes(made))
                yield made
        finally:
            with suppress(Exception):  # it was killed
                primary.stop()


@dataclass
class Story:
    """What one enumerator sent, and what an officer saw of it."""

    begun: int = 0
    confirmed: int = 0
    refused: int = 0

    async def write(self, client: httpx.AsyncClient, world: World) -> None:
        """Send one record until it is confirmed, as a tablet does."""
        body, name = batch(item()), uuids.uuid7()
        self.begun += 1
        for _ in range(int(PATIENCE_S / STEP_S)):
            answer = await put(client, world, "enumerator.1", body, batch_id=name)
            if answer.status_code in (200, 201):
                self.confirmed += 1
                return
            assert answer.status_code == 503, answer.text
            self.refused += 1
            await asyncio.sleep(STEP_S)
        raise TimeoutError

    async def read(self, client: httpx.AsyncClient, world: World) -> None:
        """See all that was confirmed when it was asked, and nothing that was not sent: so a figure goes back by the one
        record at most that is not confirmed yet, as `docs/operations/growing.md` says."""
        least = self.confirmed
        answer = await client.get("/v1/live", headers=world.auth("officer"))
        if answer.status_code == 503:
            self.refused += 1
            await asyncio.sleep(STEP_S)
            return
        assert answer.status_code == 200, answer.text
        figure = counted(answer)
        assert least <= figure <= self.begun


async def test_through_a_failover_nothing_confirmed_is_missing_and_the_reader_goes_on(
    cluster: Cluster, keys: Json, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main, "LOOK_S", 0.2)
    pass_over_what_asyncpg_leaves()
    reading = SecretStr(cluster.reader.reader_of(cluster.dsn))
    url, storage = SecretStr(cluster.address), str(tmp_path / "files")
    settings = Settings(
        DATABASE_URL=url, read_database_url=reading, storage=storage, rate_list="1000000/second", **keys
    )
    app = create_app(settings, clock=SetClock(NOON))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    owner = await asyncpg.connect(cluster.dsn)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        world = await World.of(owner, app.state.services)
        await owner.close()
        await used(app)
        story, stop = Story(), asyncio.Event()

        async def read_all_along() -> None:
            while not stop.is_set():
                await story.read(client, world)

        looking = [asyncio.create_task(read_all_along()) for _ in range(2)]
        writing = asyncio.create_task(write_many(story, client, world, BEFORE + AFTER))
        while story.confirmed < BEFORE:
            assert not writing.done(), writing.exception()
            await asyncio.sleep(0.001)
        by_reader = reads(app)["reader"]
        await asyncio.to_thread(cluster.kill_the_primary)
        ahead = await received(cluster.reader) > await received(cluster.chosen)
        await asyncio.to_thread(cluster.chosen.promote)
        await writing
        if not ahead:
            await used(app)
        stop.set()
        await asyncio.gather(*looking)

        assert counted(await live(client, world)) == story.confirmed == BEFORE + AFTER
        assert story.refused, "the failover was noticed"
        fault = app.state.services.readers.fault
        if ahead:  # it has what the primary had sent to it alone, and cannot follow
            assert fault in (Unfit.STRAYED, Unfit.BEHIND, Unfit.NOT_SEEN)
        else:
            before = reads(app)["reader"]
            await live(client, world)
            assert reads(app)["reader"] == before + 1 > by_reader


def pass_over_what_asyncpg_leaves() -> None:
    """Of a connection whose machine was killed it may leave a future that nobody waits for: a line in the log, while
    the request was answered."""
    loop = asyncio.get_running_loop()
    usual = loop.get_exception_handler() or type(loop).default_exception_handler

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        left = context["message"] == "Future exception was never retrieved"
        if not left or not isinstance(context.get("exception"), asyncpg.ConnectionDoesNotExistError):
            usual(loop, context)

    loop.set_exception_handler(handle)


async def write_many(story: Story, client: httpx.AsyncClient, world: World, count: int) -> None:
    for _ in range(count):
        await story.write(client, world)


async def used(app: FastAPI) -> None:
    """Wait until the reader is used; it is looked at in the background."""
    for _ in range(int(PATIENCE_S / STEP_S)):
        if app.state.services.readers.fault is None:
            return
        await asyncio.sleep(STEP_S)
    raise TimeoutError(app.state.services.readers.fault)


async def received(standby: Standby) -> int:
    """How far its log goes."""
    there = await standby.sql("SELECT (pg_last_wal_receive_lsn() - '0/0')::bigint")
    assert isinstance(there, int)
    return there
