"""Scenes: what many tests begin from is made once by each worker, over the API, and cloned for each of them.

A scene is a function that is marked with `scene`; it then is a fixture. A test that asks for it gets a database of its
own that has what the scene made, a copy of what the scene returned, and the scene's clock.
"""

import asyncio
import copy
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import asyncpg
import httpx
import pytest
from outside import close, nodes_of, on_database
from pydantic import SecretStr
from templates import NOON
from world import World

from app.core.clock import SetClock
from app.core.roles import as_server
from app.core.settings import Settings
from app.main import create_app


@dataclass(frozen=True)
class Stage:
    """What a scene is made with: the small census, and an app that serves it."""

    pg: asyncpg.Connection
    client: httpx.AsyncClient
    world: World
    clock: SetClock


Make = Callable[[Stage], Awaitable[Any]]
_MAKES: dict[str, Make] = {}


class _Made(NamedTuple):
    database: str
    returned: Any
    clock: SetClock


class Scenes:
    """The scenes of one worker, each made for the first test that asks for it."""

    def __init__(self, server_url: str, template: str, administer: Callable[[str], None], settings: Settings) -> None:
        self._server_url, self._template, self._administer, self._settings = server_url, template, administer, settings
        self._made: dict[str, _Made] = {}

    def database_for(self, fixtures: list[str]) -> str:
        """The database that is cloned for a test with these fixtures."""
        wanted = [each for each in fixtures if each in _MAKES]
        if not wanted:
            return f"{self._template}_peopled" if "world" in fixtures else self._template
        (name,) = wanted
        return self.of(name).database

    def of(self, name: str) -> _Made:
        if name not in self._made:
            database = f"{self._template}_{name}"
            self._administer(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")  # on a server that outlives the run
            self._administer(f"CREATE DATABASE {database} TEMPLATE {self._template}_peopled STRATEGY FILE_COPY")
            self._made[name] = asyncio.run(self._make(_MAKES[name], database))
        return self._made[name]

    async def _make(self, make: Make, database: str) -> _Made:
        dsn, clock = on_database(self._server_url, database), SetClock(NOON)
        app = create_app(self._settings.model_copy(update={"database_url": SecretStr(as_server(dsn))}), clock=clock)
        transport = httpx.ASGITransport(app=app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://kumkm.test") as client,
        ):
            pg = await asyncpg.connect(dsn)
            returned = await make(Stage(pg, client, await World.of(pg, app.state.services), clock))
            await pg.close()
        await close(await nodes_of(self._server_url), database)
        return _Made(database, returned, clock)


def scene(make: Make) -> Any:
    """Mark a scene; it is a fixture from then on."""
    name = getattr(make, "__name__")  # noqa: B009  (a callable of any kind, as far as its type says)
    assert name not in _MAKES
    _MAKES[name] = make

    @pytest.fixture(name=name)
    def of_the_scene(dsn: str, scenes: Scenes, clock: SetClock) -> Any:
        made = scenes.of(name)
        clock.moment = made.clock.moment
        return copy.deepcopy(made.returned)

    return of_the_scene
