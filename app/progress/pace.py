"""The pace of a campaign and the pace that it needs. Pure.

Figures are rounded half up, as people round on paper (13,495 of 42,000 is 32.13 %, and 593.854 a day is
593.9); every figure is computed from exact counts, never from another rounded figure.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

WINDOW_DAYS = 7
"""The days that the present pace is measured over: a whole week, since markets and offices keep one."""


class Progress(NamedTuple):
    """What is known of a region at the end of `as_of`.

    `first_day` is the first day of the campaign on which anything was counted, `entered_in_window` what was entered
    in the seven days of `window`. A day before the campaign comes from a wrong clock and does not count as the start.
    """

    entered: int
    target: int | None
    enumerators: int
    first_day: date | None
    entered_in_window: int


class Pace(NamedTuple):
    """The pace of a region; None where a figure has no meaning. Rates are records per day."""

    days_left: int
    needed_per_day: float | None
    needed_per_enumerator_per_day: float | None
    average_per_day: float | None
    last_7_days_per_day: float
    projected_total: int
    projected_finish_on: date | None


def pace(progress: Progress, *, as_of: date, ends_on: date) -> Pace:
    """The pace at the end of `as_of` in a campaign whose last day is `ends_on`.

    If more was taken back in the last week than was brought, the projection is that nothing is added.
    """
    entered, target = progress.entered, progress.target
    days_left = max((ends_on - as_of).days, 0)
    missing = None if target is None else max(target - entered, 0)
    needed = missing if days_left else None
    per_week = max(progress.entered_in_window, 0)
    days_gone = 0 if progress.first_day is None else (as_of - progress.first_day).days + 1
    return Pace(
        days_left=days_left,
        needed_per_day=ratio(needed, days_left, places=1),
        needed_per_enumerator_per_day=ratio(needed, days_left * progress.enumerators, places=2),
        average_per_day=ratio(entered, days_gone, places=1),
        last_7_days_per_day=_rounded(Decimal(progress.entered_in_window) / WINDOW_DAYS, places=1),
        projected_total=entered + int(_rounded(Decimal(per_week * days_left) / WINDOW_DAYS, places=0)),
        projected_finish_on=_finish(missing, per_week, as_of),
    )


def window(as_of: date, today: date) -> tuple[date, date]:
    """The first and last of the seven full days that the present pace is measured over.

    They end with `as_of`, or with yesterday where `as_of` is not over yet: counted as a whole day, a morning
    would show every coordinator a pace that fell by a seventh overnight.
    """
    last = min(as_of, before(today, days=1))
    return before(last, days=WINDOW_DAYS - 1), last


def percent(entered: int, target: int | None) -> float | None:
    """`entered` in percent of `target`, to two places; None without a target (a quota of 0 is none)."""
    return None if not target else ratio(100 * entered, target, places=2)


def ranks(percents: Mapping[str, float | None]) -> dict[str, tuple[int, int]]:
    """The rank of each region by its percent as shown, and of how many; those without a percent have none.

    Equal percents share a rank and leave the next ones free (1, 2, 2, 4).
    """
    ranked = [shown for shown in percents.values() if shown is not None]
    places: dict[float, int] = {}
    for place, shown in enumerate(sorted(ranked, reverse=True), start=1):
        places.setdefault(shown, place)
    return {code: (places[shown], len(ranked)) for code, shown in percents.items() if shown is not None}


def before(day: date, *, days: int) -> date:
    """The day so many days before, or the calendar's first day."""
    return date.fromordinal(max(day.toordinal() - days, date.min.toordinal()))


def _finish(missing: int | None, per_week: int, as_of: date) -> date | None:
    if missing is None or (missing and not per_week):
        return None
    days = -(-missing * WINDOW_DAYS // per_week) if missing else 0
    # At one record a week a target of millions lies beyond the calendar, and that is no date to plan by.
    return as_of + timedelta(days) if days <= (date.max - as_of).days else None


def ratio(part: int | None, whole: int, *, places: int) -> float | None:
    """The part of the whole, rounded half up; None where it has no meaning."""
    return None if part is None or whole <= 0 else _rounded(Decimal(part) / whole, places=places)


def _rounded(value: Decimal, *, places: int) -> float:
    return float(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
