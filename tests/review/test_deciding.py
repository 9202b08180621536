"""What a person decides holds in the register, in progress and on the tablet, and can be undone as if it never was."""

import asyncio

import asyncpg
import httpx
import pytest
from disputes import Decide, Queue, counted, only_case
from shapes import Call, Json
from world import World, item, nib, nik, outcomes

from app.recount import drift

EMBEDDED_IS_ENOUGH = True


@pytest.mark.parametrize("decision", ["same", "separate", "wrong_identity"])
async def test_every_decision_on_a_duplicate_can_be_undone(
    queue: Queue, pg: asyncpg.Connection, double: tuple[Json, Json], decision: str
) -> None:
    before = await queue.picture()
    case = await only_case(queue.act)
    told = await queue.resolve(case["id"], decision)
    assert (told["state"], told["resolution"]["decision"]) == ("resolved", decision)
    assert await drift(pg) == []
    assert (await queue.undo(case["id"]))["state"] == "open"
    assert await queue.picture() == before
    assert await drift(pg) == []
    # And decided again, to the same end.
    await queue.resolve(case["id"], decision)
    assert await drift(pg) == []


@pytest.mark.parametrize("decision", ["same", "separate", "wrong_identity"])
async def test_every_decision_on_a_conflict_can_be_undone(
    queue: Queue, pg: asyncpg.Connection, torn: list[Json], decision: str
) -> None:
    before = await queue.picture()
    case = await only_case(queue.act)
    await queue.resolve(case["id"], decision)
    assert await drift(pg) == []
    await queue.undo(case["id"])
    assert await queue.picture() == before
    assert await drift(pg) == []


async def test_the_same_confirms_what_the_machine_found(queue: Queue, double: tuple[Json, Json]) -> None:
    await queue.resolve((await only_case(queue.act))["id"], "same", "coordinator.1")
    await counted(queue.picture, entered=1, duplicates=1)


async def test_a_separate_business_counts_and_shares_the_number(
    queue: Queue, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, double: tuple[Json, Json]
) -> None:
    await queue.resolve((await only_case(queue.act))["id"], "separate")
    await counted(queue.picture, entered=2, duplicates=0)
    first, second = double
    number, permit = first["answers"]["owner"]["nik"], second["answers"]["nib"]
    # The number goes on pointing to the first; with its own NIB the second is known, too.
    assert await outcomes(client, world, "enumerator.3", item(nik=number)) == ["duplicate"]
    assert await outcomes(client, world, "enumerator.3", item(nib=permit)) == ["duplicate"]
    assert await outcomes(client, world, "enumerator.3", item(nik=number, nib=permit)) == ["duplicate"]
    mine = await pg.fetchval("SELECT business_id FROM record WHERE record_id = $1", second["record_id"])
    theirs = await pg.fetch("SELECT business_id FROM record WHERE counted_as = 'duplicate' ORDER BY record_id")
    assert [row[0] == mine for row in theirs] == [False, True, True]
    # Its enumerator may revise it without a new conflict.
    revised = {**second, "revision": 2, "answers": {**second["answers"], "postcode": "32111"}}
    assert await outcomes(client, world, "enumerator.2", revised) == ["updated"]
    assert await drift(pg) == []


