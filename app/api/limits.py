"""Rate limits, for each account, or for each address if nobody is signed in yet.

Counts are kept in the memory of each server process: a limit costs microseconds and no write, but with N processes up
to N times as much gets through, and a restart forgets. With `KUMKM_SHARED_LIMITS=on` all processes count together
(`processes/rates.py`). Guessing passwords is limited in the database in any case (`accounts/throttle.py`).
"""

import math
import time
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from app.core.problems import Code, Problem
from app.core.settings import Settings
from app.processes.rates import SharedRates


class Rate(StrEnum):
    """What is limited."""

    SIGN_IN = "sign_in"
    KEY = "key"  # of an address that shows keys which are none
    LOOKUP = "lookup"
    LIST = "list"
    CHANGE = "change"
    EXPORT = "export"
    FEED = "feed"


class Counts(MemoryStorage):
    """Counts in memory, of which each request looks at a few that may be over.

    The library's own starts a thread with nearly each request, which goes through all counts: with those of 130,000
    accounts a processor does little else. A count that is over is not taken for one in any case.
    """

    def __init__(self) -> None:
        super().__init__()
        self.timer.cancel()  # the library's thread has begun by now, and would read counts while they change
        self._to_sweep: list[str] = []

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count; of one key as the library does it."""
        self._sweep()
        counted = self.get(key) + amount
        self.storage[key] = counted
        self.expirations.setdefault(key, time.time() + expiry)
        return counted

    def decr(self, key: str, amount: int = 1) -> int:
        """Take back what was counted."""
        self.storage[key] = max(0, self.get(key) - amount)
        return self.storage[key]

    def _sweep(self) -> None:
        self._to_sweep = self._to_sweep or list(self.expirations)
        for _ in range(min(_SWEPT, len(self._to_sweep))):
            self.get(self._to_sweep.pop())


_SWEPT = 4  # more than a request adds
_parsed = lru_cache(maxsize=1_000)(parse_many)


class Limits:
    """The limits of one server process."""

    def __init__(self, settings: Settings, shared: SharedRates | None = None) -> None:
        """`shared`: what all processes count together."""
        self._shared = shared
        self._items: Mapping[Rate, list[RateLimitItem]] = {
            Rate.SIGN_IN: parse_many(settings.rate_sign_in),
            Rate.KEY: parse_many(settings.rate_sign_in),
            Rate.LOOKUP: parse_many(settings.rate_lookup),
            Rate.LIST: parse_many(settings.rate_list),
            Rate.CHANGE: parse_many(settings.rate_change),
            Rate.EXPORT: parse_many(settings.rate_export),
            Rate.FEED: parse_many(settings.rate_feed),
        }
        self._limiter = SlidingWindowCounterRateLimiter(Counts())

    async def hit(self, rate: Rate, who: str) -> None:
        """Count one request.

        Raises:
            Problem: `too_many_requests`, with the seconds until there is room again.
        """
        await self._hit(self._items[rate], rate, who)

    async def hit_own(self, rate: str | None, who: str) -> None:
        """Count one request, of any kind, against the account's own rate.

        Raises:
            Problem: as `hit`.
        """
        if rate is not None:
            await self._hit(_parsed(rate), "own", who)

    async def _hit(self, items: list[RateLimitItem], asked: str, who: str) -> None:
        for item in items:
            wait_s = await self._wait_s(item, asked, who)
            if wait_s is not None:
                raise Problem(Code.TOO_MANY_REQUESTS, retry_after=max(1, math.ceil(wait_s)))

    async def _wait_s(self, item: RateLimitItem, asked: str, who: str) -> float | None:
        if self._shared is not None:
            return await self._shared.hit(item.amount, item.get_expiry(), asked, who)
        if self._limiter.hit(item, asked, who):
            return None
        return self._limiter.get_window_stats(item, asked, who).reset_time - time.time()
