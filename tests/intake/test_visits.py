"""A door, not a form: visits without an interview as items of a batch, over HTTP."""

import hashlib

import asyncpg
import httpx
import orjson
import pytest
from doors import RESULTS, SUBMITTED, codes, figures, form, send, visit
from shapes import Json
from world import OTHER_VILLAGE, PALEMBANG_VILLAGE, World, item, nik

from app.progress.rollup import fold
from app.recount import drift

EMBEDDED_IS_ENOUGH = True


async def test_a_door_is_visited_twice_and_then_interviewed(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    first = visit(next_visit_on="2022-09-09")
    second = visit(day=9, record=first)
    lines = [*await send(client, world, first), *await send(client, world, second)]
    assert [(line["outcome"], line["counted_as"], line["business_id"]) for line in lines] == [
        ("accepted", "open_visits", None),
        ("updated", "open_visits", None),
    ]
    row = await figures(client, world)
    assert (row["doors"], row["open_visits"], row["submissions"], row["response_rate"]) == (1, 1, 0, 0.0)
    (line,) = await send(client, world, form(second, nik=nik()))
    assert (line["outcome"], line["counted_as"], codes(line)) == ("accepted", "entered", [])
    row = await figures(client, world)
    assert (row["doors"], row["open_visits"], row["entered"], row["response_rate"]) == (1, 0, 1, 1.0)
    assert await drift(pg) == []


async def test_the_whole_story_may_come_in_one_batch(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    first = visit()
    second = visit("refused", 6, first, reason="Tidak sempat")
    lines = await send(client, world, first, second, form(second, nik=nik()))
    assert [line["counted_as"] for line in lines] == ["open_visits", "refused", "entered"]
    assert (await figures(client, world))["doors"] == 1
    assert await pg.fetchval("SELECT count(*) FROM door") == 0
    assert await drift(pg) == []


async def test_the_third_absence_ends_a_door(client: httpx.AsyncClient, world: World) -> None:
    told = [visit()]
    for day in (6, 7, 8):
        told.append(visit(day=day, record=told[-1]))
    lines = await send(client, world, *told)
    assert [line["counted_as"] for line in lines] == ["open_visits", "open_visits", "non_response", "non_response"]
    assert [codes(line) for line in lines] == [[], [], [], ["more_than_three_visits"]]
    assert {line["client_action"] for line in lines} == {"purge"}
    row = await figures(client, world)
    assert (row["non_response"], row["open_visits"], row["response_rate"]) == (1, 0, 0.0)


@pytest.mark.parametrize("result", RESULTS[1:])
async def test_every_result_counts_as_itself_and_as_nothing_else(
    client: httpx.AsyncClient, world: World, result: str
) -> None:
    (line,) = await send(client, world, visit(result))
    assert (line["outcome"], line["counted_as"]) == ("accepted", result)
    row = await figures(client, world)
    assert {each: row[each] for each in (*SUBMITTED, *RESULTS) if row[each]} == {result: 1}


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "two batches"])
async def test_an_interview_counts_also_if_a_later_visit_came_before_it(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, *, together: bool
) -> None:
    """A failover lost the interview, the tablet sent the visit that followed, and then what was missing."""
    interview = item(nik=nik())
    late = visit("closed", 8, interview)
    if together:
        closed, entered = await send(client, world, late, interview)
    else:
        (closed,) = await send(client, world, late)
        assert (await figures(client, world))["closed"] == 1
        (entered,) = await send(client, world, interview)
    assert (closed["outcome"], closed["counted_as"]) == ("accepted", "closed")
    assert (entered["outcome"], entered["client_action"], entered["counted_as"]) == ("accepted", "purge", "entered")
    row = await figures(client, world)
    assert {each: row[each] for each in (*SUBMITTED, *RESULTS) if row[each]} == {"entered": 1}
    assert await pg.fetchval("SELECT count(*) FROM door") == 0
    assert await drift(pg) == []
    (again,) = await send(client, world, visit("moved", 9, late))
    assert (again["outcome"], "visit_after_interview" in codes(again)) == ("unchanged", True)
    corrected = {**interview, "revision": 4, "answers": {**interview["answers"], "legal_name": "Warung Baru"}}
    (line,) = await send(client, world, corrected)
    assert (line["outcome"], line["counted_as"]) == ("updated", "entered")
    assert await drift(pg) == []


