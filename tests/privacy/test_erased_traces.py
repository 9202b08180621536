"""What others said about a person goes with the person's records, wherever it is stored; and nobody decides on them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from shapes import Json
from typer.testing import Result
from world import World, item, nik, outcomes

from app.privacy.subject import Found, erase
from app.tables import metadata

EMBEDDED_IS_ENOUGH = True
WHY = ("--reason", "Permohonan 17/2022", "--yes")
WHOM = "Zulkarnain"
Act = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def act(client: httpx.AsyncClient, world: World) -> Act:
    async def call(method: str, path: str, who: str = "officer", status: int = 200, **body: Any) -> httpx.Response:
        answer = await client.request(method, f"/v1/{path}", headers=world.auth(who), json=body or None)
        assert answer.status_code == status, answer.text
        return answer

    return call


@pytest.fixture
async def person(client: httpx.AsyncClient, world: World, act: Act, pg: asyncpg.Connection) -> Json:
    """Somebody whose name stands in all reasons that supervisors may type, beside others of whom they typed it, too."""
    number = nik()
    own, double, other = item(nik=number), item(nik=number), item(nik=nik())
    held = item(nik=number, captured_at="2022-03-15T09:00:00+07:00")
    assert await outcomes(client, world, "enumerator.1", own, other, held) == ["accepted", "accepted", "held"]
    assert await outcomes(client, world, "enumerator.2", double) == ["duplicate"]
    said = f"Kata Pak {WHOM} ini keliru"
    (case,) = (await act("GET", "duplicates")).json()["items"]
    resolution = f"duplicates/{case['id']}/resolution"
    await act("POST", resolution, decision="same", reason=said)
    await act("POST", f"{resolution}/undo", reason=said)
    await act("POST", resolution, decision="wrong_identity", reason=said)
    (waiting,) = (await act("GET", "held")).json()["items"]
    await act("POST", f"held/{waiting['id']}/refuse", reason=said)
    business_id = await pg.fetchval("SELECT business_id FROM record WHERE record_id = $1", own["record_id"])
    change = {"changes": {"legal_name": "Toko Baru"}, "reason": said, "revision": 1}
    await act("POST", f"businesses/{business_id}/corrections", status=201, **change)
    for each in (own, other):
        await act("POST", f"submissions/{each['record_id']}/review", decision="returned", reason=said)
    return {"nik": number, "own": own, "double": double, "other": other, "business_id": business_id}


async def where_it_stands(pg: asyncpg.Connection) -> dict[str, int]:
    """In which tables the name stands, and how often; the trail is append-only."""
    found = {
        name: await pg.fetchval(f'SELECT count(*) FROM "{name}" AS stored WHERE stored::text LIKE $1', f"%{WHOM}%")
        for name in metadata.tables
        if not name.startswith("audit_")
    }
    return {name: count for name, count in found.items() if count}


async def test_a_name_in_a_reason_is_nowhere_but_in_the_trail(
    kumkm: Callable[..., Awaitable[Result]], person: Json, pg: asyncpg.Connection
) -> None:
    before = await where_it_stands(pg)
    assert before.keys() == {"change", "correction", "raw_item", "resolution", "review"}, "what this test is about"
    await kumkm("subject", "erase", "--nik", person["nik"], *WHY)
    assert await where_it_stands(pg) == {"review": 1, "change": 1}, "what was said of the other one stays"
    assert await pg.fetchval("SELECT reason FROM review WHERE record_id = $1", person["other"]["record_id"])


async def test_neither_the_history_nor_a_tablet_shows_a_reason(
    kumkm: Callable[..., Awaitable[Result]], person: Json, act: Act
) -> None:
    history, changes = f"businesses/{person['business_id']}", "sync/changes"
    for path, who in ((history, "officer"), (changes, "enumerator.1"), (changes, "enumerator.2")):
        assert WHOM in (await act("GET", path, who)).text
    await kumkm("subject", "erase", "--nik", person["nik"], *WHY)
    assert WHOM not in (await act("GET", history)).text
    told = (await act("GET", changes, "enumerator.1")).json()["items"]
    of_it = [each for each in told if each["record_id"] == person["own"]["record_id"]]
    assert [each["kind"] for each in of_it][-1] == "tombstone"
    assert {each["reason"] for each in of_it if each["kind"] == "review"} == {""}
    assert WHOM not in (await act("GET", changes, "enumerator.2")).text


async def test_an_erasure_can_be_repeated(kumkm: Callable[..., Awaitable[Result]], person: Json) -> None:
    await kumkm("subject", "erase", "--nik", person["nik"], *WHY)
    await kumkm("subject", "erase", "--nik", person["nik"], *WHY)


async def erased_in(pg: asyncpg.Connection, *record_ids: str) -> None:
    """Erase records in the caller's transaction."""
    await erase(pg, Found([UUID(id_) for id_ in record_ids]), reason="Permohonan 17/2022")