async def test_a_decision_about_a_form_that_asks_for_no_passport_leaves_it(
    queue: Queue, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    owner, number = {"name": "John Smith"}, nib()
    names = {"legal_name": "Kafe Senja", "kbli": "56101", "owner": owner}
    asked = {**names, "owner": {**owner, "passport": "X12345678"}}
    own, other = {**item(answers=asked), "questionnaire": "umkm@2"}, item(nib=number)
    older = {**own, "revision": 2, "questionnaire": "umkm@1", "answers": {**names, "nib": number}}
    assert await outcomes(client, world, "enumerator.2", other) == ["accepted"]
    assert await outcomes(client, world, "enumerator.1", own, older) == ["accepted", "conflict"]
    case = await only_case(queue.act)
    await queue.resolve(case["id"], "wrong_identity", wrong_record_id=other["record_id"])
    kinds = await pg.fetch("SELECT kind FROM identity ORDER BY kind")
    assert [each["kind"] for each in kinds] == ["nib", "passport"]
    assert await drift(pg) == []
    same = {**item(answers=asked), "questionnaire": "umkm@2"}
    assert await outcomes(client, world, "enumerator.3", same) == ["duplicate"]


async def test_a_mistyped_number_is_free_and_its_record_goes_back(
    queue: Queue, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, double: tuple[Json, Json]
) -> None:
    second = double[1]
    await queue.resolve((await only_case(queue.act))["id"], "wrong_identity")
    await counted(queue.picture, entered=1, duplicates=0, conflicts=1, returned=1)
    assert await outcomes(client, world, "enumerator.3", item(nib=second["answers"]["nib"])) == ["accepted"], "free"
    back = await client.get(f"/v1/sync/returned/{second['record_id']}", headers=world.auth("enumerator.2"))
    assert back.json()["item"]["answers"] == second["answers"]
    mended = {**second, "revision": 2, "answers": {**second["answers"], "nib": None, "owner": {"nik": nik()}}}
    assert await outcomes(client, world, "enumerator.2", mended) == ["accepted"]
    await counted(queue.picture, entered=3, conflicts=0, returned=0)
    assert await drift(pg) == []


async def test_the_number_of_the_first_may_be_the_mistyped_one(
    queue: Queue, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, double: tuple[Json, Json]
) -> None:
    first, second = double
    before, case = await queue.picture(), await only_case(queue.act)
    await queue.resolve(case["id"], "wrong_identity", wrong_record_id=first["record_id"])
    await counted(queue.picture, entered=2, duplicates=0, returned=1)
    rightful = await pg.fetchval("SELECT business_id FROM record WHERE record_id = $1", second["record_id"])
    number = first["answers"]["owner"]["nik"]
    assert (
        await pg.fetchval("SELECT nik_masked FROM business WHERE id = $1", rightful) == f"1601**********{number[-2:]}"
    )
    assert await drift(pg) == []
    await queue.undo(case["id"])
    assert await queue.picture() == before
    await queue.resolve(case["id"], "wrong_identity", wrong_record_id=first["record_id"])
    mended = {**first, "revision": 2, "answers": {**first["answers"], "owner": {"nik": nik()}}}
    assert await outcomes(client, world, "enumerator.1", mended) == ["updated"]
    await counted(queue.picture, entered=2, returned=0)
    assert await drift(pg) == []


async def test_a_merged_business_keeps_its_id_and_says_where_to_look(
    queue: Queue, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, torn: list[Json]
) -> None:
    ids = [
        await pg.fetchval("SELECT business_id FROM record WHERE record_id = $1", each["record_id"]) for each in torn[:2]
    ]
    reviewed = await client.post(
        f"/v1/submissions/{torn[0]['record_id']}/review", json={"decision": "verified"}, headers=world.auth("officer")
    )
    assert reviewed.status_code == 200
    before, case = await queue.picture(), await only_case(queue.act)
    told = await queue.resolve(case["id"], "same", business_id=str(ids[1]))
    assert {side["business_id"] for side in told["businesses"]} == {str(ids[1])}
    await counted(queue.picture, entered=1, duplicates=2, conflicts=0, verified=0)
    moved = await queue.act("GET", f"businesses/{ids[0]}")
    assert (moved.status_code, moved.headers["location"]) == (307, f"/v1/businesses/{ids[1]}")
    survivor = (await queue.act("GET", f"businesses/{ids[1]}")).json()
    assert {each["record_id"] for each in survivor["submissions"]} == {each["record_id"] for each in torn}
    assert [event["what"] for event in survivor["history"]] == ["verified", "same"]
    assert None not in (survivor["numbers"]["nik"], survivor["numbers"]["nib"])
    assert [each["id"] for each in (await queue.act("GET", "businesses")).json()["items"]] == [str(ids[1])]
    # Both numbers lead to the one that is left.
    for number in (torn[2]["answers"]["owner"]["nik"], torn[2]["answers"]["nib"]):
        said = item(nik=number) if len(number) == 16 else item(nib=number)
        assert await outcomes(client, world, "enumerator.4", said) == ["duplicate"]
    assert await drift(pg) == []
    later = await queue.picture()
    await queue.undo(case["id"])
    now = await queue.picture()
    assert now["businesses"] == before["businesses"]
    assert now["counts"] == before["counts"] | {"duplicates": 2}, "what came since stays, and the verification is back"
    assert await drift(pg) == []
    await queue.resolve(case["id"], "same", business_id=str(ids[1]))
    assert (await queue.picture())["counts"] == later["counts"]


async def test_a_correction_that_waits_is_let_in_or_sent_back(
    queue: Queue, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    mine, theirs = item(nik=nik()), item(nik=nik())
    await outcomes(client, world, "enumerator.1", mine)
    await outcomes(client, world, "enumerator.2", theirs)
    second = {**mine, "revision": 2, "answers": {**theirs["answers"], "legal_name": "Warung Dua"}}
    assert await outcomes(client, world, "enumerator.1", second) == ["conflict"]
    before, case = await queue.picture(), await only_case(queue.act)
    for decision, entered, name in (
        ("same", 1, "Warung Dua"),
        ("separate", 2, "Warung Dua"),
        ("wrong_identity", 2, "Warung Bu Sari"),
    ):
        await queue.resolve(case["id"], decision)
        await counted(queue.picture, entered=entered)
        assert (
            await pg.fetchval(
                "SELECT name FROM business WHERE record_id = $1 AND merged_into IS NULL", mine["record_id"]
            )
            == name
        )
        assert await drift(pg) == [], decision
        await queue.undo(case["id"])
        assert await queue.picture() == before, decision
        assert await drift(pg) == [], decision


async def test_another_revision_ends_the_case(
    act: Call,
    resolve: Decide,
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
    double: tuple[Json, Json],
) -> None:
    case = await only_case(act)
    mended = {**double[1], "revision": 2, "answers": {**double[1]["answers"], "owner": {"nik": nik()}, "nib": None}}
    assert await outcomes(client, world, "enumerator.2", mended) == ["accepted"]
    assert (await act("GET", "duplicates")).json()["items"] == []
    answer = await resolve(case["id"], "same", status=409)
    assert (answer["code"], answer["current"]) == ("state_changed", {"state": "superseded"})


async def test_what_another_has_resolved_is_told(queue: Queue, double: tuple[Json, Json]) -> None:
    case = await only_case(queue.act)
    await queue.resolve(case["id"], "same")
    again = await queue.resolve(case["id"], "separate", "coordinator.1", status=409)
    assert (again["code"], again["current"]) == ("state_changed", {"state": "resolved"})
    await queue.undo(case["id"])
    twice = await queue.undo(case["id"], status=409)
    assert twice["current"] == {"state": "open"}


async def test_of_two_who_decide_at_once_one_is_told_what_the_other_decided(
    act: Call, pg: asyncpg.Connection, double: tuple[Json, Json]
) -> None:
    case = await only_case(act)
    body = {"reason": "Diperiksa di lapangan"}
    answers = await asyncio.gather(
        *(
            act("POST", f"duplicates/{case['id']}/resolution", who, {**body, "decision": decision})
            for who, decision in (("officer", "same"), ("coordinator.1", "separate"), ("admin", "wrong_identity"))
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert await pg.fetchval("SELECT count(*) FROM resolution") == 1
    assert await drift(pg) == []


async def test_of_two_decisions_the_one_in_force_is_the_later_one(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    """However long one of them waited for the other: each has the moment at which it was asked for."""
    record = item(nik=nik())
    await outcomes(client, world, "enumerator.1", record)
    path, who = f"/v1/submissions/{record['record_id']}/review", world.auth("coordinator.1")
    first = {"decision": "verified", "revision": 1}
    second = {"decision": "returned", "reason": "Perbaiki nama", "revision": 1}
    answers = await asyncio.gather(*(client.post(path, json=body, headers=who) for body in (first, second, first)))
    assert {answer.status_code for answer in answers} == {200}
    assert (await client.post(path, json=second, headers=who)).status_code == 200
    rows = await pg.fetch("SELECT decision, decided_at, decided_on, ended_on FROM review ORDER BY decided_at")
    assert [row["ended_on"] is None for row in rows] == [False] * (len(rows) - 1) + [True]
    assert len({row["decided_at"] for row in rows}) == len(rows) >= 2
    assert await drift(pg) == []


async def test_what_something_rests_on_is_not_undone(
    queue: Queue, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, double: tuple[Json, Json]
) -> None:
    case = await only_case(queue.act)
    await queue.resolve(case["id"], "separate")
    revised = {**double[1], "revision": 2, "answers": {**double[1]["answers"], "postcode": "32111"}}
    assert await outcomes(client, world, "enumerator.2", revised) == ["updated"]
    await queue.undo(case["id"], status=409)
    assert await drift(pg) == []


async def test_a_number_that_was_corrected_since_is_not_given_back(
    queue: Queue, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, torn: list[Json]
) -> None:
    case, first = await only_case(queue.act), torn[0]
    await queue.resolve(case["id"], "wrong_identity", wrong_record_id=first["record_id"])
    mended = {**first, "revision": 2, "answers": {**first["answers"], "owner": {"nik": nik()}}}
    assert await outcomes(client, world, "enumerator.1", mended) == ["updated"]
    await queue.undo(case["id"], status=409)
    assert await drift(pg) == []
    # The number is whose it is now, and nobody else's.
    again = item(nik=first["answers"]["owner"]["nik"])
    assert (await outcomes(client, world, "enumerator.2", again))[0] in ("accepted", "duplicate")
    owner = "SELECT business_id FROM record WHERE record_id = $1"
    assert await pg.fetchval(owner, again["record_id"]) != await pg.fetchval(owner, first["record_id"])
    assert await drift(pg) == []


async def test_a_number_that_two_share_stays_known_when_one_of_them_loses_it(
    queue: Queue, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    number, other = nik(), nib()
    first, shares = item(nik=number), item(nik=number, nib=nib())
    assert await outcomes(client, world, "enumerator.1", first) == ["accepted"]
    assert await outcomes(client, world, "enumerator.2", shares) == ["duplicate"]
    await queue.resolve((await only_case(queue.act))["id"], "separate")
    assert await outcomes(client, world, "enumerator.1", item(nik=nik(), nib=other)) == ["accepted"]
    assert await outcomes(client, world, "enumerator.2", item(nik=number, nib=other)) == ["conflict"]
    case = await only_case(queue.act, state="open")
    await queue.resolve(case["id"], "wrong_identity", wrong_record_id=first["record_id"])
    assert await drift(pg) == []
    # It is that of the one who says it still.
    again = item(nik=number)
    assert await outcomes(client, world, "enumerator.1", again) == ["duplicate"]
    owner = "SELECT business_id FROM record WHERE record_id = $1"
    assert await pg.fetchval(owner, again["record_id"]) == await pg.fetchval(owner, shares["record_id"])
    assert await drift(pg) == []
