"""Turns at work that is dear, given fairly: who asks for much waits behind itself, not in front of others.

Everybody who wants a turn names the lanes it is in, such as its address and the account that it asks for. FairQueue are
given in the order of tags (start-time fair queueing): the first of a lane may come now, each further one a step later.
When too many wait, the one that is furthest back is turned away, and not who came last.
"""

import asyncio
import heapq
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.core.problems import Code, Problem

Waiter = tuple[int, int, asyncio.Future[None]]  # its tag, when it came, what it waits for


class FairQueue:
    """So many at work at a time, and at most so many waiting."""

    def __init__(self, places: int, most_waiting: int) -> None:
        self._places = self._free = places
        self._most_waiting = most_waiting
        self._waiting: list[Waiter] = []
        self._came = 0
        self._now = 0  # the tag of the turn that was given last
        self._next: dict[bytes, int] = {}  # by lane: the tag of who comes next

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @asynccontextmanager
    async def turn(self, *lanes: bytes) -> AsyncIterator[None]:
        """Wait for a turn, and have it while the block lasts.

        Raises:
            Problem: `overloaded` where too many wait and this one is furthest back.
        """
        await self._wait(lanes)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, lanes: tuple[bytes, ...]) -> None:
        tag = max(self._now, *(self._next.get(lane, 0) for lane in lanes))
        if len(self._waiting) >= self._most_waiting:
            last = max(self._waiting, key=lambda waiter: waiter[:2])
            if last[0] <= tag:
                raise _busy()
            self._waiting.remove(last)
            heapq.heapify(self._waiting)
            last[2].set_exception(_busy())
        self._next.update(dict.fromkeys(lanes, tag + 1))
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
                self._pass_on()  # it was given, and nobody is left to take it
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            tag, _, given = heapq.heappop(self._waiting)
            if not given.done():
                self._now = tag
                given.set_result(None)
                return
        self._free += 1
        if self._free == self._places:  # nobody is here: all begin afresh
            self._now = 0
            self._next.clear()


def _busy() -> Problem:
    return Problem(Code.OVERLOADED, retry_after=random.randint(2, 10))  # noqa: S311  (spreads the crowd)
