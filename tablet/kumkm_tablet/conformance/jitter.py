"""Whether the waits of a client can be those of full jitter, or are a burst. Pure.

After attempt n (from 0) a wait is drawn evenly between 0 and m(n) = min(longest_s, first_s * factor^n). So wait / m(n)
is drawn evenly between 0 and 1, and the chance that k of them add up to s or less is at most s^k / k! (Irwin and Hall).
A client is blamed only where its waits would be that short by luck less than once in a hundred thousand runs.
"""

from collections.abc import Mapping, Sequence
from math import lgamma, log
from typing import Any

_LUCK = log(1e-5)
_FEW = 3
"""Waits that nothing is concluded from."""
_NO_TIME = 1e-9


def is_too_soon(bursts: Sequence[Sequence[float]], told: Mapping[str, Any]) -> bool:
    """Whether the waits of these bursts are too short to be luck: seconds, one after each attempt but the last.

    `told` is `retry` of the handshake.
    """
    shares = [
        max(0.0, wait) / min(told["longest_s"], told["first_s"] * told["factor"] ** attempt)
        for waits in bursts
        for attempt, wait in enumerate(waits)
    ]
    if len(shares) < _FEW:
        return False
    return len(shares) * log(sum(shares) or _NO_TIME) - lgamma(len(shares) + 1) < _LUCK
