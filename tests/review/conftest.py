"""Cases of the queue of duplicates, and the register as it stands."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import httpx
import pytest
from disputes import Decide, Queue
from families import Census
from shapes import Call, Json
from world import OTHER_VILLAGE, World, item, nib, nik, outcomes

from app.core.clock import SetClock


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
        states = ("unreviewed", "verified", "returned")
        waiting = {state: (await act("GET", "reviews", state=state)).json()["items"] for state in states}
        rows = [row["record_id"] for each in waiting.values() for row in each]
        assert sorted(rows) == sorted(str(each["record_id"]) for each in businesses), "each is in one list of reviews"
        queues = (await act("GET", "queues")).json()
        assert [queues[state] for state in states[:1]] == [len(waiting[state]) for state in states[:1]]
        first = (await act("GET", "reviews", order="warnings", limit=1)).json()["items"]
        assert len(first) == min(1, len(waiting["unreviewed"]))
        row = (await act("GET", "progress/regions/16.01")).json()["item"]
        counts = {name: row[name] for name in ("entered", "duplicates", "conflicts", "verified", "returned")}
        return {
            "businesses": [tuple(each) for each in businesses],
            "identities": [tuple(each) for each in identities],
            "records": [tuple(each) for each in records],
            "counts": counts,
        }

    return take


@pytest.fixture
def queue(act: Call, resolve: Decide, undo: Decide, picture: Callable[[], Awaitable[Json]]) -> Queue:
    return Queue(act, resolve, undo, picture)


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


@pytest.fixture
def census(client: httpx.AsyncClient, world: World, clock: SetClock) -> Census:
    return Census(client, world, clock)
