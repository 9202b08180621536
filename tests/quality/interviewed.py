"""Interviews as tablets send them, the worker that judges them, and questions about quality."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import asyncpg
import httpx
import pytest
from made_up import answers
from shapes import Json
from world import OTHER_VILLAGE, VILLAGE, World, batch, item, put

from app.core.clock import SetClock
from app.quality.rounds import Judging

Rounds = Callable[[], Awaitable[None]]
START = datetime.fromisoformat("2022-09-12T07:00:00+07:00")


def interviews(enumerator: int, count: int, *, seed: int, minutes: float | None = None, **more: Any) -> list[Json]:
    rng, at, made = Random(seed), START, []
    for number in range(count):
        at += timedelta(minutes=rng.uniform(12, 20))
        serial = enumerator * 1_000 + number
        took = minutes or rng.uniform(8, 20)
        owner = f"160114520385{serial:04d}"
        said = answers(rng, serial) | {"kbli": "47112"}
        said["owner"]["nik"] = owner
        one = item(region=rng.choice((VILLAGE, OTHER_VILLAGE)), captured_at=at.isoformat(), answers=said)
        one["started_at"] = (at - timedelta(minutes=took)).isoformat()
        one["location"]["latitude"] += rng.uniform(-0.002, 0.002)
        made.append(one | more)
    return made


async def ask(client: httpx.AsyncClient, world: World, path: str, who: str = "officer", **params: Any) -> Any:
    answer = await client.get(f"/v1/quality/{path}", params=params, headers=world.auth(who))
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def judging(world: World, clock: SetClock) -> Judging:
    return Judging(world.services.database, world.services.ingest.ring, clock)


@pytest.fixture
def judge_all(judging: Judging, pg: asyncpg.Connection) -> Rounds:
    """Judge whatever is to be judged, without waiting for its turn."""

    async def run() -> None:
        again = True
        while again:
            await pg.execute("UPDATE quality_state SET ended_at = NULL")
            again = await judging.round() and await pg.fetchval("SELECT bool_or(waits) FROM quality_state")

    return run


@pytest.fixture
async def field(client: httpx.AsyncClient, world: World) -> list[Json]:
    """Six enumerators, of whom the third takes a minute for each."""
    sent = []
    for enumerator in range(1, 7):
        made = interviews(enumerator, 24, seed=enumerator, minutes=1.0 if enumerator == 3 else None)
        answer = await put(client, world, f"enumerator.{enumerator}", batch(*made))
        assert answer.json()["counts"]["accepted"] == 24, answer.text
        sent += made
    return sent
