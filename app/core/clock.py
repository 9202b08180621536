"""The domain's clock: the only place where "now" comes from for anything the census records or counts.

Tokens, limits and logs keep real time (`time.time`), also in the demo, whose domain clock is in September 2022.
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Gives the domain's time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class MachineClock:
    """The machine's own clock: what every real deployment uses."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """A clock that starts at a given moment and runs on from there at the pace of the machine's."""

    def __init__(self, starts_at: datetime) -> None:
        self._shift: timedelta = starts_at - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift


class SetClock:
    """A clock that stands still until it is set: for simulated history and for tests."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment.astimezone(UTC)
