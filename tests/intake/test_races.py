"""Many tablets at once: exactly one `accepted` per business, whoever comes first, and figures that add up."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from uuid import UUID

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from fastapi import FastAPI
from forms import sized
from shapes import Json, the
from world import World, batch, item, nib, nik, put

from app.accounts.models import Account
from app.progress.rollup import fold
from app.recount import drift
from app.register.claims import keep_batches_out

TABLETS, BUSINESSES, ROUNDS = 50, 60, 3
REVISIONS = sized(2, 4)


async def enlist(pg: asyncpg.Connection, world: World, tablets: int) -> None:
    for n in range(7, tablets + 1):
        account = Account(
            id=uuids.uuid7(),
            username=f"enumerator.{n}",
            name=f"E {n}",
            role="enumerator",
            region_code="16.01",
            created_at=world.accounts["enumerator.1"].created_at,
            scopes=[],
        )
        world.accounts[account.username] = account
        await pg.execute(
            "INSERT INTO account (id, username, name, role, region_code, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
            account.id,
            account.username,
            account.name,
            account.role,
            account.region_code,
            account.created_at,
        )
        await pg.execute(
            "INSERT INTO assignment (campaign_id, enumerator_id, region_code, starts_on)"
            " VALUES (1, $1, '16.01', '2022-04-01')",
            account.id,
        )
        await world.enrol(pg, account.id)


async def patiently(client: httpx.AsyncClient, world: World, name: str, body: Json, batch_id: UUID) -> Json:
    """Send as a tablet does: the same batch again whenever the server is busy."""
    for _ in range(60):
        answer = await put(client, world, name, body, batch_id=batch_id)
        if answer.status_code in (200, 201):
            return answer.json()
        assert answer.status_code in (409, 503), answer.text
        assert answer.headers["Retry-After"]
        await asyncio.sleep(random.uniform(0.01, 0.1))
    raise AssertionError("the server never took the batch")


@pytest.mark.proof
async def test_fifty_tablets_race_for_the_same_numbers(
    client: httpx.AsyncClient, pg: asyncpg.Connection, world: World, app: FastAPI
) -> None:
    """Every tablet knows every business, each by its NIK, by its NIB or by both, and sends them in an order of its
    own, in rounds, while deltas are folded behind."""
    rng = random.Random(7)
    await enlist(pg, world, TABLETS)
    numbers = [(nik(), nib()) for _ in range(BUSINESSES)]
    # The first round claims both numbers of every business, so that later ones may know it by either.
    outcomes: dict[int, Counter[str]] = defaultdict(Counter)

    async def tablet(n: int, said: Callable[[int, int], tuple[str, ...]]) -> None:
        order = list(range(BUSINESSES))
        rng.shuffle(order)
        items = [
            item(nik=numbers[b][0] if "nik" in said(n, b) else None, nib=numbers[b][1] if "nib" in said(n, b) else None)
            for b in order
        ]
        name, batch_id, body = f"enumerator.{n}", uuids.uuid7(), batch(*items)
        receipt = await patiently(client, world, name, body, batch_id)
        if rng.random() < 0.3:  # the answer was lost
            assert await patiently(client, world, name, body, batch_id) == receipt
        for business, line in zip(order, receipt["items"], strict=True):
            outcomes[business][line["outcome"]] += 1

    async def folding() -> None:
        database = app.state.services.database
        while True:
            await database.run(fold)
            await asyncio.sleep(0.05)

    def both(n: int, b: int) -> tuple[str, ...]:
        return ("nik", "nib")

    def either(n: int, b: int) -> tuple[str, ...]:
        return (("nik",), ("nib",), ("nik", "nib"))[(n + b) % 3]

    behind = asyncio.create_task(folding())
    try:
        for round_ in range(ROUNDS):
            await asyncio.gather(*(tablet(n, both if round_ == 0 else either) for n in range(1, TABLETS + 1)))
    finally:
        behind.cancel()

    assert all(counts == {"accepted": 1, "duplicate": TABLETS * ROUNDS - 1} for counts in outcomes.values()), (
        "exactly one tablet was first with each business"
    )
    assert await pg.fetchval("SELECT count(*) FROM business") == BUSINESSES
    assert await pg.fetchval("SELECT count(*) FROM identity") == 2 * BUSINESSES
    assert await pg.fetchval("SELECT sum(entered) FROM progress_cell") == BUSINESSES
    assert await drift(pg, 1) == []


@pytest.mark.long_form
async def test_tablets_that_mix_the_numbers_of_others_race_without_a_deadlock(
    client: httpx.AsyncClient, pg: asyncpg.Connection, world: World
) -> None:
    """NIK and NIB of different businesses, in different orders, corrected again and again: conflicts, duplicates and
    updates meet on the same rows, and whatever comes out, it adds up."""
    rng = random.Random(11)
    await enlist(pg, world, 20)
    niks, nibs = [nik() for _ in range(12)], [nib() for _ in range(12)]
    received: Counter[str] = Counter()

    async def tablet(n: int) -> None:
        records = [str(uuids.uuid7()) for _ in range(12)]
        for revision in range(1, REVISIONS + 1):
            rng.shuffle(records)
            items = [
                item(record_id=record, revision=revision, nik=rng.choice([None, *niks]), nib=rng.choice([None, *nibs]))
                for record in records
            ]
            receipt = await patiently(client, world, f"enumerator.{n}", batch(*items), uuids.uuid7())
            received.update(receipt["counts"])

    await asyncio.gather(*(tablet(n) for n in range(1, 21)))
    assert received.total() == 20 * REVISIONS * 12
    assert received["invalid"] == received["held"] == 0
    counted = the(await pg.fetchrow("SELECT sum(entered), sum(duplicates), sum(conflicts) FROM progress_cell"))
    assert sum(counted) == 20 * 12, "every record counts in exactly one place"
    assert counted[0] == await pg.fetchval("SELECT count(*) FROM business WHERE campaign_ids = '{1}'")
    assert await drift(pg, 1) == []


async def test_a_batch_waits_until_numbers_that_are_moved_are_committed_and_has_its_enumerators_place_by_then(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    """The enumerator's lock comes first, so that two of its batches cannot wait for each other behind the move."""
    async with pg.transaction():
        await keep_batches_out(pg)
        sent = asyncio.create_task(put(client, world, "enumerator.1", batch(item(nik=nik()))))
        here = "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database AND datname = current_database()"
        own = f"{here} WHERE locktype = 'advisory' AND granted AND mode = 'ExclusiveLock'"
        waits = f"{here} WHERE locktype = 'advisory' AND NOT granted AND mode = 'ShareLock'"
        for _ in range(100):
            if await pg.fetchval(waits):
                break
            await asyncio.sleep(0.02)
        assert await pg.fetchval(waits) == 1
        assert await pg.fetchval(own) == 2, "that of the move, and the enumerator's"
        assert not sent.done()
    assert (await sent).status_code == 201
