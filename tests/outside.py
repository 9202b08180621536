"""A server that stands outside, for the suite: `KUMKM_TEST_SERVER=postgresql://postgres@10.0.0.1/postgres`.

Its login is a superuser. Where that database has Citus with other nodes, every test's database is spread over them.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg
import pytest
from sqlalchemy.engine import make_url

OUTSIDE = os.environ.get("KUMKM_TEST_SERVER")
_WORKERS = "SELECT nodename, nodeport FROM pg_dist_node WHERE groupid > 0 AND isactive ORDER BY nodeid"
SHARDS = 4
"""Parts of each table: few, since each test has a database of its own."""


def leave_out_where_named(why: str) -> None:
    """Leave the test out on a server that was named: it may be one of several, and is nobody's to copy."""
    if OUTSIDE is not None:
        pytest.skip(f"KUMKM_TEST_SERVER was named, and {why}")


def on_database(server_url: str, name: str) -> str:
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


async def nodes_of(server_url: str) -> list[str]:
    """The servers that a database has to be made on: the one, or the coordinator and its workers."""
    pg = await asyncpg.connect(server_url)
    try:
        if OUTSIDE is None or await pg.fetchval("SELECT to_regclass('pg_dist_node')") is None:
            return [server_url]
        rows = await pg.fetch(
            "SELECT nodename, nodeport FROM pg_dist_node WHERE groupid > 0 AND isactive ORDER BY nodeid"
        )
    finally:
        await pg.close()
    url = make_url(server_url)
    others = [url.set(host=host, port=port).render_as_string(hide_password=False) for host, port in rows]
    return [server_url, *others]


async def on_every(nodes: Sequence[str], statement: str) -> None:
    async def run(node: str) -> None:
        pg = await asyncpg.connect(node)
        try:
            await pg.execute(statement)
        finally:
            await pg.close()

    await asyncio.gather(*(run(node) for node in nodes))


@asynccontextmanager
async def one_after_another(server_url: str) -> AsyncIterator[None]:
    """Workers of one run that share a server wait for each other."""
    pg = await asyncpg.connect(server_url)
    await pg.execute("SELECT pg_advisory_lock(1)")
    yield
    await pg.close()


async def remove(nodes: Sequence[str], *names: str) -> None:
    """Remove databases that an earlier run may have left."""
    for name in names:
        await on_every(nodes, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def join(nodes: Sequence[str], name: str) -> None:
    """Make a cluster of this database's copies."""
    databases = [on_database(node, name) for node in nodes]
    await on_every(databases, "CREATE EXTENSION citus")
    coordinator, *workers = (make_url(node) for node in nodes)
    pg = await asyncpg.connect(databases[0])
    await pg.execute("SELECT citus_set_coordinator_host($1, $2)", coordinator.host, coordinator.port or 5432)
    for worker in workers:
        await pg.execute("SELECT citus_add_node($1, $2)", worker.host, worker.port or 5432)
    await pg.close()


async def insist(admin: asyncpg.Connection, statement: str) -> None:
    """Run a statement, also where Citus comes back to a database at the very moment that it is removed."""
    for _ in range(5):
        try:
            await admin.execute(statement)
        except asyncpg.ObjectInUseError:
            await asyncio.sleep(0.2)
        else:
            return
    await admin.execute(statement)


async def close(nodes: Sequence[str], name: str) -> None:
    """Nobody connects to this database any more, not even Citus, so that it can be cloned."""
    if len(nodes) > 1:
        await on_every(nodes, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await on_every(nodes, f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")
