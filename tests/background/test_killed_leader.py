"""A process that does a work may be killed or hang in the middle: another takes over, and nothing is done twice."""

import asyncio
import signal
import sys
import time

import asyncpg
import httpx
import pytest
from world import World, batch, item, nik, put

from app.progress.rollup import fold

EMBEDDED_IS_ENOUGH = True
_ROUND = """
import asyncio, sys
import asyncpg
from app.progress.rollup import fold

async def main() -> None:
    pg = await asyncpg.connect(sys.argv[1], server_settings={"idle_in_transaction_session_timeout": sys.argv[2]})
    async with pg.transaction():
        await fold(pg)
        print("in the middle", flush=True)
        await asyncio.sleep(3600)

asyncio.run(main())
"""
_DAYS = "SELECT sum(entered) FROM progress_day WHERE region_code = '16.01' AND basis = 'received'"


async def leader(dsn: str, patience_ms: int) -> asyncio.subprocess.Process:
    """Another process, which has folded and not committed yet."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _ROUND, dsn, str(patience_ms), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"in the middle\n"
    return process


async def taken_over(pg: asyncpg.Connection) -> float:
    """Seconds until another process had done the work."""
    began = time.monotonic()
    while await pg.fetchval("SELECT count(*) FROM progress_delta"):
        assert time.monotonic() - began < 10
        async with pg.transaction():
            await fold(pg)
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def test_another_one_takes_over_what_a_killed_process_had_begun(
    pg: asyncpg.Connection, dsn: str, client: httpx.AsyncClient, world: World
) -> None:
    await put(client, world, "enumerator.1", batch(item(nik=nik()), item(nik=nik())))
    process = await leader(dsn, 60_000)
    async with pg.transaction():
        assert not await fold(pg)
    assert await pg.fetchval("SELECT count(*) FROM progress_delta") > 0, "the other one is at it"
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert await taken_over(pg) < 5
    assert await pg.fetchval(_DAYS) == 2


@pytest.mark.proof
async def test_another_one_takes_over_what_a_hanging_process_had_begun(
    pg: asyncpg.Connection, dsn: str, client: httpx.AsyncClient, world: World
) -> None:
    await put(client, world, "enumerator.1", batch(item(nik=nik()), item(nik=nik())))
    process = await leader(dsn, 500)
    process.send_signal(signal.SIGSTOP)
    try:
        assert await taken_over(pg) < 5
        assert await pg.fetchval(_DAYS) == 2
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()


async def test_no_server_holds_a_transaction_open_for_longer_than_a_minute(
    client: httpx.AsyncClient, world: World
) -> None:
    settings = "SELECT setting FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'"
    assert await world.services.database.run(lambda pg: pg.fetchval(settings)) == "60000"
