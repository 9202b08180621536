"""Which standby is ours: only one that follows this primary is read, wherever in the log another one is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

import asyncpg
import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy.engine import make_url
from standbys import Standby, in_use, write
from world import World

from app.audit.trail import WITNESS
from app.core import readers as reading_apart
from app.core.clock import SetClock
from app.core.readers import Readers, Unfit, look_at
from app.core.settings import Settings
from app.main import create_app

pytestmark = pytest.mark.proof
TOGETHER = True


@pytest.mark.parametrize("where", ["promoted", "made a standby of nobody"])
async def test_what_was_promoted_is_not_read(
    settings: Settings, clock: SetClock, dsn: str, own_standby: Standby, where: str
) -> None:
    await own_standby.follow()
    url = SecretStr(own_standby.reader_of(dsn))
    app = create_app(settings.model_copy(update={"read_database_url": url}), clock=clock)
    async with app.router.lifespan_context(app):
        readers: Readers = app.state.services.readers
        await in_use(readers)
        own_standby.promote()
        if where != "promoted":
            await own_standby.sql("CREATE TABLE astray AS SELECT generate_series(1, 100000)", "SELECT true")
            own_standby.begin_as_standby_of_nobody()
            await readers.look()  # of the connection that it had
        await readers.look()
        assert readers.fault is (Unfit.WRITES if where == "promoted" else Unfit.STRAYED)


async def test_a_standby_of_another_primary_is_not_read_wherever_it_is_in_the_log(
    client: httpx.AsyncClient, world: World, dsn: str, own_standby: Standby, stranger: Standby
) -> None:
    """The other one is brought to the same place of the log while its standby is looked at."""
    await write(client, world)  # what the stranger will never have
    pg = await asyncpg.connect(dsn)
    there = await stranger.sql("SELECT pg_last_wal_replay_lsn()::text")
    while await pg.fetchval(f"SELECT pg_current_wal_flush_lsn() < pg_lsn '{there}' + 1000000"):
        await pg.execute("SELECT pg_logical_emit_message(true, 'ahead', repeat('x', 1000000))")
    looks = 0

    @asynccontextmanager
    async def standby() -> AsyncIterator[asyncpg.Connection]:
        nonlocal looks
        looks += 1
        if looks == 2:
            flushed = await pg.fetchval("SELECT pg_current_wal_flush_lsn()::text")
            while await own_standby.sql(f"SELECT pg_current_wal_flush_lsn() < '{flushed}'"):
                await own_standby.sql("SELECT pg_logical_emit_message(true, 'nearer', repeat('x', 100000))")
            await stranger.follow()
        reading = await asyncpg.connect(stranger.reader_of(dsn))
        yield reading
        await reading.close()

    found = await look_at(standby, lambda: nullcontext(pg), WITNESS)
    await pg.close()
    assert found is not None
    assert (found.fault, looks) == (Unfit.STRAYED, 2)


async def test_what_was_written_on_a_standby_alone_makes_it_a_stranger(
    settings: Settings, clock: SetClock, world: World, dsn: str, own_standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_apart, "_APART_S", 0)
    await own_standby.follow()
    own_standby.promote()
    event = "INSERT INTO audit_event (id, occurred_at, action, subject_type, subject_id, detail)"
    there = await asyncpg.connect(own_standby.dsn(dsn))
    await there.execute(f"{event} VALUES ('ffffffff-ffff-7fff-bfff-ffffffffffff', now(), 'x', 'x', 'x', '{{}}')")
    await there.close()
    own_standby.begin_as_standby_of_nobody()
    pg = await asyncpg.connect(dsn)
    await pg.execute("SELECT pg_logical_emit_message(true, 'ahead', repeat('x', 1000000))")
    await pg.close()
    url = SecretStr(own_standby.reader_of(dsn))
    app = create_app(settings.model_copy(update={"read_database_url": url}), clock=clock)
    async with app.router.lifespan_context(app):
        readers: Readers = app.state.services.readers
        found = [await readers.look() or readers.fault for _ in range(2)]
        assert found == [Unfit.BEHIND, Unfit.STRAYED]


async def test_a_commit_that_waits_for_another_standby_makes_no_stranger(
    client: httpx.AsyncClient, world: World, readers: Readers, pg: asyncpg.Connection, dsn: str, standby: Standby
) -> None:
    """The reader shows it before the primary does."""
    await pg.execute("ALTER SYSTEM SET synchronous_standby_names = 'another'")
    await pg.execute("SELECT pg_reload_conf()")
    events = "SELECT count(*) FROM audit_event WHERE action = 'batch.received'"
    reading = await asyncpg.connect(standby.dsn(dsn))
    try:
        writing = asyncio.create_task(write(client, world))
        for _ in range(500):
            if await reading.fetchval(events):
                break
            await asyncio.sleep(0.02)
        assert await reading.fetchval(events) == 1
        assert await pg.fetchval(events) == 0
        await readers.look()
        await readers.look()
        assert readers.fault is None
    finally:
        await reading.close()
        await pg.execute("ALTER SYSTEM RESET synchronous_standby_names")
        await pg.execute("SELECT pg_reload_conf()")
    await writing
    await readers.look()
    assert readers.fault is None


async def test_of_several_standbys_one_that_is_unfit_keeps_no_other_one_away(
    settings: Settings,
    clock: SetClock,
    client: httpx.AsyncClient,
    world: World,
    dsn: str,
    standby: Standby,
    stranger: Standby,
) -> None:
    await write(client, world)
    url = make_url(standby.reader_of(dsn))
    hosts = {"host": f"{stranger.data}:5432,{standby.data}:5432"}
    both = SecretStr(url.set(query=hosts).render_as_string(hide_password=False))
    app = create_app(settings.model_copy(update={"read_database_url": both}), clock=clock)
    async with app.router.lifespan_context(app):
        readers: Readers = app.state.services.readers
        await readers.look()
        assert readers.fault is Unfit.STRAYED
        await in_use(readers)


async def test_a_copy_of_another_database_is_not_read(
    settings: Settings, clock: SetClock, server_url: str, standby: Standby
) -> None:
    for other in (standby.reader_of(server_url), settings.database_url):
        url = other if isinstance(other, SecretStr) else SecretStr(other)
        app = create_app(settings.model_copy(update={"read_database_url": url}), clock=clock)
        async with app.router.lifespan_context(app):
            readers: Readers = app.state.services.readers
            await readers.look()
            assert readers.fault is (Unfit.WRITES if url == settings.database_url else Unfit.OTHER_DATABASE)
