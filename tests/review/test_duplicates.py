"""Who is one business with whom: what a person decides holds in the register, in progress and on the tablet, and can
be undone as if it had never been.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from fastapi import FastAPI
from shapes import Call, Json, the
from world import OTHER_VILLAGE, PALEMBANG_VILLAGE, World, batch, item, nib, nik, outcomes, put, told

from app.recount import drift

EMBEDDED_IS_ENOUGH = True
Decide = Callable[..., Awaitable[Json]]


@pytest.fixture
def act(client: httpx.AsyncClient, world: World) -> Call:
    async def call(method: str, path: str, who: str = "officer", body: Any = None, **params: Any) -> httpx.Response:
        return await client.request(method, f"/v1/{path}", json=body, params=params, headers=world.auth(who))

    return call


@pytest.fixture
def resolve(act: Call) -> Decide:
    async def call(case_id: str, decision: str, who: str = "officer", status: int = 200, **told: Any) -> Json:
        body = {"decision": decision, "reason": "Diperiksa di lapangan", **told}
        answer = await act("POST", f"duplicates/{case_id}/resolution", who, body)
        assert answer.status_code == status, answer.text
        return answer.json()

    return call


@pytest.fixture
def undo(act: Call) -> Decide:
    async def call(case_id: str, who: str = "officer", status: int = 200) -> Json:
        answer = await act("POST", f"duplicates/{case_id}/resolution/undo", who, {"reason": "Keliru memutuskan"})
        assert answer.status_code == status, answer.text
        return answer.json()

    return call


@pytest.fixture
def picture(pg: asyncpg.Connection, act: Call) -> Callable[[], Awaitable[Json]]:
    """The register as it stands, without times and without what no decision puts back."""

    async def take() -> Json:
        businesses = await pg.fetch(
            "SELECT id, kind, name, region_code, nik_digest, nib_digest, alias_digests, nik_masked, nib_masked,"
            " unidentified, campaign_ids, record_id, revision, merged_into FROM business WHERE merged_into IS NULL"
            " ORDER BY id"
        )
        identities = await pg.fetch("SELECT digest, business_id, record_id, matched FROM identity ORDER BY digest")
        records = await pg.fetch(
            "SELECT record_id, revision, counted_revision, counted_as, business_id FROM record ORDER BY record_id"
        )
        row = (await act("GET", "progress/regions/16.01")).json()["item"]
        counts = {name: row[name] for name in ("entered", "duplicates", "conflicts", "verified", "returned")}
        return {
            "businesses": [tuple(each) for each in businesses],
            "identities": [tuple(each) for each in identities],
            "records": [tuple(each) for each in records],
            "counts": counts,
        }

    return take


async def only_case(act: Call, **params: Any) -> Json:
    (case,) = (await act("GET", "duplicates", **params)).json()["items"]
    return case


async def counted(picture: Callable[[], Awaitable[Json]], **counts: Any) -> None:
    told = (await picture())["counts"]
    assert {name: told[name] for name in counts} == counts


@pytest.fixture
async def double(client: httpx.AsyncClient, world: World) -> tuple[Json, Json]:
    """A business of enumerator.1, and enumerator.2's record of the same NIK with a NIB of its own."""
    number = nik()
    first, second = item(nik=number), item(nik=number, nib=nib())
    assert await outcomes(client, world, "enumerator.1", first) == ["accepted"]
    assert await outcomes(client, world, "enumerator.2", second) == ["duplicate"]
    return first, second


@pytest.fixture
async def torn(client: httpx.AsyncClient, world: World) -> list[Json]:
    """Two businesses, and a record of enumerator.3 that has the NIK of one and the NIB of the other."""
    number, permit = nik(), nib()
    sent = [item(nik=number), item(nib=permit, region=OTHER_VILLAGE), item(nik=number, nib=permit)]
    assert await outcomes(client, world, "enumerator.1", sent[0]) == ["accepted"]
    assert await outcomes(client, world, "enumerator.2", sent[1]) == ["accepted"]
    assert await outcomes(client, world, "enumerator.3", sent[2]) == ["conflict"]
    return sent


