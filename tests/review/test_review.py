"""Decisions on records: they count, they end, and they reach the tablet."""

from typing import Any

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from one_by_one import each
from shapes import Json
from world import OTHER_VILLAGE, World, batch, item, nib, nik, outcomes, put

from app.recount import drift

EMBEDDED_IS_ENOUGH = True


async def review(
    client: httpx.AsyncClient, world: World, record_id: str, decision: str, *, who: str = "coordinator.1", **told: Any
) -> httpx.Response:
    return await client.post(
        f"/v1/submissions/{record_id}/review", json={"decision": decision, **told}, headers=world.auth(who)
    )


async def changes(
    client: httpx.AsyncClient, world: World, who: str = "enumerator.1", cursor: str | None = None
) -> Json:
    answer = await client.get("/v1/sync/changes", params={"cursor": cursor} if cursor else {}, headers=world.auth(who))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def figures(client: httpx.AsyncClient, world: World, region: str = "16.01") -> Json:
    answer = await client.get(f"/v1/progress/regions/{region}", headers=world.auth("officer"))
    row = answer.json()["item"]
    return {name: row[name] for name in ("entered", "submissions", "verified", "returned")}


@pytest.fixture
async def sent(client: httpx.AsyncClient, world: World) -> Json:
    """A record of enumerator.1 that is entered."""
    made = item(nik=nik())
    assert await outcomes(client, world, "enumerator.1", made) == ["accepted"]
    return made


async def test_a_decision_counts_once_and_reaches_the_tablet(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, sent: Json
) -> None:
    before = (await changes(client, world))["next_cursor"]
    first = await review(client, world, sent["record_id"], "verified")
    again = await review(client, world, sent["record_id"], "verified")
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert await figures(client, world) == {"entered": 1, "submissions": 1, "verified": 1, "returned": 0}
    told = await changes(client, world, cursor=before)
    assert [(each["kind"], each["record_id"], each["decision"]) for each in told["items"]] == [
        ("review", sent["record_id"], "verified")
    ]
    assert (await changes(client, world, cursor=told["next_cursor"]))["items"] == []
    assert (await changes(client, world, "enumerator.2"))["items"] == []
    assert await drift(pg) == []


async def test_a_returned_record_comes_back_as_a_higher_revision_and_counts_once(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, sent: Json
) -> None:
    answer = await review(client, world, sent["record_id"], "returned", reason="Nama usaha salah")
    assert answer.status_code == 200
    (told,) = (await changes(client, world))["items"]
    assert (told["decision"], told["reason"], told["revision"]) == ("returned", "Nama usaha salah", 1)
    # The tablet may have let go of it: it gets it back whole.
    back = await client.get(f"/v1/sync/returned/{sent['record_id']}", headers=world.auth("enumerator.1"))
    assert back.json()["item"]["answers"] == sent["answers"]
    assert back.json()["reason"] == "Nama usaha salah"
    assert await figures(client, world) == {"entered": 1, "submissions": 1, "verified": 0, "returned": 1}
    mended = {**sent, "revision": 2, "region_code": OTHER_VILLAGE}
    assert await outcomes(client, world, "enumerator.1", mended) == ["updated"]
    assert await figures(client, world) == {"entered": 1, "submissions": 1, "verified": 0, "returned": 0}
    gone = await client.get(f"/v1/sync/returned/{sent['record_id']}", headers=world.auth("enumerator.1"))
    assert gone.status_code == 404
    assert (await review(client, world, sent["record_id"], "verified", revision=2)).status_code == 200
    assert await figures(client, world) == {"entered": 1, "submissions": 1, "verified": 1, "returned": 0}
    assert await drift(pg) == []


