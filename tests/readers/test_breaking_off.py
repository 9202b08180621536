"""A standby that breaks off in the middle of a read or an export: the primary answers instead."""

import asyncio
import time
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from standbys import Standby, counted, in_use, live, reads, write
from world import World

from app.api import businesses, exports
from app.core import connecting
from app.core.clock import SetClock
from app.core.outages import Outage
from app.core.readers import Readers, Unfit
from app.core.settings import Settings
from app.exchange.exporting import Export
from app.main import create_app

pytestmark = pytest.mark.proof
TOGETHER = True


async def conflict(reading: asyncpg.Connection, pg: asyncpg.Connection, *, idle: bool) -> None:
    """Be cancelled in the middle of a statement, or have the connection ended between two (`idle`)."""

    async def lock() -> None:
        await asyncio.sleep(0 if idle else 0.5)
        async with pg.transaction():
            await pg.execute("LOCK TABLE business IN ACCESS EXCLUSIVE MODE")

    await reading.fetch("SELECT FROM business LIMIT 1")
    locking = asyncio.create_task(lock())
    if idle:
        await locking
        await asyncio.sleep(0.5)
    try:
        await reading.execute("SELECT pg_sleep(20)")
    finally:
        await locking


@pytest.mark.parametrize("idle", [True, False])
async def test_a_read_that_is_cut_in_its_middle_is_answered_by_the_primary(
    client: httpx.AsyncClient,
    world: World,
    app: FastAPI,
    pg: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    *,
    idle: bool,
) -> None:
    """What the primary locks, or cleans away, cancels who reads it on the standby."""
    await write(client, world)
    seen = []
    real = businesses.list_businesses

    async def hindered(reading: asyncpg.Connection, *args: Any, **kwargs: Any) -> Any:
        seen.append(await reading.fetchval("SELECT pg_is_in_recovery()"))
        if seen == [True]:
            await conflict(reading, pg, idle=idle)
        return await real(reading, *args, **kwargs)

    monkeypatch.setattr(businesses, "list_businesses", hindered)
    answer = await client.get("/v1/businesses", headers=world.auth("officer"))
    assert (answer.status_code, len(answer.json()["items"])) == (200, 1)
    assert seen == [True, False]
    assert reads(app) == {"reader": 1, "repeated": 1, "primary": 1}
    await live(client, world)  # the standby itself is as good as before
    assert reads(app)["reader"] == 2


async def test_an_export_is_whole_and_the_feed_continues_after_it(
    client: httpx.AsyncClient, world: World, app: FastAPI, pg: asyncpg.Connection, dsn: str
) -> None:
    """Also after what was being written meanwhile, on the primary alone."""
    await write(client, world)
    late = await asyncpg.connect(dsn)
    business = await pg.fetchval("SELECT id FROM business")
    try:
        async with late.transaction():
            number = "pg_current_xact_id()::text::bigint"
            await late.execute(f"UPDATE business SET change_number = {number} WHERE id = $1", business)
            await late.execute(f"INSERT INTO feed_mark (number, id) VALUES ({number}, gen_random_uuid())")
            await write(client, world)
            headers = world.auth("system", scopes=["businesses:read", "feed:read"])
            export = await client.get("/v1/exports/businesses.ndjson", headers=headers)
            assert len(export.text.splitlines()) == 2
            assert reads(app)["reader"] == 1
        page = await client.get("/v1/feed", headers=headers, params={"cursor": export.headers["X-Feed-Cursor"]})
        assert str(business) in [each["business_id"] for each in page.json()["items"]]
    finally:
        await late.close()


