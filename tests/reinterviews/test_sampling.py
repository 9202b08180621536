"""The sample: whoever has the seed can confirm it, nobody else foresees it, what is drawn stays drawn."""

from datetime import timedelta
from uuid import UUID

import asyncpg
import httpx
import pytest
from asked_again import SEED, Draw, ask, assign, configure, records, seed_that_draws, send
from fastapi import FastAPI
from shapes import Json
from world import World, batch, put, told

from app.campaigns.reinterviews import Reinterviews
from app.core.clock import SetClock
from app.reinterviews.drawing import is_drawn, lowest, value_of
from app.reinterviews.rounds import Drawing


async def sample(pg: asyncpg.Connection) -> dict[UUID, str]:
    return {row[0]: row[1] for row in await pg.fetch("SELECT record_id, drawn_by FROM reinterview")}


def expected(seed: str, share: float, *people: list[Json]) -> set[UUID]:
    """What anybody with the seed works out from lists of records, each in the order in which they came."""
    by, found = Reinterviews(share_percent=share, seed=seed), set()
    for made in people:
        ids = [UUID(each["record_id"]) for each in made]
        found |= {each for each in ids if is_drawn(by, each)}
        if (least := lowest(by, ids)) is not None:
            found.add(least)
    return found


async def test_without_a_share_nothing_is_drawn(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, draw_all: Draw
) -> None:
    await send(client, world, 1, records(1, 10))
    await draw_all()
    await configure(client, world, seed=SEED)
    await draw_all()
    assert await sample(pg) == {}


async def test_the_sample_is_what_the_seed_says(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, draw_all: Draw, clock: SetClock
) -> None:
    people: list[list[Json]] = [[], []]
    await configure(client, world, share_percent=10.0, seed=SEED)
    for number in range(3):
        clock.moment = clock.now() + timedelta(minutes=1)
        for who in (0, 1):
            made = records(who + 1, 18)[6 * number : 6 * number + 6]
            await send(client, world, who + 1, made)
            people[who] += made
        await draw_all()
    found = await sample(pg)
    assert found.keys() == expected(SEED, 10.0, *people)
    assert {await pg.fetchval("SELECT enumerator_id FROM record WHERE record_id = $1", each) for each in found} == {
        world.id("enumerator.1"),
        world.id("enumerator.2"),
    }, "nobody who works is left out"
    assert found.keys() != expected("benih-lain-2022", 10.0, *people)
    for each, drawn_by in found.items():
        assert drawn_by == "least" or value_of(SEED, each) < 0.1


async def test_the_sample_does_not_depend_on_when_rounds_are(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, draw_all: Draw
) -> None:
    made = records(1, 40)
    await send(client, world, 1, made)
    await configure(client, world, share_percent=20.0, seed=SEED)
    await draw_all()
    assert (await sample(pg)).keys() == expected(SEED, 20.0, made)
    await draw_all()
    assert (await sample(pg)).keys() == expected(SEED, 20.0, made)


async def test_what_is_drawn_stays_drawn(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, draw_all: Draw
) -> None:
    made = records(1, 20)
    await send(client, world, 1, made)
    await configure(client, world, share_percent=20.0, seed=SEED)
    await draw_all()
    before = await sample(pg)
    await configure(client, world, seed="benih-yang-lain", share_percent=5.0)
    await draw_all()
    after = await sample(pg)
    assert before.keys() <= after.keys()
    await configure(client, world, share_percent=0.0)
    await draw_all()
    assert await sample(pg) == after
    assert await pg.fetchval("SELECT count(*) FROM reinterview WHERE state = 'withdrawn'") == 0


