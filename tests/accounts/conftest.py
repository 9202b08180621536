"""The people of the census, who can sign in, and a browser."""

import asyncpg
import pytest
from browsers import PASSWORD, Browser
from fastapi import FastAPI
from world import World

from app.accounts.passwords import hash_password


@pytest.fixture
async def people(world: World, pg: asyncpg.Connection) -> World:
    await pg.execute("UPDATE account SET password_hash = $1", hash_password(PASSWORD))
    return world


@pytest.fixture
def browser(app: FastAPI, people: World) -> Browser:
    return Browser(app)
