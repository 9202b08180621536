"""Which of two results of one re-interview is in force, in whatever order they come, and how many visits there were.
Pure.

An interview is worth more than a visit that ended without one, and that more than one at which nobody was there: a
result that is worth less never takes the place of one that is worth more. So a late request changes nothing, and
answers that disagree cannot be made a business that was not found. Of two that are worth the same, the one that was
heard later is in force.

A tablet's clock may be wrong. Nothing was heard before the task was given, or after it came: of such a time nothing is
known but when it came, and so the one of the two that came later is in force.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.core.rows import Row

MOST_VISITS = 3
"""Who was absent so often is not visited again (`census.md`: the rule of the 2026 round)."""

VISITS_APART = timedelta(hours=3)
"""Who is absent now is as absent a minute later: what is heard sooner after a visit is that visit, again."""

_TOLERATED = timedelta(minutes=2)  # by which a tablet's clock may be behind, as with batches


class Heard(Row):
    """A result: whether another visit is due after it, when it was heard by the tablet's clock, when it came, and when
    the task was given to who sent it."""

    result: str
    is_final: bool
    captured_at: datetime
    received_at: datetime
    given_at: datetime


def takes_its_place(new: Heard, in_force: Heard) -> bool:
    """Whether what comes now is in force afterwards."""
    if not in_force.is_final:
        return True
    if (mine := _worth(new)) != (theirs := _worth(in_force)):
        return mine > theirs
    if _is_believed(new) and _is_believed(in_force):
        return new.captured_at >= in_force.captured_at
    return new.received_at >= in_force.received_at


def visits_of(absent: Iterable[Heard]) -> int:
    """How many visits these are at which nobody was there, whatever their order."""
    count, last = 0, None
    for at in sorted(each.captured_at if _is_believed(each) else each.received_at for each in absent):
        if last is None or at - last >= VISITS_APART:
            count, last = count + 1, at
    return count


def _worth(heard: Heard) -> int:
    return 2 if heard.result == "done" else 1 if heard.is_final else 0


def _is_believed(heard: Heard) -> bool:
    return heard.given_at - _TOLERATED <= heard.captured_at <= heard.received_at
