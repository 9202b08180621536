"""Of corrections that come at the same moment, each is of the revision that its officer looked at."""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import httpx
import pytest
from shapes import Json
from world import World, batch, item, nik, outcomes, put

from app.recount import drift

EMBEDDED_IS_ENOUGH = True

Correct = Callable[[str], Any]


@pytest.fixture
async def sent(client: httpx.AsyncClient, world: World) -> Json:
    made = item(nik=nik())
    await outcomes(client, world, "enumerator.1", made)
    return made


@pytest.fixture
async def correct(client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, sent: Json) -> Correct:
    id_ = await pg.fetchval("SELECT id FROM business")

    async def send(name: str) -> httpx.Response:
        body = {"changes": {"legal_name": name}, "reason": "Salah ketik nama", "revision": 1}
        return await client.post(f"/v1/businesses/{id_}/corrections", json=body, headers=world.auth("officer"))

    return send


async def revisions(pg: asyncpg.Connection) -> list[int]:
    return [row["revision"] for row in await pg.fetch("SELECT revision FROM submission ORDER BY revision")]


@pytest.mark.parametrize("names", [("Warung Baru", "Warung Baru"), ("Warung Baru", "Warung Lain")])
async def test_of_two_corrections_of_one_revision_one_is_taken(
    correct: Correct, pg: asyncpg.Connection, names: tuple[str, str]
) -> None:
    answers = await asyncio.gather(*map(correct, names))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "state_changed"}
    assert await revisions(pg) == [1, 2]
    assert await drift(pg) == []


async def test_a_correction_is_not_laid_over_a_revision_that_nobody_looked_at(
    correct: Correct, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, sent: Json
) -> None:
    newer = batch({**sent, "revision": 2})
    corrected, entered = await asyncio.gather(correct("Warung Baru"), put(client, world, "enumerator.1", newer))
    (receipt,) = entered.json()["items"]
    assert (corrected.status_code, receipt["outcome"]) in ((409, "updated"), (201, "invalid"))
    assert await revisions(pg) == [1, 2]
    assert await drift(pg) == []
