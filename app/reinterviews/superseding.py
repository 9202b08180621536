"""Which of the results of one re-interview is in force, in whatever order they come, and how many visits there were.
Pure.

What is in force follows from all results that are stored since the task was given, and from nothing else:

1. An interview (`done`) is worth more than a visit that ended without one (`refused`, `closed`, `moved`, `not_found`),
   and that more than one at which nobody was there (`absent`), however often nobody was. So answers that disagree
   cannot be made a business that was not found, nor that one at which nobody was there.
2. Of those that are worth the same, the one that was heard last is in force. Of two that were heard at one moment, the
   one whose visit came further decides (`refused`, at which somebody was met, then `moved`, `closed`, `not_found`), and
   of two of one kind the digest of what they say: nothing that hangs on the order in which they came. Of `absent` each
   visit counts, and none takes the place of another: three are a non-response, of fewer another visit is due.

A tablet's clock may be wrong. Nothing was heard before the task was given, or after it came: of such a time nothing is
known but when it came. So of the results whose time is believed the one that was heard last stands for all of them, of
the others the one that came last; and of these two the one that came later is in force.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from app.core.rows import Row

MOST_VISITS = 3
"""Who was absent so often is not visited again (`census.md`: the rule of the 2026 round)."""

VISITS_APART = timedelta(hours=3)
"""Who is absent now is as absent a minute later: what is heard sooner after a visit is that visit, again."""

_FURTHEST_LAST = ("absent", "not_found", "closed", "moved", "refused", "done")
_TOLERATED = timedelta(minutes=2)  # by which a tablet's clock may be behind, as with batches


class Heard(Row):
    """A result: the digest of what it says, when it was heard by the tablet's clock, when it came, and when the task
    was given to who sent it."""

    result: str
    content_digest: bytes
    captured_at: datetime
    received_at: datetime
    given_at: datetime


def in_force(results: Sequence[Heard]) -> Heard:
    """The result in force of these, of which there is at least one. Their order says nothing."""
    most = max(map(_worth, results))
    best = [each for each in results if _worth(each) == most]
    believed = max(filter(_is_believed, best), key=lambda each: (each.captured_at, _itself(each)), default=None)
    stand = (each for each in best if each is believed or not _is_believed(each))
    return max(stand, key=lambda each: (each.received_at, _itself(each)))


def is_needed(new: Heard, stored: Sequence[Heard]) -> bool:
    """Whether what comes now is stored: it is in force, or one more visit at which nobody was there, where there was
    nothing else. What is refused would never be in force, whatever comes after it."""
    every = [*stored, new]
    return in_force(every) is new or all(each.result == "absent" for each in every)


def is_final(result: str, visits: int) -> bool:
    """Whether no other visit is due after such a result, with so many visits at which nobody was there."""
    return result != "absent" or visits >= MOST_VISITS


def visits_of(absent: Iterable[Heard]) -> int:
    """How many visits these are at which nobody was there, whatever their order."""
    count, last = 0, None
    for at in sorted(each.captured_at if _is_believed(each) else each.received_at for each in absent):
        if last is None or at - last >= VISITS_APART:
            count, last = count + 1, at
    return count


def _worth(heard: Heard) -> int:
    return {"done": 2, "absent": 0}.get(heard.result, 1)


def _itself(heard: Heard) -> tuple[int, bytes]:
    """What decides between two of one moment."""
    return _FURTHEST_LAST.index(heard.result), heard.content_digest


def _is_believed(heard: Heard) -> bool:
    return heard.given_at - _TOLERATED <= heard.captured_at <= heard.received_at
