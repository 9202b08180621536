"""What is erased, past its time, or sealed under an older key: re-interviews as records."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from asked_again import Draw, answered, heard, tasks
from shapes import Json
from world import World

from app.core.sealing import KeyRing
from app.core.settings import Settings
from app.privacy.resealing import count_sealed, reseal
from app.privacy.retention import due, remove
from app.privacy.subject import Found, Person, erase, find, report

STRANGER = "1601145203859999"


async def heard_again(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], nik: str
) -> tuple[UUID, UUID]:
    """A re-interview that heard this NIK, and its record."""
    row = await pg.fetchrow("SELECT id, record_id FROM reinterview ORDER BY id LIMIT 1")
    assert row is not None
    body = heard(drawn[str(row["record_id"])], owner={"nik": nik})
    assert (await answered(client, world, 4, row["id"], body)).status_code == 201
    return row["id"], row["record_id"]


async def test_what_was_heard_goes_with_the_record(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], draw_all: Draw
) -> None:
    id_, record_id = await heard_again(pg, client, world, drawn, STRANGER)
    async with pg.transaction():
        await erase(pg, Found([record_id]), reason="Permohonan 17/2022")
    row = await pg.fetchrow("SELECT answers::text, sealed, latitude FROM reinterview_version WHERE id = $1", id_)
    assert row is not None
    assert tuple(row) == ("{}", None, None)
    await pg.execute("UPDATE business SET change_number = pg_current_xact_id()::text::bigint")
    await draw_all()
    one = "SELECT state, withdrawn_for, same, different, compared FROM reinterview WHERE id = $1"
    row = await pg.fetchrow(one, id_)
    assert row is not None
    assert tuple(row) == ("withdrawn", "erased", [], [], 0), "it does not come back"
    assert {each["id"]: each["state"] for each in await tasks(client, world, 4)}[str(id_)] == "not_needed"
    late = await answered(client, world, 4, id_, heard(drawn[str(record_id)], annual_sales_idr=5))
    assert late.json()["code"] == "reinterview_not_needed"
    assert await pg.fetchval("SELECT count(*) FROM reinterview_version") == 1


async def test_a_person_is_found_who_was_named_only_when_asked_again(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json]
) -> None:
    id_, record_id = await heard_again(pg, client, world, drawn, STRANGER)
    ingest = world.services.ingest
    found = await find(pg, ingest.ring, ingest.digester, Person("nik", STRANGER), lambda _: None)
    assert [row.id for row in found.reinterviews] == [id_]
    assert (found.record_ids, found.raw_items, found.business_ids) == ([], [], [])
    said = await report(pg, ingest.ring, Person("nik", STRANGER), found, reason="Permohonan 18/2022")
    assert [each["answers"]["owner"]["nik"] for each in said["reinterviews"]] == [STRANGER]
    own = drawn[str(record_id)]["answers"]["owner"]["nik"]
    of_record = await find(pg, ingest.ring, ingest.digester, Person("nik", own), lambda _: None)
    said = await report(pg, ingest.ring, Person("nik", own), of_record, reason="Permohonan 19/2022")
    assert [each["id"] for each in said["reinterviews"]] == [id_], "what was heard of the record is told, too"
    async with pg.transaction():
        await erase(pg, found, reason="Permohonan 18/2022")
    assert not await find(pg, ingest.ring, ingest.digester, Person("nik", STRANGER), lambda _: None)
    assert await pg.fetchval("SELECT sealed IS NOT NULL FROM submission WHERE record_id = $1", record_id)


async def test_sealed_answers_go_with_the_campaigns(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], settings: Settings
) -> None:
    await heard_again(pg, client, world, drawn, STRANGER)
    await pg.execute(
        "UPDATE campaign SET answers_until = '2022-09-01', accepts_until = '2022-08-01', ends_on = '2022-08-01'"
        " WHERE id = 1"
    )
    counted: list[Any] = []
    (over,) = await due(pg, date(2022, 12, 1))
    await remove(pg, over, counted.append)
    assert await pg.fetchval("SELECT count(sealed) FROM reinterview_version") == 0


async def test_answers_are_sealed_again_under_a_new_key(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], settings: Settings
) -> None:
    id_, _ = await heard_again(pg, client, world, drawn, STRANGER)
    keys = settings.sealing_ring()
    ring = KeyRing({**keys, max(keys) + 1: b"n" * 32})
    left = await reseal(pg, ring, lambda _: None)
    assert left == {max(keys) + 1: len(drawn) + 1}
    assert left == await count_sealed(pg)
    found = await find(pg, ring, world.services.ingest.digester, Person("nik", STRANGER), lambda _: None)
    assert [row.id for row in found.reinterviews] == [id_]
