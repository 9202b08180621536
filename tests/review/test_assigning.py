"""Who has which cases: taken as a group, lapsing, and never two people the same."""

import asyncio
from datetime import datetime, timedelta

import asyncpg
import httpx
import pytest
from disputes import Queue
from queued import likely
from shapes import Json
from world import World, item, nik, outcomes

from app.core.clock import SetClock
from app.review.assigning import LAPSES_AFTER

EMBEDDED_IS_ENOUGH = True


@pytest.fixture
async def pairs(client: httpx.AsyncClient, world: World, pg: asyncpg.Connection) -> list[list[str]]:
    """Two groups of two cases each, all of enumerator.1."""
    groups = []
    for _ in range(2):
        sent = [item(nik=nik()) for _ in range(3)]
        for each in sent:
            assert await outcomes(client, world, "enumerator.1", each) == ["accepted"]
        first, *others = (each["record_id"] for each in sent)
        groups.append([await likely(pg, first, other, 0.9) for other in others])
    return groups


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [case["id"] for case in answer.json()["items"]]


async def take(queue: Queue, case_id: str, who: str, **body: str) -> httpx.Response:
    return await queue.act("PUT", f"duplicates/{case_id}/assignment", who, body)


async def test_two_who_press_next_at_once_get_different_groups(queue: Queue, pairs: list[list[str]]) -> None:
    people = ("officer", "coordinator.1", "officer")
    answers = await asyncio.gather(*(queue.act("POST", "duplicates/next", who, {}) for who in people))
    got = [ids(answer) for answer in answers]
    assert sorted(got) == sorted([*pairs, []])
    assert sorted(ids(await queue.act("GET", "duplicates", "coordinator.1", assigned="me"))) == sorted(got[1])
    assert ids(await queue.act("GET", "duplicates", assigned="nobody")) == []


async def test_a_group_is_taken_as_one_and_a_coordinator_is_told_who_has_it(
    queue: Queue, pairs: list[list[str]], world: World
) -> None:
    (one, other), (free, _) = pairs
    taken = (await take(queue, one, "officer")).json()["items"]
    assert [case["assignment"]["username"] for case in taken] == ["officer"] * 2
    until = taken[0]["assignment"]["lapses_at"]
    answer = await take(queue, other, "coordinator.1")
    assert (answer.status_code, answer.json()["code"]) == (409, "assigned_to_another")
    current = answer.json()["current"]
    assert current["assigned_to"] == "officer"
    assert datetime.fromisoformat(current["lapses_at"]) == datetime.fromisoformat(until)
    refused = await queue.resolve(other, "separate", "coordinator.1", status=409)
    assert refused["code"] == "assigned_to_another"
    answer = await queue.act("DELETE", f"duplicates/{one}/assignment", "coordinator.1")
    assert answer.status_code == 409
    await queue.resolve(free, "separate", "coordinator.1")
    # The other way round an officer may decide, and may take it over.
    assert ids(await queue.act("POST", "duplicates/next", "coordinator.1", {})) != []
    await take(queue, one, "officer", username="coordinator.1")
    await queue.resolve(other, "separate", "officer")
    assert (await take(queue, other, "officer")).status_code == 409, "it is decided"


async def test_only_an_officer_names_others_and_only_who_reaches_the_case(queue: Queue, pairs: list[list[str]]) -> None:
    case_id = pairs[0][0]
    for who, username, status in (
        ("officer", "coordinator.2", 404),
        ("officer", "officer.palembang", 404),
        ("officer", "enumerator.1", 404),
        ("officer", "nobody.at.all", 404),
        ("coordinator.1", "officer", 403),
        ("coordinator.1", "coordinator.1", 200),
        ("officer", "coordinator.1", 200),
    ):
        assert (await take(queue, case_id, who, username=username)).status_code == status, (who, username)


async def test_it_lapses_unless_something_is_decided(
    queue: Queue, pairs: list[list[str]], clock: SetClock, pg: asyncpg.Connection
) -> None:
    (one, other), (third, _) = pairs
    await take(queue, one, "officer")
    await take(queue, third, "officer")
    clock.moment += LAPSES_AFTER - timedelta(minutes=1)
    await queue.resolve(one, "separate", "officer")
    clock.moment += timedelta(minutes=2)
    assert sorted(ids(await queue.act("GET", "duplicates", assigned="nobody"))) == sorted(pairs[1])
    assert (await take(queue, other, "coordinator.1")).status_code == 409, "one of its cases was decided a moment ago"
    assert (await take(queue, third, "coordinator.1")).status_code == 200
    answer = await queue.act("DELETE", f"duplicates/{third}/assignment", "coordinator.1")
    assert [case["assignment"] for case in answer.json()["items"]] == [None, None]
    clock.moment += LAPSES_AFTER + timedelta(minutes=1)
    await take(queue, third, "officer")
    assert await pg.fetchval("SELECT count(*) FROM case_assignment") == len(pairs[1]), "what lapsed is removed"


