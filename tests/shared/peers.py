"""Several server processes on one database, as far as they count together: each has connections of its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
import pytest

from app.core.database import Database
from app.core.sealing import Digester
from app.core.settings import Settings
from app.exchange.places import SharedPlaces
from app.processes.lives import FRESH_S, Lives
from app.processes.rates import SharedRates


class Peer:
    """One of them."""

    def __init__(self, settings: Settings) -> None:
        self.database = Database(settings)
        self.lives = Lives(self.database)
        self.rates = SharedRates(self.database, self.lives, Digester(settings.digest_key_bytes()))
        self.places = SharedPlaces(self.database, self.lives)
        self.counted_by: list[str] = []
        self.rates.answered = self.counted_by.append

    async def passes(self, most: int = 600, who: str = "somebody", *, period: int = 86_400) -> bool:
        return await self.rates.hit(most, period, "list", who) is None

    def grow_older(self, seconds: float = FRESH_S) -> None:
        """As if its first beat had been longer ago."""
        assert self.lives._since is not None
        self.lives._since -= seconds


@asynccontextmanager
async def peers(settings: Settings, number: int, *, knowing: bool = True) -> AsyncIterator[list[Peer]]:
    """So many; `knowing`: they know how many they are."""
    made = [Peer(settings) for _ in range(number)]
    for _ in range(2):
        for each in made:
            await each.lives.beat()
    for each in made:
        if knowing:
            each.grow_older()
    yield made
    for each in made:
        if each.rates._asking is not None:
            await asyncio.wait([each.rates._asking])
        await each.database.close()


@contextmanager
def statements(method: str) -> Iterator[list[str]]:
    """Those that a method of the driver is called with meanwhile, but for beats, which come by the clock."""
    sent: list[str] = []
    driver: Any = asyncpg.Connection
    real = getattr(driver, method)

    async def counted(pg: asyncpg.Connection, query: str, *args: Any, **kwargs: Any) -> Any:
        if "server_process" not in query:
            sent.append(query)
        return await real(pg, query, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(driver, method, counted)
        yield sent
