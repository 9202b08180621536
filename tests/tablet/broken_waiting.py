"""Broken clients: waiting and clocks."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from broken_clients import breaks, instead
from spoiling import afterwards, beforehand

from kumkm_tablet import network
from kumkm_tablet.network import Network, Policy
from kumkm_tablet.outbox import Batch, Outbox
from kumkm_tablet.tablet import Report, Tablet

# R30 to R32: how long.


@breaks("R30", "retry_after")
def ignores_retry_after() -> None:
    real = Policy.wait
    Policy.wait = lambda self, attempt, retry_after: real(self, attempt, None)


@breaks("R30", "retry_after")
def waits_up_to_what_was_asked() -> None:
    Policy.wait = lambda self, attempt, retry_after: self.rng.uniform(0, (retry_after or self.first_s) / 2)


@breaks("R30", "retry_after")
def knows_no_dates() -> None:
    real = network.retry_after
    network.retry_after = lambda answer: real(answer) if answer.headers.get("Retry-After", "").isdigit() else None


@breaks("R30", "retry_after")
def waits_only_for_batches() -> None:
    real = Network.asked_to_wait

    def asked(self: Network, what: str, answer: httpx.Response | None) -> float | None:
        return real(self, what, answer) if what == "batch" else None

    Network.asked_to_wait = asked


@breaks("R31", "retry_after_in_the_next_sync")
def forgets_to_wait_when_it_ends() -> None:
    async def none(self: Network, what: str) -> None:
        self.outbox.set(f"wait {what}", None)

    Network.wait_as_asked = none


@breaks("R31", "retry_after_in_the_next_sync")
def waits_in_memory_only() -> None:
    Network.asked_to_wait = lambda self, what, answer: network.retry_after(answer) if answer is not None else None


@breaks("R31", "retry_after_in_the_next_sync")
def waits_half_after_a_restart() -> None:
    real = Network.wait_as_asked

    async def half(self: Network, what: str) -> None:
        told = self.outbox.get(f"wait {what}")
        if told:
            self.outbox.set(f"wait {what}", [told[0], told[1] / 2])
        await real(self, what)

    Network.wait_as_asked = half


def _waits(seconds: Callable[[int], float]) -> None:
    """Wait so long after a fault where the server says nothing, and try 40 times."""
    Policy.wait = lambda self, attempt, retry_after: retry_after or seconds(attempt)
    Policy.learn = lambda self, told: setattr(self, "attempts", 40)


@breaks("R32", "burst_of_faults")
def hammers() -> None:
    _waits(lambda attempt: 0.0)


@breaks("R32", "burst_of_faults")
def waits_once_and_no_more() -> None:
    _waits(lambda attempt: 0.0 if attempt else 0.2)


@breaks("R32", "burst_of_faults")
def always_waits_the_same() -> None:
    _waits(lambda attempt: 0.01)


@breaks("R32", "burst_of_faults")
def waits_as_long_as_it_may() -> None:
    """As every other tablet does, at the same moment."""
    Policy.wait = lambda self, attempt, retry_after: (
        retry_after or min(self.longest_s, self.first_s * self.factor**attempt)
    )


# R33 to R35: clocks.


@breaks("R33", "servers_clock_is_another")
def sends_the_servers_time() -> None:
    def believe(self: Tablet) -> None:
        told = datetime.fromtimestamp(self._server_time(), UTC)
        self.clock = lambda: told

    beforehand(Tablet, "_put", believe)


@breaks("R33", "servers_clock_is_another")
def corrects_its_clock_by_half() -> None:
    real = Tablet._put

    async def put(self: Tablet, batch: Batch) -> httpx.Response | None:
        off = (self._server_time() - time.time()) / 2
        self.clock = lambda: datetime.now(UTC) + timedelta(seconds=off)
        return await real(self, batch)

    Tablet._put = put


@breaks("R33", "servers_clock_is_another")
def sends_local_time_without_an_offset() -> None:
    class Naive:
        def isoformat(self) -> str:
            return datetime.now(UTC).replace(tzinfo=None).isoformat()

    real = Tablet._put

    async def put(self: Tablet, batch: Batch) -> httpx.Response | None:
        instead(self, clock=Naive)
        return await real(self, batch)

    Tablet._put = put


@breaks("R34", "own_clock_is_wrong")
def counts_days_by_its_own_clock() -> None:
    real = Tablet.sync

    async def sync(self: Tablet) -> Report:
        self._server_time = lambda: self.clock().timestamp()
        return await real(self)

    Tablet.sync = sync


@breaks("R34", "own_clock_is_wrong")
def compares_its_clock_with_the_servers() -> None:
    real = Outbox.purge
    Outbox.purge = lambda self, before: real(self, time.time() - timedelta(days=3).total_seconds())


@breaks("R35", "clock_jumps")
def stops_when_the_servers_clock_is_strange() -> None:
    real = Tablet.handshake

    async def handshake(self: Tablet) -> Mapping[str, Any]:
        before = self._server_time()
        shaken = await real(self)
        if before and abs(self._server_time() - before) > 365 * 86400:
            raise network.Offline
        self.outbox.set("strange", True)
        return shaken

    Tablet.handshake = handshake
    get, keep = Outbox.get, Outbox.set

    def keep_the_first(self: Outbox, name: str, value: Any) -> None:
        if name == "handshake" and get(self, "handshake"):
            first = get(self, "first_time") or value["server_time"]
            keep(self, "first_time", first)
            jumped = abs(_seconds(value["server_time"]) - _seconds(first)) > 365 * 86400
            if jumped or get(self, "stopped"):
                keep(self, "stopped", True)
        keep(self, name, value)

    Outbox.set = keep_the_first
    push = Tablet.push

    async def pushed(self: Tablet, report: Report) -> None:
        if not self.outbox.get("stopped"):
            await push(self, report)

    Tablet.push = pushed


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


@breaks("R35", "clock_jumps")
def drops_what_is_from_another_time() -> None:
    def drop(self: Tablet, _: Mapping[str, Any]) -> None:
        if self._server_time() > time.time() + 365 * 86400:
            self.outbox._db.execute("DELETE FROM record WHERE state = 'queued'")

    afterwards(Tablet, "handshake", drop)