async def test_the_queue_shows_both_side_by_side_and_no_number(act: Call, double: tuple[Json, Json]) -> None:
    number = double[0]["answers"]["owner"]["nik"]
    answer = await act("GET", "duplicates")
    assert number not in answer.text
    case = await only_case(act)
    assert (case["kind"], case["state"], case["matched_on"]) == ("duplicate", "open", ["nik"])
    assert case["record"]["record_id"] == double[1]["record_id"]
    assert [side["record_id"] for side in case["businesses"]] == [double[0]["record_id"]]
    assert case["record"]["answers"]["owner"]["nik"] == f"1601**********{number[-2:]}"
    compared = {each["pointer"]: each["same"] for each in case["comparison"]}
    assert (compared["/owner/nik"], compared["/legal_name"], compared["/nib"]) == (None, True, None)
    assert case["likelihood"] == 100
    assert case["alike"] | {"name": 1.0, "village": 1.0, "place": 1.0} == case["alike"]
    assert (await act("GET", f"duplicates/{case['id']}")).json() == case


SEALED = {
    "phone": "081234567890",
    "email": "sari@example.id",
    "address": "Jl. Garuda 5",
    "npwp": "091234567812000",
    "annual_sales_idr": 77000000,
    "founding_capital_idr": 5000000,
    "notes": "pemilik tuli",
}
OWNER = {
    "name": "Sari",
    "birth_date": "1985-03-12",
    "phone": "081234567890",
    "disability": "tuli",
    "address": "Jl. Elang",
}


