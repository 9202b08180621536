"""Rates are counted in memory without threads, and what is over leaves it."""

import threading
import time
from unittest.mock import patch

from limits import parse
from limits.strategies import SlidingWindowCounterRateLimiter

from app.api.limits import Counts

MINUTE = parse("3/minute")


def test_no_more_than_the_rate_gets_through() -> None:
    limiter = SlidingWindowCounterRateLimiter(Counts())
    assert [limiter.hit(MINUTE, "list", "somebody") for _ in range(5)] == [True, True, True, False, False]
    assert limiter.hit(MINUTE, "list", "somebody else")
    left = limiter.get_window_stats(MINUTE, "list", "somebody").reset_time - time.time()
    assert 0 < left <= 60
    with patch("limits.storage.memory.time.time", return_value=time.time() + 121):
        assert limiter.hit(MINUTE, "list", "somebody"), "two minutes later it is forgotten"


def test_no_thread_goes_through_counts_while_they_change() -> None:
    assert Counts().timer.finished.is_set()


def test_a_request_starts_no_thread() -> None:
    limiter = SlidingWindowCounterRateLimiter(Counts())
    started: list[threading.Thread] = []
    with patch.object(threading.Thread, "start", started.append):
        for n in range(2_000):
            limiter.hit(MINUTE, "list", str(n))
    assert started == []


def test_counts_that_are_over_leave_memory() -> None:
    counts = Counts()
    limiter = SlidingWindowCounterRateLimiter(counts)
    for n in range(2_000):
        limiter.hit(MINUTE, "list", str(n))
    assert len(counts.storage) == 2_000
    with patch("limits.storage.memory.time.time", return_value=time.time() + 121):
        for n in range(1_000):
            limiter.hit(MINUTE, "list", f"later {n}")
        assert len(counts.storage) == len(counts.expirations) == 1_000
    assert not counts.locks
