"""What is erased or past its time has no flags, and gets none again."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from interviewed import Rounds, ask
from shapes import Json
from world import World

from app.privacy.retention import due, remove
from app.privacy.subject import Found, erase


async def test_an_erased_record_loses_its_flags_for_good(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, field: list[Json], judge_all: Rounds
) -> None:
    await judge_all()
    row = (await ask(client, world, "records", flag="short_interview"))["items"][0]
    said = {"code": "short_interview", "revision": 1, "reason": "Pemiliknya Bu Sari, tidak banyak waktu"}
    path = f"/v1/quality/records/{row['record_id']}/dismissal"
    await client.post(path, json=said, headers=world.auth("officer"))
    async with pg.transaction():
        await erase(pg, Found([UUID(row["record_id"])]), reason="Permohonan 17/2022")
    of_it = "SELECT count(*) FROM quality_record WHERE record_id = $1"
    assert await pg.fetchval(of_it, row["record_id"]) == 0
    assert await pg.fetchval("SELECT reason FROM quality_dismissal") == ""
    assert await pg.fetchval("SELECT bool_and(waits) FROM quality_state"), "one that was read before is judged again"
    await judge_all()
    assert await pg.fetchval(of_it, row["record_id"]) == 0
    assert await pg.fetchval("SELECT records FROM quality_state") == len(field) - 1


async def test_flags_go_with_the_campaigns_answers(
    pg: asyncpg.Connection, field: list[Json], judge_all: Rounds
) -> None:
    await judge_all()
    await pg.execute(
        "UPDATE campaign SET answers_until = '2022-09-01', accepts_until = '2022-08-01',"
        " ends_on = '2022-08-01' WHERE id = 1"
    )
    counted: list[Any] = []
    (over,) = await due(pg, date(2022, 12, 1))
    await remove(pg, over, counted.append)
    assert counted
    for table in ("quality_record", "quality_enumerator"):
        assert await pg.fetchval(f"SELECT count(*) FROM {table}") == 0
    await pg.execute("UPDATE quality_state SET waits = true")
    await judge_all()
    assert await pg.fetchval("SELECT count(*) FROM quality_enumerator") == 0
