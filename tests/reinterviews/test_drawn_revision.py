"""What is compared is what the first enumerator had said when the record was drawn, whatever comes later."""

from datetime import timedelta
from typing import Any

import asyncpg
import httpx
from asked_again import Draw, answered, heard, tasks
from shapes import Json
from world import World, batch, put

from app.core.clock import SetClock

ONE = "SELECT id, record_id, business_id FROM reinterview ORDER BY id LIMIT 1"
FOUND = "SELECT revision, agreed, compared, different FROM reinterview WHERE id = $1"
TOUCH = "UPDATE business SET change_number = pg_current_xact_id()::text::bigint WHERE id = $1"


async def one(pg: asyncpg.Connection, drawn: dict[str, Json]) -> tuple[asyncpg.Record, Json]:
    """A re-interview, and the record that it is of."""
    row = await pg.fetchrow(ONE)
    assert row is not None
    return row, drawn[str(row["record_id"])]


async def corrects(client: httpx.AsyncClient, world: World, record: Json, **changed: Any) -> None:
    """The first enumerator sends revision 2: with what is `changed` of the answers, and by `questionnaire`."""
    questionnaire = changed.pop("questionnaire", record["questionnaire"])
    later = record | {"revision": 2, "questionnaire": questionnaire, "answers": record["answers"] | changed}
    receipt = (await put(client, world, "enumerator.1", batch(later))).json()
    assert receipt["counts"]["updated"] == 1, receipt


async def test_what_the_first_one_sends_after_the_draw_is_not_compared(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], clock: SetClock
) -> None:
    row, record = await one(pg, drawn)
    told = {"annual_sales_idr": 7_000_000, "founding_capital_idr": 5, "address": "Gang Anggrek 2"}
    await corrects(client, world, record, **told)
    task = next(each for each in await tasks(client, world, 4) if each["id"] == str(row["id"]))
    assert task["address"] == record["answers"]["address"], "what is shown is that of the draw, too"
    assert (await answered(client, world, 4, row["id"], heard(record, **told))).status_code == 201
    found = await pg.fetchrow(FOUND, row["id"])
    assert found is not None
    assert (found["revision"], set(found["different"])) == (
        1,
        {"/annual_sales_idr", "/founding_capital_idr", "/address"},
    )
    clock.moment += timedelta(minutes=1)
    assert (await answered(client, world, 4, row["id"], heard(record))).json()["version"] == 2
    assert await pg.fetchval("SELECT different FROM reinterview WHERE id = $1", row["id"]) == []


async def test_the_questionnaire_of_a_task_is_that_of_the_draw(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], clock: SetClock
) -> None:
    """The second one may have it on a tablet without a signal, while the first one changes to another version."""
    row, record = await one(pg, drawn)
    await corrects(client, world, record, questionnaire="umkm@2")
    task = next(each for each in await tasks(client, world, 4) if each["id"] == str(row["id"]))
    assert task["questionnaire"] == "umkm@1"
    answer = await answered(client, world, 4, row["id"], heard(record))
    assert answer.status_code == 201, answer.text
    found = await pg.fetchrow(FOUND, row["id"])
    assert found is not None
    assert found["agreed"] == found["compared"] > 8
    clock.moment += timedelta(minutes=1)
    refused = await answered(client, world, 4, row["id"], heard(record, notes="x") | {"questionnaire": "umkm@2"})
    assert refused.json()["errors"][0]["code"] == "questionnaire_differs"


async def test_what_is_withdrawn_and_comes_back_is_compared_with_what_was_drawn(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], draw_all: Draw
) -> None:
    row, record = await one(pg, drawn)
    for counted_as, state in (("duplicate", "withdrawn"), ("entered", "open")):
        await pg.execute("UPDATE record SET counted_as = $2 WHERE record_id = $1", row["record_id"], counted_as)
        await pg.execute(TOUCH, row["business_id"])
        await draw_all()
        assert await pg.fetchval("SELECT state FROM reinterview WHERE id = $1", row["id"]) == state
        if counted_as == "duplicate":
            later = record | {"revision": 2, "answers": record["answers"] | {"annual_sales_idr": 7_000_000}}
            assert (await put(client, world, "enumerator.1", batch(later))).status_code == 201
    assert await pg.fetchval("SELECT revision FROM reinterview WHERE id = $1", row["id"]) == 1


async def test_a_record_that_is_drawn_later_is_compared_with_what_was_in_force_then(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], draw_all: Draw
) -> None:
    """As one of an enumerator's first records is, when there are enough, or one that moved to another regency."""
    row, record = await one(pg, drawn)
    await corrects(client, world, record, main_product="rempah")
    await pg.execute("DELETE FROM reinterview")
    await pg.execute("DELETE FROM reinterview_state")
    await draw_all()
    drawn_again = "SELECT revision FROM reinterview WHERE record_id = $1"
    assert await pg.fetchval(drawn_again, row["record_id"]) == 2


async def test_one_that_was_drawn_before_that_was_kept_is_compared_with_what_is_in_force_at_the_first_answer(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json]
) -> None:
    row, record = await one(pg, drawn)
    await pg.execute("UPDATE reinterview SET revision = NULL")
    await corrects(client, world, record, main_product="rempah")
    assert (await answered(client, world, 4, row["id"], heard(record, main_product="rempah"))).status_code == 201
    found = await pg.fetchrow(FOUND, row["id"])
    assert found is not None
    assert (found["revision"], found["different"]) == (2, [])


async def test_where_what_was_drawn_is_no_longer_kept_the_interview_is_taken_and_nothing_compared(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json]
) -> None:
    row, record = await one(pg, drawn)
    await corrects(client, world, record, main_product="rempah")
    await pg.execute("UPDATE submission SET sealed = NULL WHERE record_id = $1 AND revision = 1", row["record_id"])
    task = next(each for each in await tasks(client, world, 4) if each["id"] == str(row["id"]))
    assert (task["state"], task["questionnaire"]) == ("to_do", "umkm@1")
    answer = await answered(client, world, 4, row["id"], heard(record))
    assert (answer.status_code, answer.json()["state"]) == (201, "done")
    found = await pg.fetchrow(FOUND, row["id"])
    assert found is not None
    assert (found["revision"], found["compared"]) == (1, 0), "not another revision in its place"
