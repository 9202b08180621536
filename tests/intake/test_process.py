"""A real server process over HTTP: what a stop and a crash in the middle leave behind."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from forms import sized
from processes import Process, environment_of, free_port, start_process
from shapes import Json
from world import World, batch, item, nib, nik, outcomes

from app.core.settings import Settings
from app.recount import drift

EMBEDDED_IS_ENOUGH = True
TAKES_LONG = True


Start = Callable[[], Awaitable[tuple[Process, str]]]


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Start server processes on one port, one after another."""
    port, processes = free_port(), []

    async def started() -> tuple[Process, str]:
        process, base_url = await start_process(environment_of(settings), port)
        processes.append(process)
        return process, base_url

    yield started
    for process in processes:
        process.kill()
        process.wait()


@pytest.mark.proof
async def test_a_stopping_server_finishes_the_batch_in_flight(
    start: Start, world: World, pg: asyncpg.Connection
) -> None:
    process, base_url = await start()
    body = batch(*(item(nik=nik(n), nib=nib()) for n in range(4_000)))
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        headers = world.auth("enumerator.1")
        sending = asyncio.create_task(client.put(f"/v1/sync/batches/{uuids.uuid7()}", json=body, headers=headers))
        await wait_for_work(pg)
        process.send_signal(signal.SIGTERM)
        answer = await sending
    assert answer.status_code == 201
    assert answer.json()["counts"]["accepted"] == 4_000
    assert await asyncio.to_thread(process.wait, 40) in (0, -signal.SIGTERM)
    assert await pg.fetchval("SELECT count(*) FROM submission") == 4_000


@pytest.mark.proof
async def test_a_server_that_is_killed_in_the_middle_of_a_batch_loses_and_doubles_nothing(
    start: Start, world: World, pg: asyncpg.Connection
) -> None:
    """Tablets send until they have a receipt. Again and again is the fleet's test, in tests/simulation."""
    batches = {
        name: [(uuids.uuid7(), batch(*(item(nik=nik(), nib=nib()) for _ in range(60)))) for _ in range(4)]
        for name in ("enumerator.1", "enumerator.2", "enumerator.3")
    }
    process, base_url = await start()
    receipts = []

    async def tablet(name: str) -> None:
        async with httpx.AsyncClient(base_url=base_url, timeout=10) as client:
            for batch_id, body in batches[name]:
                while True:
                    try:
                        answer = await client.put(f"/v1/sync/batches/{batch_id}", json=body, headers=world.auth(name))
                    except httpx.TransportError:
                        await asyncio.sleep(0.05)
                        continue
                    if answer.status_code in (200, 201):
                        receipts.append(answer.json())
                        break
                    assert answer.status_code in (409, 503), answer.text
                    await asyncio.sleep(0.1)

    tablets = [asyncio.create_task(tablet(name)) for name in batches]
    await wait_for_work(pg)
    process.kill()
    process.wait()
    await start()
    await asyncio.gather(*tablets)
    assert len(receipts) == 12
    assert sum(receipt["counts"]["accepted"] for receipt in receipts) == 12 * 60
    assert await pg.fetchval("SELECT count(*) FROM submission") == 12 * 60
    assert await pg.fetchval("SELECT count(*) FROM business") == 12 * 60
    assert await drift(pg, 1) == []


async def wait_for_work(pg: asyncpg.Connection) -> None:
    """Until a batch is being worked on: somebody holds an enumerator's place in the queue."""
    for _ in range(2_000):
        if await pg.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted)"):
            return
        await asyncio.sleep(0.001)


@pytest.mark.long_form
async def test_a_batch_is_judged_as_if_its_items_came_one_by_one(client: httpx.AsyncClient, world: World) -> None:
    """The same story twice, with other numbers: in one batch, and item by item."""
    for seed in range(sized(2, 12)):
        rng = random.Random(seed)
        story = [
            (rng.randrange(6), rng.randint(1, 3), rng.choice([None, *range(3)]), rng.choice([None, 0, 1]), n % 9 == 8)
            for n in range(25)
        ]

        def told(story: Iterable[Any] = story) -> list[Json]:
            records = [str(uuids.uuid7()) for _ in range(6)]
            niks, nibs = [nik() for _ in range(3)], [nib() for _ in range(2)]
            return [
                item(
                    record_id=records[record],
                    revision=revision,
                    nik=None if one is None else niks[one],
                    nib=None if other is None else nibs[other],
                    kbli="4711" if faulty else "47112",
                )
                for record, revision, one, other, faulty in story
            ]

        together = await outcomes(client, world, "enumerator.1", *told())
        alone = [(await outcomes(client, world, "enumerator.2", each))[0] for each in told()]
        assert together == alone, seed
