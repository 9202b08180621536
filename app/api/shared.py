"""What all server processes on one database count together, where `KUMKM_SHARED_LIMITS=on`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from app.background.worker import Worker
from app.core.database import Database
from app.core.problems import Problem
from app.core.sealing import Digester
from app.core.settings import Settings
from app.core.telemetry import Metrics
from app.exchange.places import SharedPlaces
from app.processes.lives import BEAT_S, Lives
from app.processes.rates import SharedRates


class Shared:
    """This process among the others, with the rates and the places of all; neither where the setting is off."""

    def __init__(self, settings: Settings, database: Database, digester: Digester, metrics: Metrics) -> None:
        self.rates: SharedRates | None = None
        self.places: SharedPlaces | None = None
        self.workers: tuple[Worker, ...] = ()
        self._lives = Lives(database)
        if settings.shared_limits == "on":
            self.rates = SharedRates(database, self._lives, digester)
            self.rates.answered = lambda by: metrics.rate_asks.labels(by).inc()
            self.places = SharedPlaces(database, self._lives)
            self.workers = (Worker("beat", BEAT_S, self._beat),)

    @asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """While the process serves: the others count it."""
        if not self.workers:
            yield
            return
        with suppress(Problem):  # it is away, which is in the log
            await self._beat()
        try:
            yield
        finally:
            await self._lives.leave()

    async def _beat(self) -> bool:
        await self._lives.beat()
        if self.rates is not None:
            self.rates.look_through()
        if self.places is not None:
            await self.places.give_back()
        return False
