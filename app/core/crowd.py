"""How long those stay away who are turned away: the longer, the more of them come for each who gets a turn. Pure.

Clients that all come back after a few seconds keep a busy server busy with refusing them, so that fewer get a turn. The
wait grows until about one is refused for each who is served, and shrinks again when the crowd is gone.
"""

import random

LEAST_S, MOST_S = 10.0, 120.0
"""The longest wait that one is given: of a few, and of any crowd. The shortest is a fifth of it."""

_LOOKS_S = 5.0
_FASTEST = 4.0  # the longest wait grows by so much at most from one look to the next


class Crowd:
    """Who came lately. Moments are seconds of any clock that does not go back."""

    def __init__(self) -> None:
        self._longest_s = LEAST_S
        self._since = 0.0
        self._served = 0
        self._refused: set[bytes] = set()

    def served(self, now: float) -> None:
        """Note that somebody got a turn."""
        self._look(now)
        self._served += 1

    def refused(self, now: float, flow: bytes) -> int:
        """Note that somebody was turned away. Returns the seconds to stay away; a client that does not counts once."""
        self._look(now)
        self._refused.add(flow)
        return random.randint(int(max(2, self._longest_s / 5)), int(self._longest_s))  # noqa: S311  (spreads the crowd)

    def _look(self, now: float) -> None:
        passed = now - self._since
        if passed < _LOOKS_S:
            return
        if passed > 2 * MOST_S:  # nobody of that crowd is still on the way
            self._longest_s = LEAST_S
        else:
            by = min(_FASTEST, max(1 / 2, len(self._refused) / max(1, self._served)))
            self._longest_s = min(MOST_S, max(LEAST_S, self._longest_s * by))
        self._since, self._served = now, 0
        self._refused.clear()
