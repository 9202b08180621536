"""Nobody asks two businesses of one owner again: who heard one of them is not blind for the other."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
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
Result = TypeVar("Result")
# It is not the turn of one that was tried a moment ago.
NEVER_TRIED = datetime(2100, 1, 1, tzinfo=UTC)
WAITING = """
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE NOT granted AND datname = current_database()
"""


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


async def at_once(pg: asyncpg.Connection, *asked: Coroutine[Any, Any, Result]) -> list[Result]:
    """Do these at once: each begins after the one before waits, and none writes before the last has looked."""
    async with pg.transaction():
        await pg.execute("LOCK TABLE reinterview IN SHARE MODE")
        begun: list[asyncio.Task[Result]] = []
        for each in asked:
            begun.append(asyncio.create_task(each))
            while await pg.fetchval(WAITING) + sum(one.done() for one in begun) < len(begun):  # noqa: ASYNC110  (of the database)
                await asyncio.sleep(0.01)
    return await asyncio.gather(*begun)


async def test_two_people_who_give_both_at_once_cannot_either(
    client: httpx.AsyncClient, world: World, draw_all: Draw, pg: asyncpg.Connection
) -> None:
    """Whichever is first: the other is refused as it is a second later."""
    first, second = (await all_drawn(client, world, draw_all, of_one_owner(2), "manual")).values()
    for pair in ((first, second), (second, first)):
        given, refused = await at_once(pg, *(assign(client, world, each, "enumerator.4") for each in pair))
        assert (given.status_code, refused.status_code) == (204, 422)
        assert refused.json()["errors"][0]["code"] == "answers_known"
        assert await state_of(pg, pair[0]) == ("assigned", str(world.id("enumerator.4")))
        assert await state_of(pg, pair[1]) == ("open", None)
        await pg.execute("UPDATE reinterview SET state = 'open', assignee_id = NULL")


@pytest.mark.parametrize("person_first", [True, False])
async def test_a_person_and_the_server_cannot_give_both_at_once(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, draw_all: Draw, person_first: bool
) -> None:
    """The server does not wait: what it may not give then, it gives in its next round to somebody."""
    keep = [world.id(f"enumerator.{each}") for each in (1, 4)]
    await pg.execute("DELETE FROM assignment WHERE NOT enumerator_id = ANY($1)", keep)
    first, second = (await all_drawn(client, world, draw_all, of_one_owner(2), "manual")).values()
    await pg.execute("UPDATE reinterview SET tried_at = $2 WHERE id = $1::text::uuid", first, NEVER_TRIED)
    await configure(client, world, assignment="automatic")
    person = assign(client, world, first, "enumerator.4")
    both = (person, draw_all()) if person_first else (draw_all(), person)
    done = await at_once(pg, *both)
    [answer] = [each for each in done if each is not None]
    assert answer.status_code == (204 if person_first else 422)
    mine = ("assigned", str(world.id("enumerator.4")))
    assert await state_of(pg, first) == (mine if person_first else ("open", None))
    assert await state_of(pg, second) == (("open", None) if person_first else mine)


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
