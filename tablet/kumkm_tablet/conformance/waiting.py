"""Scenarios: how long a client waits, and by whose clock."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any

from kumkm_tablet.conformance.jitter import has_no_jitter, is_too_soon
from kumkm_tablet.conformance.lies import HANDSHAKE
from kumkm_tablet.conformance.proxy import Answer, Forward, Seen
from kumkm_tablet.conformance.stage import Broken, Stage, at, is_batch, page, rewritten, says, scenario

_SLACK_S = 0.05
_OFF_S = 120.0
"""How far `sent_at` may be from this machine's clock: the client's is the same one."""


def _waited(asked: Seen, following: Sequence[Seen], wait_s: float, rule: str, when: str) -> None:
    waits = [each.at - asked.answered_at for each in following if each.at > asked.at]
    if waits and waits[0] < wait_s - _SLACK_S:
        raise Broken(rule, f"asked to wait {wait_s:g} s{when}, it came back after {waits[0]:.2f} s")


@scenario("R30")
def retry_after(stage: Stage) -> None:
    """A busy server answers a batch and a handshake with a time to wait, in seconds and as a date."""
    items = []
    for only, act in (
        (is_batch, says(503, "overloaded", Retry_After="1")),
        (at(HANDSHAKE), says(429, "too_many_requests", Retry_After="1")),
    ):
        items += stage.record()
        with stage.nasty(act, only, times=1) as seen:
            stage.sync()
        same = [each for each in seen if only(each)]
        if same:
            _waited(same[0], same[1:], 1.0, "R30", "")
    due: list[float] = []

    async def dated(request: Seen, forward: Forward) -> Any:
        moment = (datetime.now(UTC) + timedelta(seconds=2)).replace(microsecond=0)
        due.append(time.monotonic() + (moment - datetime.now(UTC)).total_seconds())
        told = says(429, "too_many_requests", Retry_After=format_datetime(moment, usegmt=True))
        return await told(request, forward)

    items += stage.record()
    with stage.nasty(dated, is_batch, times=1) as seen:
        stage.sync()
    sent = [each for each in seen if each.is_batch]
    if any(each.at < due[0] - _SLACK_S for each in sent[1:]):
        raise Broken("R30", "asked to wait until a moment, written as a date, it came back before")
    stage.must_arrive(items, "R30")


@scenario("R31")
def retry_after_in_the_next_sync(stage: Stage) -> None:
    """The client is ended while it waits, and started again; then its own sync ends, and the next one begins."""
    wait_s = 4
    items = stage.record(2)

    async def busy(request: Seen, forward: Forward) -> Answer:
        answer: Answer = await says(503, "overloaded", Retry_After=str(wait_s))(request, forward)
        answer.then, answer.then_after_s = stage.driver.kill, 0.4
        return answer

    with stage.nasty(busy, is_batch, times=1):
        stage.sync()
    stage.sync(2)
    sent = stage.batches
    if sent:
        _waited(sent[0], sent[1:], wait_s, "R31", ", ended and started again")
    stage.must_arrive(items, "R31")


def _idle(seen: Sequence[Seen]) -> float:
    """Seconds in which no request was under way, from the answer to the first of them to the last one: between two
    tries a client may ask something else, which takes its time."""
    return sum(max(0.0, later.at - sooner.answered_at) for sooner, later in pairwise(seen))


@scenario("R32")
def burst_of_faults(stage: Stage) -> None:
    """Every batch and every handshake fails, for as long as the client tries."""
    stage.lies.retry |= {"first_s": 0.2, "longest_s": 0.8}  # far from the time that an answer takes
    stage.sync()
    items = stage.record()
    bursts = []
    for only in (is_batch, at(HANDSHAKE), is_batch):
        with stage.nasty(page(502), only) as seen:
            stage.sync()
        tries = [at_ for at_, each in enumerate(seen) if only(each)]
        bursts.append([_idle(seen[sooner : later + 1]) for sooner, later in pairwise(tries)])
    if is_too_soon(bursts, stage.lies.retry):
        told = f"{sum(map(len, bursts))} more requests in {sum(map(sum, bursts)):.2f} s"
        raise Broken("R32", f"{told} into bursts of faults: waits must grow as in the handshake")
    if has_no_jitter(bursts, stage.lies.retry):
        raise Broken("R32", "it waited the same times in each burst of faults: a wait is drawn by chance, from 0 on")
    stage.must_arrive(items, "R32")


@scenario("R33", "R11")
def servers_clock_is_another(stage: Stage) -> None:
    """The handshake has another time than the tablet: days behind, years ahead."""
    items = []
    for days in (-3.0, 900.0):
        stage.lies.days = days
        stage.sync()
        items += stage.record()
        stage.sync()
    for each in stage.batches:
        told = each.json()
        sent_at = datetime.fromisoformat(told["sent_at"]) if isinstance(told, dict) else None
        if sent_at is None or sent_at.tzinfo is None:
            raise Broken("R33", "its sent_at is no time with an offset")
        for item in each.items:
            recorded = stage.recorded.get((str(item.get("record_id")), int(item.get("revision", 0))), item)
            if item.get("captured_at") != recorded["captured_at"]:
                raise Broken("R33", "it changed captured_at: it corrects what the server corrects")
        off = abs(sent_at.timestamp() - (time.time() - (time.monotonic() - each.at)))
        if off > _OFF_S:
            raise Broken("R33", f"its sent_at is {off:.0f} s off its own clock: it corrects what the server corrects")
    stage.must_arrive(items, "R33")


@scenario("R34")
def own_clock_is_wrong(stage: Stage) -> None:
    """The tablet's clock and the server's are months apart; then the tablet's jumps months ahead."""
    machine = datetime.now(UTC)
    shaken = stage.proxy.ask("GET", HANDSHAKE).json()
    # The server's clock is this machine's: a record that a client keeps now, it keeps for a time.
    same = (machine - datetime.fromisoformat(shaken["server_time"])) / timedelta(days=1)
    stage.lies.days = same
    (first,) = stage.record()
    stage.must_arrive([first], "R34")
    stage.sync()
    if stage.state_of(first["record_id"]) in (None, "purged"):
        return  # it keeps nothing for a time, so no clock decides
    stage.driver.sync(clock_days=90)
    stage.must_hold([first], "R34", "its own clock jumped ahead and the server's did not")
    stage.lies.days = same - 90
    (item,) = stage.record()
    stage.must_arrive([item], "R34")
    stage.sync(2)
    stage.must_hold([item], "R34", "by the server's clock no time went by since it was stored, by its own months")


@scenario("R35")
def clock_jumps(stage: Stage) -> None:
    """The server's clock jumps years, ahead and back."""
    years = iter(["2035-01-01T00:00:00+00:00", "2001-01-01T00:00:00+00:00"])
    items = stage.record()
    with stage.nasty(rewritten(lambda told: {**told, "server_time": next(years)}), at(HANDSHAKE), times=2):
        stage.sync()
        items += stage.record()
        stage.sync()
    stage.must_arrive(items, "R35")
