"""Which of two results of one re-interview is in force, in whatever order they come. Pure.

An interview is worth more than a visit that ended without one, and that more than one at which nobody was there: a
result that is worth less never takes the place of one that is worth more. So a late request changes nothing, and
answers that disagree cannot be made a business that was not found. Of two that are worth the same, the one that was
heard later is in force. Visits at which nobody was there are counted, whatever their order.
"""

from datetime import datetime

from app.core.rows import Row


class Heard(Row):
    """A result: whether another visit is due after it, when it was heard by the tablet's clock, and when it came."""

    result: str
    is_final: bool
    captured_at: datetime
    received_at: datetime


def takes_its_place(new: Heard, in_force: Heard) -> bool:
    """Whether what comes now is in force afterwards."""
    if not in_force.is_final:
        return True
    return _order(new) >= _order(in_force)


def _order(heard: Heard) -> tuple[int, datetime]:
    """A clock may be wrong: nothing was heard after it came."""
    worth = 2 if heard.result == "done" else 1 if heard.is_final else 0
    return worth, min(heard.captured_at, heard.received_at)