async def test_sealed_answers_are_compared_only_with_the_right_and_a_reason_and_the_trail_says_so(
    act: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    number = nik()
    owner = {**OWNER, "nik": number}
    answers = {"legal_name": "Warung", "kbli": "47112", **SEALED, "owner": owner}
    await outcomes(client, world, "enumerator.1", item(answers=answers))
    await outcomes(client, world, "enumerator.2", item(answers=answers))
    sealed = {f"/{name}" for name in SEALED} | {f"/owner/{name}" for name in owner if name != "name"}
    (plain,) = (await act("GET", "duplicates")).json()["items"]
    told = {each["pointer"]: each["same"] for each in plain["comparison"]}
    assert sealed <= told.keys()
    assert {name: told[name] for name in sealed if told[name] is not None} == {}
    assert told["/legal_name"] is told["/owner/name"] is True
    assert "phone" not in plain["alike"]
    why = world.auth("officer", scopes=["pii:read"]) | {"X-Access-Reason": f"Memeriksa {number}"}
    (case,) = (await client.get("/v1/duplicates", headers=why)).json()["items"]
    assert case == (await client.get(f"/v1/duplicates/{case['id']}", headers=why)).json()
    assert all(each["same"] for each in case["comparison"] if each["pointer"] in sealed)
    assert case["alike"]["phone"] == 1.0
    assert case["record"]["answers"] == plain["record"]["answers"], "the answers themselves stay masked"
    rows = await pg.fetch("SELECT subject_id, detail ->> 'reason' FROM audit_event WHERE action = 'pii.compared'")
    assert [tuple(row) for row in rows] == [(case["id"], "Memeriksa …")] * 2
    # Without the right a reason opens nothing.
    why = world.auth("coordinator.1") | {"X-Access-Reason": "Ingin tahu saja"}
    (again,) = (await client.get("/v1/duplicates", headers=why)).json()["items"]
    assert again == plain


async def test_the_weights_of_the_model_do_not_tell_of_sealed_answers(
    act: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    one, other = item(nik=nik()), item(nik=nik())
    await outcomes(client, world, "enumerator.1", one)
    await outcomes(client, world, "enumerator.2", other)
    await outcomes(client, world, "enumerator.4", third := item(nik=nik()))
    ids = {str(row[0]): row[1] for row in await pg.fetch("SELECT record_id, id FROM business")}
    for record, business in ((other, one), (third, one)):
        await pg.execute(
            "INSERT INTO duplicate_case (id, regency_code, campaign_id, region_code, record_id, revision, kind,"
            " business_ids, matched_on, state, opened_at, score, explanation) SELECT $1, regency_code, campaign_id,"
            " region_code, record_id, revision, 'likely', $3, '{}', 'open', now(), 0.97,"
            ' \'{"nik": 5.1, "phone": 3.2, "name": 7.0}\' FROM submission WHERE record_id = $2',
            uuids.uuid7(),
            uuids.UUID(record["record_id"]),
            [ids[business["record_id"]], ids[record["record_id"]]],
        )
    (case,) = (await act("GET", "duplicates", "coordinator.1")).json()["items"]
    assert (case["explanation"], case["likelihood"] == 97) == ({"name": 7.0}, False)
    (case,) = (await act("GET", "duplicates", "coordinator.2")).json()["items"]
    assert (case["explanation"], case["likelihood"], case["alike"], case["comparison"]) == (None, None, {}, [])


async def test_a_coordinator_never_gets_a_row_or_an_answer_of_another_team(
    act: Call, resolve: Decide, undo: Decide, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    """Everything that a coordinator may ask for, while a business has records of both teams."""
    number = nik()
    foreign = item(nik=number, trade_name="Rahasia Tim Satu", main_product="Gula Aren")
    foreign["answers"] |= {"legal_name": "Toko Milik Tim Satu"}
    await outcomes(client, world, "enumerator.1", foreign)
    own = item(nik=number, trade_name="Punya Tim Dua")
    assert await outcomes(client, world, "enumerator.4", own) == ["duplicate"]
    business = the(await pg.fetchrow("SELECT id, record_id FROM business"))
    # The business's id is no secret: the enumerator's own receipt tells it.
    hidden = ("Tim Satu", "Gula Aren", foreign["record_id"], "enumerator.1")

    async def sweep(who: str, ids: Sequence[str] = ()) -> str:
        case = await only_case(act, state="open") if not ids else None
        case_id = case["id"] if case else ids[0]
        texts = []
        for path in (
            "duplicates",
            "duplicates?state=resolved",
            f"duplicates/{case_id}",
            "businesses",
            "businesses?q=Tim+Satu",
            f"businesses/{business['id']}",
            f"submissions/{foreign['record_id']}",
            f"submissions/{own['record_id']}",
            f"submissions/{foreign['record_id']}/attachments",
            "held",
        ):
            answer = await client.get(f"/v1/{path}", headers=world.auth(who))
            texts += [(path, each) for each in hidden if each in answer.text]
        assert texts == []
        return case_id

    case_id = await sweep("coordinator.2")
    (case,) = (await act("GET", "duplicates", "coordinator.2")).json()["items"]
    assert case["record"]["answers"]["trade_name"] == "Punya Tim Dua"
    assert [side for side in case["businesses"] if any(side[name] for name in side if name != "region_code")] == []
    for decision in ("same", "separate", "wrong_identity"):
        assert (await resolve(case_id, decision, "coordinator.2", 403))["code"] == "not_allowed"
    await resolve(case_id, "separate")
    await sweep("coordinator.2", (case_id,))
    await undo(case_id, "coordinator.2", 403)
    assert (await act("GET", f"businesses/{business['id']}", "coordinator.1")).json()["history"] == []
    await undo(case_id)


async def test_the_queue_is_that_of_the_team_or_the_territory(act: Call, double: tuple[Json, Json]) -> None:
    case = await only_case(act)
    for who, seen in (
        ("coordinator.1", 1),
        ("coordinator.2", 0),
        ("officer", 1),
        ("officer.palembang", 0),
        ("admin", 1),
    ):
        assert len((await act("GET", "duplicates", who)).json()["items"]) == seen
        assert (await act("GET", f"duplicates/{case['id']}", who)).status_code == (200 if seen else 404)


async def test_the_queue_is_narrowed(act: Call, double: tuple[Json, Json]) -> None:
    for asked, seen in (
        ({"kind": "conflict"}, 0),
        ({"kind": "duplicate"}, 1),
        ({"region": "16.01.13"}, 0),
        ({"region": "16.01.14"}, 1),
        ({"state": "resolved"}, 0),
        ({"campaign": "pl-kumkm-2023"}, 0),
        ({"campaign": "pl-kumkm-2022"}, 1),
    ):
        assert len((await act("GET", "duplicates", **asked)).json()["items"]) == seen, asked


@pytest.mark.parametrize("decision", ["same", "separate", "wrong_identity"])
async def test_every_decision_on_a_duplicate_can_be_undone(
    act: Call,
    resolve: Decide,
    undo: Decide,
    picture: Callable[[], Awaitable[Json]],
    pg: asyncpg.Connection,
    double: tuple[Json, Json],
    decision: str,
) -> None:
    before = await picture()
    case = await only_case(act)
    told = await resolve(case["id"], decision)
    assert (told["state"], told["resolution"]["decision"]) == ("resolved", decision)
    assert await drift(pg) == []
    assert (await undo(case["id"]))["state"] == "open"
    assert await picture() == before
    assert await drift(pg) == []
    # And decided again, to the same end.
    await resolve(case["id"], decision)
    assert await drift(pg) == []


@pytest.mark.parametrize("decision", ["same", "separate", "wrong_identity"])
async def test_every_decision_on_a_conflict_can_be_undone(
    act: Call,
    resolve: Decide,
    undo: Decide,
    picture: Callable[[], Awaitable[Json]],
    pg: asyncpg.Connection,
    torn: list[Json],
    decision: str,
) -> None:
    before = await picture()
    case = await only_case(act)
    await resolve(case["id"], decision)
    assert await drift(pg) == []
    await undo(case["id"])
    assert await picture() == before
    assert await drift(pg) == []


async def test_the_same_confirms_what_the_machine_found(
    act: Call, resolve: Decide, picture: Callable[[], Awaitable[Json]], double: tuple[Json, Json]
) -> None:
    await resolve((await only_case(act))["id"], "same", "coordinator.1")
    await counted(picture, entered=1, duplicates=1)


async def test_a_separate_business_counts_and_shares_the_number(
    act: Call,
    resolve: Decide,
    picture: Callable[[], Awaitable[Json]],
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
    double: tuple[Json, Json],
) -> None:
    await resolve((await only_case(act))["id"], "separate")
    await counted(picture, entered=2, duplicates=0)
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


async def test_a_mistyped_number_is_free_and_its_record_goes_back(
    act: Call,
    resolve: Decide,
    picture: Callable[[], Awaitable[Json]],
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
    double: tuple[Json, Json],
) -> None:
    second = double[1]
    await resolve((await only_case(act))["id"], "wrong_identity")
    await counted(picture, entered=1, duplicates=0, conflicts=1, returned=1)
    assert await outcomes(client, world, "enumerator.3", item(nib=second["answers"]["nib"])) == ["accepted"], "free"
    back = await client.get(f"/v1/sync/returned/{second['record_id']}", headers=world.auth("enumerator.2"))
    assert back.json()["item"]["answers"] == second["answers"]
    mended = {**second, "revision": 2, "answers": {**second["answers"], "nib": None, "owner": {"nik": nik()}}}
    assert await outcomes(client, world, "enumerator.2", mended) == ["accepted"]
    await counted(picture, entered=3, conflicts=0, returned=0)
    assert await drift(pg) == []


async def test_the_number_of_the_first_may_be_the_mistyped_one(
    act: Call,
    resolve: Decide,
    undo: Decide,
    picture: Callable[[], Awaitable[Json]],
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
    double: tuple[Json, Json],
) -> None:
    first, second = double
    before, case = await picture(), await only_case(act)
    await resolve(case["id"], "wrong_identity", wrong_record_id=first["record_id"])
    await counted(picture, entered=2, duplicates=0, returned=1)
    rightful = await pg.fetchval("SELECT business_id FROM record WHERE record_id = $1", second["record_id"])
    number = first["answers"]["owner"]["nik"]
    assert (
        await pg.fetchval("SELECT nik_masked FROM business WHERE id = $1", rightful) == f"1601**********{number[-2:]}"
    )
    assert await drift(pg) == []
    await undo(case["id"])
    assert await picture() == before
    await resolve(case["id"], "wrong_identity", wrong_record_id=first["record_id"])
    mended = {**first, "revision": 2, "answers": {**first["answers"], "owner": {"nik": nik()}}}
    assert await outcomes(client, world, "enumerator.1", mended) == ["updated"]
    await counted(picture, entered=2, returned=0)
    assert await drift(pg) == []


async def test_a_merged_business_keeps_its_id_and_says_where_to_look(
    act: Call,
    resolve: Decide,
    undo: Decide,
    picture: Callable[[], Awaitable[Json]],
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
    torn: list[Json],
) -> None:
    ids = [
        await pg.fetchval("SELECT business_id FROM record WHERE record_id = $1", each["record_id"]) for each in torn[:2]
    ]
    reviewed = await client.post(
        f"/v1/submissions/{torn[0]['record_id']}/review", json={"decision": "verified"}, headers=world.auth("officer")
    )
    assert reviewed.status_code == 200
    before, case = await picture(), await only_case(act)
    told = await resolve(case["id"], "same", business_id=str(ids[1]))
    assert {side["business_id"] for side in told["businesses"]} == {str(ids[1])}
    await counted(picture, entered=1, duplicates=2, conflicts=0, verified=0)
    moved = await act("GET", f"businesses/{ids[0]}")
    assert (moved.status_code, moved.headers["location"]) == (307, f"/v1/businesses/{ids[1]}")
    survivor = (await act("GET", f"businesses/{ids[1]}")).json()
    assert {each["record_id"] for each in survivor["submissions"]} == {each["record_id"] for each in torn}
    assert [event["what"] for event in survivor["history"]] == ["verified", "same"]
    assert None not in (survivor["numbers"]["nik"], survivor["numbers"]["nib"])
    assert [each["id"] for each in (await act("GET", "businesses")).json()["items"]] == [str(ids[1])]
    # Both numbers lead to the one that is left.
    for number in (torn[2]["answers"]["owner"]["nik"], torn[2]["answers"]["nib"]):
        said = item(nik=number) if len(number) == 16 else item(nib=number)
        assert await outcomes(client, world, "enumerator.4", said) == ["duplicate"]
    assert await drift(pg) == []
    later = await picture()
    await undo(case["id"])
    now = await picture()
    assert now["businesses"] == before["businesses"]
    assert now["counts"] == before["counts"] | {"duplicates": 2}, "what came since stays, and the verification is back"
    assert await drift(pg) == []
    await resolve(case["id"], "same", business_id=str(ids[1]))
    assert (await picture())["counts"] == later["counts"]


async def test_a_correction_that_waits_is_let_in_or_sent_back(
    act: Call,
    resolve: Decide,
    undo: Decide,
    picture: Callable[[], Awaitable[Json]],
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
) -> None:
    mine, theirs = item(nik=nik()), item(nik=nik())
    await outcomes(client, world, "enumerator.1", mine)
    await outcomes(client, world, "enumerator.2", theirs)
    second = {**mine, "revision": 2, "answers": {**theirs["answers"], "legal_name": "Warung Dua"}}
    assert await outcomes(client, world, "enumerator.1", second) == ["conflict"]
    before, case = await picture(), await only_case(act)
    for decision, entered, name in (
        ("same", 1, "Warung Dua"),
        ("separate", 2, "Warung Dua"),
        ("wrong_identity", 2, "Warung Bu Sari"),
    ):
        await resolve(case["id"], decision)
        await counted(picture, entered=entered)
        assert (
            await pg.fetchval(
                "SELECT name FROM business WHERE record_id = $1 AND merged_into IS NULL", mine["record_id"]
            )
            == name
        )
        assert await drift(pg) == [], decision
        await undo(case["id"])
        assert await picture() == before, decision
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


async def test_what_another_has_resolved_is_told(
    act: Call, resolve: Decide, undo: Decide, double: tuple[Json, Json]
) -> None:
    case = await only_case(act)
    await resolve(case["id"], "same")
    again = await resolve(case["id"], "separate", "coordinator.1", status=409)
    assert (again["code"], again["current"]) == ("state_changed", {"state": "resolved"})
    await undo(case["id"])
    twice = await undo(case["id"], status=409)
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


async def test_what_something_rests_on_is_not_undone(
    act: Call,
    resolve: Decide,
    undo: Decide,
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
    double: tuple[Json, Json],
) -> None:
    case = await only_case(act)
    await resolve(case["id"], "separate")
    revised = {**double[1], "revision": 2, "answers": {**double[1]["answers"], "postcode": "32111"}}
    assert await outcomes(client, world, "enumerator.2", revised) == ["updated"]
    await undo(case["id"], status=409)
    assert await drift(pg) == []


async def test_what_came_to_a_separate_business_stays_with_the_first_when_it_is_undone(
    act: Call,
    resolve: Decide,
    undo: Decide,
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
    double: tuple[Json, Json],
) -> None:
    case = await only_case(act)
    await resolve(case["id"], "separate")
    assert await outcomes(client, world, "enumerator.3", item(nib=double[1]["answers"]["nib"])) == ["duplicate"]
    await undo(case["id"])
    assert await drift(pg) == []
    assert len({row[0] for row in await pg.fetch("SELECT business_id FROM record")}) == 1


async def test_what_cannot_be_asked_of_the_queue_is_told(act: Call, double: tuple[Json, Json]) -> None:
    for asked, status in (
        ({"campaign": "\x00"}, 422),
        ({"campaign": "nothing"}, 422),
        ({"region": "16.71"}, 404),
        ({"state": "x"}, 422),
    ):
        assert (await act("GET", "duplicates", **asked)).status_code == status, asked


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"decision": "same", "business_id": str(uuids.uuid7())}, 409, "not_resolvable"),
        ({"decision": "wrong_identity", "wrong_record_id": str(uuids.uuid7())}, 409, "not_resolvable"),
        ({"decision": "maybe"}, 422, "invalid_fields"),
        ({"reason": "x"}, 422, "invalid_fields"),
    ],
)
async def test_a_decision_that_does_not_fit_changes_nothing(
    act: Call,
    resolve: Decide,
    picture: Callable[[], Awaitable[Json]],
    double: tuple[Json, Json],
    told: Json,
    status: int,
    code: str,
) -> None:
    before, case = await picture(), await only_case(act)
    answer = await resolve(case["id"], told.pop("decision", "same"), status=status, **told)
    assert answer["code"] == code
    assert await picture() == before


