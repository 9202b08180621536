"""A door, not a form: what a record counts as where nobody was interviewed. Pure.

A record is one door, and its revisions are what was found there, visit by visit (`visit@1`), until an interview takes
place. The rules (`docs/doors.md`):

* `absent` is not final: the door counts as `open_visits`, until the third visit, with which it is a `non_response`;
* every other result is final and counts as itself; a later one that is final, too, takes its place;
* an `absent` after a final result changes nothing: the door remains what it was;
* a visit at the same time as an earlier one is that visit, corrected;
* in whatever order visits come, the door counts as what they say in the order of their revisions;
* an interview may follow any result, and is judged as any other;
* a visit after an interview changes nothing: what was answered remains in force.

What changes nothing is stored all the same, and the receipt warns of it.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from app.register.verdicts import RESULTS, CountedAs, Doubt, Visited

VISITS = 3
"""After so many visits a door at which nobody was met is no longer visited."""


class Found(NamedTuple):
    """What a visit means: what the door counts as with it, None where it remains what it was; and the doubts."""

    counted_as: CountedAs | None
    doubts: tuple[Doubt, ...]


def found(
    visited: Visited, revision: int, others: Mapping[int, Visited], before: CountedAs | None, *, late: bool = False
) -> Found:
    """What a visit means at a door that counts as `before` (None: a new door), beside the `others` that came before
    it, by revision; `late`: a later revision is in force.
    """
    if before is not None and before not in RESULTS:
        return Found(None, (Doubt("/answers/result", "visit_after_interview"),))
    codes = _doubts(visited, [each for number, each in others.items() if number < revision])
    counted_as = state_of(each for _, each in sorted({**others, revision: visited}.items()))
    if counted_as == before and (late or (visited.result == "absent" and before is not CountedAs.OPEN_VISITS)):
        return Found(None, codes)
    return Found(counted_as, codes)


def state_of(visits: Iterable[Visited]) -> CountedAs | None:
    """What a door counts as after these visits, in the order of their revisions; None without any."""
    state = None
    # The last word on each visit, in the order in which they were first mentioned.
    for number, result in enumerate({each.visited_at: each.result for each in visits}.values(), 1):
        if result != "absent":
            state = CountedAs(result)
        elif state in (None, CountedAs.OPEN_VISITS):
            state = CountedAs.OPEN_VISITS if number < VISITS else CountedAs.NON_RESPONSE
    return state


def number_of(visits: Iterable[Visited]) -> int:
    """How many visits there were; a correction is none."""
    return len({each.visited_at for each in visits})


def _doubts(visited: Visited, earlier: Iterable[Visited]) -> tuple[Doubt, ...]:
    others = [each for each in earlier if each.visited_at != visited.visited_at]
    number = number_of(others) + 1
    doubts = []
    if any(visited.visited_at < each.visited_at for each in others):
        doubts.append(Doubt("/answers/visited_at", "visited_before_last"))
    if number > VISITS:
        doubts.append(Doubt("/answers/result", "more_than_three_visits"))
    elif state_of(others) not in (None, CountedAs.OPEN_VISITS):
        doubts.append(Doubt("/answers/result", "visit_after_final"))
    if visited.result == "non_response" and number < VISITS:
        doubts.append(Doubt("/answers/result", "fewer_than_three_visits"))
    return tuple(doubts)
