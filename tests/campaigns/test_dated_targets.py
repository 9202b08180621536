"""Targets have dates: what was shown for a day gone by stays, and a correction of it says why."""

from collections.abc import Callable, Coroutine, Mapping
from datetime import date, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from one_by_one import each
from shapes import Call, Json
from world import World

from app.campaigns.dated import effective_day, in_force, needs_reason, whole_history, with_value
from app.core.clock import SetClock

EMBEDDED_IS_ENOUGH = True
START, BEFORE, TODAY, LATER = date(2022, 4, 1), date(2022, 9, 11), date(2022, 9, 12), date(2022, 9, 20)
WHY = "SK Bupati 17/2022"
Shown = Callable[..., Coroutine[Any, Any, int | None]]


@pytest.mark.parametrize(
    ("history", "on", "held"),
    [
        ({}, TODAY, None),
        ({LATER: 5}, TODAY, None),
        ({START: 3, LATER: 5}, TODAY, (START, 3)),
        ({START: 3, LATER: 5}, LATER, (LATER, 5)),
        ({START: 3, LATER: None}, LATER + timedelta(1), (LATER, None)),
    ],
)
def test_the_value_of_a_day_is_the_last_that_was_set_by_then(
    history: Mapping[date, int | None], on: date, held: tuple[date, int | None] | None
) -> None:
    assert in_force(history, on) == held


def test_a_value_holds_from_its_day_on_and_later_ones_stay() -> None:
    history = {START: 3, LATER: 5}
    assert with_value(history, TODAY, 4) == {START: 3, TODAY: 4, LATER: 5}
    assert with_value(history, LATER, 6) == {START: 3, LATER: 6}
    assert with_value(history, TODAY, None) == {START: 3, TODAY: None, LATER: 5}


@pytest.mark.parametrize(("day", "businesses"), [(START, 3), (TODAY, 3), (LATER, 5), (LATER + timedelta(9), 5)])
def test_what_holds_already_is_not_set_again(day: date, businesses: int) -> None:
    assert with_value({START: 3, LATER: 5}, day, businesses) is None


def test_where_nothing_was_set_nothing_is_taken_away() -> None:
    assert with_value({}, TODAY, None) is None


def test_no_value_begins_before_the_campaign_and_by_default_it_begins_today() -> None:
    assert effective_day(None, starts_on=START, today=TODAY) == TODAY
    assert effective_day(LATER, starts_on=START, today=TODAY) == LATER
    assert effective_day(date(2022, 1, 1), starts_on=START, today=TODAY) == START
    assert effective_day(None, starts_on=START, today=date(2022, 1, 1)) == START


@pytest.mark.parametrize(
    ("day", "today", "needed"),
    [(BEFORE, TODAY, True), (TODAY, TODAY, False), (LATER, TODAY, False), (START, START, False), (START, TODAY, True)],
)
def test_only_days_gone_by_need_a_reason(day: date, today: date, needed: bool) -> None:
    assert needs_reason(day, starts_on=START, today=today) is needed


def test_what_was_set_before_a_first_day_that_was_moved_on_holds_on_it() -> None:
    assert whole_history(3, {LATER: 5}, START) == {START: 3, LATER: 5}
    assert whole_history(None, {LATER: 5}, START) == {LATER: 5}
    assert whole_history(3, {TODAY: 4, LATER: None}, LATER) == {LATER: None}


@pytest.fixture
def put(act: Call) -> Call:
    async def call(businesses: int, **given: str) -> httpx.Response:
        return await act("officer", "PUT", "targets/16.01.14", {"businesses": businesses, **given})

    return call


@pytest.fixture
def shown(client: httpx.AsyncClient, world: World) -> Shown:
    """The target of a region of a day, wherever it is shown, which is the same everywhere."""

    async def call(day: date, code: str = "16.01.14", parent: str = "16.01") -> int | None:
        async def asked(path: str, **params: str) -> Json:
            answer = await client.get(f"/v1/{path}", params={"as_of": str(day), **params}, headers=world.auth("admin"))
            assert answer.status_code == 200, answer.text
            return answer.json()

        def of(rows: list[Json]) -> Json:
            return next(row for row in rows if row["region"]["code"] == code)

        one = (await asked(f"progress/regions/{code}"))["item"]
        among = of((await asked("progress/regions", parent=parent))["items"])
        curve = (await asked("progress/series", region=code))["items"][0]
        listed = (await asked("targets", region=code))["region"]
        assert (one["target"], one["percent"]) == (among["target"], among["percent"])
        assert (one["rank"] is None) is (one["target"] is None) is (one["percent"] is None)
        assert one["target"] == curve["target"] == listed["businesses"]
        return one["target"]

    return call


async def test_a_change_on_the_20th_does_not_change_what_was_shown_for_the_12th(
    put: Call, shown: Shown, clock: SetClock
) -> None:
    assert (await put(500)).json()["valid_from"] == "2022-09-12"
    clock.moment += timedelta(days=8)
    answer = (await put(800)).json()
    assert (answer["businesses"], answer["valid_from"]) == (800, "2022-09-20")
    assert answer["history"] == [
        {"valid_from": "2022-09-12", "businesses": 500},
        {"valid_from": "2022-09-20", "businesses": 800},
    ]
    days = {BEFORE: None, TODAY: 500, LATER - timedelta(1): 500, LATER: 800, date(2022, 12, 1): 800}
    assert {day: await shown(day) for day in days} == days


async def test_what_was_set_before_targets_had_dates_holds_from_the_first_day(shown: Shown) -> None:
    for day in (START - timedelta(9), START, LATER):
        assert await shown(day, "16.01", "16") == 42_000


