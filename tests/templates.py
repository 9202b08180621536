"""Migrated databases with reference data, which tests clone."""

import asyncio
from datetime import UTC, datetime

import asyncpg
from cluster_statements import DISTRIBUTIONS
from outside import SHARDS, close, join, nodes_of, on_database, on_every, remove
from some_regions import some_regions
from world import people_the_world

from app.core.migrations import migrate
from app.core.roles import SERVER_LOGIN, make_login
from app.kbli.loading import load_kbli
from app.regions.loading import load_regions
from app.upgrading.distributing import distribute, plan

NOON = datetime(2022, 9, 12, 5, 0, tzinfo=UTC)  # 12:00 in Baturaja


async def fill_template(server_url: str, name: str) -> None:
    """Make the database of that name, and with `_peopled` after it one with a small census, too."""
    nodes = await nodes_of(server_url)
    await remove(nodes, name, f"{name}_peopled")
    await on_every(nodes, f"CREATE DATABASE {name}")
    dsn = on_database(server_url, name)
    if len(nodes) > 1:
        await join(nodes, name)
    await asyncio.to_thread(migrate, dsn)
    pg = await asyncpg.connect(dsn)
    if len(nodes) > 1:
        for each in await plan(pg, DISTRIBUTIONS):
            await distribute(pg, each, SHARDS)
    await load_regions(pg, some_regions(), today=NOON.date())
    await load_kbli(pg)
    await make_login(pg, SERVER_LOGIN, None)
    await pg.execute("VACUUM (FULL, ANALYZE)")
    await pg.close()
    await (await asyncpg.connect(dsn)).close()  # the first one writes down what all need of the catalog: clones have it
    await close(nodes, name)
    await on_every(nodes, f"CREATE DATABASE {name}_peopled TEMPLATE {name}")
    pg = await asyncpg.connect(on_database(server_url, f"{name}_peopled"))
    await people_the_world(pg)
    await pg.close()
    await close(nodes, f"{name}_peopled")


async def hurry(dsn: str) -> None:
    """No test pulls the plug of these servers, so they need not wait for the disk.

    Each database that is made or removed has the server look through all its buffers: a server that starts after this
    has few.
    """
    pg = await asyncpg.connect(dsn)
    for setting in (
        "fsync = off",
        "synchronous_commit = off",
        "full_page_writes = off",
        "max_wal_size = '256MB'",
        "shared_buffers = '32MB'",
    ):
        await pg.execute(f"ALTER SYSTEM SET {setting}")
    if await pg.fetchval("SELECT 'clone' = ANY(enumvals) FROM pg_settings WHERE name = 'file_copy_method'"):
        await pg.execute("ALTER SYSTEM SET file_copy_method = clone")  # the kernel copies the files of a database
    await pg.execute("SELECT pg_reload_conf()")
    await pg.close()