async def test_a_returned_record_sent_again_unchanged_stays_returned_and_is_told_so(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, sent: Json
) -> None:
    await review(client, world, sent["record_id"], "returned", reason="Periksa KBLI")
    line = (await put(client, world, "enumerator.1", batch(sent))).json()["items"][0]
    assert (line["outcome"], [each["code"] for each in line["warnings"]]) == ("unchanged", ["still_returned"])
    assert (await figures(client, world))["returned"] == 1
    assert await drift(pg) == []


async def test_a_decision_can_be_taken_back_by_another(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, sent: Json
) -> None:
    await review(client, world, sent["record_id"], "verified")
    await review(client, world, sent["record_id"], "returned", reason="Salah alamat")
    await review(client, world, sent["record_id"], "returned", reason="Salah alamat dan nama")
    assert await figures(client, world) == {"entered": 1, "submissions": 1, "verified": 0, "returned": 1}
    assert [each["reason"] for each in (await changes(client, world))["items"]] == [
        None,
        "Salah alamat",
        "Salah alamat dan nama",
    ]
    assert await pg.fetchval("SELECT count(*) FROM review WHERE ended_on IS NULL") == 1
    assert await drift(pg) == []


async def test_nothing_is_decided_on_a_revision_that_was_not_looked_at(
    client: httpx.AsyncClient, world: World, sent: Json
) -> None:
    await outcomes(client, world, "enumerator.1", {**sent, "revision": 2, "region_code": OTHER_VILLAGE})
    answer = await review(client, world, sent["record_id"], "verified", revision=1)
    assert (answer.status_code, answer.json()["code"]) == (409, "state_changed")


async def test_only_what_counts_as_entered_is_verified(client: httpx.AsyncClient, world: World, sent: Json) -> None:
    same = item(nik=sent["answers"]["owner"]["nik"])
    assert await outcomes(client, world, "enumerator.2", same) == ["duplicate"]
    answer = await review(client, world, same["record_id"], "verified")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_reviewable")
    assert (await review(client, world, same["record_id"], "returned", reason="Ganda")).status_code == 200
    auth = world.auth("coordinator.1")
    assert (await client.get("/v1/queues", headers=auth)).json()["returned"] == 0, "its answers are not in force"
    assert (await client.get("/v1/reviews?state=returned", headers=auth)).json()["items"] == []
    cases = (await client.get("/v1/duplicates", headers=auth)).json()["items"]
    assert [each["record"]["record_id"] for each in cases] == [same["record_id"]], "it is seen in its case"


async def test_a_return_needs_its_reason(client: httpx.AsyncClient, world: World, sent: Json) -> None:
    answer = await review(client, world, sent["record_id"], "returned", reason="  ")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "field_required"


@each(
    "reason", [None, "", " ", "\u200b", "\u2800 \u3164", "...", "\u0301", "1601145203850001", "1601 1452 0385 0001 !"]
)
async def test_a_reason_says_something_and_the_fault_is_told_of_its_field(
    client: httpx.AsyncClient, world: World, sent: Json, reason: str | None
) -> None:
    told = {"decision": "returned", **({} if reason is None else {"reason": reason})}
    several = {"items": [{"record_id": sent["record_id"], **told}]}
    code = "field_required" if reason is None or not reason.strip() else "text_without_letters"
    for path, body, pointer in (
        (f"submissions/{sent['record_id']}/review", told, "/body/reason"),
        ("reviews", several, "/body/items/0/reason"),
    ):
        answer = await client.post(f"/v1/{path}", json=body, headers=world.auth("coordinator.1"))
        assert answer.status_code == 422
        assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]