async def test_a_visit_after_the_interview_is_kept_and_changes_nothing(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    interview = item(nik=nik())
    (entered,) = await send(client, world, interview)
    late = visit("closed", 8, interview)
    other = item(nik=nik())
    line, beside = await send(client, world, late, other)
    assert (line["outcome"], line["client_action"], line["counted_as"]) == ("unchanged", "purge", "entered")
    assert line["business_id"] == entered["business_id"]
    assert codes(line) == ["visit_after_interview"]
    assert beside["outcome"] == "accepted", "the rest of the batch goes through"
    assert await pg.fetchval("SELECT count(*) FROM submission WHERE questionnaire = 'visit@1'") == 1
    path = f"/v1/submissions/{interview['record_id']}/review"
    verified = await client.post(path, json={"decision": "verified"}, headers=world.auth("coordinator.1"))
    assert verified.status_code == 200, "the interview can still be reviewed"
    corrected = {**interview, "revision": 3, "answers": {**interview["answers"], "legal_name": "Warung Baru"}}
    (line,) = await send(client, world, corrected)
    assert (line["outcome"], codes(line)) == ("updated", [])
    assert (await figures(client, world))["doors"] == 2
    assert await drift(pg) == []


async def test_a_case_can_be_decided_though_a_visit_came_after_it(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    number, door = nik(), visit()
    await send(client, world, item(nik=number), door)
    copy = form(door, nik=number)
    (line,) = await send(client, world, copy)
    assert (line["outcome"], line["counted_as"], line["matched_on"]) == ("duplicate", "duplicate", ["nik"])
    (line,) = await send(client, world, visit("refused", 9, copy))
    assert (line["outcome"], line["counted_as"]) == ("unchanged", "duplicate")
    (case,) = (await client.get("/v1/duplicates", headers=world.auth("officer"))).json()["items"]
    told = {"decision": "separate", "reason": "Dua usaha"}
    answer = await client.post(f"/v1/duplicates/{case['id']}/resolution", json=told, headers=world.auth("officer"))
    assert answer.status_code == 200, answer.text
    row = await figures(client, world)
    assert (row["entered"], row["duplicates"], row["doors"]) == (2, 0, 2)
    assert await drift(pg) == []


async def test_a_returned_interview_comes_back_though_a_visit_came_after_it(
    client: httpx.AsyncClient, world: World
) -> None:
    interview = item(nik=nik())
    await send(client, world, interview, visit("closed", 8, interview))
    path = f"/v1/submissions/{interview['record_id']}/review"
    told = {"decision": "returned", "reason": "Alamat kurang"}
    assert (await client.post(path, json=told, headers=world.auth("coordinator.1"))).status_code == 200
    path = f"/v1/sync/returned/{interview['record_id']}"
    returned = (await client.get(path, headers=world.auth("enumerator.1"))).json()["item"]
    assert (returned["questionnaire"], returned["revision"]) == ("umkm@1", 2), "its next revision is 3"
    (line,) = await send(client, world, {**interview, "revision": 3})
    assert line["outcome"] == "updated"


async def test_an_interview_can_be_corrected_by_an_officer_though_a_visit_came_after_it(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    interview = item(nik=nik())
    entered, *_ = await send(client, world, interview, visit("closed", 8, interview))
    told = {"changes": {"legal_name": "Warung Bu Sri"}, "revision": 1, "reason": "Salah dengar nama"}
    path = f"/v1/businesses/{entered['business_id']}/corrections"
    answer = await client.post(path, json=told, headers=world.auth("officer"))
    assert (answer.status_code, answer.json().get("revision")) == (201, 3), answer.text
    assert await pg.fetchval("SELECT name FROM business") == "Warung Bu Sri"
    path = f"/v1/businesses/{entered['business_id']}"
    dossier = (await client.get(path, headers=world.auth("officer"))).json()
    assert [each["questionnaire"] for each in dossier["submissions"]] == ["umkm@1", "visit@1", "umkm@1"]
    since = {each["pointer"]: each["revision"] for each in dossier["provenance"]}
    assert (since["/kbli"], since["/legal_name"]) == (1, 3), "the visit in between says nothing of them"
    assert await drift(pg) == []


async def test_a_supervisor_reads_a_door_masked_and_can_send_the_enumerator_again(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    door = visit("refused", note="Bu Sari sakit")
    await send(client, world, door)
    path = f"/v1/submissions/{door['record_id']}"
    shown = (await client.get(path, headers=world.auth("coordinator.1"))).json()
    assert (shown["counted_as"], shown["business_id"]) == ("refused", None)
    assert shown["revisions"][0]["answers"]["result"] == "refused"
    assert shown["revisions"][0]["answers"]["note"] == "***"
    verified = await client.post(f"{path}/review", json={"decision": "verified"}, headers=world.auth("coordinator.1"))
    assert verified.json()["code"] == "not_reviewable", "there is nothing to verify"
    told = {"decision": "returned", "reason": "Coba lagi"}
    assert (await client.post(f"{path}/review", json=told, headers=world.auth("coordinator.1"))).status_code == 200
    row = await figures(client, world)
    assert (row["refused"], row["returned"], row["doors"]) == (1, 1, 1)
    (line,) = await send(client, world, form(door, nik=nik()))
    assert line["outcome"] == "accepted"
    row = await figures(client, world)
    assert (row["refused"], row["returned"], row["entered"], row["doors"]) == (0, 0, 1, 1)
    assert await drift(pg) == []


async def test_times_out_of_order_are_doubted_and_nothing_is_lost(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    first = visit(day=8)
    (_, line) = await send(client, world, first, visit(day=3, record=first))
    assert (line["outcome"], line["counted_as"], codes(line)) == ("updated", "open_visits", ["visited_before_last"])
    (line,) = await send(client, world, visit(day=8, visited_at="2032-09-08T09:00:00+07:00"))
    assert (line["counted_as"], codes(line)) == ("open_visits", ["visited_after_captured"])
    assert await pg.fetchval("SELECT count(*) FROM submission") == 3


@pytest.mark.parametrize(
    "time", ["2022-09-05 09:00:00.1234567+0700", "2022-09-05t09:00z", "2022-09-05_09:00:00\N{MINUS SIGN}07:00"]
)
async def test_a_time_is_read_again_however_it_was_written(client: httpx.AsyncClient, world: World, time: str) -> None:
    first = visit(visited_at=time)
    (line,) = await send(client, world, first)
    assert line["outcome"] == "accepted"
    (line,) = await send(client, world, visit(day=8, record=first))
    assert (line["outcome"], line["counted_as"], codes(line)) == ("updated", "open_visits", [])


async def test_bad_visits_are_invalid_and_can_be_corrected(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    bad = [
        ({"result": "sleeping"}, "/answers/result", "not_a_choice"),
        ({"visited_at": "2022-09-05T09:00:00+07:00"}, "/answers/result", "field_required"),
        ({"result": "absent", "visited_at": "kemarin"}, "/answers/visited_at", "not_a_date"),
        ({"result": "absent", "visited_at": "2022-09-05T09:00:00"}, "/answers/visited_at", "not_a_date"),
        ({"result": "absent", "visited_at": "0001-01-01T00:00:00Z"}, "/answers/visited_at", "not_a_date"),
        ({"result": "absent", "next_visit_on": 20220909}, "/answers/next_visit_on", "not_a_date"),
        ({"result": "refused", "note": "x" * 2001}, "/answers/note", "too_long"),
    ]
    items = [{**visit(), "answers": answers} for answers, *_ in bad]
    *lines, good = await send(client, world, *items, visit())
    for line, (_, pointer, code) in zip(lines, bad, strict=True):
        assert (line["outcome"], line["counted_as"]) == ("invalid", "invalid")
        assert (pointer, code) in {(each["pointer"], each["code"]) for each in line["errors"]}
    assert good["outcome"] == "accepted"
    (line,) = await send(client, world, visit("closed", 6, items[0]))
    assert line["counted_as"] == "closed"
    row = await figures(client, world)
    assert (row["invalid"], row["closed"], row["open_visits"], row["doors"]) == (len(bad) - 1, 1, 1, len(bad) + 1)
    assert await drift(pg) == []


async def test_doubts_about_what_a_visit_says_are_warnings(client: httpx.AsyncClient, world: World) -> None:
    lines = await send(
        client,
        world,
        visit("refused"),
        visit("closed", next_visit_on="2022-09-09"),
        visit(day=8, next_visit_on="2022-09-02"),
        visit("moved", moved_to="Pasar Baru", colour="red"),
        {**visit(), "answers": {"result": "absent"}},
    )
    assert [line["outcome"] for line in lines] == ["accepted"] * 5
    assert [codes(line) for line in lines] == [
        ["refusal_without_reason"],
        ["next_visit_needless"],
        ["next_visit_before_visit"],
        ["unknown_field"],
        [],
    ]


async def test_what_is_written_of_people_at_a_door_is_sealed(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    said: Json = {"note": "Bu Sari sakit", "reason": "Takut pajak", "moved_to": "Rumah anaknya"}
    await send(client, world, visit("refused", **said))
    stored = await pg.fetchval("SELECT answers::text FROM submission")
    assert not any(text in stored for text in said.values())
    assert '"result": "refused"' in stored


async def test_a_visit_is_no_business(client: httpx.AsyncClient, world: World, pg: asyncpg.Connection) -> None:
    await send(client, world, *(visit(result) for result in ("absent", *RESULTS[1:])))
    for table in ("business", "identity", "duplicate_case"):
        assert await pg.fetchval(f"SELECT count(*) FROM {table}") == 0, table
    for path in ("businesses", "reviews", "duplicates", "quality/records"):
        assert (await client.get(f"/v1/{path}", headers=world.auth("officer"))).json()["items"] == [], path
    export = await client.get("/v1/exports/businesses.ndjson", headers=world.auth("officer"))
    assert export.text == ""


async def test_a_door_that_moves_to_another_regency_counts_there(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    await pg.execute(
        "INSERT INTO assignment (campaign_id, enumerator_id, region_code, starts_on) VALUES (1, $1, '16.71', $2)",
        world.id("enumerator.1"),
        await pg.fetchval("SELECT starts_on FROM campaign WHERE id = 1"),
    )
    first = visit()
    await send(client, world, first)
    async with pg.transaction():
        await fold(pg)
    second = visit("closed", 8, first, region=PALEMBANG_VILLAGE)
    (line,) = await send(client, world, second)
    assert (line["outcome"], line["counted_as"]) == ("updated", "closed")
    assert ((await figures(client, world))["doors"], (await figures(client, world, "16.71"))["closed"]) == (0, 1)
    rows = [tuple(row) for row in await pg.fetch("SELECT region_code, regency_code FROM door")]
    assert rows == [(PALEMBANG_VILLAGE, "16.71")]
    assert await drift(pg) == []


async def test_a_held_interview_waits_on_though_a_visit_comes_after_it(client: httpx.AsyncClient, world: World) -> None:
    interview = item(nik=nik())
    outside = form(interview, nik=nik(), region=PALEMBANG_VILLAGE)
    *_, held = await send(client, world, interview, outside)
    assert (held["outcome"], held["counted_as"]) == ("held", "entered")
    (line,) = await send(client, world, visit("closed", 9, outside, region=OTHER_VILLAGE))
    assert line["outcome"] == "unchanged"
    rows = (await client.get("/v1/held", headers=world.auth("admin"))).json()["items"]
    assert [row["revision"] for row in rows] == [2]


async def test_a_held_visit_that_changes_nothing_waits_no_longer_once_it_is_released(
    client: httpx.AsyncClient, world: World
) -> None:
    first = visit("refused")
    await send(client, world, first, visit("absent", 8, first, region=PALEMBANG_VILLAGE))
    (row,) = (await client.get("/v1/held", headers=world.auth("admin"))).json()["items"]
    answer = await client.post(f"/v1/held/{row['id']}/release", headers=world.auth("admin"))
    assert answer.json()["item"]["counted_as"] == "refused"
    assert (await client.get("/v1/held", headers=world.auth("admin"))).json()["items"] == []


async def test_receipt_and_reconciling_agree_on_what_is_older_than_a_visit_that_changed_nothing(
    client: httpx.AsyncClient, world: World
) -> None:
    interview = item(nik=nik())
    faulty = form(interview, nik="1")
    idle, line = await send(client, world, interview, visit("closed", 9, faulty))
    assert (idle["outcome"], line["outcome"]) == ("accepted", "unchanged")
    (line,) = await send(client, world, faulty)
    assert (line["outcome"], line["client_action"]) == ("invalid", "fix")
    sha256 = hashlib.sha256(orjson.dumps(faulty, option=orjson.OPT_SORT_KEYS)).hexdigest()
    asked = {"record_id": faulty["record_id"], "revision": 2, "content_sha256": sha256}
    answer = await client.post("/v1/sync/reconcile", json={"items": [asked]}, headers=world.auth("enumerator.1"))
    (now,) = answer.json()["items"]
    assert (now["state"], now["outcome"], now["client_action"]) == ("stored", "invalid", "fix")


async def test_a_new_record_that_is_held_counts_nowhere(client: httpx.AsyncClient, world: World) -> None:
    (line,) = await send(client, world, visit(region=PALEMBANG_VILLAGE))
    assert (line["outcome"], line["counted_as"]) == ("held", None)
    assert (await figures(client, world, "ID"))["doors"] == 0


async def test_a_receipt_says_nothing_of_what_anothers_door_counts_as(client: httpx.AsyncClient, world: World) -> None:
    told = visit("refused")
    await send(client, world, told)
    (copy,) = await send(client, world, told, name="enumerator.2")
    assert (copy["outcome"], copy["counted_as"]) == ("unchanged", None)
    (other,) = await send(client, world, visit("closed", 9, told), name="enumerator.2")
    assert (other["outcome"], other["counted_as"]) == ("invalid", None)


async def test_the_same_visit_again_changes_nothing(client: httpx.AsyncClient, world: World) -> None:
    told = visit()
    first, again = await send(client, world, told, told)
    (later,) = await send(client, world, told)
    assert [each["outcome"] for each in (first, again, later)] == ["accepted", "unchanged", "unchanged"]
    assert later["counted_as"] == "open_visits"
