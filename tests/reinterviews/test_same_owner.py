"""Nobody asks two businesses of one owner again: who heard one of them is not blind for the other."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from asked_again import Draw, answered, assign, configure, heard, nobody, records, send, tasks
from shapes import Json
from test_drawn_revision import corrects
from test_who_knows import state_of
from world import World

from app.core.clock import SetClock
from app.reinterviews.drawing import value_of

OTHERS = ({"legal_name": "Bengkel Maju", "kbli": "45407"}, {"legal_name": "Jahit Rapi", "kbli": "14120"})


def of_one_owner(count: int) -> list[Json]:
    """Records of enumerator.1: the first is somebody's business, and each other one another business of that owner."""
    first, *others = records(1, count)
    for each, other in zip(others, OTHERS, strict=False):
        each["answers"] |= {"owner": first["answers"]["owner"], "other_business_of_owner": True, **other}
    return [first, *others]


async def all_drawn(
    client: httpx.AsyncClient, world: World, draw_all: Draw, made: list[Json], assignment: str
) -> dict[str, str]:
    """Send and draw them; the re-interviews by their records."""
    await send(client, world, 1, made)
    ids = [UUID(each["record_id"]) for each in made]
    seeds = map("benih-{:06}".format, range(1_000_000))
    seed = next(each for each in seeds if all(value_of(each, id_) < 0.2 for id_ in ids))
    answer = await configure(client, world, share_percent=20.0, seed=seed, assignment=assignment)
    assert answer.status_code == 200, answer.text
    await draw_all()
    found = await client.get("/v1/quality/reinterviews", headers=world.auth("officer"))
    return {each["record_id"]: each["id"] for each in found.json()["items"]}


async def test_the_server_gives_them_to_different_people(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, draw_all: Draw
) -> None:
    """Of one round, and of a later one."""
    given = await all_drawn(client, world, draw_all, of_one_owner(3), "automatic")
    people = [(await state_of(pg, id_))[1] for id_ in given.values()]
    assert None not in people
    assert len(set(people)) == len(people) == 3
    for again in range(3):
        await pg.execute(
            "UPDATE reinterview SET state = 'open', assignee_id = NULL WHERE id = $1", [*given.values()][again]
        )
        await draw_all()
        assert len({(await state_of(pg, id_))[1] for id_ in given.values()} - {None}) == 3


async def test_where_nobody_else_works_there_it_waits(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, draw_all: Draw
) -> None:
    keep = [world.id(f"enumerator.{each}") for each in (1, 4)]
    await pg.execute("DELETE FROM assignment WHERE NOT enumerator_id = ANY($1)", keep)
    given = await all_drawn(client, world, draw_all, of_one_owner(2), "automatic")
    states = sorted([await state_of(pg, id_) for id_ in given.values()], key=str)
    assert states == [("assigned", str(world.id("enumerator.4"))), ("open", None)]


async def test_a_person_cannot_give_both_to_one(
    client: httpx.AsyncClient, world: World, draw_all: Draw, pg: asyncpg.Connection
) -> None:
    first, second = (await all_drawn(client, world, draw_all, of_one_owner(2), "manual")).values()
    assert (await assign(client, world, first, "enumerator.4")).status_code == 204
    assert (await assign(client, world, first, "enumerator.4")).status_code == 204, "who has it keeps it"
    refused = await assign(client, world, second, "enumerator.4")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "answers_known")
    assert await state_of(pg, second) == ("open", None)
    assert (await assign(client, world, second, "enumerator.5")).status_code == 204
    assert (await assign(client, world, first, "enumerator.6")).status_code == 204, "given to somebody else"
    assert (await assign(client, world, second, "enumerator.4")).status_code == 204, "who has neither by now"


@pytest.mark.parametrize("result", ["done", "not_found"])
async def test_what_became_the_same_owners_is_taken_back_with_the_first_interview(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, draw_all: Draw, clock: SetClock, result: str
) -> None:
    """By the correction of a number. A visit without an interview heard nothing, so it takes nothing back."""
    made = records(1, 3)
    given = await all_drawn(client, world, draw_all, made, "manual")
    for id_ in given.values():
        assert (await assign(client, world, id_, "enumerator.4")).status_code == 204
    owner: dict[str, Any] = {"owner": made[0]["answers"]["owner"], "other_business_of_owner": True, **OTHERS[0]}
    await corrects(client, world, made[1], **owner)
    clock.moment += timedelta(days=1)
    first, second, other = (given[each["record_id"]] for each in made)
    body = heard(made[0]) if result == "done" else nobody(result)
    assert (await answered(client, world, 4, first, body)).status_code == 201
    mine = str(world.id("enumerator.4"))
    taken = result == "done"
    assert await state_of(pg, second) == (("open", None) if taken else ("assigned", mine))
    assert await state_of(pg, other) == ("assigned", mine), "another owner's"
    late = await answered(client, world, 4, second, heard(made[1]))
    assert (late.status_code, late.json().get("code")) == ((409, "reinterview_taken_away") if taken else (201, None))
    states = {each["id"]: each["state"] for each in await tasks(client, world, 4)}
    assert (states[second], states[other]) == ("taken_away" if taken else "done", "to_do")


async def test_of_two_that_come_at_once_one_is_taken(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, draw_all: Draw, clock: SetClock
) -> None:
    """Each would take back the other: the database lets one of them go first."""
    made = records(1, 2)
    given = await all_drawn(client, world, draw_all, made, "manual")
    for id_ in given.values():
        assert (await assign(client, world, id_, "enumerator.4")).status_code == 204
    owner: dict[str, Any] = {"owner": made[0]["answers"]["owner"], "other_business_of_owner": True}
    await corrects(client, world, made[1], **owner, **OTHERS[0])
    clock.moment += timedelta(days=1)
    sent = await asyncio.gather(*(answered(client, world, 4, given[each["record_id"]], heard(each)) for each in made))
    assert sorted(each.status_code for each in sent) == [201, 409]
    assert {each.json().get("code") for each in sent} == {None, "reinterview_taken_away"}
    assert await pg.fetchval("SELECT count(*) FROM reinterview_version") == 1