async def test_a_target_of_days_to_come_holds_from_then_on(put: Call, shown: Shown, act: Call) -> None:
    await put(500)
    await put(900, valid_from="2022-10-01")
    assert (await put(600)).json()["history"][-1] == {"valid_from": "2022-10-01", "businesses": 900}, "it stays"
    assert [await shown(day) for day in (TODAY, date(2022, 9, 30), date(2022, 10, 1))] == [600, 600, 900]
    assert (await act("officer", "DELETE", "targets/16.01.14", params={"valid_from": "2022-10-05"})).status_code == 204
    assert [await shown(date(2022, 10, day)) for day in (4, 5)] == [900, None]


async def test_a_target_of_days_gone_by_says_why_and_the_trail_keeps_it(
    put: Call, shown: Shown, act: Call, pg: asyncpg.Connection
) -> None:
    refused = await put(500, valid_from="2022-08-01")
    assert refused.status_code == 422
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [
        ("/body/reason", "reason_missing")
    ]
    assert await shown(TODAY) is None
    assert (await put(500, valid_from="2022-08-01", reason=WHY)).status_code == 200
    assert (await put(500, valid_from="2022-08-01", reason=WHY)).status_code == 200
    assert [await shown(day) for day in (date(2022, 7, 31), date(2022, 8, 1), TODAY)] == [None, 500, 500]
    kept = await pg.fetch("SELECT detail::jsonb AS detail FROM audit_event WHERE action = 'target.set'")
    assert len(kept) == 1
    assert f'"reason": "{WHY}"' in kept[0]["detail"]
    gone = {"params": {"valid_from": "2022-08-01"}}
    refused = await act("officer", "DELETE", "targets/16.01.14", **gone)
    assert refused.json()["errors"][0]["pointer"] == "/query/reason"
    gone["params"]["reason"] = WHY
    assert (await act("officer", "DELETE", "targets/16.01.14", **gone)).status_code == 204
    assert await shown(TODAY) is None


async def test_from_the_first_day_on_is_where_targets_without_dates_are(
    put: Call, shown: Shown, act: Call, pg: asyncpg.Connection
) -> None:
    await put(700, valid_from="2022-01-01", reason=WHY)
    assert await pg.fetchval("SELECT businesses FROM target WHERE region_code = '16.01.14'") == 700
    assert await shown(START) == 700
    gone = {"params": {"valid_from": "2022-04-01", "reason": WHY}}
    assert (await act("officer", "DELETE", "targets/16.01.14", **gone)).status_code == 204
    assert await pg.fetchval("SELECT count(*) FROM target WHERE region_code = '16.01.14'") == 0
    assert await shown(START) is None


@each(
    ("given", "pointer", "code"),
    [
        ({"valid_from": "2022-12-01"}, "/body/valid_from", "after_campaign"),
        ({"valid_from": "soon"}, "/body/valid_from", "not_a_date"),
        ({"valid_from": "2022-08-01", "reason": "....."}, "/body/reason", "text_without_letters"),
    ],
)
async def test_a_day_that_is_none(put: Call, given: dict[str, str], pointer: str, code: str) -> None:
    answer = await put(500, **given)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert answer.json()["errors"][0]["code"] == code


async def test_answers_that_are_kept_are_known_to_have_changed(
    put: Call, client: httpx.AsyncClient, world: World
) -> None:
    async def asked(day: str, known: str = "") -> httpx.Response:
        headers = {**world.auth("officer"), "If-None-Match": known}
        return await client.get("/v1/progress/regions/16.01.14", params={"as_of": day}, headers=headers)

    tags = {day: (await asked(day)).headers["ETag"] for day in ("2022-09-11", "2022-09-12")}
    await put(500)
    assert (await asked("2022-09-11", tags["2022-09-11"])).status_code == 304
    assert (await asked("2022-09-12", tags["2022-09-12"])).status_code == 200


async def test_a_file_has_days_and_may_be_sent_again(
    client: httpx.AsyncClient, world: World, clock: SetClock, shown: Shown
) -> None:
    async def sent(*rows: str, **params: bool) -> Json:
        body = "\n".join(["campaign,region_code,businesses,valid_from,reason", *rows]).encode()
        headers = {**world.auth("officer"), "Content-Type": "text/csv"}
        return (await client.post("/v1/imports/targets", content=body, params=params, headers=headers)).json()

    rows = [
        f"pl-kumkm-2022,16.01.14,100,2022-04-01,{WHY}",
        "pl-kumkm-2022,16.01.14,200,2022-09-20,",
        "pl-kumkm-2022,16.01.14,100,2022-10-01,",
        "pl-kumkm-2022,16.01.13,900,,",
    ]
    done = await sent(*rows)
    assert (done["created"], done["changed"], done["unchanged"]) == (2, 2, 0)
    clock.moment += timedelta(days=3)
    again = await sent(*rows)
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 4)
    assert [await shown(day) for day in (TODAY, LATER, date(2022, 10, 1))] == [100, 200, 100]
    faulty = await sent(rows[1], rows[1], "pl-kumkm-2022,16.01.13,900,2022-05-01,", dry_run=True)
    assert [(each["pointer"], each["code"]) for each in faulty["faults"]] == [
        ("/lines/3/region_code", "repeated"),
        ("/lines/4/reason", "reason_missing"),
    ]


async def test_what_is_set_for_a_first_day_that_was_moved_on_takes_the_place_of_what_was_set_before_it(
    put: Call, shown: Shown, pg: asyncpg.Connection, clock: SetClock
) -> None:
    await put(500)
    await pg.execute("UPDATE campaign SET starts_on = '2022-09-20' WHERE id = 1")
    assert await shown(LATER) == 500
    assert (await put(600)).json()["history"] == [{"valid_from": "2022-09-20", "businesses": 600}]
    assert await shown(LATER) == 600
