"""The feed's horizon where a coordinator has committed what a worker has not yet."""

import asyncio

import pytest

from app.core import horizon
from app.core.horizon import until_ended
from app.core.problems import Code, Problem


class Worker:
    """A worker with transactions that are prepared: a source that is behind its coordinator."""

    def __init__(self, *prepared: str) -> None:
        self.prepared = set(prepared)
        self.committed: list[str] = []

    def commit(self, gid: str) -> None:
        self.prepared.remove(gid)
        self.committed.append(gid)

    async def names(self) -> frozenset[str]:
        return frozenset(self.prepared)


async def test_what_the_coordinator_committed_is_read_only_when_the_worker_has_it() -> None:
    worker = Worker("citus_0_1", "citus_0_2")
    reading = asyncio.create_task(until_ended(worker.names))
    await asyncio.sleep(0.02)
    worker.commit("citus_0_1")
    await asyncio.sleep(0.02)
    assert not reading.done()
    worker.commit("citus_0_2")
    await asyncio.wait_for(reading, 1)
    assert worker.committed == ["citus_0_1", "citus_0_2"]


async def test_what_is_prepared_later_holds_no_reader() -> None:
    worker = Worker("citus_0_1")
    reading = asyncio.create_task(until_ended(worker.names))
    for number in range(2, 6):
        await asyncio.sleep(0.005)
        worker.prepared.add(f"citus_0_{number}")
    worker.commit("citus_0_1")
    await asyncio.wait_for(reading, 1)
    assert len(worker.prepared) == 4


async def test_a_worker_that_does_not_end_what_it_prepared_is_no_reason_to_skip_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(horizon, "_LONGEST_S", 0.05)
    with pytest.raises(Problem) as refused:
        await until_ended(Worker("citus_0_1").names)
    assert refused.value.code is Code.FEED_NOT_READY


async def test_where_nothing_is_prepared_nobody_waits() -> None:
    await asyncio.wait_for(until_ended(Worker().names), 0.5)
