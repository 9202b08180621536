"""Numbers that are looked up and records that are read: masked, limited, and in the trail."""

import json
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from one_by_one import each
from shapes import Call, Json
from world import World, item, nib, nik, outcomes

EMBEDDED_IS_ENOUGH = True


@pytest.fixture
def act(client: httpx.AsyncClient, world: World) -> Call:
    async def call(
        who: str, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **token: Any
    ) -> httpx.Response:
        headers = {**world.auth(who, **token), **(headers or {})}
        return await client.request(method, f"/v1/{path}", json=body, headers=headers)

    return call


async def test_a_lookup_says_yes_or_no_and_nothing_else(
    act: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    number, permit = nik(), nib()
    await outcomes(client, world, "enumerator.1", item(nik=number, nib=permit))
    dotted = f"{number[:6]}.{number[6:12]} {number[12:]}"
    for told, known in (
        ({"nik": number}, True),
        ({"nik": dotted}, True),
        ({"nib": permit}, True),
        ({"nik": nik()}, False),
        ({"cooperative_number": "1601020010001", "nik": None}, False),
    ):
        answer = await act("enumerator.palembang", "POST", "businesses/lookup", told)
        assert answer.json() == {"known": known}, answer.text
    trail = await pg.fetch("SELECT * FROM audit_event WHERE action = 'number.looked_up' ORDER BY id")
    assert len(trail) == 5
    assert number not in str(trail)
    assert {row["actor_id"] for row in trail} == {world.id("enumerator.palembang")}


@each(
    ("told", "code"),
    [
        ({}, "invalid_value"),
        ({"nik": "1601145203850001", "nib": "9000000000001"}, "invalid_value"),
        ({"nik": "160114520385000"}, "nik_not_16_digits"),
        ({"nib": "abc"}, "nib_not_13_digits"),
        ({"nik": 1601145203850001}, "wrong_type"),
        ({"npwp": "091234567891000"}, "field_unknown"),
    ],
)
async def test_a_faulty_lookup_never_echoes_what_was_told(act: Call, told: Json, code: str) -> None:
    answer = await act("officer", "POST", "businesses/lookup", told)
    assert answer.status_code == 422
    assert code in [error["code"] for error in answer.json()["errors"]]
    assert not any(str(value) in answer.text for value in told.values() if value)


@pytest.mark.usefixtures("minute_of_its_own")
async def test_lookups_are_limited(act: Call, app: FastAPI) -> None:
    statuses = [(await act("officer", "POST", "businesses/lookup", {"nik": nik()})).status_code for _ in range(61)]
    assert statuses == [200] * 60 + [429]
    refused = await act("officer", "POST", "businesses/lookup", {"nik": nik()})
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert (await act("admin", "POST", "businesses/lookup", {"nik": nik()})).status_code == 200


async def test_a_machine_looks_up_with_its_scope_only(act: Call) -> None:
    for scopes, status in ((["businesses:read"], 200), (["progress:read"], 403), ([], 403)):
        assert (await act("system", "POST", "businesses/lookup", {"nik": nik()}, scopes=scopes)).status_code == status


@pytest.fixture
async def record(client: httpx.AsyncClient, world: World) -> Json:
    sent = item(nik=nik(), phone="081234567890")
    await outcomes(client, world, "enumerator.1", sent)
    return sent


async def test_a_record_is_masked_by_default(act: Call, record: Json) -> None:
    answer = await act("coordinator.1", "GET", f"submissions/{record['record_id']}")
    body = answer.json()
    assert body["masked"] is True
    answers = body["revisions"][0]["answers"]
    assert answers["legal_name"] == "Warung Bu Sari"
    number = record["answers"]["owner"]["nik"]
    assert answers["owner"]["nik"] == "1601**********" + number[-2:]
    assert (answers["phone"], answers["annual_sales_idr"]) == ("0812******90", "***")
    assert number not in answer.text


async def test_the_right_and_a_reason_together_unmask_and_the_trail_knows(
    act: Call, record: Json, pg: asyncpg.Connection, world: World
) -> None:
    path, number = f"submissions/{record['record_id']}", record["answers"]["owner"]["nik"]
    reason = {"X-Access-Reason": f"Permintaan data subjek {number}"}
    pii = {"scopes": ["pii:read"]}
    assert number not in (await act("officer", "GET", path, headers=reason)).text, "a reason without the right"
    assert number not in (await act("officer", "GET", path, **pii)).text, "the right without a reason"
    assert (await act("officer", "GET", path, headers={"X-Access-Reason": "x"}, **pii)).status_code == 422
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'pii.read'") == 0
    seen = await act("officer", "GET", path, headers=reason, **pii)
    assert seen.json()["masked"] is False
    assert seen.json()["revisions"][0]["answers"]["owner"]["nik"] == number
    (event,) = await pg.fetch("SELECT * FROM audit_event WHERE action = 'pii.read'")
    assert (event["actor_id"], event["subject_id"]) == (world.id("officer"), record["record_id"])
    assert json.loads(event["detail"])["reason"] == "Permintaan data subjek …"


async def test_who_reads_a_record(act: Call, record: Json) -> None:
    path = f"submissions/{record['record_id']}"
    for who, status in (
        ("enumerator.1", 200),
        ("coordinator.1", 200),
        ("officer", 200),
        ("admin", 200),
        ("enumerator.2", 404),
        ("coordinator.2", 404),
        ("officer.palembang", 404),
        ("system", 403),
    ):
        assert (await act(who, "GET", path)).status_code == status, who
    assert (await act("system", "GET", path, scopes=["businesses:read"])).status_code == 200
