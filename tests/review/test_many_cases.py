"""Many cases decided at once, only where it is safe; and the hours that are left."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from disputes import Queue
from queued import likely
from shapes import Json
from world import World, item, nik, outcomes

from app.core.clock import SetClock
from app.recount import drift
from app.review.effort import LEAST, PAUSE, Made, efforts
from app.review.safe_together import MOST_LIKELY, is_safe

EMBEDDED_IS_ENOUGH = True


@pytest.mark.parametrize("decision", ["same", "wrong_identity", "owner_changed"])
@pytest.mark.parametrize("kind", ["duplicate", "conflict", "wrong_number", "likely", "same_owner"])
def test_what_merges_returns_or_takes_a_number_is_never_decided_together(kind: str, decision: str) -> None:
    assert not is_safe(kind, decision, 0.0, ["other_name", "other_activity"])


def test_two_are_separated_together_only_where_much_speaks_for_it() -> None:
    both = ["marked", "other_name", "other_activity"]
    assert is_safe("likely", "separate", MOST_LIKELY, [])
    assert not is_safe("likely", "separate", MOST_LIKELY + 0.001, both)
    assert not is_safe("likely", "separate", None, both)
    assert is_safe("same_owner", "separate", None, both)
    for less in (["marked", "other_name"], ["other_activity", "other_nib"], ["marked", "other_nib"]):
        assert not is_safe("same_owner", "separate", None, less)
    for kind in ("duplicate", "conflict", "wrong_number"):
        assert not is_safe(kind, "separate", 0.0, both), "it would become an entry of its own, which is paid"


@pytest.fixture
async def cases(client: httpx.AsyncClient, world: World, pg: asyncpg.Connection) -> list[str]:
    """Three unlikely ones and a likely one."""
    sent = [item(nik=nik()) for _ in range(5)]
    for each in sent:
        assert await outcomes(client, world, "enumerator.1", each) == ["accepted"]
    first, *others = (each["record_id"] for each in sent)
    return [await likely(pg, first, *each) for each in zip(others, (0.01, 0.01, 0.02, 0.6), strict=True)]


async def decide(queue: Queue, case_ids: list[str], who: str = "officer", **told: Any) -> list[Json]:
    body = {"kind": "likely", "decision": "separate", "reason": "Jelas dua usaha", "case_ids": case_ids, **told}
    answer = await queue.act("POST", "duplicates/resolutions", who, body)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def codes(items: list[Json]) -> list[str | None]:
    return [None if each["problem"] is None else each["problem"]["code"] for each in items]


async def test_each_case_is_decided_by_itself_and_a_refused_one_stops_no_other(
    queue: Queue, cases: list[str], pg: asyncpg.Connection
) -> None:
    await queue.resolve(cases[1], "same")
    nobodys = str(UUID(int=7))
    found = await decide(queue, [cases[3], cases[1], nobodys, cases[0], cases[2]])
    assert codes(found) == ["not_safe_together", "state_changed", "not_found", None, None]
    assert [each["case"]["state"] for each in found[3:]] == ["resolved"] * 2
    assert codes(await decide(queue, [cases[0], cases[2]])) == [None, None], "the same again is the same"
    assert await pg.fetchval("SELECT count(*) FROM resolution") == 3
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'duplicate.separate'") == 2
    assert codes(await decide(queue, [cases[0]], kind="same_owner")) == [None], "it is decided so already"
    assert await drift(pg) == []
    await queue.undo(cases[0])
    assert (await queue.act("GET", f"duplicates/{cases[2]}")).json()["state"] == "resolved"


async def test_a_kind_that_is_not_meant_is_refused(queue: Queue, cases: list[str]) -> None:
    assert codes(await decide(queue, cases[:1], kind="same_owner")) == ["not_safe_together"]


async def test_of_two_who_decide_at_once_each_case_has_one_decision(
    queue: Queue, cases: list[str], pg: asyncpg.Connection
) -> None:
    async def alone() -> httpx.Response:
        told = {"decision": "same", "reason": "Sama, sudah dicek"}
        return await queue.act("POST", f"duplicates/{cases[0]}/resolution", "coordinator.1", told)

    found, single = await asyncio.gather(decide(queue, cases[:3]), alone())
    assert codes(found)[1:] == [None, None]
    assert (codes(found)[0], single.status_code) in {(None, 409), ("state_changed", 200)}
    assert await pg.fetchval("SELECT count(*) FROM resolution WHERE undone_at IS NULL") == 3
    assert await drift(pg) == []


async def test_another_team_decides_nothing_together(queue: Queue, cases: list[str]) -> None:
    assert codes(await decide(queue, cases, "coordinator.2")) == ["not_found"] * 4


BEGAN = datetime(2022, 9, 12, 8, tzinfo=UTC)


def made(seconds: list[float], kind: str = "likely", who: int = 1, holds: bool = True) -> list[Made]:
    moment, found = BEGAN, []
    for each in (0.0, *seconds):
        moment += timedelta(seconds=each)
        found.append(Made(decided_by=UUID(int=who), decided_at=moment, kind=kind, holds=holds))
    return found


def test_the_time_of_a_decision_is_the_median_within_a_run_of_work() -> None:
    pause = PAUSE.total_seconds()
    run = [40.0] * 6 + [pause + 1, 36_000.0] * 5 + [20.0] * 3 + [pause]  # more pauses than work
    of = {each.kind: each for each in efforts({"likely": 900, "conflict": 3}, made(run))}
    assert (of["likely"].seconds_each, of["likely"].hours_left) == (40.0, 10.0)
    assert of["likely"].days_left == round(900 * 7 / len(made(run)), 1)
    assert (of["conflict"].open, of["conflict"].seconds_each, of["conflict"].hours_left) == (3, None, None)


def test_too_few_decisions_make_no_figure() -> None:
    for times, seconds in ((LEAST - 1, None), (LEAST, 30.0)):
        (found,) = (each for each in efforts({"likely": 5}, made([30.0] * times)) if each.kind == "likely")
        assert found.seconds_each == seconds
    (found,) = (each for each in efforts({"likely": 5}, made([30.0] * (LEAST - 2))) if each.kind == "likely")
    assert (found.days_left, found.hours_left) == (None, None)


def test_what_was_decided_together_and_what_two_people_did_is_no_pace() -> None:
    together = made([0.0] * 99)
    (found,) = (each for each in efforts({}, together) if each.kind == "likely")
    assert (found.decided, found.seconds_each) == (100, None)
    of_two = [each for who in range(LEAST + 5) for each in made([], who=who)]
    (found,) = (each for each in efforts({}, of_two) if each.kind == "likely")
    assert found.seconds_each is None


def test_what_was_undone_took_its_time_and_is_not_done() -> None:
    (found,) = (each for each in efforts({"likely": 1}, made([30.0] * 20, holds=False)) if each.kind == "likely")
    assert (found.decided, found.seconds_each, found.days_left) == (0, 30.0, None)


async def test_hours_are_those_within_reach(queue: Queue, cases: list[str], clock: SetClock) -> None:
    for case_id in cases[:2]:
        await queue.resolve(case_id, "separate")
        clock.moment += timedelta(seconds=30)

    async def of(who: str) -> Json:
        answer = (await queue.act("GET", "queues/duplicates", who)).json()
        return {each["kind"]: each for each in answer["items"]}["likely"]

    mine = await of("coordinator.1")
    assert (mine["open"], mine["decided"], mine["seconds_each"], mine["hours_left"]) == (2, 2, None, None)
    foreign = await of("coordinator.2")
    assert (foreign["open"], foreign["decided"]) == (0, 0)
    clock.moment += timedelta(days=8)
    assert (await of("officer"))["decided"] == 0
