"""Analysts in SQL: logins that are thrown away with the test."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import asyncpg
import pytest

from app.bi.readers import add_reader
from app.core.database_address import with_login
from app.core.pool import signing

Analyst = Callable[..., Awaitable[asyncpg.Connection]]


@pytest.fixture
async def owner(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """The owner, whose events are signed as those of the command line."""
    connection = await asyncpg.connect(dsn, connection_class=signing(b"k" * 32))
    yield connection
    await connection.close()


@pytest.fixture
async def name(pg: asyncpg.Connection) -> AsyncIterator[str]:
    """A reader's name of the test's own: roles are the whole server's."""
    made = f"t{secrets.token_hex(5)}"
    yield made
    for (login,) in await pg.fetch("SELECT rolname FROM pg_roles WHERE rolname ^@ $1", f"bi_{made}"):
        await pg.execute(f'DROP OWNED BY "{login}" CASCADE')
        await pg.execute(f'DROP ROLE "{login}"')


@pytest.fixture
async def analyst(owner: asyncpg.Connection, name: str, dsn: str) -> AsyncIterator[Analyst]:
    """Makes a login for a region and gives a connection of it: `await analyst("16.01")`."""
    async with AsyncExitStack() as open_ones:

        async def made(region: str, suffix: str = "", days: int = 90) -> asyncpg.Connection:
            async with owner.transaction():
                login = (await add_reader(owner, f"{name}{suffix}", region, days)).login
            connection = await asyncpg.connect(with_login(dsn, login, None))
            open_ones.push_async_callback(connection.close)
            return connection

        yield made
