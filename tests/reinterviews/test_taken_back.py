"""Who works nowhere in the regency any more loses what is to do there, and nobody else does."""

from datetime import date, timedelta
from uuid import UUID

import asyncpg
import httpx
import pytest
from asked_again import Draw, answered, assign, configure, heard, nobody, records, send, tasks
from shapes import Call, Json
from test_who_knows import one, state_of
from world import World, batch, nib, put

from app.background.locks import Lock, try_lock
from app.core.clock import SetClock
from app.reinterviews.drawing import value_of

TODAY, YESTERDAY = date(2022, 9, 12), date(2022, 9, 11)


async def hand_over(act: Call, starts_on: date, successor: str = "enumerator.5") -> None:
    """From enumerator.4, who has what is to do."""
    handover = {"campaign": "pl-kumkm-2022", "predecessor": "enumerator.4", "successor": successor}
    answer = await act("officer", "POST", "assignments/handover", {**handover, "starts_on": starts_on.isoformat()})
    assert answer.is_success, answer.text


async def end(pg: asyncpg.Connection, who: UUID | None, on: date) -> None:
    """Have the areas of somebody, or of everybody, end."""
    await pg.execute(
        "UPDATE assignment SET ends_on = $2 WHERE campaign_id = 1 AND ($1::uuid IS NULL OR enumerator_id = $1)", who, on
    )


async def with_4(pg: asyncpg.Connection, world: World) -> int:
    """How much enumerator.4 has to do."""
    count = "SELECT count(*) FROM reinterview WHERE assignee_id = $1 AND state = 'assigned'"
    return int(await pg.fetchval(count, world.id("enumerator.4")))


@pytest.mark.parametrize("starts_on", [TODAY, date(2022, 4, 1)])
async def test_whose_areas_are_handed_over_loses_what_is_to_do(
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    world: World,
    drawn: dict[str, Json],
    draw_all: Draw,
    act: Call,
    starts_on: date,
) -> None:
    """From now on, or from before they began. What is done stays with who did it."""
    done, record = await one(pg, drawn)
    assert (await answered(client, world, 4, done, heard(record))).status_code == 201
    had = await with_4(pg, world)
    assert had > 1
    await hand_over(act, starts_on)
    refused = await assign(client, world, done, "enumerator.4")
    assert refused.status_code == 409
    await configure(client, world, assignment="automatic")
    await draw_all()
    assert await state_of(pg, done) == ("done", str(world.id("enumerator.4")))
    rest = await pg.fetch("SELECT state, assignee_id, former_ids FROM reinterview WHERE id <> $1::text::uuid", done)
    assert len(rest) == had
    for row in rest:
        assert row["state"] == "assigned"
        assert row["assignee_id"] != world.id("enumerator.4")
        assert row["former_ids"] == [world.id("enumerator.4")]


async def test_a_process_that_finds_another_at_it_looks_in_its_next_round(
    pg: asyncpg.Connection, world: World, drawn: dict[str, Json], draw_all: Draw, act: Call
) -> None:
    had = await with_4(pg, world)
    await hand_over(act, TODAY)
    async with pg.transaction():
        assert await try_lock(pg, Lock.DRAWING)
        await draw_all()
    assert await with_4(pg, world) == had > 0
    await draw_all()
    assert await with_4(pg, world) == 0


async def test_an_area_elsewhere_is_none_there(
    pg: asyncpg.Connection, world: World, drawn: dict[str, Json], draw_all: Draw, clock: SetClock
) -> None:
    await pg.execute(
        "INSERT INTO assignment (campaign_id, enumerator_id, region_code, starts_on) VALUES (1, $1, '16.71', $2)",
        world.id("enumerator.4"),
        TODAY,
    )
    await draw_all()
    assert await with_4(pg, world) > 0
    await pg.execute(
        "UPDATE assignment SET ends_on = $2 WHERE campaign_id = 1 AND enumerator_id = $1 AND region_code = '16.01'",
        world.id("enumerator.4"),
        YESTERDAY,
    )
    await draw_all()
    assert await with_4(pg, world) > 0, "all assignments are looked through once an hour"
    clock.moment += timedelta(hours=1)
    await draw_all()
    assert await with_4(pg, world) == 0


