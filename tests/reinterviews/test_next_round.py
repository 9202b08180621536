"""A second interview is blind also where the next round began from the register: its lists show what was answered."""

from datetime import date, timedelta
from uuid import UUID

import asyncpg
import httpx
import pytest
from asked_again import SEED, Draw, answered, ask, assign, configure, heard, records, send
from shapes import Call, Json
from world import OTHER_VILLAGE, VILLAGE, World

from app.core.clock import SetClock
from app.reinterviews.drawing import value_of

NEXT = {"campaign": "pl-kumkm-2023", "from_campaign": "pl-kumkm-2022"}
EVERYBODY = range(1, 7)


async def begin_next(pg: asyncpg.Connection, act: Call) -> None:
    """List this round's businesses in the next one, where nobody has an area yet."""
    await pg.execute("DELETE FROM assignment WHERE campaign_id = 2")
    answer = await act("officer", "POST", "listing/from-campaign", NEXT)
    assert answer.status_code == 200, answer.text
    assert answer.json()["listed"] > 0


async def area(pg: asyncpg.Connection, world: World, enumerator: int, region: str) -> None:
    """Assign a region of the next round, which begins in April."""
    add = "INSERT INTO assignment (campaign_id, enumerator_id, region_code, starts_on) VALUES (2, $1, $2, $3)"
    await pg.execute(add, world.id(f"enumerator.{enumerator}"), region, date(2023, 4, 1))


async def on_their_list(client: httpx.AsyncClient, world: World, enumerator: int) -> set[str]:
    """The names on a tablet's list of the next round."""
    answer = await client.get(
        "/v1/sync/listing", params={"campaign": NEXT["campaign"]}, headers=world.auth(f"enumerator.{enumerator}")
    )
    assert answer.status_code == 200, answer.text
    return {each["name"] for each in answer.json()["items"]}


def seed_that_draws_in_both(made: list[Json]) -> str:
    """Ids are other ones each time."""
    return next(
        seed
        for seed in map("benih-{:04}".format, range(10_000))
        if {each["region_code"] for each in made if value_of(seed, UUID(each["record_id"])) < 0.2}
        == {VILLAGE, OTHER_VILLAGE}
    )


@pytest.mark.parametrize("region", [VILLAGE, VILLAGE[:8], "16.01"])
async def test_nobody_is_given_what_the_list_of_the_next_round_shows(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, draw_all: Draw, act: Call, region: str
) -> None:
    made = records(1, 40)
    await send(client, world, 1, made)
    await begin_next(pg, act)
    for each in EVERYBODY:
        if each != 5:
            await area(pg, world, each, region)
    await configure(client, world, share_percent=20.0, seed=seed_that_draws_in_both(made))
    await draw_all()
    names = {each["record_id"]: each["answers"]["legal_name"] for each in made}
    given = await pg.fetch("SELECT record_id, assignee_id, region_code FROM reinterview WHERE state = 'assigned'")
    assert {row["region_code"] for row in given} == {VILLAGE, OTHER_VILLAGE}
    for each in EVERYBODY:
        mine = {names[str(row["record_id"])] for row in given if row["assignee_id"] == world.id(f"enumerator.{each}")}
        assert not mine & await on_their_list(client, world, each), each
    in_region = [row for row in given if row["region_code"].startswith(region)]
    assert {row["assignee_id"] for row in in_region} == {world.id("enumerator.5")}


async def test_who_could_read_the_answers_is_refused_and_says_why(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], act: Call
) -> None:
    await begin_next(pg, act)
    id_, region = next(iter(await pg.fetch("SELECT id, region_code FROM reinterview ORDER BY id")))
    other = OTHER_VILLAGE if region == VILLAGE else VILLAGE
    await area(pg, world, 5, region)
    await area(pg, world, 6, other)
    refused = await assign(client, world, id_, "enumerator.5")
    assert refused.status_code == 422, refused.text
    [error] = refused.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/body/enumerator", "answers_known")
    assert "enumerator.5" not in str(error)
    for free in ("enumerator.6", "enumerator.3"):
        assert (await assign(client, world, id_, free)).status_code == 204, free


async def test_whose_area_was_handed_over_before_it_began_could_read_it_ahead(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], act: Call
) -> None:
    await begin_next(pg, act)
    id_, region = next(iter(await pg.fetch("SELECT id, region_code FROM reinterview ORDER BY id")))
    await area(pg, world, 5, region)
    assert await on_their_list(client, world, 5)
    handover = {"campaign": NEXT["campaign"], "predecessor": "enumerator.5", "successor": "enumerator.6"}
    done = await act("officer", "POST", "assignments/handover", {**handover, "starts_on": "2023-03-01"})
    assert done.is_success, done.text
    assert not await on_their_list(client, world, 5)
    for each in (5, 6):
        refused = await assign(client, world, id_, f"enumerator.{each}")
        assert refused.json()["errors"][0]["code"] == "answers_known", each


async def test_where_everybody_reads_the_list_it_waits_for_a_person(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, draw_all: Draw, act: Call
) -> None:
    await send(client, world, 1, records(1, 10))
    await begin_next(pg, act)
    for each in EVERYBODY:
        await area(pg, world, each, "16.01")
    await configure(client, world, share_percent=20.0, seed=SEED)
    await draw_all()
    assert await pg.fetchval("SELECT bool_and(state = 'open' AND tried_at IS NOT NULL) FROM reinterview")


@pytest.mark.parametrize("reads", [True, False])
async def test_what_a_list_shows_meanwhile_counts_for_nobodys_agreement(
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    world: World,
    drawn: dict[str, Json],
    act: Call,
    clock: SetClock,
    reads: bool,
) -> None:
    await begin_next(pg, act)
    if reads:
        await area(pg, world, 4, "16.01")
    id_, record_id = next(iter(await pg.fetch("SELECT id, record_id FROM reinterview ORDER BY id")))
    first = drawn[str(record_id)]
    clock.moment = clock.now() + timedelta(minutes=5)
    assert (await answered(client, world, 4, id_, heard(first, annual_sales_idr=7))).status_code == 201
    found = await pg.fetchrow("SELECT same, different, agreed, compared FROM reinterview WHERE id = $1", id_)
    assert found is not None
    entry = await client.get(
        "/v1/sync/listing", params={"campaign": NEXT["campaign"]}, headers=world.auth("enumerator.4")
    )
    [shown] = [each for each in entry.json()["items"] if each["name"] == first["answers"]["legal_name"]] or [
        {"answers": {}}
    ]
    assert bool(shown["answers"]) is reads
    compared = {*found["same"], *found["different"]}
    assert not {f"/{name}" for name in shown["answers"]} & compared
    assert "/annual_sales_idr" in found["different"], "money stands on no list, and counts"
    assert ("/kbli" in compared) is not reads
    by_question = {each["question"] for each in await ask(client, world, "agreement", by="question")}
    assert by_question == compared
    assert 0 < found["compared"] < (10 if reads else 100)
