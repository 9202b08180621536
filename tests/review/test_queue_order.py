"""The most probable case first, and cases of one household beneath each other."""

from uuid import UUID

import asyncpg
import httpx
from disputes import Queue
from queued import likely
from shapes import Json
from world import World, item, nib, nik, outcomes

from app.review.groups import MOST_CASES, MOST_SHARED, groups_among

EMBEDDED_IS_ENOUGH = True


async def _ordered(queue: Queue, **params: object) -> list[Json]:
    found: list[Json] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await queue.act("GET", "duplicates", order="probable", limit=1, **params, **cursor)
        page = answer.json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


async def test_the_most_probable_comes_first_and_pages_continue_where_they_ended(
    queue: Queue, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    sent = [item(nik=nik()) for _ in range(5)]
    for each in sent:
        assert await outcomes(client, world, "enumerator.1", each) == ["accepted"]
    assert await outcomes(client, world, "enumerator.2", item(nik=sent[0]["answers"]["owner"]["nik"])) == ["duplicate"]
    stranger = item(nik=sent[1]["answers"]["owner"]["nik"], legal_name="Toko Baut")
    stranger["answers"]["owner"]["name"] = "Hendra Gunawan"
    assert await outcomes(client, world, "enumerator.3", stranger) == ["conflict"]
    scores = (0.71, 0.99, 0.99, 0.80)
    ids = [
        await likely(pg, sent[0]["record_id"], sent[place]["record_id"], score)
        for place, score in enumerate(scores, start=1)
    ]
    found = await _ordered(queue)
    assert [case["kind"] for case in found] == ["wrong_number", "duplicate", *["likely"] * 4]
    assert [case["id"] for case in found[2:]] == [ids[1], ids[2], ids[3], ids[0]]
    assert [case["id"] for case in await _ordered(queue, kind="likely")] == [ids[1], ids[2], ids[3], ids[0]]


async def test_cases_that_share_a_business_or_an_owner_are_one_group_and_others_are_not(
    queue: Queue, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    number = nik()
    first, lone = item(nik=number), item(nik=nik())
    family = item(nik=number, legal_name="Bengkel Sumber", kbli="45407", other_business_of_owner=True)
    near, far = item(nik=nik()), item(nik=nik())
    for each in (first, lone, family, near, far):
        assert await outcomes(client, world, "enumerator.1", each) == ["accepted"]
    # One case names the first business of the owner, one the second, and they have no business in common.
    (of_owner,) = (await queue.act("GET", "duplicates")).json()["items"]
    await queue.resolve(of_owner["id"], "separate")
    one = await likely(pg, first["record_id"], near["record_id"], 0.9)
    other = await likely(pg, family["record_id"], far["record_id"], 0.8)
    alone = await likely(pg, lone["record_id"], lone["record_id"], 0.95)
    found = {case["id"]: case for case in await _ordered(queue)}
    assert found[one]["group"] == found[other]["group"] == {"id": one, "size": 2}
    assert found[alone]["group"] == {"id": alone, "size": 1}
    assert {case["id"] for case in await _ordered(queue, group=other)} == {one, other}
    assert (await queue.act("GET", f"duplicates/{of_owner['id']}")).json()["group"] is None
    await queue.resolve(other, "separate")
    assert [case["id"] for case in await _ordered(queue, group=other)] == [one], "what is left of it"


async def test_a_coordinator_sees_no_case_of_another_team_in_a_group(
    queue: Queue, client: httpx.AsyncClient, world: World
) -> None:
    number = nik()
    assert await outcomes(client, world, "enumerator.1", item(nik=number)) == ["accepted"]
    assert await outcomes(client, world, "enumerator.2", item(nik=number)) == ["duplicate"]
    assert await outcomes(client, world, "enumerator.4", item(nik=number)) == ["duplicate"]
    (own,) = (await queue.act("GET", "duplicates", "coordinator.2")).json()["items"]
    assert own["group"] == {"id": own["id"], "size": 1}
    both = (await queue.act("GET", "duplicates")).json()["items"]
    assert [case["group"]["size"] for case in both] == [2, 2]
    (foreign,) = {case["id"] for case in both} - {own["id"]}
    assert (await queue.act("GET", "duplicates", "coordinator.2", group=foreign)).status_code == 404
    for method in ("PUT", "DELETE"):
        answer = await queue.act(method, f"duplicates/{foreign}/assignment", "coordinator.2", {})
        assert answer.status_code == 404, (method, answer.text)
    nothing = (await queue.act("POST", "duplicates/next", "coordinator.2", {})).json()["items"]
    assert nothing == [], "one side was recorded by another team, so an officer decides"
    taken = (await queue.act("PUT", f"duplicates/{own['id']}/assignment", "coordinator.2", {})).json()["items"]
    assert [case["id"] for case in taken] == [own["id"]]
    assert (await queue.act("POST", "duplicates/next", "coordinator.2", {})).json()["items"] == []


def _ids(start: int, count: int) -> list[UUID]:
    return [UUID(int=start + number) for number in range(count)]


def test_a_business_of_very_many_cases_connects_nothing() -> None:
    hub = UUID(int=1)
    for many, size in ((MOST_SHARED, MOST_CASES), (MOST_SHARED + 1, 1)):
        named = {case: [hub] for case in _ids(100, many)}
        assert {len(group.cases) for group in groups_among(named, {}, named).values()} == {size}


def test_a_number_of_very_many_businesses_connects_nothing() -> None:
    for many, size in ((MOST_SHARED, MOST_SHARED), (MOST_SHARED + 1, 1)):
        businesses = _ids(1_000, many)
        named = dict(zip(_ids(100, many), ([each] for each in businesses), strict=True))
        found = groups_among(named, {b"nik": businesses}, named)
        assert {len(group.cases) for group in found.values()} == {size}


def test_a_long_chain_ends_at_the_bound_and_the_asked_case_is_always_in_its_group() -> None:
    cases, businesses = _ids(100, 60), _ids(1_000, 61)
    named = {case: businesses[place : place + 2] for place, case in enumerate(cases)}
    for case, group in groups_among(named, {}, cases).items():
        assert case in group.cases
        assert len(group.cases) == MOST_CASES
        assert group.id == min(group.cases)


async def test_two_nibs_are_not_one_owner(queue: Queue, client: httpx.AsyncClient, world: World) -> None:
    permits = nib(), nib()
    for permit in permits:
        assert await outcomes(client, world, "enumerator.1", item(nik=nik(), nib=permit)) == ["accepted"]
        assert await outcomes(client, world, "enumerator.2", item(nib=permit)) == ["duplicate"]
    assert [case["group"]["size"] for case in await _ordered(queue)] == [1, 1]
