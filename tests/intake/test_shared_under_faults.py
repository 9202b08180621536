"""Two servers commit in groups while connections are killed, clients hang up, and numbers are kept from moving."""

import asyncio
import gc
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import orjson
import pytest
import uuid_utils.compat as uuids
from doors import visit
from fastapi import FastAPI
from forms import sized
from listings import entries
from shapes import Json
from test_races import enlist
from world import PALEMBANG_VILLAGE, VILLAGE, World, batch, item, nik, put

from app.core.bodies import unpack
from app.core.clock import SetClock
from app.core.group_commit import LANES
from app.core.settings import Settings
from app.main import create_app
from app.recount import drift
from app.register.claims import keep_batches_out

TABLETS, BATCHES = 16, sized(3, 12)
KILL = """
SELECT pg_terminate_backend(pid) FROM (
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'kumkm' AND state <> 'idle'
    ORDER BY random() LIMIT 1
) AS one
"""


class Tablets:
    """Enumerators who send until each batch is confirmed; some hang up, and some send a batch twice at once."""

    def __init__(self, luck: random.Random, world: World, servers: list[httpx.AsyncClient], listed: list[str]) -> None:
        self._luck, self._world, self._servers, self._listed = luck, world, servers, listed
        self._numbers = [nik() for _ in range(25)]  # that several know
        self._records = defaultdict[int, list[Json]](list)
        self.confirmed: dict[UUID, Json] = {}
        self.statuses = Counter[int]()

    async def send_all(self, n: int) -> None:
        for _ in range(BATCHES):
            await self._send(n, self._batch(n), uuids.uuid7())

    def _batch(self, n: int) -> Json:
        items = [self._item(n) for _ in range(self._luck.randint(1, 3))]
        self._records[n] += items
        return {**batch(*items), "unsent": self._luck.randint(0, 9)}

    def _item(self, n: int) -> Json:
        luck, known = self._luck.random(), self._records[n]
        number = self._luck.choice(self._numbers) if self._luck.random() < 0.25 else nik()
        if luck < 0.15 and known:
            old = self._luck.choice(known)
            return {**old, "revision": old["revision"] + 1}
        if luck < 0.25:
            made = visit("refused", 1, reason="Sibuk")
        elif luck < 0.32:
            made = item(nik="1601")
        else:
            made = item(nik=number, region=PALEMBANG_VILLAGE if luck < 0.4 else VILLAGE)
        return {**made, "listing_id": self._luck.choice(self._listed)} if self._luck.random() < 0.25 else made

    async def _send(self, n: int, body: Json, id_: UUID) -> None:
        twice = self._luck.random() < 0.1
        while True:
            server = self._luck.choice(self._servers)
            sent = [
                asyncio.ensure_future(put(server, self._world, f"enumerator.{n}", body, batch_id=id_))
                for _ in range(1 + twice)
            ]
            if self._luck.random() < 0.1:
                asyncio.get_running_loop().call_later(self._luck.random() * 0.05, sent[0].cancel)
            answers = [each for each in await asyncio.gather(*sent, return_exceptions=True) if not_cut(each)]
            self.statuses.update(answer.status_code for answer in answers)
            good = [answer.json() for answer in answers if answer.status_code in (200, 201)]
            assert all(each == self.confirmed.setdefault(id_, each) for each in good)
            if good:
                return
            await asyncio.sleep(0.05)


def not_cut(answer: httpx.Response | BaseException) -> bool:
    return isinstance(answer, httpx.Response)


@asynccontextmanager
async def chaos(pg: asyncpg.Connection) -> AsyncIterator[None]:
    """Meanwhile, connections of the servers are killed, and batches kept out as where numbers move to another key."""

    async def kill() -> None:
        while True:
            await asyncio.sleep(0.4)
            await pg.execute(KILL)
            async with pg.transaction():
                await keep_batches_out(pg)
                await asyncio.sleep(0.1)

    loop, killing = asyncio.get_running_loop(), asyncio.create_task(kill())
    before = loop.get_exception_handler()

    def heard(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """asyncpg (0.32) may leave a future of a COPY behind whose connection was cut, and which nobody waits for."""
        if not isinstance(context.get("exception"), asyncpg.ConnectionDoesNotExistError):
            unheard.append(context["message"])

    unheard = list[str]()
    loop.set_exception_handler(heard)
    yield
    killing.cancel()
    await asyncio.gather(killing, return_exceptions=True)
    gc.collect()
    loop.set_exception_handler(before)
    assert unheard == []


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(sized(1, 5)))
async def test_what_is_confirmed_is_stored_once_and_whole(
    seed: int,
    client: httpx.AsyncClient,
    pg: asyncpg.Connection,
    dsn: str,
    world: World,
    app: FastAPI,
    settings: Settings,
    clock: SetClock,
) -> None:
    await enlist(pg, world, TABLETS)
    listed = await entries(client, world, *({"name": f"Pintu {name}"} for name in "ABCDEF"))
    second = create_app(settings, clock=clock)
    killer = await asyncpg.connect(dsn)
    async with (
        second.router.lifespan_context(second),
        httpx.AsyncClient(transport=httpx.ASGITransport(second), base_url=client.base_url) as other,
        asyncio.timeout(60),
    ):
        tablets = Tablets(random.Random(seed), world, [client, other], listed)
        async with chaos(killer):
            await asyncio.gather(*(tablets.send_all(n) for n in range(1, TABLETS + 1)))
        for each in (app, second):
            pool = each.state.services.database
            assert (pool.groups._free, len(pool.groups._waiting), pool.busy, pool.waiting) == (LANES, 0, 0, 0)
    await killer.close()
    confirmed = tablets.confirmed
    assert len(confirmed) == TABLETS * BATCHES
    rows = await pg.fetch("SELECT id, receipt FROM batch WHERE id = ANY($1)", list(confirmed))
    assert {row[0]: orjson.loads(unpack(row[1])) for row in rows} == confirmed
    assert await drift(pg) == []
    events = "SELECT count(*) FROM audit_event WHERE action = 'batch.received' AND subject_id = ANY($1)"
    assert await pg.fetchval(events, [str(id_) for id_ in confirmed]) == len(confirmed)
    stored = {
        (str(row[0]), row[1])
        for row in await pg.fetch(
            "SELECT record_id, revision FROM submission WHERE batch_id = ANY($1)", list(confirmed)
        )
    }
    told = [line for receipt in confirmed.values() for line in receipt["items"]]
    assert {
        (line["record_id"], line["revision"])
        for line in told
        if line["outcome"] in ("accepted", "duplicate", "updated", "conflict")
    } <= stored
    numbers = {row[0]: row[1] for row in await pg.fetch("SELECT digest, business_id FROM identity")}
    owners = await pg.fetch("SELECT nik_digest, id FROM business WHERE nik_digest IS NOT NULL")
    assert {row[0] for row in owners} <= numbers.keys()
    assert tablets.statuses[201] + tablets.statuses[200] >= len(confirmed)
