"""From a tablet's batch to a flag, in the background: judged once, by one process, in whatever order, killed or not."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from interviewed import Rounds, ask, interviews
from shapes import Json
from world import World, batch, item, nik, put, told

from app.core.clock import SetClock
from app.core.database import Database
from app.core.sealing import UnsealError
from app.quality import due, reading, rounds
from app.quality.rounds import Judging


async def everything(pg: asyncpg.Connection) -> list[Any]:
    records = await pg.fetch("SELECT * FROM quality_record ORDER BY record_id")
    people = await pg.fetch("SELECT * FROM quality_enumerator ORDER BY enumerator_id")
    return [tuple(row) for row in (*records, *people)]


async def test_who_hurries_is_the_first_to_be_looked_at(
    client: httpx.AsyncClient, world: World, field: list[Json], judge_all: Rounds
) -> None:
    assert (await ask(client, world, "records"))["items"] == []
    await judge_all()
    first, *others = (await ask(client, world, "enumerators"))["items"]
    assert first["enumerator"] == "enumerator.3"
    assert [flag["code"] for flag in first["flags"]] == ["short_interview"]
    assert first["flags"][0]["numbers"]["flagged"] == 24
    assert len(others) == 5
    assert not any(each["score"] for each in others)
    rows = (await ask(client, world, "records", flag="short_interview"))["items"]
    assert {row["enumerator"] for row in rows} == {"enumerator.3"}
    assert len(rows) == 24
    assert rows[0]["flags"][0]["text"].startswith("Wawancara hanya 1 menit; biasanya ")


async def test_judging_again_changes_nothing(pg: asyncpg.Connection, field: list[Json], judge_all: Rounds) -> None:
    await judge_all()
    before = await everything(pg)
    assert before
    await pg.execute("UPDATE quality_state SET waits = true")
    await judge_all()
    assert await everything(pg) == before


@pytest.mark.parametrize(("most", "judged"), [(1, True), (0, False)])
async def test_a_record_that_cannot_be_read_stops_no_other_one(
    most: int,
    judged: bool,
    pg: asyncpg.Connection,
    field: list[Json],
    judge_all: Rounds,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """But many do: figures without them would mislead."""
    monkeypatch.setattr(reading, "_MOST_LEFT_OUT", most)
    await judge_all()
    damaged = await pg.fetchval("SELECT record_id FROM quality_record LIMIT 1")
    await pg.execute(
        "UPDATE submission SET sealed = set_byte(sealed, 20, 255 - get_byte(sealed, 20)) WHERE record_id = $1", damaged
    )
    count = "SELECT count(*), count(*) FILTER (WHERE record_id = $1) FROM quality_record"
    [before] = await pg.fetch(count, damaged)
    await pg.execute("UPDATE quality_state SET waits = true")
    if judged:
        await judge_all()
        assert tuple((await pg.fetch(count, damaged))[0]) == (before[0] - 1, 0)
    else:
        with pytest.raises(UnsealError):
            await judge_all()
        assert tuple((await pg.fetch(count, damaged))[0]) == tuple(before)
    assert f"record={damaged}" in capsys.readouterr().out


async def test_what_comes_later_is_judged_too(
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    world: World,
    field: list[Json],
    judge_all: Rounds,
    clock: SetClock,
) -> None:
    await judge_all()
    again = dict(field[0])  # of enumerator.1
    again["revision"] = 2
    again["started_at"] = (datetime.fromisoformat(again["captured_at"]) - timedelta(seconds=40)).isoformat()
    clock.moment = clock.now() + timedelta(minutes=30)
    answer = await put(client, world, "enumerator.1", batch(again, sent_at="2022-09-12T12:30:00+07:00"))
    assert answer.json()["counts"]["updated"] == 1, answer.text
    await judge_all()
    row = await pg.fetchrow("SELECT revision, codes FROM quality_record WHERE record_id = $1", again["record_id"])
    assert row is not None
    assert (row["revision"], row["codes"]) == (2, ["short_interview"])


@pytest.mark.parametrize(
    ("sent_at", "captured_at", "started_at"),
    [
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),  # a clock that was never set
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ("2022-09-12T09:30:00+07:00", "2022-09-12T09:00:00+07:00", "0001-01-01T00:00:00Z"),
        ("2022-09-12T09:30:00+07:00", "2022-09-12T09:00:00+07:00", "9999-12-31T23:59:59.999999Z"),
        ("2022-09-12T09:30:00+07:00", "2022-09-12T09:00:00+07:00", "0001-01-01T00:00:00-11:00"),
    ],
)
async def test_no_time_of_a_tablet_keeps_others_from_being_judged(
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    world: World,
    field: list[Json],
    judge_all: Rounds,
    sent_at: str,
    captured_at: str,
    started_at: str,
) -> None:
    odd = {**item(nik=nik()), "captured_at": captured_at, "started_at": started_at}
    answer = await put(client, world, "enumerator.1", batch(odd, sent_at=sent_at))
    assert answer.json()["counts"]["accepted"] == 1, answer.text
    await judge_all()
    judged = {str(row[0]) for row in await pg.fetch("SELECT record_id FROM quality_record")}
    assert judged >= {odd["record_id"], field[-1]["record_id"]}
    infinite = "SELECT count(*) FROM submission WHERE NOT isfinite(started_at) OR NOT isfinite(captured_at_told)"
    assert await pg.fetchval(infinite) == 0
    assert await pg.fetchval("SELECT count(*) FROM batch WHERE NOT isfinite(sent_at)") == 0


@pytest.mark.parametrize("infinite", ["-infinity", "infinity"])
async def test_an_infinite_time_of_an_older_release_stops_nothing(
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    world: World,
    field: list[Json],
    judge_all: Rounds,
    infinite: str,
) -> None:
    started, captured = field[0]["record_id"], field[1]["record_id"]
    for column, record_id in (("started_at", started), ("captured_at_told", captured)):
        await pg.execute(f"UPDATE submission SET {column} = '{infinite}' WHERE record_id = $1", record_id)
    await judge_all()
    assert {str(row[0]) for row in await pg.fetch("SELECT record_id FROM quality_record")} >= {started, captured}
    headers = world.auth("officer")
    for path in ("/v1/reviews", f"/v1/submissions/{started}", f"/v1/submissions/{captured}"):
        assert (await client.get(path, headers=headers)).status_code == 200, path
    activity = await client.get(
        "/v1/progress/activity", params={"from": "2022-09-01", "to": "2022-09-12"}, headers=headers
    )
    assert activity.status_code == 200, activity.text


async def test_one_process_judges_at_a_time(world: World, field: list[Json], clock: SetClock) -> None:
    database: Database = world.services.database
    first = await database.run(lambda pg: due.take(pg, clock.now()))
    assert first is not None
    assert await database.run(lambda pg: due.take(pg, clock.now())) is None


async def test_what_a_killed_process_had_taken_is_judged_by_another(
    pg: asyncpg.Connection, world: World, field: list[Json], clock: SetClock, judging: Judging
) -> None:
    database: Database = world.services.database
    taken = await database.run(lambda pg: due.take(pg, clock.now()))
    assert taken is not None
    await judging.round()
    assert await pg.fetchval("SELECT count(*) FROM quality_enumerator") == 0, "it is still taken"
    await pg.execute("UPDATE quality_state SET waits = false, began_at = $1", taken.began_at - due.GIVEN_UP_AFTER * 2)
    await pg.execute("UPDATE quality_state SET waits = true")
    assert await judging.round()
    assert await pg.fetchval("SELECT count(*) FROM quality_enumerator") == 6
    assert not await database.run(lambda pg: due.end(pg, taken, now=clock.now(), took_s=1, records=1)), "it comes late"


async def test_a_fault_leaves_others_their_turn(
    pg: asyncpg.Connection, field: list[Json], judging: Judging, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(rounds, "judge", broken)
    with pytest.raises(RuntimeError):
        await judging.round()
    row = await pg.fetchrow("SELECT waits, began_at, ended_at IS NOT NULL AS ended FROM quality_state")
    assert row is not None
    assert tuple(row) == (True, None, True)
    assert not await judging.round(), "not at once"


async def test_nothing_personal_is_stored_beside_the_records(
    pg: asyncpg.Connection, field: list[Json], judge_all: Rounds
) -> None:
    await judge_all()
    stored = str(await everything(pg))
    for one in field:
        for said in (one["answers"]["owner"]["nik"], one["answers"]["owner"]["birth_date"]):
            assert said not in stored
        assert str(one["answers"]["annual_sales_idr"]) not in stored


async def test_batches_are_stored_without_a_statement_for_quality(
    client: httpx.AsyncClient, world: World, app: Any
) -> None:
    async with told(app) as statements:
        await put(client, world, "enumerator.1", batch(*interviews(1, 5, seed=1)))
    assert statements
    assert not any("quality" in each for each in statements)


async def test_two_rounds_at_once_judge_once(pg: asyncpg.Connection, field: list[Json], judging: Judging) -> None:
    done = await asyncio.gather(judging.round(), judging.round(), judging.round())
    assert done.count(True) == 1
    assert await pg.fetchval("SELECT count(*) FROM quality_enumerator") == 6
