"""The listing as desks read it: their own territory, by state, page by page; and what the trail says of it."""

import asyncpg
import httpx
from doors import send, visit
from listings import Copy, assign, entries
from shapes import Call
from world import OTHER_VILLAGE, PALEMBANG_VILLAGE, World, item, nik

EMBEDDED_IS_ENOUGH = True


async def test_everybody_sees_the_entries_of_the_territory_and_no_others(
    act: Call, client: httpx.AsyncClient, world: World
) -> None:
    rows = [{"name": f"Satu {n}", "owner": "Sari", "address": "Jl. Garuda 1"} for n in range(3)]
    one, *_ = await entries(
        client,
        world,
        *rows,
        {"name": "Dua", "region_code": OTHER_VILLAGE},
        {"name": "Jauh", "region_code": PALEMBANG_VILLAGE},
    )
    await send(client, world, {**item(nik=nik()), "listing_id": one})

    async def names(who: str, **asked: str) -> list[str]:
        answer = await client.get("/v1/listing", params=asked, headers=world.auth(who))
        assert answer.status_code == 200, answer.text
        assert "Sari" not in answer.text and "Garuda" not in answer.text  # noqa: PT018  (one place)
        return sorted(each["name"] for each in answer.json()["items"])

    assert await names("officer") == ["Dua", "Satu 0", "Satu 1", "Satu 2"]
    assert await names("coordinator.2") == ["Dua", "Satu 0", "Satu 1", "Satu 2"]
    assert await names("officer.palembang") == ["Jauh"]
    assert await names("admin", state="entered") == ["Satu 0"]
    assert await names("officer", state="open", region="16.01.14") == ["Satu 1", "Satu 2"]
    assert await names("officer", enumerator="enumerator.1") == ["Satu 0"]
    assert await names("officer", campaign="pl-kumkm-2023") == []
    assert (await act("officer", "GET", "listing?region=16.71")).status_code == 404
    found: list[str] = []
    path = "listing?limit=2"
    while path:
        page = (await act("admin", "GET", path)).json()
        assert len(page["items"]) <= 2
        found += [each["name"] for each in page["items"]]
        path = f"listing?limit=2&cursor={page['next_cursor']}" if page["next_cursor"] else ""
    assert sorted(found) == ["Dua", "Jauh", "Satu 0", "Satu 1", "Satu 2"]
    (entered,) = (await act("officer", "GET", "listing?state=entered")).json()["items"]
    assert (entered["enumerator"], entered["source"]) == ("enumerator.1", "file:import")


async def test_a_tablet_that_reads_a_listing_from_its_start_is_in_the_trail(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    (one,) = await entries(client, world, {"name": "Satu"})
    tablet = Copy(client, world, "enumerator.1")
    await tablet.read()
    await send(client, world, {**visit(), "listing_id": one})
    await tablet.read()
    await assign(pg, world, "enumerator.1", "16.01", "16.71.01.1001")
    await tablet.read()
    events = await pg.fetch(
        "SELECT actor_id, detail->'areas' FROM audit_event WHERE action = 'listing.read' ORDER BY id"
    )
    me = world.id("enumerator.1")
    assert [tuple(row) for row in events] == [(me, '["16.01"]'), (me, '["16.71.01.1001"]')]