async def test_an_export_in_the_background_is_read_on_the_standby_and_again_on_the_primary(
    client: httpx.AsyncClient, world: World, app: FastAPI, pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(client, world)
    jobs, headers = app.state.services.jobs, world.auth("officer")

    async def made() -> str:
        asked = await client.post("/v1/exports", json={"format": "csv"}, headers=headers)
        while await jobs.round():
            pass
        return str((await client.get(asked.headers["Location"], headers=headers)).json()["state"])

    assert await made() == "done"
    assert reads(app) == {"reader": 1}
    real, hindered = Export.write, []

    async def hinder(self: Export, reading: asyncpg.Connection, *args: Any) -> None:
        hindered.append(await reading.fetchval("SELECT pg_is_in_recovery()"))
        if hindered == [True]:
            await conflict(reading, pg, idle=False)
        await real(self, reading, *args)

    monkeypatch.setattr(Export, "write", hinder)
    assert await made() == "done"
    assert hindered == [True, False]
    assert reads(app)["repeated"] == 1


async def test_an_export_that_is_cancelled_before_its_first_byte_is_begun_again_and_noted_once(
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await write(client, world)
    real, hindered = exports.export_of, []

    async def hinder(reading: asyncpg.Connection, *args: Any) -> Export:
        hindered.append(await reading.fetchval("SELECT pg_is_in_recovery()"))
        if hindered == [True]:
            await conflict(reading, pg, idle=False)
        return await real(reading, *args)

    monkeypatch.setattr(exports, "export_of", hinder)
    answer = await client.get("/v1/exports/businesses.ndjson", headers=world.auth("officer"))
    assert (answer.status_code, len(answer.text.splitlines())) == (200, 1)
    assert hindered == [True, False]
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'export.made'") == 1


async def test_a_standby_that_hangs_holds_nobody_up_for_long(
    client: httpx.AsyncClient, world: World, app: FastAPI, standby: Standby
) -> None:
    readers: Readers = app.state.services.readers
    await write(client, world)
    await live(client, world)  # over a connection that stays
    standby.freeze()
    try:
        began = time.monotonic()
        *answers, _ = await asyncio.gather(live(client, world), live(client, world), readers.look())
        assert time.monotonic() - began < 5
        assert [counted(answer) for answer in answers] == [1, 1]
        assert (await client.get("/readyz")).json()["reader"] == "silent"
        began = time.monotonic()
        assert counted(await live(client, world)) == 1
        assert time.monotonic() - began < 1
        await readers.look()  # over a new connection
        assert readers.fault is Outage.UNREACHABLE
    finally:
        standby.thaw()
    await in_use(readers)


async def test_a_standby_that_hangs_before_a_connection_is_complete_holds_nobody_up_for_long(
    settings: Settings, clock: SetClock, standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the pool asks of a new connection has no end of its own."""
    real = connecting._usable

    async def hinder(url: str, **how: Any) -> asyncpg.Connection:
        pg = await real(url, **how)
        if standby.data.parent.name in url:
            standby.freeze()
        return pg

    monkeypatch.setattr(connecting, "_usable", hinder)
    app = create_app(settings, clock=clock)
    async with app.router.lifespan_context(app):
        readers: Readers = app.state.services.readers
        try:
            began = time.monotonic()
            await readers.look()
            assert time.monotonic() - began < 8
            assert readers.fault in (Unfit.SILENT, Outage.UNREACHABLE)
        finally:
            standby.thaw()
        monkeypatch.undo()
        await in_use(readers)


async def test_what_waits_for_a_lock_on_the_standby_is_answered_by_the_primary(
    settings: Settings, clock: SetClock, world: World, pg: asyncpg.Connection, standby: Standby
) -> None:
    app = create_app(settings.model_copy(update={"lock_timeout_ms": 300}), clock=clock)
    async with app.router.lifespan_context(app):
        await in_use(app.state.services.readers)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://other.test") as client:
            async with pg.transaction():
                await pg.execute("LOCK TABLE business IN ACCESS EXCLUSIVE MODE")
                await pg.execute("SELECT pg_logical_emit_message(false, 'flush', 'now'), pg_switch_wal()")
                await standby.follow()
                await standby.hold()
                asking = asyncio.create_task(client.get("/v1/businesses", headers=world.auth("officer")))
                await asyncio.sleep(0.1)
            try:
                assert (await asking).status_code == 200
                assert reads(app) == {"reader": 1, "repeated": 1, "primary": 1}
            finally:
                await standby.go_on()
