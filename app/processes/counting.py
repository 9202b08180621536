"""Requests of one account or address in a window of the clock, as one process counts them. Pure.

A window is of the clock, and the one before counts for as much of it as is left: of 60 requests a minute that came
in the last minute, 15 still count three quarters into this one. Every process lets a few requests through before it
reports them to the others (`share_of`), so that one that asks seldom costs nothing.
"""

import math
from dataclasses import dataclass

SHARE = 10
"""All processes together let through at most one tenth of a rate without having reported it."""

_NEAR = 2  # of what is left, all processes together take half before they ask again


def share_of(most: int, processes: int, room: int) -> int:
    """Requests that one of so many processes may let through before it reports them. `most`: of a window; `room`:
    those for which there is room as far as this process knows; without `processes` nobody knows how many there are.
    """
    return 0 if processes < 1 else min(most // (SHARE * processes), room // (_NEAR * processes))


@dataclass(slots=True, eq=False)
class Count:
    """What a process knows of a key. Moments are seconds since 1970 by the clock of the database."""

    key: bytes
    most: int
    period: int
    window: int = 0
    before: int = 0
    hits: int = 0  # of this window, of all processes, as it was when this one asked last
    own: int = 0  # those that this process let through and has not reported
    closed_until: float = 0.0

    def move_to(self, at: float) -> None:
        """Begin the window of this moment, where that is a later one, or where the clock was set back."""
        window = int(at // self.period)
        if window < self.window - 1:
            self.window, self.before, self.hits, self.own, self.closed_until = window, 0, 0, 0, 0.0
        if window > self.window:
            self.before = self.hits + self.own if window == self.window + 1 else 0
            self.window, self.hits, self.own = window, 0, 0

    def room(self, at: float) -> int:
        """Requests for which there is room at a moment of the window."""
        left = min(1.0, max(0.0, self.window + 1 - at / self.period))
        return max(0, math.floor(self.most - self.before * left - self.hits - self.own))

    def opens_at(self, at: float) -> float:
        """When there is room for one more, if nobody asks meanwhile."""
        so_far, spare = self.hits + self.own, self.most - 1
        if so_far <= spare:  # as soon as enough of the window before has passed
            gone = 1 - (spare - so_far) / self.before if self.before else 0.0
            return max(at, (self.window + gone) * self.period)
        gone = 1 - max(0, spare) / max(1, so_far)
        return max(at, (self.window + 1 + gone) * self.period)

    def answer(self, window: int, before: int, hits: int, *, reported: int) -> None:
        """Take over what the database has counted, `reported` of this process included."""
        if window >= self.window:
            self.window, self.before, self.hits, self.own = window, before, hits, max(0, self.own - reported)
