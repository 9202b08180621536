"""Items that say which entry of the listing they are about: each entry in one state, nothing lost."""

from datetime import date
from typing import Any

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from doors import codes, figures, form, send, visit
from listings import entries, listed, state_of, states, table
from shapes import Json
from world import OTHER_VILLAGE, PALEMBANG_VILLAGE, VILLAGE, World, item, nib, nik

from app.progress.rollup import fold
from app.recount import drift
from app.regions.neighbourhoods import Neighbourhood, load_neighbourhoods

EMBEDDED_IS_ENOUGH = True


def of(told: Json, listing_id: str) -> Json:
    """The item with the entry that it is about."""
    return {**told, "listing_id": listing_id}


def listing_figures(row: Json) -> tuple[Any, ...]:
    return row["listed"], row["listed_done"], row["new_found"], row["percent_of_listing"]


async def test_an_entry_is_visited_and_then_interviewed(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    one, _ = await entries(client, world, {"name": "Satu"}, {"name": "Dua"})
    first = of(visit(), one)
    (line,) = await send(client, world, first)
    assert (line["counted_as"], codes(line)) == ("open_visits", [])
    assert await states(pg) == {"open": 1, "open_visits": 1}
    assert listing_figures(await figures(client, world)) == (2, 0, 0, 0.0)
    # The interview need not say it again: an older tablet does not know how.
    (line,) = await send(client, world, form(first, nik=nik()))
    assert (line["counted_as"], codes(line)) == ("entered", [])
    assert await states(pg) == {"open": 1, "entered": 1}
    assert listing_figures(await figures(client, world)) == (2, 1, 0, 50.0)
    assert await drift(pg) == []
    await fold(pg)
    assert listing_figures(await figures(client, world)) == (2, 1, 0, 50.0)
    assert await drift(pg) == []


async def test_what_is_entered_without_an_entry_is_new_found(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    (one,) = await entries(client, world, {"name": "Satu"})
    await send(client, world, of(item(nik=nik()), one), item(nik=nik()), item(nik=nik()))
    assert listing_figures(await figures(client, world)) == (1, 1, 2, 100.0)
    answer = await client.get("/v1/progress/enumerators", params={"region": "16.01"}, headers=world.auth("admin"))
    (mine,) = [row for row in answer.json()["items"] if row["enumerator"]["username"] == "enumerator.1"]
    assert listing_figures(mine) == (None, 1, 2, None)
    answer = await client.get("/v1/progress/dates", params={"region": "16.01"}, headers=world.auth("admin"))
    assert listing_figures(answer.json()["items"][-1]) == (1, 1, 2, 100.0)
    assert await drift(pg) == []


@pytest.mark.parametrize("result", ["refused", "closed", "moved", "not_found", "not_eligible", "non_response"])
async def test_every_final_result_is_the_state_of_its_entry(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, result: str
) -> None:
    (one,) = await entries(client, world, {"name": "Satu"})
    await send(client, world, of(visit(result), one))
    assert await states(pg) == {result: 1}
    assert listing_figures(await figures(client, world)) == (1, 1, 0, 100.0)
    assert await drift(pg) == []


async def test_the_first_of_two_records_decides_and_the_other_counts_by_itself(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    (one,) = await entries(client, world, {"name": "Satu"})
    first, second = of(item(nik=nik()), one), of(item(nik=nik()), one)
    lines = await send(client, world, first, second, item(nik=nik()))
    assert [(line["outcome"], codes(line)) for line in lines] == [
        ("accepted", []),
        ("accepted", ["listing_claimed"]),
        ("accepted", []),
    ]
    assert await states(pg) == {"entered": 1}
    assert str(await pg.fetchval("SELECT record_id FROM listing_entry")) == first["record_id"]
    assert listing_figures(await figures(client, world)) == (1, 1, 2, 100.0)
    assert await drift(pg) == []


async def test_an_interview_takes_over_from_another_enumerators_visit(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    """The predecessor was refused; the successor makes a record of its own and is let in."""
    (one,) = await entries(client, world, {"name": "Satu"})
    await send(client, world, of(visit("refused", reason="Sibuk"), one), name="enumerator.1")
    (line,) = await send(client, world, of(item(nik=nik()), one), name="enumerator.2")
    assert codes(line) == []
    assert await states(pg) == {"entered": 1}
    answer = await client.get("/v1/progress/enumerators", params={"region": "16.01"}, headers=world.auth("admin"))
    done = {row["enumerator"]["username"]: (row["listed_done"], row["refused"]) for row in answer.json()["items"]}
    assert (done["enumerator.1"], done["enumerator.2"]) == ((0, 1), (1, 0))
    assert await drift(pg) == []


async def test_a_duplicate_is_one_until_somebody_decides_otherwise(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    (one,) = await entries(client, world, {"name": "Satu"})
    number = nib()
    lines = await send(client, world, item(nib=number), of(item(nib=number), one))
    assert [line["counted_as"] for line in lines] == ["entered", "duplicate"]
    assert await states(pg) == {"duplicate": 1}
    assert listing_figures(await figures(client, world)) == (1, 1, 1, 100.0)
    (case,) = (await client.get("/v1/duplicates", headers=world.auth("officer"))).json()["items"]
    decision = {"decision": "separate", "reason": "Dua usaha"}
    path = f"/v1/duplicates/{case['id']}/resolution"
    answer = await client.post(path, json=decision, headers=world.auth("officer"))
    assert answer.status_code == 200, answer.text
    assert await states(pg) == {"entered": 1}
    assert listing_figures(await figures(client, world)) == (1, 1, 1, 100.0)
    assert await drift(pg) == []
    answer = await client.post(f"{path}/undo", json={"reason": "Ternyata sama"}, headers=world.auth("officer"))
    assert answer.status_code == 200, answer.text
    assert await states(pg) == {"duplicate": 1}
    assert await drift(pg) == []


async def test_what_contradicts_the_register_decides_nothing_yet(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    (one,) = await entries(client, world, {"name": "Satu"})
    first, second = nib(), nib()
    person, other = nik(), nik()
    await send(client, world, item(nib=first, nik=person), item(nib=second, nik=other))
    (line,) = await send(client, world, of(item(nib=first, nik=other), one))
    assert (line["counted_as"], codes(line)) == ("conflict", [])
    assert await states(pg) == {"open": 1}
    assert listing_figures(await figures(client, world)) == (1, 0, 2, 0.0)
    assert await drift(pg) == []


async def test_what_is_no_entry_of_ours_is_a_doubt_and_the_batch_goes_through(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    rows = ({"name": "Lain", "campaign": "pl-kumkm-2023"}, {"name": "Jauh", "region_code": PALEMBANG_VILLAGE})
    assert (await listed(client, world, table(rows), who="admin")).status_code == 200
    ids = {row[0]: str(row[1]) for row in await pg.fetch("SELECT name, id FROM listing_entry")}
    lines = await send(
        client,
        world,
        of(item(nik=nik()), str(uuids.uuid7())),
        of(item(nik=nik()), ids["Lain"]),
        of(item(nik=nik()), ids["Jauh"]),
        item(nik=nik()),
    )
    assert [(line["outcome"], codes(line)) for line in lines] == [
        ("accepted", ["listing_unknown"]),
        ("accepted", ["listing_of_another_campaign"]),
        ("accepted", ["listing_outside_assignment"]),
        ("accepted", []),
    ]
    assert await states(pg) == {"open": 2}
    assert (await figures(client, world))["new_found"] == 4
    assert await drift(pg) == []


async def test_an_entry_of_the_next_village_counts_there(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    (one,) = await entries(client, world, {"name": "Satu", "region_code": OTHER_VILLAGE})
    (line,) = await send(client, world, of(item(nik=nik()), one))
    assert codes(line) == ["listing_in_another_village"]
    assert listing_figures(await figures(client, world, OTHER_VILLAGE)) == (1, 1, 0, 100.0)
    assert listing_figures(await figures(client, world, "16.01.14.1003")) == (0, 0, 0, None)
    assert await drift(pg) == []


async def test_a_revision_may_name_another_entry(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    one, two = await entries(client, world, {"name": "Satu"}, {"name": "Dua"})
    first = of(item(nik=nik()), one)
    await send(client, world, first)
    await send(client, world, of({**first, "revision": 2}, two))
    assert (await state_of(pg, one), await state_of(pg, two)) == ("open", "entered")
    assert listing_figures(await figures(client, world)) == (2, 1, 0, 50.0)
    assert await drift(pg) == []


async def test_the_same_batch_again_changes_nothing(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    (one,) = await entries(client, world, {"name": "Satu"})
    told = of(item(nik=nik()), one)
    await send(client, world, told)
    (line,) = await send(client, world, told)
    assert (line["outcome"], codes(line)) == ("unchanged", [])
    assert await pg.fetchval("SELECT count(*) FROM listing_step") == 1
    assert await drift(pg) == []


async def test_an_earlier_revision_that_comes_late_names_the_entry_where_none_is_named(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    one, other = await entries(client, world, {"name": "Satu"}, {"name": "Dua"})
    first = of(visit(), one)
    second = visit("refused", 6, first)
    await send(client, world, second)
    await send(client, world, first)
    assert (await state_of(pg, one), await state_of(pg, other)) == ("refused", "open")
    await send(client, world, of(visit("absent", 7, second), other))
    assert (await state_of(pg, one), await state_of(pg, other)) == ("refused", "open")
    assert await drift(pg) == []


async def test_a_late_visit_that_changes_its_door_decides_the_entry(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    (one,) = await entries(client, world, {"name": "Satu"})
    first = visit("closed")
    (line,) = await send(client, world, of(visit("absent", 6, first), one))
    assert (line["counted_as"], await state_of(pg, one)) == ("open_visits", "open_visits")
    (line,) = await send(client, world, first)
    assert (line["counted_as"], await state_of(pg, one)) == ("closed", "closed")
    assert listing_figures(await figures(client, world)) == (1, 1, 0, 100.0)
    assert await drift(pg) == []


async def test_what_is_doubtful_of_a_claim_stands_with_the_record(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    (one,) = await entries(client, world, {"name": "Satu"})
    await send(client, world, of(item(nik=nik()), one))
    (line,) = await send(client, world, of(item(nik=nik()), one))
    assert codes(line) == ["listing_claimed"]
    assert (
        await pg.fetchval("SELECT count(*) FROM submission WHERE 'listing_claimed /listing_id' = ANY (warnings)") == 1
    )


@pytest.mark.parametrize("together", [False, True], ids=["one by one", "in one batch"])
async def test_an_entry_that_an_invalid_revision_names_is_that_of_its_correction(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, *, together: bool
) -> None:
    (one,) = await entries(client, world, {"name": "Satu"})
    faulty = of(item(nik="1"), one)
    corrected = form(faulty, nik=nik())
    if together:
        await send(client, world, faulty, corrected)
    else:
        await send(client, world, faulty)
        assert await state_of(pg, one) == "open"
        await send(client, world, corrected)
    assert await state_of(pg, one) == "entered"
    assert listing_figures(await figures(client, world)) == (1, 1, 0, 100.0)
    assert await drift(pg) == []


async def test_an_entry_that_a_held_revision_names_is_that_of_the_next_one(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    (one,) = await entries(client, world, {"name": "Satu"})
    held = of(item(nik=nik(), region=PALEMBANG_VILLAGE), one)
    (line,) = await send(client, world, held)
    assert line["outcome"] == "held"
    await send(client, world, form(held, nik=nik()))
    assert await state_of(pg, one) == "entered"
    assert await drift(pg) == []


@pytest.mark.parametrize("said", ["abc", 5, {}, "", "{01832f3e-8a40-7000-8000-000000000001}"])
async def test_what_is_no_id_of_an_entry_is_doubted_and_the_record_counts(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, said: Any
) -> None:
    (line,) = await send(client, world, {**item(nik=nik()), "listing_id": said})
    assert (line["outcome"], codes(line)) == ("accepted", ["listing_unknown"])
    assert await drift(pg) == []


async def test_what_a_refused_revision_named_is_no_longer_named(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    (one,) = await entries(client, world, {"name": "Satu"})
    held = of(item(nik=nik(), region=PALEMBANG_VILLAGE), one)
    await send(client, world, held)
    ((id_,),) = await pg.fetch("SELECT id FROM raw_item")
    told = {"reason": "Bukan pintu ini"}
    answer = await client.post(f"/v1/held/{id_}/refuse", json=told, headers=world.auth("admin"))
    assert answer.status_code == 200, answer.text
    await send(client, world, form(held, nik=nik()))
    assert await state_of(pg, one) == "open"
    assert await drift(pg) == []


async def test_a_record_in_a_neighbourhood_is_in_the_village_of_its_entry(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    line = Neighbourhood(2, f"{VILLAGE}.0001", "RT 001", "sls", None)
    await load_neighbourhoods(pg, [line], today=date(2022, 9, 12), source="sls.csv")
    one, two = await entries(client, world, {"name": "Satu"}, {"name": "Dua", "region_code": OTHER_VILLAGE})
    (told,) = await send(client, world, of(item(nik=nik(), region=line.code), one))
    assert (codes(told), await state_of(pg, one)) == ([], "entered")
    (told,) = await send(client, world, of(item(nik=nik(), region=line.code), two))
    assert codes(told) == ["listing_in_another_village"]
    assert await drift(pg) == []
