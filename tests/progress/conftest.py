"""A campaign in which batches count, with and without people."""

from typing import Any

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from census import Census, change
from shapes import Call
from world import VILLAGE, World

from app.progress import rollup


@pytest.fixture
async def census(pg: asyncpg.Connection) -> Census:
    """A campaign without people in an empty census."""
    await pg.execute(
        "INSERT INTO campaign (id, code, name, starts_on, ends_on, accepts_until)"
        " VALUES (1, 'pl-kumkm-2022', 'PL-KUMKM 2022', '2022-04-01', '2022-10-31', '2022-11-30')"
    )
    return Census(pg)


@pytest.fixture
def send(pg: asyncpg.Connection, world: World) -> Call:
    """Count changes of one of the world's enumerators, as one batch."""

    async def sent(name: str, *changes) -> None:
        await rollup.count(pg, 1, world.id(name), uuids.uuid7(), world.services.clock.now(), changes)

    return sent


@pytest.fixture
def enter(send: Call) -> Call:
    """Count so many entered businesses of an enumerator; `day` 11 is 12 September."""

    async def entered(name: str, number: int, village: str = VILLAGE, day: int = 11) -> None:
        await send(name, *(change("entered", 1, village, day, day) for _ in range(number)))

    return entered


@pytest.fixture
def ask(client: httpx.AsyncClient, world: World) -> Call:
    """Ask progress as somebody; a parameter may end in _ where its name is Python's, and None is left out."""

    async def get(name: str, path, *, headers: dict[str, str] | None = None, **params: Any) -> httpx.Response:
        params = {key.rstrip("_"): value for key, value in params.items() if value is not None}
        sent = {**world.auth(name), **(headers or {})}
        return await client.get(f"/v1/progress/{path}", params=params, headers=sent)

    return get
