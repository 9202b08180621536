"""What analysts read by SQL: their region, equal to the API, and nothing that names a person."""

import asyncio
import json
from typing import Any

import asyncpg
import httpx
import pytest
from alembic import command
from analysts import Analyst
from shapes import Json
from world import OTHER_VILLAGE, PALEMBANG_VILLAGE, VILLAGE, World, item, nib, nik, outcomes

from app.bi.view import SCHEMA
from app.bi.views import VIEWS, is_shown
from app.core.migrations import config, migrate
from app.core.roles import API_ROLE
from app.exchange.columns import COLUMNS
from app.progress.rollup import fold

PALEMBANG = "16.71"
NIK, NIB, PHONE = nik(4711), nib(4711), "+6281234567890"
PERSONAL = ("Bu Sari", '"Sari"', "Jalan Mawar", "Rujak", NIK, NIB, PHONE, "-4.1266", "104.17", "*****")


@pytest.fixture
async def register(pg: asyncpg.Connection, client: httpx.AsyncClient, world: World) -> World:
    """Two businesses in OKU, one of them with all that is personal; one in Palembang."""
    words = {"address": "Jalan Mawar 7", "trade_name": "Rujak Bu Sari", "main_product": "Rujak Sari"}
    personal: Json = {"phone": PHONE, **words}
    told = [item(nik=NIK, nib=NIB, **personal), item(region=OTHER_VILLAGE, nib=nib(4712), legal_name="Kios Dua")]
    assert await outcomes(client, world, "enumerator.1", *told) == ["accepted", "accepted"]
    far = item(region=PALEMBANG_VILLAGE, nib=nib(4713), legal_name="Toko Palembang")
    assert await outcomes(client, world, "enumerator.palembang", far) == ["accepted"]
    while await fold(pg):
        pass
    return world


async def test_a_reader_sees_the_rows_of_its_region_alone(register: World, analyst: Analyst) -> None:
    seen = {}
    for suffix, region in (
        ("a", "16.01"),
        ("b", PALEMBANG),
        ("c", "16"),
        ("d", "ID"),
        ("e", VILLAGE),
        ("f", "16.71.01"),
    ):
        pg = await analyst(region, suffix)
        seen[region] = [row[0] for row in await pg.fetch("SELECT region_code FROM business ORDER BY 1")]
        below = {row[0] for row in await pg.fetch("SELECT region_code FROM region")}
        assert all(region in ("ID", code) or code.startswith(region + ".") for code in below)
        for view in ("progress", "progress_by_day"):
            assert {row[0] for row in await pg.fetch(f"SELECT region_code FROM {view}")} <= below
    everywhere = sorted([VILLAGE, OTHER_VILLAGE, PALEMBANG_VILLAGE])
    assert seen == {
        "16.01": sorted([VILLAGE, OTHER_VILLAGE]),
        PALEMBANG: [PALEMBANG_VILLAGE],
        "16": everywhere,
        "ID": everywhere,
        VILLAGE: [VILLAGE],
        "16.71.01": [PALEMBANG_VILLAGE],
    }


async def test_progress_is_that_of_the_api(register: World, analyst: Analyst, client: httpx.AsyncClient) -> None:
    pg = await analyst("16.01")
    answer = await client.get("/v1/progress/regions/16.01?campaign=pl-kumkm-2022", headers=register.auth("officer"))
    assert answer.status_code == 200, answer.text
    shown = answer.json()["region"] if "region" in answer.json() else answer.json()["item"]
    row = await pg.fetchrow("SELECT * FROM progress WHERE region_code = '16.01' AND campaign = 'pl-kumkm-2022'")
    assert row is not None
    assert (row["entered"], row["target"]) == (2, 42000)
    common = [name for name, _ in row.items() if name in shown]
    assert {"entered", "target", "percent", "submissions", "doors", "verified"} <= set(common)
    assert {name: row[name] for name in common} == {name: shown[name] for name in common}
    days = await pg.fetch(
        "SELECT sum(entered)::int AS entered FROM progress_by_day WHERE level = 'village' AND basis = 'received'"
    )
    assert days[0]["entered"] == 2


async def test_nothing_in_the_views_names_a_person_or_a_place_of_theirs(register: World, analyst: Analyst) -> None:
    pg = await analyst("ID")
    rows = [
        json.dumps([dict(row) for row in await pg.fetch(f"SELECT * FROM {view.name}")], default=str) for view in VIEWS
    ]
    assert "47112" in "".join(rows)
    assert [each for each in PERSONAL if any(each in text for text in rows)] == []


def test_of_the_exports_columns_those_of_lists_and_figures_are_shown() -> None:
    shown = {column.name for column in COLUMNS if is_shown(column)}
    assert {"kbli", "size_class", "owner_sex", "workers_paid_male", "life", "village_code"} <= shown
    personal = {"name", "trade_name", "owner_name", "address", "nik", "nib", "phone", "latitude", "website", "notes"}
    assert not shown & personal
    assert not {column.name for column in COLUMNS if column.sealed} & shown


async def test_every_view_and_column_says_what_it_is(pg: asyncpg.Connection) -> None:
    said = await pg.fetch(
        "SELECT relname, attname, col_description(pg_class.oid, attnum), obj_description(pg_class.oid, 'pg_class')"
        " FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0"
        " WHERE relnamespace = $1::text::regnamespace",
        SCHEMA,
    )
    assert {row[0] for row in said} == {view.name for view in VIEWS}
    assert [row for row in said if " | " not in (row[2] or "") or " | " not in (row[3] or "")] == []


async def test_views_are_barriers_and_the_server_has_no_use_for_them(pg: asyncpg.Connection) -> None:
    options = await pg.fetch(
        "SELECT reloptions, has_table_privilege($2, oid, 'SELECT') FROM pg_class"
        " WHERE relnamespace = $1::text::regnamespace",
        SCHEMA,
        API_ROLE,
    )
    assert [tuple(row) for row in options] == [(["security_barrier=true"], False)] * len(VIEWS)


async def test_a_merged_business_is_one_row(register: World, analyst: Analyst, pg: asyncpg.Connection) -> None:
    reader = await analyst("16.01")
    ids: Any = await pg.fetch("SELECT id FROM business WHERE region_code < '16.02' ORDER BY id")
    await pg.execute("UPDATE business SET merged_into = $2 WHERE id = $1", ids[0][0], ids[1][0])
    assert await reader.fetchval("SELECT count(*) FROM business") == 1


async def test_views_are_made_again_for_other_code_and_only_then(
    pg: asyncpg.Connection, dsn: str, analyst: Analyst
) -> None:
    """As a server's upgrade does: readers keep what they may do."""
    made = "SELECT 'bi.business'::regclass::oid"
    reader = await analyst("16.01")
    first = await pg.fetchval(made)
    await asyncio.to_thread(migrate, dsn)
    assert await pg.fetchval(made) == first
    await pg.execute("COMMENT ON SCHEMA bi IS 'of another release'")
    await asyncio.to_thread(migrate, dsn)
    assert await pg.fetchval(made) != first
    assert await reader.fetchval("SELECT count(*) FROM region") > 1


async def test_a_migration_may_change_what_views_stand_on(pg: asyncpg.Connection, dsn: str) -> None:
    await asyncio.to_thread(command.downgrade, config(dsn), "-1")
    assert await pg.fetchval("SELECT to_regnamespace('bi') IS NULL")
    await asyncio.to_thread(migrate, dsn)
    assert await pg.fetchval("SELECT to_regclass('bi.business') IS NOT NULL")
