"""The state of a task hangs on what was heard, and in no way on the order in which tablets send it."""

from datetime import timedelta
from itertools import permutations

import asyncpg
import httpx
import pytest
from asked_again import answered, heard, nobody, tasks
from shapes import Json
from test_who_knows import again, one, state_of
from world import World, batch, put

from app.core.clock import SetClock


async def in_force(pg: asyncpg.Connection, id_: str) -> tuple[str, str]:
    row = await pg.fetchrow("SELECT state, result FROM reinterview WHERE id = $1::text::uuid", id_)
    assert row is not None
    return row[0], row[1]


@pytest.mark.parametrize(("result", "day"), [("not_found", 16), ("refused", 12), ("closed", 14)])
async def test_absent_takes_the_place_of_nothing_and_is_replaced_in_every_order(
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    world: World,
    drawn: dict[str, Json],
    clock: SetClock,
    result: str,
    day: int,
) -> None:
    """Also where it is the third visit, so a non-response, and whenever the other one was heard."""
    clock.moment += timedelta(days=9)
    visits = [nobody("absent", each) for each in (13, 15, 17)]
    for id_, order in zip(
        [str(row[0]) for row in await pg.fetch("SELECT id FROM reinterview ORDER BY id")],
        ([*visits, nobody(result, day)], [nobody(result, day), *visits], [*visits[:2], nobody(result, day), visits[2]]),
        strict=False,
    ):
        for each in order:
            answer = await answered(client, world, 4, id_, each)
            assert answer.status_code == 201 or answer.json()["code"] == "reinterview_not_needed"
            if each["result"] == result:
                assert (answer.status_code, answer.json().get("state")) == (201, "done")
        assert await in_force(pg, id_) == ("done", result)


async def test_of_two_results_of_one_moment_the_same_is_in_force_in_every_order(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], clock: SetClock
) -> None:
    ids = [str(row[0]) for row in await pg.fetch("SELECT id FROM reinterview ORDER BY id")]
    clock.moment += timedelta(days=2)
    for id_, order in zip(ids, permutations(["refused", "closed"]), strict=False):
        for result in order:
            await answered(client, world, 4, id_, nobody(result))
            clock.moment += timedelta(minutes=1)
        assert await in_force(pg, id_) == ("done", "refused")


async def test_a_clock_that_is_ahead_once_makes_no_older_interview_hold(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], clock: SetClock
) -> None:
    id_, record = await one(pg, drawn)
    clock.moment += timedelta(days=4)
    when = {"late": "2022-09-14T09:00:00+07:00", "ahead": "2035-01-01T00:00:00Z", "older": "2022-09-13T09:00:00+07:00"}
    statuses = []
    for number, told in enumerate(when.values()):
        clock.moment += timedelta(minutes=1)
        body = heard(record, annual_sales_idr=number + 1) | {"captured_at": told}
        statuses.append((await answered(client, world, 4, id_, body)).status_code)
    assert statuses == [201, 201, 409]


async def test_another_absent_after_the_third_changes_nothing(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], clock: SetClock
) -> None:
    clock.moment += timedelta(days=9)
    ids = [str(row[0]) for row in await pg.fetch("SELECT id FROM reinterview ORDER BY id")]
    days = [13, 14, 15, 16]
    for id_, order in zip(ids, list(permutations(days))[:: len(days) * 2], strict=False):
        for day in order:
            assert (await answered(client, world, 4, id_, nobody("absent", day))).status_code == 201
        assert await in_force(pg, id_) == ("done", "non_response")
        assert await pg.fetchval("SELECT visits FROM reinterview WHERE id = $1::text::uuid", id_) == len(days)


@pytest.mark.parametrize("moved", [True, False])
async def test_a_correction_by_who_may_no_longer_ask_is_not_kept_on_the_tablet_for_ever(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], moved: bool
) -> None:
    """The list says `done`, which nobody is given any more: what it says and the answer agree."""
    id_, record = await one(pg, drawn)
    assert (await answered(client, world, 4, id_, heard(record))).status_code == 201
    if moved:
        await pg.execute("UPDATE account SET region_code = '16.71' WHERE id = $1", world.id("enumerator.4"))
    else:
        await put(client, world, "enumerator.4", batch(again(record)))
    correction = heard(record, annual_sales_idr=5) | {"captured_at": "2022-09-13T10:00:00+07:00"}
    refused = await answered(client, world, 4, id_, correction)
    assert (refused.status_code, refused.json()["code"]) == (409, "reinterview_not_needed")
    assert {each["id"]: each["state"] for each in await tasks(client, world, 4)}[id_] == "done"
    assert await state_of(pg, id_) == ("done", str(world.id("enumerator.4")))


@pytest.mark.parametrize("result", ["absent", "refused", "not_found"])
@pytest.mark.parametrize("questionnaire", ["koperasi@1", "umkm@2", "umkm@99"])
async def test_a_result_without_an_interview_names_the_questionnaire_of_the_task_too(
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    world: World,
    drawn: dict[str, Json],
    result: str,
    questionnaire: str,
) -> None:
    id_, _ = await one(pg, drawn)
    answer = await answered(client, world, 4, id_, nobody(result) | {"questionnaire": questionnaire})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["code"] == "questionnaire_differs"
    assert (await answered(client, world, 4, id_, nobody(result))).status_code == 201