async def test_a_record_that_leaves_the_figures_is_withdrawn_and_comes_back_with_it(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], draw_all: Draw
) -> None:
    row = await pg.fetchrow("SELECT id, record_id, business_id FROM reinterview ORDER BY id LIMIT 1")
    assert row is not None
    await pg.execute("UPDATE record SET counted_as = 'duplicate' WHERE record_id = $1", row["record_id"])
    touch = "UPDATE business SET change_number = pg_current_xact_id()::text::bigint WHERE id = $1"
    await pg.execute(touch, row["business_id"])
    await draw_all()
    state = "SELECT state, withdrawn_for FROM reinterview WHERE id = $1"
    assert tuple(await pg.fetchrow(state, row["id"]) or ()) == ("withdrawn", "left_figures")
    assert (await assign(client, world, row["id"], "enumerator.5")).status_code == 409
    await pg.execute("UPDATE record SET counted_as = 'entered' WHERE record_id = $1", row["record_id"])
    await pg.execute(touch, row["business_id"])
    await draw_all()
    assert tuple(await pg.fetchrow(state, row["id"]) or ()) == ("open", None)


async def test_a_business_merged_by_a_decision_is_withdrawn(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, draw_all: Draw
) -> None:
    first, second = records(1, 1)[0], records(2, 1)[0]
    second["answers"]["owner"]["nik"] = first["answers"]["owner"]["nik"]
    second["answers"] |= {"other_business_of_owner": True, "legal_name": "Bengkel Jaya", "kbli": "45407"}
    second["region_code"] = "16.01.13.1003"
    await send(client, world, 1, [first])
    await send(client, world, 2, [second])
    await configure(client, world, share_percent=20.0, seed=seed_that_draws(UUID(second["record_id"])))
    await draw_all()
    assert UUID(second["record_id"]) in await sample(pg)
    case = await pg.fetchval("SELECT id FROM duplicate_case WHERE kind = 'same_owner'")
    answer = await client.post(
        f"/v1/duplicates/{case}/resolution",
        json={"decision": "same", "reason": "Satu usaha saja"},
        headers=world.auth("officer"),
    )
    assert answer.status_code in (200, 204), answer.text
    await draw_all()
    row = await pg.fetchrow("SELECT state FROM reinterview WHERE record_id = $1", UUID(second["record_id"]))
    assert row is not None
    assert row["state"] == "withdrawn"


async def test_what_comes_back_as_another_business_is_asked_again_there(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, draw_all: Draw
) -> None:
    """A decision, its undoing, and the same again: each time the record's business is a new one."""
    first, second = records(1, 1)[0], records(2, 1)[0]
    second["answers"]["owner"]["nik"] = first["answers"]["owner"]["nik"]
    await send(client, world, 1, [first])
    await put(client, world, "enumerator.2", batch(second))
    await configure(client, world, share_percent=20.0, seed=seed_that_draws(UUID(second["record_id"])))
    case = await pg.fetchval("SELECT id FROM duplicate_case WHERE record_id = $1", second["record_id"])

    async def decide(path: str, body: Json) -> tuple[str, bool]:
        """The state, and whether it names the business that the record has now."""
        decision = {"reason": "Sudah dikunjungi", **body}
        answer = await client.post(f"/v1/duplicates/{case}/{path}", json=decision, headers=world.auth("officer"))
        assert answer.status_code == 200, answer.text
        await draw_all()
        row = await pg.fetchrow("SELECT state, business_id FROM reinterview WHERE record_id = $1", second["record_id"])
        own = await pg.fetchval("SELECT business_id FROM record WHERE record_id = $1", second["record_id"])
        assert row is not None
        return row[0], row[1] == own

    separate = {"decision": "separate"}
    begun = await decide("resolution", separate)
    assert begun[0] in ("open", "assigned")
    assert (await decide("resolution/undo", {}))[0] == "withdrawn"
    assert await decide("resolution", separate) in (("open", True), ("assigned", True))


async def test_a_round_looks_only_at_what_changed(
    app: FastAPI, client: httpx.AsyncClient, world: World, drawing: Drawing, draw_all: Draw
) -> None:
    await send(client, world, 1, records(1, 30))
    await configure(client, world, share_percent=20.0, seed=SEED, assignment="manual")
    await draw_all()
    async with told(app) as statements:
        await drawing.round()
    assert not any("FROM record" in each or "FROM submission" in each for each in statements), statements
    assert len(statements) < 10


