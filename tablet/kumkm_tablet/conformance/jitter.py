"""Whether the waits of a client can be those of full jitter, are a burst, or are not random at all. Pure.

After attempt n (from 0) a wait is random, uniform between 0 and m(n) = min(longest_s, first_s * factor^n). So wait /
m(n) is uniform between 0 and 1, and the chance that k of them add up to s or less is at most s^k / k! (Irwin and Hall).
A client is blamed only where its waits would be that short by luck less than once in a hundred thousand runs.

Waits that are not drawn are the same in each burst. Of b drawn shares the largest and the smallest are r or less apart
with the chance b * r^(b - 1) - (b - 1) * r^b; that the product of k such chances is c or less has the chance
c * sum((-ln c)^j / j!, j < k). Time that the machine adds to a wait only makes waits differ more.
"""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from math import exp, lgamma, log
from typing import Any

_LUCK = log(1e-5)
_FEW = 3
"""Waits that nothing is concluded from."""
_NO_TIME = 1e-9


def is_too_soon(bursts: Sequence[Sequence[float]], told: Mapping[str, Any]) -> bool:
    """Whether the waits of these bursts are too short to be luck: seconds, one after each attempt but the last.

    `told` is `retry` of the handshake.
    """
    shares = [share for waits in bursts for share in _shares(waits, told)]
    if len(shares) < _FEW:
        return False
    return len(shares) * log(sum(shares) or _NO_TIME) - lgamma(len(shares) + 1) < _LUCK


def has_no_jitter(bursts: Sequence[Sequence[float]], told: Mapping[str, Any]) -> bool:
    """Whether the waits after the same attempt are so alike in each of these bursts that nobody can have drawn them."""
    logs = []
    for each in zip_longest(*(_shares(waits, told) for waits in bursts)):
        drawn = [share for share in each if share is not None]
        if len(drawn) > 1:
            apart, count = min(1.0, max(drawn) - min(drawn) or _NO_TIME), len(drawn)
            logs.append(log(count * apart ** (count - 1) - (count - 1) * apart**count))
    if len(logs) < _FEW:
        return False
    product = -sum(logs)
    terms = [number * log(product) - lgamma(number + 1) if product else 0.0 for number in range(len(logs))]
    return -product + log(sum(exp(term) for term in terms)) < _LUCK


def _shares(waits: Sequence[float], told: Mapping[str, Any]) -> list[float]:
    """Each wait as a part of its longest."""
    return [
        max(0.0, wait) / min(told["longest_s"], told["first_s"] * told["factor"] ** attempt)
        for attempt, wait in enumerate(waits)
    ]
