"""The loop of all work in the background, in a time of its own: no test waits."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import structlog

from app.background.worker import LONGEST_S, Worker, keep_working, working
from app.core.telemetry import Metrics


class Over(Exception):
    """The test has seen enough."""


class Life:
    """A worker whose rounds end as told, one after another; its waits are noted and take no time."""

    def __init__(self, *ends: Any, every_s: int = 2, first_s: float | None = None) -> None:
        self.ends = list(ends)
        self.waits: list[float] = []
        self.counted: list[Any] = []
        self.worker = Worker("weed", every_s, self.work, first_s)

    async def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        if not self.ends:
            raise Over

    async def work(self) -> bool:
        end = self.ends.pop(0)
        if isinstance(end, BaseException):
            raise end
        return await end() if callable(end) else end

    def worker_began(self, worker: str, every_s: float) -> None:
        assert (worker, every_s) == ("weed", self.worker.every_s)

    def round_ended(self, worker: str, *, failed: bool) -> None:
        assert worker == "weed"
        self.counted.append(failed)

    async def live(self) -> None:
        await keep_working(self.worker, self, self.wait)

    async def live_to_the_end(self) -> None:
        with pytest.raises(Over):
            await self.live()


async def cancelled() -> None:
    asyncio.current_task().cancel()
    await asyncio.get_running_loop().create_future()


async def cancelled_but_deaf() -> bool:
    try:
        await cancelled()
    except asyncio.CancelledError:
        return True
    return False


async def test_a_worker_waits_before_each_round() -> None:
    life = Life(False, False)
    await life.live_to_the_end()
    assert life.waits == [2, 2, 2]
    assert life.counted == [False, False]


async def test_a_worker_may_begin_sooner_than_it_goes_on() -> None:
    life = Life(False, False, every_s=900, first_s=60)
    await life.live_to_the_end()
    assert life.waits == [60, 900, 900]


async def test_where_more_is_left_the_next_round_follows_at_once() -> None:
    life = Life(True, True, False)
    await life.live_to_the_end()
    assert life.waits == [2, 0, 0, 2]


async def test_after_each_failure_in_a_row_it_waits_twice_as_long_and_after_a_success_as_before() -> None:
    life = Life(*[OSError()] * 6, False, OSError(), True, OSError())
    await life.live_to_the_end()
    assert life.waits == [2, 4, 8, 16, LONGEST_S, LONGEST_S, LONGEST_S, 2, 4, 0, 4]
    assert life.counted == [True] * 6 + [False, True, False, True]


@pytest.mark.parametrize(("every_s", "pause"), [(0.5, LONGEST_S), (300, 300), (LONGEST_S, LONGEST_S)])
def test_it_never_waits_longer_than_the_longest_unless_it_always_does(every_s: float, pause: float) -> None:
    assert Worker("weed", every_s, Life().work).pause(100_000) == pause


async def test_a_failure_is_logged_with_its_worker_and_without_its_text() -> None:
    life = Life(ValueError("1601145203850001"), False)
    with structlog.testing.capture_logs() as told:
        await life.live_to_the_end()
    assert told == [{"event": "background_failed", "worker": "weed", "fault": "ValueError", "log_level": "warning"}]


async def test_a_cancelled_round_is_the_end_and_no_failure() -> None:
    life = Life(False, cancelled, False)
    task = asyncio.create_task(life.live())
    await asyncio.wait((task,))
    assert task.cancelled()
    assert life.counted == [False]


async def test_a_worker_that_is_cancelled_while_it_waits_ends() -> None:
    life = Life(False)
    task = asyncio.create_task(keep_working(life.worker, life))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait((task,))
    assert task.cancelled()
    assert life.counted == []


async def cancelled_at_its_end() -> bool:
    asyncio.current_task().cancel()
    return True


@pytest.mark.parametrize("end", [cancelled_but_deaf, cancelled_at_its_end])
async def test_a_round_that_does_not_hear_its_cancellation_is_the_last(end: Callable[[], Awaitable[bool]]) -> None:
    life = Life(end, False)
    await asyncio.wait((asyncio.create_task(life.live()),))
    assert life.waits == [2]


async def test_that_something_else_was_cancelled_is_a_failure_and_not_the_end() -> None:
    life = Life(asyncio.CancelledError(), False)
    await life.live_to_the_end()
    assert life.counted == [True, False]


@pytest.mark.parametrize("fault", [None, OSError()])
async def test_all_workers_work_while_the_block_lasts_and_no_longer(fault: OSError | None) -> None:
    came = [asyncio.Event(), asyncio.Event()]

    def worker(number: int) -> Worker:
        async def work() -> bool:
            came[number].set()
            return False

        return Worker(f"weed {number}", 0, work)

    before = asyncio.all_tasks()
    try:
        async with working([worker(0), worker(1)], Metrics()):
            await asyncio.gather(*(each.wait() for each in came))
            assert len(asyncio.all_tasks() - before) == 2
            if fault:
                raise fault
    except OSError:
        pass
    assert asyncio.all_tasks() == before


def test_the_figures_tell_rounds_and_failures_of_each_worker() -> None:
    metrics = Metrics()
    for worker, failed in (("fold", True), ("fold", False), ("chain", False)):
        metrics.round_ended(worker, failed=failed)
    figures = dict(line.rsplit(" ", 1) for line in metrics.text().decode().splitlines() if line[0] != "#")
    assert figures['kumkm_background_rounds_total{worker="fold"}'] == "2.0"
    assert figures['kumkm_background_failures_total{worker="fold"}'] == "1.0"
    assert figures['kumkm_background_failures_total{worker="chain"}'] == "0.0"
    assert float(figures['kumkm_background_last_success_seconds{worker="chain"}']) > 1.6e9
    assert figures["kumkm_fold_failures_total"] == "1.0", "as before there were other workers in the figures"