async def test_batches_are_stored_without_a_statement_for_reinterviews(
    client: httpx.AsyncClient, world: World, app: FastAPI, drawn: dict[str, Json]
) -> None:
    async with told(app) as statements:
        await put(client, world, "enumerator.2", batch(*records(2, 5)))
    assert statements
    assert not any("reinterview" in each for each in statements)


async def test_a_restored_database_of_another_cluster_is_looked_through_again(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, draw_all: Draw
) -> None:
    await configure(client, world, share_percent=20.0, seed=SEED)
    await draw_all()
    await pg.execute("UPDATE reinterview_state SET change_number = 2::bigint ^ 60")
    made = records(1, 20)
    await send(client, world, 1, made)
    await draw_all()
    assert (await sample(pg)).keys() == expected(SEED, 20.0, made)


# Giving.


async def test_the_server_gives_them_to_others_evenly(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, draw_all: Draw
) -> None:
    for who in (1, 2):
        await send(client, world, who, records(who, 60))
    await configure(client, world, share_percent=20.0, seed=SEED)
    await draw_all()
    rows = await pg.fetch("SELECT enumerator_id, assignee_id, state, assigned_by FROM reinterview")
    assert {row["state"] for row in rows} == {"assigned"}
    assert {row["assigned_by"] for row in rows} == {None}
    other_team = {world.id(f"enumerator.{number}") for number in (4, 5, 6)}
    loads = [sum(row["assignee_id"] == each for row in rows) for each in other_team]
    assert sum(loads) == len(rows), "another team is there"
    assert max(loads) - min(loads) <= 1
    listed = await ask(client, world, "reinterviews", state="assigned")
    assert all(row["is_automatic"] and row["due_on"] == "2022-09-26" for row in listed)


async def test_where_nobody_else_works_it_waits_for_a_person(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, draw_all: Draw, drawing: Drawing
) -> None:
    await pg.execute("DELETE FROM assignment WHERE enumerator_id <> $1", world.id("enumerator.1"))
    await send(client, world, 1, records(1, 10))
    await configure(client, world, share_percent=20.0, seed=SEED)
    await draw_all()
    assert await pg.fetchval("SELECT bool_and(state = 'open' AND tried_at IS NOT NULL) FROM reinterview")
    assert not await drawing.round(), "it is not tried again and again"


@pytest.mark.parametrize(
    ("to", "who", "status", "code"),
    [
        ("enumerator.1", "officer", 422, "same_enumerator"),
        ("enumerator.palembang", "officer", 422, "enumerator_not_there"),
        ("coordinator.1", "officer", 422, "enumerator_not_there"),
        ("nobody", "officer", 422, "enumerator_not_there"),
        ("enumerator.5", "officer.palembang", 404, None),
        ("enumerator.5", "coordinator.2", 404, None),
        ("enumerator.5", "coordinator.1", 204, None),
        ("enumerator.5", "admin", 204, None),
    ],
)
async def test_who_may_give_it_to_whom(
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    world: World,
    drawn: dict[str, Json],
    to: str,
    who: str,
    status: int,
    code: str | None,
) -> None:
    id_ = await pg.fetchval("SELECT id FROM reinterview ORDER BY id LIMIT 1")
    answer = await assign(client, world, id_, to, who)
    assert answer.status_code == status, answer.text
    assignee = await pg.fetchval("SELECT assignee_id FROM reinterview WHERE id = $1", id_)
    assert assignee == world.id("enumerator.5" if status == 204 else "enumerator.4")
    if code is not None:
        assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [("/body/enumerator", code)]
    events = "SELECT count(*) FROM audit_event WHERE action = 'reinterview.assigned' AND subject_id = $1"
    assert await pg.fetchval(events, str(id_)) == 1 + (status == 204)
    if status == 204:
        assert (await assign(client, world, id_, to, who)).status_code == 204
        assert await pg.fetchval(events, str(id_)) == 2, "who has it keeps it"