async def test_numbers_of_people_are_not_kept_in_reasons(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, sent: Json
) -> None:
    number = sent["answers"]["owner"]["nik"]
    await review(client, world, sent["record_id"], "returned", reason=f"NIK {number} bukan miliknya")
    for table in ("review", "change", "audit_event"):
        assert await pg.fetchval(f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE '%' || $1 || '%'", number) == 0


async def test_a_return_is_known_on_a_new_tablet_of_the_same_enumerator(
    client: httpx.AsyncClient, world: World, sent: Json, pg: asyncpg.Connection
) -> None:
    await review(client, world, sent["record_id"], "returned", reason="Lengkapi alamat")
    device_id = uuids.uuid7()
    await pg.execute(
        "INSERT INTO device (id, account_id, told_id, enrolled_at, last_seen_at) VALUES ($1, $2, 't', now(), now())",
        device_id,
        world.id("enumerator.1"),
    )
    headers = world.auth("enumerator.1", device_id=device_id)
    assert len((await client.get("/v1/sync/changes", headers=headers)).json()["items"]) == 1
    await pg.execute("UPDATE device SET revoked_at = now()")
    answer = await client.get("/v1/sync/changes", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "device_revoked")
    answer = await client.get(f"/v1/sync/returned/{sent['record_id']}", headers=headers)
    assert answer.status_code == 403


async def test_a_returned_record_is_only_its_enumerators(
    client: httpx.AsyncClient, world: World, sent: Json, pg: asyncpg.Connection
) -> None:
    await review(client, world, sent["record_id"], "returned", reason="Lengkapi alamat")
    path = f"/v1/sync/returned/{sent['record_id']}"
    assert (await client.get(path, headers=world.auth("enumerator.2"))).status_code == 404
    assert (await client.get(path, headers=world.auth("enumerator.1"))).status_code == 200
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'pii.read'") == 1


async def test_a_revision_that_skips_others_is_taken_with_a_warning(
    client: httpx.AsyncClient, world: World, sent: Json
) -> None:
    line = (await put(client, world, "enumerator.1", batch({**sent, "revision": 7}))).json()["items"][0]
    assert (line["outcome"], [each["code"] for each in line["warnings"]]) == ("updated", ["revision_skipped"])
    between = {**sent, "revision": 4, "region_code": OTHER_VILLAGE}
    assert await outcomes(client, world, "enumerator.1", between) == ["unchanged"]


async def test_a_revision_that_contradicts_the_register_leaves_the_decision_in_force(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, sent: Json
) -> None:
    other = item(nib=nib())
    await outcomes(client, world, "enumerator.1", other)
    await review(client, world, sent["record_id"], "returned", reason="Tambah NIB")
    answers = {**sent["answers"], "nib": other["answers"]["nib"]}
    assert await outcomes(client, world, "enumerator.1", {**sent, "revision": 2, "answers": answers}) == ["conflict"]
    assert (await figures(client, world))["returned"] == 1
    answer = await review(client, world, sent["record_id"], "verified")
    assert answer.json()["code"] == "not_reviewable"
    assert await drift(pg) == []


async def test_decisions_on_held_items_reach_the_tablet(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    early = item(nik=nik(), captured_at="2022-03-15T09:00:00+07:00")
    assert await outcomes(client, world, "enumerator.1", early) == ["held"]
    raw_id = await pg.fetchval("SELECT id FROM raw_item")
    await client.post(f"/v1/held/{raw_id}/release", headers=world.auth("coordinator.1"))
    (told,) = (await changes(client, world))["items"]
    assert (told["kind"], told["record_id"], told["decision"], told["outcome"]) == (
        "held",
        early["record_id"],
        "released",
        "accepted",
    )


async def test_assignments_reach_the_tablet(client: httpx.AsyncClient, world: World) -> None:
    row = {
        "campaign": "pl-kumkm-2022",
        "enumerator": "enumerator.1",
        "region_code": "16.01.14",
        "starts_on": "2022-09-20",
    }
    for _ in range(2):
        await client.put("/v1/assignments", json=row, headers=world.auth("officer"))
    handover = {
        "campaign": "pl-kumkm-2022",
        "predecessor": "enumerator.1",
        "successor": "enumerator.2",
        "starts_on": "2022-09-15",
    }
    await client.post("/v1/assignments/handover", json=handover, headers=world.auth("officer"))
    told = [
        (each["region_code"], each["starts_on"], each["ends_on"], each["removed"])
        for each in (await changes(client, world))["items"]
    ]
    assert told == [
        ("16.01.14", "2022-09-20", None, False),
        ("16.01", "2022-04-01", "2022-09-14", False),
        ("16.01.14", "2022-09-20", None, True),
    ]
    theirs = (await changes(client, world, "enumerator.2"))["items"]
    assert {(each["region_code"], each["starts_on"], each["ends_on"]) for each in theirs} == {
        ("16.01", "2022-09-15", None),
        ("16.01.14", "2022-09-20", None),
    }


async def test_campaigns_reach_every_tablet(client: httpx.AsyncClient, world: World) -> None:
    told = {"name": "PL-KUMKM 2022", "starts_on": "2022-04-01", "ends_on": "2022-11-15", "accepts_until": "2022-12-15"}
    answer = await client.put(
        "/v1/campaigns/pl-kumkm-2022", json={"code": "pl-kumkm-2022", **told}, headers=world.auth("admin")
    )
    assert answer.status_code == 200, answer.text
    for who in ("enumerator.1", "enumerator.palembang"):
        (change,) = (await changes(client, world, who))["items"]
        assert change == {"kind": "campaign", "campaign": "pl-kumkm-2022", **told}


async def test_a_cursor_from_before_a_restore_says_what_to_do(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, sent: Json
) -> None:
    await review(client, world, sent["record_id"], "verified")
    cursor = (await changes(client, world))["next_cursor"]
    await pg.execute("DELETE FROM change")
    await pg.execute("DELETE FROM change_stream")
    answer = await client.get(
        "/v1/sync/changes", params={"cursor": cursor}, headers={**world.auth("enumerator.1"), "Accept-Language": "en"}
    )
    assert (answer.status_code, answer.json()["code"]) == (410, "cursor_outdated")
    assert "Reconcile" in answer.json()["detail"]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "%00"])
