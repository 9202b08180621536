"""A field that was worked, and the worker that judges it."""

from collections.abc import Awaitable, Callable

import asyncpg
import httpx
import pytest
from interviewed import interviews
from shapes import Json
from world import World, batch, put

from app.core.clock import SetClock
from app.quality.rounds import Judging

Rounds = Callable[[], Awaitable[None]]


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
