"""Whether a business is still there: `active`, `closed` or `moved`, by what the visits of a later round found at its
entry of the listing. Pure; `living.py` writes it.

The newest round that found anything decides. What was entered in that round, or in a later one, is there: also where
another record entered it than the one that visited its old place in vain.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

GONE = frozenset({"closed", "moved"})


class Life(NamedTuple):
    """Whether it is there; of one that is not, since which day, and by which record."""

    life: str
    since: date | None = None
    record_id: UUID | None = None


ACTIVE = Life("active")


class Seen(NamedTuple):
    """What a round found at a business's entry: `entered`, a result of visits, or nothing yet (`open`)."""

    campaign_id: int
    state: str
    captured_on: date | None
    record_id: UUID | None


def life_of(seen: Iterable[Seen], entered_in: Collection[int], rounds: Mapping[int, int]) -> Life:
    """The life of a business by what each round found, and the campaigns in which it is entered. `rounds`: the place
    of each campaign among all, by its first day: an earlier round may have been made later."""
    known = [each for each in seen if each.state != "open"]
    newest = max(known, key=lambda each: rounds[each.campaign_id], default=None)
    if newest is None or newest.state not in GONE:
        return ACTIVE
    if any(rounds[each] >= rounds[newest.campaign_id] for each in entered_in):
        return ACTIVE
    return Life(newest.state, newest.captured_on, newest.record_id)
