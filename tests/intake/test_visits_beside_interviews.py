"""A visit takes the place of no interview: one that is held, invalid, returned or late stays what it is."""

import hashlib

import asyncpg
import httpx
import orjson
import pytest
from doors import RESULTS, SUBMITTED, codes, figures, form, send, visit
from shapes import Json
from world import PALEMBANG_VILLAGE, World, item, nik

from app.recount import drift

EMBEDDED_IS_ENOUGH = True


async def counted(client: httpx.AsyncClient, world: World, code: str = "ID") -> dict[str, int]:
    row = await figures(client, world, code)
    return {each: row[each] for each in (*SUBMITTED, *RESULTS) if row[each]}


async def reconciled(client: httpx.AsyncClient, world: World, sent: Json) -> tuple[str, str, str]:
    sha256 = hashlib.sha256(orjson.dumps(sent, option=orjson.OPT_SORT_KEYS)).hexdigest()
    asked = {"record_id": sent["record_id"], "revision": sent["revision"], "content_sha256": sha256}
    answer = await client.post("/v1/sync/reconcile", json={"items": [asked]}, headers=world.auth("enumerator.1"))
    (now,) = answer.json()["items"]
    return now["state"], now["outcome"], now["client_action"]


async def held(client: httpx.AsyncClient, world: World) -> dict[int, str]:
    rows = (await client.get("/v1/held", headers=world.auth("admin"))).json()["items"]
    return {row["revision"]: row["id"] for row in rows}


@pytest.mark.parametrize("late", [False, True], ids=["the interview came first", "the visit came first"])
async def test_a_held_interview_waits_beside_the_visits_of_its_door(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, *, late: bool
) -> None:
    interview = item(nik=nik(), region=PALEMBANG_VILLAGE)
    after = visit("refused", 8, interview, region="16.01.14.1003")
    told = {}
    for each in (after, interview) if late else (interview, after):
        (told[each["revision"]],) = await send(client, world, each)
    assert (told[1]["outcome"], told[1]["client_action"]) == ("held", "keep")
    assert (told[2]["outcome"], told[2]["counted_as"]) == ("accepted", "refused")
    assert await reconciled(client, world, interview) == ("stored", "held", "keep")
    assert await counted(client, world) == {"refused": 1}
    ids = await held(client, world)
    assert list(ids) == [1]
    answer = await client.post(f"/v1/held/{ids[1]}/release", headers=world.auth("admin"))
    assert answer.json()["item"]["counted_as"] == "entered", answer.text
    assert await counted(client, world) == {"entered": 1}
    assert await held(client, world) == {}
    assert await drift(pg) == []


