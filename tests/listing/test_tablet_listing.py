"""The listing as tablets read it: their own areas, delta by delta, nothing skipped, nothing that is too much."""

import asyncpg
import httpx
from doors import form, send, visit
from fastapi import FastAPI
from listings import Copy, assign, entries, listed, table
from world import OTHER_VILLAGE, VILLAGE, World, nik, told

EMBEDDED_IS_ENOUGH = True
THIRD = "16.01.14.1004"


async def test_a_tablet_reads_its_areas_then_what_changed(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    await assign(pg, world, "enumerator.1", VILLAGE)
    person = nik()
    rows = [{"name": f"Satu {n}"} for n in range(5)]
    rows[0] |= {"owner": "Sari", "address": "Jl. Garuda 1", "nik": person}
    one, *_ = await entries(client, world, *rows, {"name": "Jauh", "region_code": OTHER_VILLAGE})
    tablet = Copy(client, world, "enumerator.1", limit=2)
    assert sorted(await tablet.read()) == [f"Satu {n}" for n in range(5)]
    assert tablet.pages == 3
    entry = tablet.entries[one]
    assert (entry["owner"], entry["address"], entry["state"], entry["own"]) == ("Sari", "Jl. Garuda 1", "open", False)
    assert entry["nik_masked"] == person[:4] + "*" * 10 + person[-2:]
    assert person not in str(tablet.entries)
    assert entry["answers"] == {
        "legal_name": "Satu 0",
        "kbli": "47112",
        "kbli_version": "2020",
        "address": "Jl. Garuda 1",
        "owner": {"name": "Sari"},
    }
    assert await tablet.read() == []
    first = {**visit("absent"), "listing_id": one}
    await send(client, world, first)
    assert await tablet.read() == ["Satu 0"]
    assert (tablet.entries[one]["state"], tablet.entries[one]["own"]) == ("open_visits", True)
    await send(client, world, form(first, nik=nik()))
    await entries(client, world, {"name": "Baru"})
    assert sorted(await tablet.read()) == ["Baru", "Satu 0"]
    assert tablet.entries[one]["state"] == "entered"


async def test_an_area_that_comes_later_brings_its_entries_and_one_that_goes_is_forgotten(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    await entries(
        client,
        world,
        {"name": "Satu"},
        {"name": "Dua", "region_code": OTHER_VILLAGE},
        {"name": "Tiga", "region_code": THIRD},
    )
    await assign(pg, world, "enumerator.1", VILLAGE)
    tablet = Copy(client, world, "enumerator.1")
    assert await tablet.read() == ["Satu"]
    await assign(pg, world, "enumerator.1", VILLAGE, OTHER_VILLAGE)
    assert await tablet.read() == ["Dua"]
    await assign(pg, world, "enumerator.1", OTHER_VILLAGE)
    page = await tablet.page()
    assert (page["forget"], page["items"], page["areas"]) == ([VILLAGE], [], [OTHER_VILLAGE])
    assert [each["name"] for each in tablet.entries.values()] == ["Dua"]
    # The whole district takes the place of a village in it, and the other way round.
    await assign(pg, world, "enumerator.1", "16.01.14", VILLAGE)
    assert sorted(await tablet.read()) == ["Satu", "Tiga"]
    assert sorted(each["name"] for each in tablet.entries.values()) == ["Satu", "Tiga"]
    await assign(pg, world, "enumerator.1", THIRD)
    assert await tablet.read() == ["Tiga"]
    assert [each["name"] for each in tablet.entries.values()] == ["Tiga"]
    await assign(pg, world, "enumerator.1")
    await tablet.read()
    assert tablet.entries == {}


async def test_what_commits_late_is_not_skipped(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, dsn: str
) -> None:
    """A slow transaction has a lower number than one that was committed before it."""
    one, two = await entries(client, world, {"name": "Satu"}, {"name": "Dua"})
    tablet = Copy(client, world, "enumerator.1")
    await tablet.read()
    slow = await asyncpg.connect(dsn)
    late = slow.transaction()
    await late.start()
    stamp = (
        "UPDATE listing_entry SET name = $2, change_number = pg_current_xact_id()::text::bigint"
        " WHERE regency_code = '16.01' AND id = $1"
    )
    await slow.execute("INSERT INTO feed_mark DEFAULT VALUES")
    await slow.execute(stamp, one, "Satu lambat")
    await pg.execute("BEGIN")
    await pg.execute("INSERT INTO feed_mark DEFAULT VALUES")
    await pg.execute(stamp, two, "Dua cepat")
    await pg.execute("COMMIT")
    assert await tablet.read() == []
    await late.commit()
    await slow.close()
    assert sorted(await tablet.read()) == ["Dua cepat", "Satu lambat"]


async def test_a_cursor_from_before_a_restore_starts_over(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    await entries(client, world, {"name": "Satu"})
    tablet = Copy(client, world, "enumerator.1")
    await tablet.read()
    await pg.execute("UPDATE feed_mark SET id = gen_random_uuid()")
    params = {"cursor": tablet.cursor}
    answer = await client.get("/v1/sync/listing", params=params, headers=world.auth("enumerator.1"))
    assert (answer.status_code, answer.json()["code"]) == (410, "cursor_outdated")
    answer = await client.get("/v1/sync/listing", params=params, headers=world.auth("enumerator.2"))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


async def test_a_delta_of_nothing_is_a_few_statements(
    app: FastAPI, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    await entries(client, world, *[{"name": f"Satu {n}"} for n in range(20)])
    tablet = Copy(client, world, "enumerator.1")
    await tablet.read()
    async with told(app) as statements:
        await tablet.page()
    assert len([each for each in statements if "SET LOCAL" not in each]) <= 9, statements


async def test_the_listing_of_five_hundred_doors_is_small(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    rows = [
        {"name": f"Warung Makan Sederhana {n}", "owner": "Sari Dewi", "address": f"Jalan Garuda {n} RT 04 RW 02"}
        for n in range(500)
    ]
    assert (await listed(client, world, table(rows), who="admin")).status_code == 200
    params = {"limit": 500}
    answer = await client.get("/v1/sync/listing", params=params, headers=world.auth("enumerator.1"))
    assert (len(answer.json()["items"]), len(answer.content) < 3_000_000) == (500, True)
