"""Values that have dates: what a region's target was on a day, and what setting one from a day on changes. Pure.

A value holds from its day until the next one's; None says that there is none from then on. What was set for the
campaign's first day holds before it as well, when the census is only planned.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

History = Mapping[date, int | None]
"""Values by the day from which they hold."""


class InForce(NamedTuple):
    """What holds on a day, and since when."""

    since: date
    businesses: int | None


def in_force(history: History, on: date) -> InForce | None:
    """What holds on that day; None where nothing was ever set for it."""
    days = [day for day in history if day <= on]
    return InForce(max(days), history[max(days)]) if days else None


def whole_history(first: int | None, later: History, starts_on: date) -> dict[date, int | None]:
    """What was ever set: `first` holds from the campaign's first day, the others from their own.

    Where that day was moved on since, what holds on it is the last that was set for it or before.
    """
    early = [day for day in later if day <= starts_on]
    history = {day: later[day] for day in later if day > starts_on}
    if early:
        history[starts_on] = later[max(early)]
    elif first is not None:
        history[starts_on] = first
    return history


def effective_day(said: date | None, *, starts_on: date, today: date) -> date:
    """From which day on a value holds that was said for a day, by default for today: never before the campaign."""
    return max(said or today, starts_on)


def needs_reason(day: date, *, starts_on: date, today: date) -> bool:
    """Whether a value from that day on changes what was shown for days gone by."""
    return day < today and today > starts_on


def with_value(history: History, day: date, businesses: int | None) -> dict[date, int | None] | None:
    """The history with that value from the day on; None where it says already what is to be said.

    Later values stay. So the same file may be sent again, also on another day.
    """
    held = in_force(history, day)
    if (held.businesses if held else None) == businesses:
        return None
    return {**history, day: businesses}