async def test_nobody_merges_a_business_beyond_the_own_territory(
    act: Call, resolve: Decide, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    number, permit = nik(), nib()
    await outcomes(client, world, "enumerator.palembang", item(nik=number, region=PALEMBANG_VILLAGE))
    await outcomes(client, world, "enumerator.1", item(nib=permit))
    assert await outcomes(client, world, "enumerator.2", item(nik=number, nib=permit)) == ["conflict"]
    case = await only_case(act)
    hidden = next(side for side in case["businesses"] if side["answers"] is None)
    assert (hidden["region_code"], hidden["enumerator"]) == ("16.71", None)
    assert (await resolve(case["id"], "same", status=403))["code"] == "not_allowed"
    await resolve(case["id"], "same", "admin")
    assert await drift(pg) == []


async def test_the_tablets_hear_of_it(
    act: Call, resolve: Decide, undo: Decide, client: httpx.AsyncClient, world: World, torn: list[Json]
) -> None:
    async def heard(who: str) -> list[tuple[str, str, str]]:
        answer = await client.get("/v1/sync/changes", headers=world.auth(who))
        return [
            (each["record_id"], each["decision"], each["outcome"])
            for each in answer.json()["items"]
            if each["kind"] == "resolution"
        ]

    case = await only_case(act)
    await resolve(case["id"], "same")
    assert await heard("enumerator.3") == [(torn[2]["record_id"], "same", "duplicate")]
    assert await heard("enumerator.1") == []
    assert await heard("enumerator.2") == [(torn[1]["record_id"], "same", "duplicate")]
    await undo(case["id"])
    assert (await heard("enumerator.2"))[1] == (torn[1]["record_id"], "undone", "accepted")


async def test_it_is_all_in_the_trail(
    act: Call, resolve: Decide, undo: Decide, pg: asyncpg.Connection, double: tuple[Json, Json]
) -> None:
    case = await only_case(act)
    await resolve(case["id"], "separate")
    await undo(case["id"])
    rows = await pg.fetch("SELECT action FROM audit_event WHERE subject_id = $1 ORDER BY id", case["id"])
    assert [row[0] for row in rows] == ["duplicate.separate", "duplicate.undone"]


async def test_a_journal_is_stored_as_every_version_stored_it_and_undone_from_there(
    act: Call,
    resolve: Decide,
    undo: Decide,
    picture: Callable[[], Awaitable[Json]],
    pg: asyncpg.Connection,
    double: tuple[Json, Json],
) -> None:
    """A number of a record becomes an entry of its own: the journal as version 0.1 wrote it, word for word."""
    before, case = await picture(), await only_case(act)
    (first,) = before["businesses"]
    await resolve(case["id"], "separate")
    new_id = await pg.fetchval("SELECT id FROM business WHERE record_id = $1", double[1]["record_id"])
    digests = {
        kind: await pg.fetchval(f"SELECT {kind}_digest FROM business WHERE id = $1", new_id) for kind in ("nik", "nib")
    }
    nik_, nib_ = digests["nik"].hex(), digests["nib"].hex()
    business, other = str(first[0]), double[1]["record_id"]
    stored = {
        "businesses": {
            business: {
                "before": {
                    "numbers": {"nib": nib_, "nik": nik_},
                    "aliases": [],
                    "campaign_ids": [1],
                    "merged_into": None,
                },
                "after": {"numbers": {"nik": nik_}, "aliases": [], "campaign_ids": [1], "merged_into": None},
            },
            str(new_id): {
                "before": None,
                "after": {
                    "numbers": {"nib": nib_, "nik": nik_},
                    "aliases": [],
                    "campaign_ids": [1],
                    "merged_into": None,
                },
            },
        },
        "owners": {
            nib_: {
                "before": {"business_id": business, "record_id": other, "matched": False},
                "after": {"business_id": str(new_id), "record_id": other, "matched": True},
            },
        },
        "records": {
            other: {
                "before": {"revision": 1, "counted_revision": 1, "counted_as": "duplicate", "business_id": business},
                "after": {"revision": 1, "counted_revision": 1, "counted_as": "entered", "business_id": str(new_id)},
            },
        },
        "reviews": [],
        "masks": {
            nik_: f"1601**********{double[0]['answers']['owner']['nik'][-2:]}",
            nib_: f"{double[1]['answers']['nib'][:4]}*******{double[1]['answers']['nib'][-2:]}",
        },
        "returned": None,
    }
    assert json.loads(await pg.fetchval("SELECT journal::text FROM resolution")) == stored
    await pg.execute("UPDATE resolution SET journal = $1", json.dumps(stored))
    await undo(case["id"])
    assert await picture() == before


async def test_a_number_that_another_business_got_since_is_judged_with_it(
    act: Call,
    resolve: Decide,
    undo: Decide,
    picture: Callable[[], Awaitable[Json]],
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
) -> None:
    """The disputed record has a number that nobody had when its case was opened, and somebody has now."""
    number, permit = nik(), nib()
    first, disputed, third = item(nik=number, nib=nib()), item(nik=number, nib=permit), item(nib=permit)
    assert await outcomes(client, world, "enumerator.1", first) == ["accepted"]
    assert await outcomes(client, world, "enumerator.2", disputed) == ["conflict"]
    assert await outcomes(client, world, "enumerator.3", third) == ["accepted"]
    before, case = await picture(), await only_case(act)
    await resolve(case["id"], "wrong_identity", wrong_record_id=first["record_id"])
    business_id = await pg.fetchval("SELECT business_id FROM record WHERE record_id = $1", disputed["record_id"])
    assert business_id == await pg.fetchval("SELECT id FROM business WHERE record_id = $1", third["record_id"])
    await counted(picture, entered=2, duplicates=1, conflicts=0, returned=1)
    assert await drift(pg) == []
    await undo(case["id"])
    assert await picture() == before
    assert await drift(pg) == []


async def test_the_statements_of_a_decision_do_not_depend_on_how_many_records_it_moves(
    act: Call,
    resolve: Decide,
    undo: Decide,
    client: httpx.AsyncClient,
    world: World,
    app: FastAPI,
    pg: asyncpg.Connection,
) -> None:
    numbers = []
    for size in (1, 1, 9):
        number, permit = nik(), nib()
        many = [item(nik=number) for _ in range(size)]
        assert await outcomes(client, world, "enumerator.1", *many) == ["accepted", *["duplicate"] * (size - 1)]
        assert await outcomes(client, world, "enumerator.2", item(nib=permit)) == ["accepted"]
        assert await outcomes(client, world, "enumerator.4", *[item(nik=number) for _ in range(size)])
        disputed = item(nik=number, nib=permit)
        assert await outcomes(client, world, "enumerator.3", disputed) == ["conflict"]
        case_id = await pg.fetchval("SELECT id FROM duplicate_case WHERE record_id = $1", disputed["record_id"])
        ids = [
            row[0] for row in await pg.fetch("SELECT unnest(business_ids) FROM duplicate_case WHERE id = $1", case_id)
        ]
        winner = await pg.fetchval("SELECT id FROM business WHERE id = ANY($1) AND nib_digest IS NOT NULL", ids)
        async with told(app) as statements:
            await resolve(case_id, "same", business_id=str(winner))
            resolved = len(statements)
            await undo(case_id)
            numbers.append((resolved, len(statements) - resolved))
    assert numbers[1] == numbers[2], numbers
    assert max(numbers[2]) <= 28, numbers


async def test_decisions_and_batches_at_once_leave_a_sound_register(
    act: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, double: tuple[Json, Json]
) -> None:
    case = await only_case(act)
    said = {"nik": double[0]["answers"]["owner"]["nik"], "nib": double[1]["answers"]["nib"]}

    async def decide() -> None:
        for decision in ("separate", "same", "wrong_identity", "separate"):
            body = {"decision": decision, "reason": "Diperiksa di lapangan"}
            for path in ("resolution", "resolution/undo"):
                told = body if path == "resolution" else {"reason": "Keliru memutuskan"}
                answer = await act("POST", f"duplicates/{case['id']}/{path}", body=told)
                assert answer.status_code in (200, 409, 503), answer.text

    async def send(who: str) -> None:
        for n in range(6):
            numbers = (said, {"nik": said["nik"]}, {"nib": said["nib"]})[n % 3]
            answer = await put(client, world, who, batch(item(**numbers), item(nik=nik(), nib=nib())))
            assert answer.status_code in (201, 503), answer.text

    await asyncio.gather(decide(), *map(send, ("enumerator.1", "enumerator.3", "enumerator.4")))
    assert await drift(pg) == []
    lost = await pg.fetch(
        "SELECT digest FROM identity LEFT JOIN business ON business.id = business_id WHERE merged_into IS NOT NULL"
        " OR digest = ANY (ARRAY[nik_digest, nib_digest, cooperative_number_digest] || alias_digests) IS NOT TRUE"
    )
    assert lost == []
