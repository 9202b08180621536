"""A server of the test's own process, on a port, for clients that know nothing of asyncio."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from waiting import serving
from world import World

from app.core.settings import Settings

SECRET = "secret-of-the-system"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A client that is killed again and again begins many exports."""
    return settings.model_copy(update={"rate_export": "1000/minute"})


@pytest.fixture
async def address(
    app: FastAPI, world: World, pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[str]:
    """The address of a server, and in the environment what a system signs in with."""
    secret = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(SECRET)
    await pg.execute("UPDATE account SET password_hash = $1 WHERE username = 'system'", secret)
    async with serving(app) as url:
        monkeypatch.setenv("KUMKM_URL", url)
        monkeypatch.setenv("KUMKM_CLIENT", "system")
        monkeypatch.setenv("KUMKM_SECRET", SECRET)
        yield url


@pytest.fixture
async def exports_are_made(app: FastAPI) -> AsyncIterator[None]:
    """Exports are made meanwhile, as by the worker of a server."""

    async def work() -> None:
        while True:
            await app.state.services.jobs.work_once()
            await asyncio.sleep(0.02)

    making = asyncio.create_task(work())
    yield
    making.cancel()