async def test_of_a_door_one_interview_and_one_visit_may_wait(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    first = visit(region=PALEMBANG_VILLAGE)
    interview = form(first, nik=nik(), region=PALEMBANG_VILLAGE)
    last = visit("absent", 9, interview)
    await send(client, world, first, interview, last)
    ids = await held(client, world)
    assert sorted(ids) == [2, 3], "the first visit is superseded by what came after it"
    for revision in (3, 2):
        answer = await client.post(f"/v1/held/{ids[revision]}/release", headers=world.auth("admin"))
        assert answer.status_code == 200, answer.text
    assert await counted(client, world) == {"entered": 1}
    assert await drift(pg) == []


@pytest.mark.parametrize("late", [False, True], ids=["the interview came first", "the visit came first"])
async def test_an_invalid_interview_stays_to_be_corrected_though_its_door_was_visited(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, *, late: bool
) -> None:
    faulty = item(nik="1")
    after = visit("absent", 8, faulty)
    for each in (after, faulty) if late else (faulty, after):
        await send(client, world, each)
    assert await reconciled(client, world, faulty) == ("stored", "invalid", "fix")
    assert await counted(client, world) == {"open_visits": 1}
    (line,) = await send(client, world, faulty)
    assert (line["outcome"], line["client_action"]) == ("invalid", "fix")
    (line,) = await send(client, world, form(after, nik=nik()))
    assert (line["outcome"], line["counted_as"]) == ("accepted", "entered")
    assert await reconciled(client, world, faulty) == ("stored", "invalid", "purge")
    assert await counted(client, world) == {"entered": 1}
    assert await drift(pg) == []


async def test_a_late_interview_can_be_corrected_and_returned_under_revisions_that_are_free(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    interview = item(nik=nik())
    second = visit("closed", 8, interview)
    *_, line = await send(client, world, second, visit("moved", 9, second), interview)
    assert line["counted_as"] == "entered"
    path = f"/v1/submissions/{interview['record_id']}/review"
    told = {"decision": "returned", "reason": "Nama belum jelas"}
    assert (await client.post(path, json=told, headers=world.auth("coordinator.1"))).status_code == 200
    path = f"/v1/sync/returned/{interview['record_id']}"
    back = (await client.get(path, headers=world.auth("enumerator.1"))).json()["item"]
    assert (back["revision"], back["answers"]["legal_name"]) == (3, interview["answers"]["legal_name"])
    path = f"/v1/businesses/{line['business_id']}/corrections"
    said = {"changes": {"legal_name": "Warung Melati"}, "reason": "Papan nama dilihat", "revision": 1}
    answer = await client.post(path, json=said, headers=world.auth("officer"))
    assert answer.status_code == 201, answer.text
    assert await pg.fetchval("SELECT max(revision) FROM submission") == 4
    assert await counted(client, world) == {"entered": 1}
    assert await drift(pg) == []


async def test_a_door_counts_as_all_its_visits_say_though_one_comes_late(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    first = visit()
    second = visit("refused", 6, first, reason="Tidak mau")
    third = visit("absent", 7, second, region="16.01.14.1004", next_visit_on="2022-09-20")
    (line,) = await send(client, world, third)
    assert (line["outcome"], line["counted_as"]) == ("accepted", "open_visits")
    (line,) = await send(client, world, first)
    assert (line["outcome"], line["counted_as"], codes(line)) == ("unchanged", "open_visits", [])
    (line,) = await send(client, world, second)
    assert (line["outcome"], line["counted_as"], codes(line)) == ("updated", "refused", [])
    assert await counted(client, world, "16.01.14.1004") == {"refused": 1}
    assert await counted(client, world) == {"refused": 1}
    door = await pg.fetchrow("SELECT counted_as, visits, revision, region_code, next_visit_on FROM door")
    assert tuple(door or ()) == ("refused", 3, 3, "16.01.14.1004", None)
    (line,) = await send(client, world, second)
    assert (line["outcome"], line["client_action"]) == ("unchanged", "purge")
    (line,) = await send(client, world, visit("closed", 8, third))
    assert (line["outcome"], line["counted_as"], codes(line)) == (
        "updated",
        "closed",
        ["more_than_three_visits"],
    )
    assert await drift(pg) == []


async def test_visits_of_one_batch_may_be_in_any_order(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    first = visit("absent", 5, next_visit_on="2022-09-20")
    second = visit("absent", 6, first)
    third = visit("absent", 7, second, next_visit_on="2022-09-21")
    fourth = visit("closed", 8, third)
    told = await send(client, world, third, first, second, fourth)
    assert [each["counted_as"] for each in told] == ["open_visits", "open_visits", "non_response", "closed"]
    other = visit("absent", 5, next_visit_on="2022-09-20")
    between = visit("absent", 6, other)
    await send(client, world, visit("absent", 7, between), between, other)
    assert await counted(client, world) == {"closed": 1, "non_response": 1}
    rows = await pg.fetch("SELECT counted_as, visits, revision, next_visit_on FROM door ORDER BY counted_as")
    assert [tuple(row) for row in rows] == [("closed", 4, 4, None), ("non_response", 3, 3, None)]
    assert await drift(pg) == []


async def test_a_visit_before_an_interview_that_is_here_changes_nothing(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    first = visit("closed")
    await send(client, world, form(first, nik=nik()))
    (line,) = await send(client, world, first)
    assert (line["outcome"], line["counted_as"], codes(line)) == ("unchanged", "entered", [])
    assert await counted(client, world) == {"entered": 1}
    assert await drift(pg) == []


async def test_an_absence_after_an_explicit_non_response_leaves_the_door_where_it_was(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    first = visit("non_response")
    (_, line) = await send(client, world, first, visit("absent", 9, first, region="16.01.14.1004"))
    assert (line["outcome"], line["counted_as"]) == ("unchanged", "non_response")
    assert await pg.fetchval("SELECT region_code FROM door") == "16.01.14.1003"
    assert await drift(pg) == []


@pytest.mark.parametrize("zone", ["+16:00", "-23:59", "+15:59", "Z"])
async def test_a_time_of_any_zone_keeps_no_later_revision_out(
    client: httpx.AsyncClient, world: World, zone: str
) -> None:
    first = visit(visited_at=f"2022-09-06T09:00:00{zone}")
    assert [each["outcome"] for each in await send(client, world, first)] == ["accepted"]
    told = await send(client, world, form(first, nik=nik()), item(nik=nik()))
    assert [each["outcome"] for each in told] == ["accepted", "accepted"]
