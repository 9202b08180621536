"""The reference client before the real app."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from fastapi import FastAPI
from field import PASSWORD, Field
from world import World

from app.accounts.passwords import hash_password


@pytest.fixture
async def field(app: FastAPI, world: World, pg: asyncpg.Connection, tmp_path: Path) -> AsyncIterator[Field]:
    """A folder of tablets; every enumerator signs in with the same password."""
    await pg.execute("UPDATE account SET password_hash = $1", hash_password(PASSWORD))
    await world.without_tablets(pg)
    made = Field(app, tmp_path)
    yield made
    await made.close()