@pytest.mark.parametrize("next_area", ["16.01.14", "16", "ID"])
async def test_a_gap_of_days_takes_nothing_away(
    pg: asyncpg.Connection, world: World, drawn: dict[str, Json], draw_all: Draw, next_area: str
) -> None:
    had = await with_4(pg, world)
    await end(pg, world.id("enumerator.4"), YESTERDAY)
    await pg.execute(
        "INSERT INTO assignment (campaign_id, enumerator_id, region_code, starts_on) VALUES (1, $1, $2, $3)",
        world.id("enumerator.4"),
        next_area,
        TODAY + timedelta(days=2),
    )
    await draw_all()
    assert await with_4(pg, world) == had


async def test_the_campaigns_end_takes_nothing_away(
    pg: asyncpg.Connection, world: World, drawn: dict[str, Json], draw_all: Draw, clock: SetClock
) -> None:
    """Though others may work on: what is late is still heard until it is accepted no more."""
    had = await with_4(pg, world)
    await end(pg, world.id("enumerator.4"), date(2022, 10, 31))
    clock.moment += timedelta(days=60)
    await draw_all()
    assert await with_4(pg, world) == had


async def test_where_nobody_works_any_more_everybody_keeps_it(
    pg: asyncpg.Connection, world: World, drawn: dict[str, Json], draw_all: Draw
) -> None:
    had = await with_4(pg, world)
    await end(pg, None, YESTERDAY)
    await draw_all()
    assert await with_4(pg, world) == had


@pytest.mark.parametrize("result", ["done", "absent"])
async def test_what_was_done_comes_back_with_whom_it_was_done_by(
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    world: World,
    draw_all: Draw,
    act: Call,
    clock: SetClock,
    result: str,
) -> None:
    """After a decision and its undoing. A door at which nobody was there is not done yet: it waits for somebody."""
    record, other = records(1, 1)[0], records(5, 1)[0]
    for each in (record, other):
        each["answers"]["nib"] = nib(7)
    await send(client, world, 1, [record])
    seed = next(
        each for each in map("benih-{:05}".format, range(10_000)) if value_of(each, UUID(record["record_id"])) < 0.2
    )
    await configure(client, world, share_percent=20.0, seed=seed, assignment="manual")
    await draw_all()
    id_ = await pg.fetchval("SELECT id::text FROM reinterview")
    assert (await assign(client, world, id_, "enumerator.4")).status_code == 204
    clock.moment += timedelta(hours=2)
    body = heard(record) if result == "done" else nobody(result)
    assert (await answered(client, world, 4, id_, body)).status_code == 201
    before = await state_of(pg, id_)

    assert (await put(client, world, "enumerator.5", batch(other))).json()["counts"]["conflict"] == 1
    [case] = (await act("officer", "GET", "duplicates")).json()["items"]
    said = {"decision": "owner_changed", "reason": "Pemilik berganti"}
    decided = await act("officer", "POST", f"duplicates/{case['id']}/resolution", said)
    assert decided.is_success, decided.text
    await draw_all()
    assert await state_of(pg, id_) == ("withdrawn", None)
    undone = await act("officer", "POST", f"duplicates/{case['id']}/resolution/undo", {"reason": "Keliru"})
    assert undone.is_success, undone.text
    await draw_all()
    corrected = heard(record, annual_sales_idr=7) | {"captured_at": "2022-09-13T10:00:00+07:00"}
    clock.moment += timedelta(minutes=1)
    if result == "done":
        assert await state_of(pg, id_) == before == ("done", str(world.id("enumerator.4")))
        assert [each["state"] for each in await tasks(client, world, 4)] == ["done"]
        assert await pg.fetchval("SELECT former_ids FROM reinterview") == []
        assert (await answered(client, world, 4, id_, corrected)).json()["version"] == 2
    else:
        assert await state_of(pg, id_) == ("open", None)
        assert (await answered(client, world, 4, id_, corrected)).json()["code"] == "reinterview_taken_away"