@pytest.fixture
async def two(client: httpx.AsyncClient, world: World) -> list[Json]:
    """Two records that wait for review."""
    sent = [item(nik=nik()), item(nik=nik())]
    assert await outcomes(client, world, "enumerator.1", *sent) == ["accepted", "accepted"]
    return sent


async def kinds(act: Act, record_id: str) -> list[str]:
    """What a tablet reads about a record."""
    items = (await act("GET", "sync/changes", "enumerator.1")).json()["items"]
    return [each["kind"] for each in items if each.get("record_id") == record_id]


@pytest.mark.parametrize("decision", ["returned", "verified"])
@pytest.mark.parametrize("who", ["officer", "coordinator.1"])
async def test_of_an_erased_record_nobody_decides(
    act: Act, two: list[Json], pg: asyncpg.Connection, decision: str, who: str
) -> None:
    gone, stays = (each["record_id"] for each in two)
    async with pg.transaction():
        await erased_in(pg, gone)
    asked = {"decision": decision, "reason": "Foto tidak jelas"}
    refused = await act("POST", f"submissions/{gone}/review", who, 409, **asked)
    assert refused.json()["code"] == "state_changed"
    many = {"items": [{"record_id": id_, **asked} for id_ in (gone, stays)]}
    one, other = (await act("POST", "reviews", who, **many)).json()["items"]
    assert (one["review"], one["problem"]["code"]) == (None, "state_changed")
    assert other["review"]["decision"] == decision
    assert await kinds(act, gone) == ["tombstone"], "the tablet does not ask for the person again"
    assert await pg.fetchval("SELECT count(*) FROM review WHERE record_id = $1", gone) == 0


async def test_an_erased_record_waits_in_no_queue(act: Act, two: list[Json], pg: asyncpg.Connection) -> None:
    async with pg.transaction():
        await erased_in(pg, two[0]["record_id"])
    for who in ("officer", "coordinator.1"):
        waiting = (await act("GET", "reviews", who)).json()["items"]
        assert [each["record_id"] for each in waiting] == [two[1]["record_id"]]
        assert (await act("GET", "queues", who)).json()["unreviewed"] == 1


async def test_who_sends_the_record_again_has_it_reviewed_again(
    act: Act, two: list[Json], pg: asyncpg.Connection, client: httpx.AsyncClient, world: World
) -> None:
    record_id = two[0]["record_id"]
    async with pg.transaction():
        await erased_in(pg, record_id)
    assert await outcomes(client, world, "enumerator.1", {**two[0], "revision": 2}) == ["updated"]
    assert (await act("GET", "queues")).json()["unreviewed"] == 2
    await act("POST", f"submissions/{record_id}/review", decision="verified")


async def test_a_decision_beside_an_erasure_waits_for_it(act: Act, two: list[Json], pg: asyncpg.Connection) -> None:
    record_id = two[0]["record_id"]
    async with pg.transaction():
        await erased_in(pg, record_id)
        asked = act("POST", f"submissions/{record_id}/review", status=409, decision="returned", reason="Foto")
        deciding = asyncio.ensure_future(asked)
        await asyncio.sleep(0.3)
        assert not deciding.done()
    assert (await deciding).json()["code"] == "state_changed"
    assert await kinds(act, record_id) == ["tombstone"]