async def test_who_takes_while_somebody_decides_gets_what_still_waits(queue: Queue, pairs: list[list[str]]) -> None:
    one, other = pairs[0]

    async def decide() -> Json:
        return await queue.resolve(one, "separate", "officer")

    decided, taken = await asyncio.gather(decide(), take(queue, other, "coordinator.1"))
    assert decided["state"] == "resolved"
    assert other in ids(taken)
    assert ids(await queue.act("GET", "duplicates", "coordinator.1", assigned="me")) == [other]


async def test_the_trail_says_who_took_what(queue: Queue, pairs: list[list[str]], pg: asyncpg.Connection) -> None:
    await take(queue, pairs[0][0], "officer")
    rows = await pg.fetch("SELECT subject_id FROM audit_event WHERE action = 'duplicate.assigned' ORDER BY 1")
    assert [row[0] for row in rows] == sorted(pairs[0])


@pytest.fixture
async def many(client: httpx.AsyncClient, world: World) -> None:
    """A group of 23 cases: a NIK that is in 24 records of enumerator.1."""
    number = nik()
    for _ in range(24):
        await outcomes(client, world, "enumerator.1", item(nik=number))


@pytest.mark.usefixtures("many")
async def test_what_is_beyond_the_bound_of_a_group_is_the_next_piece_of_work_as_one(queue: Queue) -> None:
    taken = ids(await queue.act("POST", "duplicates/next", "officer", {}))
    rest = ids(await queue.act("POST", "duplicates/next", "coordinator.1", {}))
    assert (len(taken), len(rest)) == (20, 3)
    assert not set(taken) & set(rest)
    assert ids(await queue.act("POST", "duplicates/next", "officer", {})) == []


@pytest.mark.usefixtures("many")
async def test_who_gives_back_gives_back_the_own_cases_alone(queue: Queue) -> None:
    taken = ids(await queue.act("POST", "duplicates/next", "coordinator.1", {}))
    rest = ids(await queue.act("POST", "duplicates/next", "officer", {}))
    assert sorted(ids(await queue.act("DELETE", f"duplicates/{rest[0]}/assignment", "officer"))) == sorted(rest)
    assert sorted(ids(await queue.act("GET", "duplicates", "coordinator.1", assigned="me"))) == sorted(taken)
    again = ids(await queue.act("POST", "duplicates/next", "officer", {}))
    assert sorted(again) == sorted(rest)
    # A coordinator may, too, though others have most of the group.
    assert ids(await queue.act("DELETE", f"duplicates/{taken[-1]}/assignment", "coordinator.1")) == taken
    assert ids(await queue.act("GET", "duplicates", "coordinator.1", assigned="me")) == []
    assert ids(await queue.act("DELETE", f"duplicates/{taken[0]}/assignment", "coordinator.1")) != [], "nobody has it"


async def test_nobody_gets_as_the_next_what_only_others_may_decide(
    queue: Queue, client: httpx.AsyncClient, world: World
) -> None:
    number = nik()
    assert await outcomes(client, world, "enumerator.4", item(nik=number)) == ["accepted"]
    assert await outcomes(client, world, "enumerator.1", item(nik=number)) == ["duplicate"]
    foreign = ids(await queue.act("GET", "duplicates", "coordinator.1"))
    own = item(nik=(mine := nik()))
    assert await outcomes(client, world, "enumerator.1", own) == ["accepted"]
    assert await outcomes(client, world, "enumerator.1", item(nik=mine)) == ["duplicate"]
    taken = ids(await queue.act("POST", "duplicates/next", "coordinator.1", {}))
    assert (len(taken), taken == foreign) == (1, False)
    await queue.resolve(taken[0], "separate", "coordinator.1")
    assert ids(await queue.act("POST", "duplicates/next", "coordinator.1", {})) == []
    assert ids(await queue.act("POST", "duplicates/next", "officer", {})) == foreign