async def test_a_cursor_that_is_none_is_refused(client: httpx.AsyncClient, world: World, cursor: str) -> None:
    answer = await client.get("/v1/sync/changes", params={"cursor": cursor}, headers=world.auth("enumerator.1"))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


async def test_a_cursor_is_good_for_its_own_account_only(client: httpx.AsyncClient, world: World, sent: Json) -> None:
    cursor = (await changes(client, world))["next_cursor"]
    answer = await client.get("/v1/sync/changes", params={"cursor": cursor}, headers=world.auth("enumerator.2"))
    assert answer.json()["code"] == "invalid_cursor"


async def test_who_decides_without_knowing_of_anothers_decision_is_told_it_and_changes_nothing(
    client: httpx.AsyncClient, world: World, sent: Json
) -> None:
    record_id = sent["record_id"]
    unreviewed: Json = {"review_state": "unreviewed", "revision": 1}
    returned = await review(client, world, record_id, "returned", who="officer", reason="foto buram", **unreviewed)
    again = await review(client, world, record_id, "returned", who="officer", reason="foto buram", **unreviewed)
    assert again.json() == returned.json()  # the answer was lost, and the same is sent again
    late = await review(client, world, record_id, "verified", **unreviewed)
    assert late.status_code == 409
    assert late.json()["code"] == "state_changed"
    current = late.json()["current"]
    assert (current["review_state"], current["decided_by"], current["reason"]) == ("returned", "officer", "foto buram")
    many = {"items": [{"record_id": record_id, "decision": "verified", **unreviewed}]}
    told = (await client.post("/v1/reviews", json=many, headers=world.auth("coordinator.1"))).json()["items"][0]
    assert told["review"] is None
    assert told["problem"]["current"] == current
    assert (await figures(client, world))["returned"] == 1
    assert (await review(client, world, record_id, "verified", review_state="returned")).status_code == 200
    assert (await review(client, world, record_id, "returned", reason="salah", review_state="verified")).is_success
