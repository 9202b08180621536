"""`docs/mirror.py`: killed at any moment, and after the server's database was set back, its copy is the register."""

import asyncio
import json
import random
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import httpx
import pytest
from outside import on_database
from shapes import Json
from sqlalchemy import create_engine, text
from world import World, item, nik, outcomes

EMBEDDED_IS_ENOUGH = True
MIRROR = Path(__file__).parents[2] / "docs/mirror.py"
KILLS = 20


@pytest.fixture(params=["sqlite", "postgresql"])
def copy(
    request: pytest.FixtureRequest, tmp_path: Path, server_url: str, administer: Callable[[str], None]
) -> Iterator[str]:
    """The address of an empty database for the copy."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/register.sqlite"
        return
    name = f"mirror_{secrets.token_hex(6)}"
    administer(f"CREATE DATABASE {name}")
    yield on_database(server_url, name).replace("postgresql://", "postgresql+psycopg://", 1)
    administer(f"DROP DATABASE {name} WITH (FORCE)")


async def mirrored(copy: str, *, killed_after: float | None = None) -> None:
    """Let the mirror follow to the end, or kill it after so many seconds."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, MIRROR, copy, *([] if killed_after else ["--once"]), stderr=asyncio.subprocess.PIPE
    )
    if killed_after is None:
        _, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        return
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), killed_after)
    assert process.returncode is None, (await process.communicate())[1].decode()
    process.kill()
    await process.communicate()


def said_by(copy: str) -> dict[str, Json]:
    engine = create_engine(copy)
    with engine.connect() as db:
        rows = db.execute(text("SELECT id, columns FROM business")).all()
    engine.dispose()
    return {row.id: json.loads(row.columns) if isinstance(row.columns, str) else row.columns for row in rows}


async def register(client: httpx.AsyncClient, world: World) -> dict[str, Json]:
    headers = world.auth("system", scopes=["businesses:read"])
    answer = await client.get("/v1/exports/businesses.ndjson", headers=headers)
    rows = [json.loads(line) for line in answer.raise_for_status().text.splitlines()]
    return {row["business_id"]: row for row in rows}


@pytest.mark.proof
async def test_a_mirror_that_is_killed_at_any_moment_has_the_register(
    address: str, exports_are_made: None, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, copy: str
) -> None:
    chance = random.Random(7)
    last: list[Json] = []
    for _ in range(KILLS):
        sent = [item(nik=nik()) for _ in range(3)]
        changed = [{**each, "revision": 2} for each in last]
        assert await outcomes(client, world, "enumerator.1", *sent, *changed) == ["accepted"] * 3 + ["updated"] * len(
            last
        )
        last = sent[:1]
        await mirrored(copy, killed_after=chance.uniform(0.2, 1.6))
    await mirrored(copy)
    assert said_by(copy) == await register(client, world)
    await pg.execute("UPDATE feed_mark SET id = gen_random_uuid()")  # as if restored
    await pg.execute("DELETE FROM business WHERE id = (SELECT min(id::text)::uuid FROM business)")
    await mirrored(copy)
    whole = await register(client, world)
    assert said_by(copy) == whole
    assert len(whole) == 3 * KILLS - 1
