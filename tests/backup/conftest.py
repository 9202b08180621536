"""Backups of the test's server."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import asyncpg
import pytest
from archives import Archive, archiving
from clusters import Backups, backups_of
from shapes import Json

from app.core.settings import Settings


@pytest.fixture
def backups(dsn: str, settings: Settings, server_major: int) -> Iterator[Backups]:
    """A folder for backups of the test's server, and one for what is restored."""
    with backups_of(dsn, settings, server_major) as made:
        yield made


@pytest.fixture(scope="module")
def archive(keys: Json) -> Iterator[Archive]:
    """A server that gives its log to pgBackRest."""
    with archiving(keys) as made:
        yield made


@pytest.fixture
def archived(archive: Archive) -> Iterator[Backups]:
    """A folder for backups of that server, and one for what is restored."""
    with backups_of(archive.dsn, archive.settings, 15) as made:
        yield replace(made, environment={**made.environment, **archive.environment})


@pytest.fixture
async def owner(archive: Archive) -> AsyncIterator[asyncpg.Connection]:
    """A connection to that server."""
    connection = await asyncpg.connect(archive.dsn)
    yield connection
    await connection.close()
