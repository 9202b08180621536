"""A fair queue for expensive work: a client with many requests waits behind itself, not in front of others.

A request names its flows, such as its address and the account that it asks for. Requests run in the order of their
tags (start-time fair queueing): the first of a flow may run now, each further one a step later. When too many wait,
the request with the highest tag is refused, not the newest one. No flow has more than its share of the slots. A request
waits no longer than its client: work for one that has hung up is for nobody, and its next attempt asks for it again.
"""

import asyncio
from bisect import insort
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import NamedTuple

from app.core.crowd import Crowd
from app.core.problems import Code, Problem

FLOW: ContextVar[bytes] = ContextVar("flow", default=b"server")
"""The account or address that the server works for at the moment; by default itself."""

_MANY = 4_096  # flows that are remembered before those are forgotten that have nothing to make good for


class _Waiter(NamedTuple):
    tag: int
    came: int
    flows: tuple[bytes, ...]
    given: "asyncio.Future[None]"


class FairQueue:
    """At most `slots` at work at a time, `of_one` of them for one flow, and at most `most_waiting` waiting, none
    longer than `longest_s` seconds."""

    def __init__(self, slots: int, most_waiting: int, longest_s: float, of_one: int | None = None) -> None:
        self._slots = self._free = slots
        self._most_waiting = most_waiting
        self._longest_s = longest_s
        self._of_one = slots if of_one is None else of_one
        self._waiting: list[_Waiter] = []  # in the order of their tags, then of their arrival
        self._came = 0
        self._now = 0  # the tag of the request that was started last
        self._next: dict[bytes, int] = {}  # by flow: the tag of its next request
        self._at_work: Counter[bytes] = Counter()
        self._crowd = Crowd()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @asynccontextmanager
    async def turn(self, *flows: bytes) -> AsyncIterator[None]:
        """Wait for a turn, and have it while the block lasts.

        Raises:
            Problem: `overloaded` where too many wait and this one has the highest tag, or after `longest_s`.
        """
        await self.take(*flows)
        try:
            yield
        finally:
            self.give_back(*flows)

    async def take(self, *flows: bytes) -> None:
        """Wait for a turn, which is to be given back. Raises as `turn`."""
        tag = max(self._now, *(self._next.get(flow, 0) for flow in flows))
        starts = self._free > 0 and self._has_share(flows)
        if not starts and len(self._waiting) >= self._most_waiting:
            if not self._waiting or self._waiting[-1].tag <= tag:
                raise self._busy(flows)
            last = self._waiting.pop()
            last.given.set_exception(self._busy(last.flows))
        self._next.update(dict.fromkeys(flows, tag + 1))
        if starts:
            self._start(tag, flows)
            return
        self._came += 1
        mine = _Waiter(tag, self._came, flows, asyncio.get_running_loop().create_future())
        insort(self._waiting, mine, key=lambda waiter: waiter[:2])
        try:
            # Not `wait_for`, which on Python 3.11 swallows a cancellation that comes while the turn is given: a
            # background task would never end, and its server never stop.
            async with asyncio.timeout(self._longest_s):
                await self._granted(mine)
        except TimeoutError as exc:
            raise self._busy(flows) from exc

    async def _granted(self, mine: _Waiter) -> None:
        try:
            await mine.given
        except asyncio.CancelledError:
            if mine in self._waiting:
                self._waiting.remove(mine)
            elif mine.given.done() and not mine.given.cancelled() and mine.given.exception() is None:
                self.give_back(*mine.flows)  # it was granted, but the waiter is gone
            raise

    def give_back(self, *flows: bytes) -> None:
        """End a turn: the first that waits and whose flows have not got their share may begin."""
        self._free += 1
        self._at_work.subtract(flows)
        for waiter in tuple(self._waiting):
            if not self._free:
                break
            if waiter.given.done():
                self._waiting.remove(waiter)
            elif self._has_share(waiter.flows):
                self._waiting.remove(waiter)
                self._start(waiter.tag, waiter.flows)
                waiter.given.set_result(None)
        if self._free == self._slots:  # nobody is waiting or at work: all start equal
            self._now = 0
            self._next.clear()
            self._at_work.clear()
        elif len(self._next) > _MANY:
            self._next = {flow: tag for flow, tag in self._next.items() if tag > self._now}
            self._at_work = +self._at_work

    def _has_share(self, flows: tuple[bytes, ...]) -> bool:
        return all(self._at_work[flow] < self._of_one for flow in flows)

    def _start(self, tag: int, flows: tuple[bytes, ...]) -> None:
        self._free -= 1
        self._now = max(self._now, tag)
        self._at_work.update(flows)
        self._crowd.served(asyncio.get_running_loop().time())

    def _busy(self, flows: tuple[bytes, ...]) -> Problem:
        return Problem(Code.OVERLOADED, retry_after=self._crowd.refused(asyncio.get_running_loop().time(), flows[0]))
