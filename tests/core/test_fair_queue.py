"""A fair queue for expensive work: a client with many requests waits behind itself, and never keeps others out."""

import asyncio
from typing import Any

import pytest

from app.core.fair_queue import FairQueue
from app.core.problems import Code, Problem


class Crowd:
    """Who asks for turns at one place, and in which order they got them."""

    def __init__(self, most_waiting: int = 10, longest_s: float = 60) -> None:
        self.turns = FairQueue(1, most_waiting, longest_s)
        self.served: list[int | str] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def come(self, name: int | str, *lanes: bytes) -> asyncio.Task[None]:
        async def work() -> None:
            async with self.turns.turn(*lanes):
                await asyncio.sleep(0)
                self.served.append(name)

        self.tasks.append(asyncio.create_task(work()))
        await asyncio.sleep(0)
        return self.tasks[-1]

    async def end(self) -> list[Any]:
        return await asyncio.gather(*self.tasks, return_exceptions=True)


@pytest.mark.parametrize("shared", ["address", "account"])
async def test_who_comes_after_a_crowd_of_one_lane_is_served_next(shared: str) -> None:
    crowd = Crowd(100)
    async with crowd.turns.turn(b"somebody"):
        for n in range(60):
            own = str(n).encode()
            await crowd.come(n, b"a" if shared == "address" else own, b"b" if shared == "account" else own)
        await crowd.come("other", b"their address", b"their account")
    await crowd.end()
    assert crowd.served.index("other") <= 1
    assert [each for each in crowd.served if each != "other"] == list(range(60)), "and nobody waits for ever"


async def test_a_lane_that_goes_on_coming_is_not_starved_by_others() -> None:
    crowd = Crowd(100)
    async with crowd.turns.turn(b"somebody"):
        for n in range(5):
            await crowd.come(f"mine {n}", b"mine")
        for n in range(50):
            await crowd.come(n, str(n).encode())
            crowd.turns._now += 1  # as turns go by
    await crowd.end()
    assert crowd.served.index("mine 4") < 10


async def test_when_too_many_wait_who_is_furthest_back_is_turned_away() -> None:
    crowd = Crowd(3)
    async with crowd.turns.turn(b"somebody"):
        for n in range(3):
            await crowd.come(n, b"crowd")
        await crowd.come("one more", b"crowd")
        await crowd.come("other", b"other")
        assert crowd.turns.waiting == 3
    turned_away = [
        name
        for name, answer in zip([0, 1, 2, "one more", "other"], await crowd.end(), strict=True)
        if isinstance(answer, Problem) and answer.code is Code.OVERLOADED
    ]
    assert turned_away == [2, "one more"]
    assert crowd.served[0] in (0, "other")


async def test_who_hangs_up_gives_its_turn_back() -> None:
    crowd = Crowd()
    async with crowd.turns.turn(b"somebody"):
        first, second = await crowd.come(1, b"x"), await crowd.come(2, b"y")
        first.cancel()
        await asyncio.sleep(0)
        assert crowd.turns.waiting == 1
    second.cancel()  # it was given its turn in this very moment
    await crowd.end()
    async with asyncio.timeout(1), crowd.turns.turn(b"x"):
        assert crowd.turns._next, "one is here"
    assert not crowd.turns._next, "nothing is kept of who left"


async def test_no_lane_has_more_than_its_share_though_places_are_free() -> None:
    turns = FairQueue(4, 10, 60, of_one=2)
    async with turns.turn(b"greedy"), turns.turn(b"greedy"):
        third = asyncio.create_task(turns.take(b"greedy"))
        await asyncio.sleep(0)
        assert turns.waiting == 1
        async with asyncio.timeout(1), turns.turn(b"other"), turns.turn(b"another"):
            assert not third.done(), "two places were free for others"
    await third
    turns.give_back(b"greedy")
    assert (turns.waiting, turns._free) == (0, 4)


async def test_who_has_waited_for_long_is_turned_away_and_nothing_is_kept_of_it() -> None:
    crowd = Crowd(longest_s=0.05)
    async with crowd.turns.turn(b"somebody"):
        await crowd.come("late", b"x")
        await asyncio.sleep(0.2)
        assert crowd.turns.waiting == 0
        await crowd.come("in time", b"y")
    (late, in_time) = await crowd.end()
    assert isinstance(late, Problem)
    assert (late.code, in_time, crowd.served) == (Code.OVERLOADED, None, ["in time"])
    assert 2 <= (late.retry_after or 0) <= 10
    assert crowd.turns._free == 1
