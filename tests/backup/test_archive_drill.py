"""The drill with pgBackRest: a full set, an incremental one, and a moment after both."""

import json
from pathlib import Path

import asyncpg
import httpx
import pytest
from archives import STANZA, Archive, create, records, switch
from clusters import Backups, serving
from templates import NOON
from world import World, batch, item, put

from app.core.clock import SetClock
from app.main import create_app

pytestmark = pytest.mark.proof


async def test_the_drill_full_then_incremental_then_a_moment_after_both(
    archive: Archive, archived: Backups, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(archive.settings, clock=SetClock(NOON))
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        world = await World.of(owner, app.state.services)

        async def record() -> None:
            assert (await put(client, world, "enumerator.1", batch(item()))).status_code == 201

        await record()
        assert "full set" in await create(archived, "--type", "full")
        await record()
        assert "incr set" in await create(archived)
        await record()
        moment = await owner.fetchval("SELECT clock_timestamp()")
        await record()
    await create(archived)  # of a past that the restore ends
    before = await owner.fetchval("INSERT INTO feed_mark DEFAULT VALUES RETURNING id")
    await switch(owner)
    [full, incr, of_the_past] = json.loads((await archived.kumkm("backup", "list", archived.folder, "--json")).output)[
        "items"
    ]
    assert (full["pgbackrest"]["kind"], incr["pgbackrest"]["kind"]) == ("full", "incr")
    assert incr["pgbackrest"]["label"].startswith(full["pgbackrest"]["label"])
    assert [each["lost"] for each in (full, incr, of_the_past)] == [False] * 3
    for each in ((), ("--backup", full["name"])):
        shown = await archived.kumkm("backup", "verify", archived.folder, "--scratch", archived.restored, *each)
        assert "the keys fit" in shown.output
        assert list(archived.restored.iterdir()) == []

    data = archived.restored / "data"
    await archived.kumkm("restore", archived.folder, data, "--to", moment.isoformat())
    assert [each.name for each in archived.restored.iterdir()] == ["data"]
    monkeypatch.setenv("PGBACKREST_PG1_PATH", str(data))  # as the configuration says from now on
    monkeypatch.setenv("PGBACKREST_PG1_SOCKET_PATH", str(data.parent))
    with serving(archived, data, archive.dsn) as address:
        assert await records(address) == 3
        pg = await asyncpg.connect(address)
        assert await pg.fetchval("SELECT count(*) FROM feed_mark WHERE id = $1", before) == 0
        [(detail,)] = await pg.fetch("SELECT detail FROM audit_event WHERE action = 'database.restored'")
        assert json.loads(detail) == {"to": moment.isoformat()}
        await switch(pg)  # the history of the new timeline is archived before it
        assert await pg.fetchval("SELECT failed_count FROM pg_stat_archiver") == 0
        assert "incr set" in await create(archived, address=address)
        await pg.execute("UPDATE audit_event SET trace_id = trace_id; CREATE TABLE after_the_restore ()")
        await switch(pg)
        await pg.close()
    names = archive.pgbackrest("repo-ls", f"archive/{STANZA}/15-1")
    assert "00000002.history" in names
    await the_older_copy_goes_to_the_end_of_the_new_timeline(archive, archived, data)
    told = await archived.refused(
        "restore", archived.folder, archived.restored / "other", "--backup", of_the_past["name"]
    )
    assert "was restored since, to a moment before the end of this backup" in told


async def the_older_copy_goes_to_the_end_of_the_new_timeline(archive: Archive, archived: Backups, data: Path) -> None:
    assert "is not empty" in await archived.refused("restore", archived.folder, data)
    await archived.kumkm("restore", archived.folder, data, "--delta")
    with serving(archived, data, archive.dsn) as address:
        assert await records(address) == 3
        pg = await asyncpg.connect(address)
        assert await pg.fetchval("SELECT to_regclass('after_the_restore') IS NOT NULL")
        assert await pg.fetchval("SELECT timeline_id FROM pg_control_checkpoint()") == 3
        await pg.close()
