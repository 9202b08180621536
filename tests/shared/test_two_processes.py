"""Two real server processes on one database: what is one rate, what is given back by one that is killed."""

import asyncio
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import httpx
import pytest
from outside import on_database
from processes import environment_of, free_port, start_process
from warm import Process
from world import World, batch, item, nik, put

from app.core.settings import Settings
from app.exchange.streaming import MOST_OF_ONE
from app.processes.counting import SHARE
from app.processes.lives import FRESH_S, LEASE

EMBEDDED_IS_ENOUGH = True
TAKES_LONG = True
pytestmark = pytest.mark.proof
RATE = 40

Running = tuple[Process, str]


def environment(settings: Settings, shared: str) -> dict[str, str]:
    rates = dict.fromkeys(("KUMKM_RATE_LIST", "KUMKM_RATE_SIGN_IN"), f"{RATE}/day")
    rates["KUMKM_RATE_EXPORT"] = "1000/minute"
    return environment_of(settings, KUMKM_SHARED_LIMITS=shared, KUMKM_POOL_SIZE="20", **rates)


@asynccontextmanager
async def two_processes(settings: Settings, shared: str) -> AsyncIterator[list[Running]]:
    running = [await start_process(environment(settings, shared), free_port()) for _ in range(2)]
    yield running
    for process, _ in running:
        process.terminate()
        process.wait(30)


async def answers(running: list[Running], world: World, asked: int, who: str = "admin") -> Counter[int]:
    """What an account gets that asks both by turns."""
    told: Counter[int] = Counter()
    async with httpx.AsyncClient(timeout=30) as client:
        for number in range(asked):
            url = f"{running[number % 2][1]}/v1/accounts"
            answer = await client.get(url, headers=world.auth(who), params={"limit": 1})
            told[answer.status_code] += 1
            if answer.status_code == 429:
                assert 1 <= int(answer.headers["Retry-After"]) <= 2 * 86_400
    return told


async def test_the_rate_over_both_is_one_rate_with_the_setting_and_of_each_without(
    settings: Settings, world: World, pg: asyncpg.Connection
) -> None:
    async with two_processes(settings, "off") as running:
        assert await answers(running, world, 3 * RATE) == {200: 2 * RATE, 429: RATE}
        assert await pg.fetchval("SELECT count(*) FROM rate_count") == 0
        assert await pg.fetchval("SELECT count(*) FROM server_process") == 0
    async with two_processes(settings, "on") as running:
        assert await answers(running, world, 3 * RATE) == {200: RATE, 429: 2 * RATE}
        assert await pg.fetchval("SELECT count(*) FROM server_process") == 2
        await asyncio.sleep(FRESH_S + 5)  # they know that they are two
        told = await answers(running, world, RATE // 2, "officer")
        running[0][0].kill()
        running[0][0].wait(30)
        running[0] = await start_process(environment(settings, "on"), free_port())
        told += await answers(running, world, RATE, "officer")
        assert RATE <= told[200] <= RATE + RATE // SHARE, "a restart forgets next to nothing"
        assert await pg.fetchval("SELECT count(*) FROM server_process") == 3, "the lease of the killed one runs"
    assert await pg.fetchval("SELECT count(*) FROM server_process") == 1, "who ends says so"


async def test_places_of_a_killed_process_are_free_again_when_its_lease_is_over(
    settings: Settings, world: World, client: httpx.AsyncClient, pg: asyncpg.Connection
) -> None:
    await put(client, world, "enumerator.1", batch(item(nik=nik())))
    columns = [row[0] for row in await pg.fetch(_COLUMNS)]
    await pg.execute(
        f"INSERT INTO business (id, {', '.join(columns)})"
        f" SELECT gen_random_uuid(), {', '.join(columns)} FROM business, generate_series(1, 15000)"
    )
    async with two_processes(settings, "on") as ((killed, url), (_, other)), AsyncExitStack() as stack:
        head = "GET /v1/exports/businesses.csv HTTP/1.1\r\nHost: a\r\nAuthorization: {}\r\n\r\n"
        for number in range(MOST_OF_ONE):
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(("127.0.0.1", httpx.URL(url).port or 0))
            connection.sendall(head.format(world.auth("officer")["Authorization"]).encode())
            for _ in range(500):
                if await pg.fetchval("SELECT count(*) FROM export_place") > number:
                    break
                await asyncio.sleep(0.02)
        assert await pg.fetchval("SELECT count(*) FROM export_place") == MOST_OF_ONE

        async def export() -> httpx.Response:
            async with httpx.AsyncClient(base_url=other, timeout=30) as asking:
                return await asking.get("/v1/exports/businesses.csv", headers=world.auth("officer"))

        refused = await export()
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "15")
        killed.kill()
        began = time.monotonic()
        while (answer := await export()).status_code == 429:
            assert time.monotonic() - began < LEASE.total_seconds() + 5
            await asyncio.sleep(1)
        assert answer.status_code == 200, answer.text
        assert time.monotonic() - began > 5, "a process that is late with one beat loses nothing"


async def test_without_the_database_a_rate_still_holds_and_closes_nobody_out(
    settings: Settings, world: World, dsn: str, server_url: str
) -> None:
    name = dsn.rpartition("/")[2].partition("?")[0]
    form = {"grant_type": "password", "username": "nobody", "password": "nothing at all"}
    async with two_processes(settings, "on") as running:
        admin = await asyncpg.connect(on_database(server_url, "postgres"))
        await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await admin.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")
        try:
            for _, url in running:
                async with httpx.AsyncClient(base_url=url, timeout=30) as client:
                    told = [(await client.post("/v1/auth/token", data=form)).status_code for _ in range(RATE + 10)]
                    took = time.monotonic()
                    assert Counter(told) == {503: RATE, 429: 10}
                    assert (await client.post("/v1/auth/token", data=form)).status_code == 429
                    assert time.monotonic() - took < 1
        finally:
            await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
            await admin.close()


_COLUMNS = """
SELECT attname FROM pg_attribute WHERE attrelid = 'business'::regclass AND attnum > 0 AND NOT attisdropped
    AND attname <> 'id'
"""
