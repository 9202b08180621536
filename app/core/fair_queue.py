"""A fair queue for expensive work: a client with many requests waits behind itself, not in front of others.

A request names its flows, such as its address and the account that it asks for. Requests run in the order of their
tags (start-time fair queueing): the first of a flow may run now, each further one a step later. When too many wait,
the request with the highest tag is refused, not the newest one.
"""

import asyncio
import heapq
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.core.problems import Code, Problem

Waiter = tuple[int, int, asyncio.Future[None]]  # its tag, its number of arrival, what it waits for


class FairQueue:
    """At most `slots` at work at a time, and at most `most_waiting` waiting."""

    def __init__(self, slots: int, most_waiting: int) -> None:
        self._slots = self._free = slots
        self._most_waiting = most_waiting
        self._waiting: list[Waiter] = []
        self._came = 0
        self._now = 0  # the tag of the request that was started last
        self._next: dict[bytes, int] = {}  # by flow: the tag of its next request

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @asynccontextmanager
    async def turn(self, *flows: bytes) -> AsyncIterator[None]:
        """Wait for a turn, and have it while the block lasts.

        Raises:
            Problem: `overloaded` where too many wait and this one has the highest tag.
        """
        await self._wait(flows)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, flows: tuple[bytes, ...]) -> None:
        tag = max(self._now, *(self._next.get(flow, 0) for flow in flows))
        if len(self._waiting) >= self._most_waiting:
            last = max(self._waiting, key=lambda waiter: waiter[:2])
            if last[0] <= tag:
                raise _busy()
            self._waiting.remove(last)
            heapq.heapify(self._waiting)
            last[2].set_exception(_busy())
        self._next.update(dict.fromkeys(flows, tag + 1))
        if self._free:
            self._free -= 1
            self._now = tag
            return
        self._came += 1
        mine: Waiter = (tag, self._came, asyncio.get_running_loop().create_future())
        heapq.heappush(self._waiting, mine)
        try:
            await mine[2]
        except asyncio.CancelledError:
            if mine in self._waiting:
                self._waiting.remove(mine)
                heapq.heapify(self._waiting)
            elif mine[2].done() and not mine[2].cancelled() and mine[2].exception() is None:
                self._pass_on()  # it was granted, but the waiter is gone
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            tag, _, given = heapq.heappop(self._waiting)
            if not given.done():
                self._now = tag
                given.set_result(None)
                return
        self._free += 1
        if self._free == self._slots:  # nobody is waiting or at work: all start equal
            self._now = 0
            self._next.clear()


def _busy() -> Problem:
    return Problem(Code.OVERLOADED, retry_after=random.randint(2, 10))  # noqa: S311  (spreads the crowd)
