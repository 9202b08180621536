"""Who is one business with whom: what the queue shows to whom, and what may be asked of it."""

from collections.abc import Sequence

import asyncpg
import httpx
import uuid_utils.compat as uuids
from disputes import Decide, only_case
from shapes import Call, Json, the
from world import World, item, nik, outcomes

EMBEDDED_IS_ENOUGH = True


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
    assert (case["explanation"], case["likelihood"]) == ({"name": 7.0}, 100), "in tens"
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
