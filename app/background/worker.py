"""Workers: each does one kind of work in rounds for as long as the server lives. All have the same loop.

A round says whether more is left; then the next one follows at once. A failed round is logged and counted, and the next
one waits longer, since the cause will probably last. A cancelled worker ends at once.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import structlog

from app.core.telemetry import tell_fault

LONGEST_S = 30.0
"""The longest wait after a failure, in seconds, but for workers that always wait longer."""

_GOODBYE_S = 5
_log = structlog.get_logger()

Round = Callable[[], Awaitable[bool]]
Wait = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Worker:
    """A kind of work: its name in metrics and logs, seconds between two rounds, and a round. A round that only one
    process at a time may do asks `locks.py` in its transaction.
    """

    name: str
    every_s: float
    work: Round
    first_s: float | None = None
    """Seconds before the first round, where it is not `every_s`: what is done every quarter of an hour would never be
    done by processes that live for less."""

    def pause(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row: twice as long after each."""
        return max(self.every_s, min(self.every_s * 2.0 ** min(failures, 16), LONGEST_S))


class Counts(Protocol):
    """Metrics of rounds, by the name of the worker."""

    def worker_began(self, worker: str, every_s: float) -> None:
        """Note that it is at work, with so many seconds between two rounds."""

    def round_ended(self, worker: str, *, failed: bool) -> None:
        """Count a round."""


async def keep_working(worker: Worker, counts: Counts, wait: Wait = asyncio.sleep) -> None:
    """Wait, do a round, and so on, until this task is cancelled."""
    pause, failures = worker.every_s if worker.first_s is None else worker.first_s, 0
    counts.worker_began(worker.name, worker.every_s)
    while True:
        await wait(pause)
        try:
            more = await worker.work()
        except (Exception, asyncio.CancelledError) as exc:  # the next round may succeed; a dead loop would never
            if _is_cancelled():
                raise
            tell_fault(_log.bind(worker=worker.name), "background_failed", exc)
            failures += 1
            pause = worker.pause(failures)
        else:
            failures = 0
            pause = 0 if more else worker.every_s
        counts.round_ended(worker.name, failed=failures > 0)
        if _is_cancelled():  # which the round kept to itself
            return


@asynccontextmanager
async def working(workers: Sequence[Worker], counts: Counts) -> AsyncIterator[None]:
    """Have all these workers at work while the block lasts."""
    tasks = [asyncio.create_task(keep_working(each, counts), name=f"background {each.name}") for each in workers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        # Bounded, so that a worker that ignores the cancellation cannot keep the server from stopping.
        await asyncio.wait(tasks, timeout=_GOODBYE_S)


def _is_cancelled() -> bool:
    """Whether this task is being cancelled, and not only something that it waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
