"""The test's server with a standby, and an app that has both."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from standbys import Standby, in_use, standby_of

from app import main
from app.core.clock import SetClock
from app.core.readers import Readers
from app.core.settings import Settings
from app.main import create_app


@pytest.fixture(scope="module")
def shared_standby(server_url: str, server_major: int, template: str) -> Iterator[Standby]:
    """One for a module: its tests leave it as a standby that follows."""
    assert template
    with standby_of(server_url, server_major) as made:
        yield made


@pytest.fixture
async def standby(shared_standby: Standby, pg: asyncpg.Connection, dsn: str) -> Standby:
    """It has the test's database. Commits are flushed before they are seen, as a deployment has it."""
    await pg.execute(f"ALTER DATABASE {dsn.rpartition('/')[2].partition('?')[0]} SET synchronous_commit = on")
    await pg.execute("SET synchronous_commit = on")
    await shared_standby.follow()
    return shared_standby


@pytest.fixture
def settings(settings: Settings, standby: Standby, dsn: str) -> Settings:
    return settings.model_copy(update={"read_database_url": SecretStr(standby.reader_of(dsn))})


@pytest.fixture(autouse=True)
def only_looked_at_by_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no look in the background comes between two steps of a test."""
    monkeypatch.setattr(main, "LOOK_S", 3600)


@pytest.fixture
async def app(settings: Settings, clock: SetClock) -> AsyncIterator[FastAPI]:
    """The app, started, with a standby that it has looked at."""
    made = create_app(settings, clock=clock)
    async with made.router.lifespan_context(made):
        await in_use(made.state.services.readers)
        yield made


@pytest.fixture
def own_standby(server_url: str, server_major: int, dsn: str) -> Iterator[Standby]:
    """One for a test, which may spoil it."""
    assert dsn  # it is in the copy
    with standby_of(server_url, server_major) as made:
        yield made


@pytest.fixture
def readers(app: FastAPI) -> Readers:
    found: Readers = app.state.services.readers
    return found


@pytest.fixture
def stranger(own_standby: Standby, server_major: int) -> Iterator[Standby]:
    """The standby of one that was promoted: of another primary, with the same past."""
    asyncio.run(own_standby.follow())
    own_standby.promote()
    with standby_of(own_standby.dsn(own_standby.primary_dsn), server_major) as made:
        yield made
