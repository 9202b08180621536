"""How many hours the queue of duplicates still takes, from how fast its reviewers decide. The rule is pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.core.rows import Row, read
from app.review.case_pages import DISPUTED, STAGES
from app.workforce.reach import Reach

PACE_OF = timedelta(days=7)
"""The pace is that of this time."""
PAUSE = timedelta(minutes=10)
"""Who decides nothing for longer was away, and a run of work has ended."""
LEAST = 10
"""From fewer times than that no median is made."""
MOST_OPEN = 10_000
"""A count of open cases stops there."""
_MOST_READ = 20_000


class Made(Row):
    """A decision: who made it, when, and on what kind of case."""

    decided_by: UUID
    decided_at: datetime
    kind: str
    holds: bool  # it was not undone


class Effort(NamedTuple):
    """What a kind of cases still takes. What too few decisions tell is None."""

    kind: str
    open: int
    decided: int
    seconds_each: float | None
    hours_left: float | None
    days_left: float | None


def efforts(waiting: Mapping[str, int], made: Iterable[Made]) -> list[Effort]:
    """The effort of each kind, in their order. `waiting`: open cases by kind; `made`: the decisions of `PACE_OF`, also
    undone ones, which took their time as well.

    The time of a decision is that since the decision before by the same person, of any kind. What was decided together,
    at one moment, is one decision; a pause is none.
    """
    made = list(made)
    decided = Counter(each.kind for each in made if each.holds)
    times = _seconds(made)
    return [_effort(kind, waiting.get(kind, 0), decided[kind], times.get(kind, [])) for kind in STAGES]


def _effort(kind: str, waiting: int, decided: int, times: list[float]) -> Effort:
    seconds = median(times) if len(times) >= LEAST else None
    hours = None if seconds is None else round(waiting * seconds / 3600, 1)
    days = round(waiting * PACE_OF.days / decided, 1) if decided >= LEAST else None
    return Effort(kind, waiting, decided, seconds, hours, days)


def _seconds(made: Iterable[Made]) -> dict[str, list[float]]:
    """Between decisions in a run of work, by the kind of the later one."""
    of_person: defaultdict[UUID, dict[datetime, str]] = defaultdict(dict)
    for each in made:
        of_person[each.decided_by][each.decided_at] = each.kind
    times: defaultdict[str, list[float]] = defaultdict(list)
    for kinds in of_person.values():
        for before, after in pairwise(sorted(kinds)):
            if after - before <= PAUSE:
                times[kinds[after]].append((after - before).total_seconds())
    return times


_OPEN = f"""
SELECT count(*)::int FROM (
    SELECT 1 FROM {DISPUTED}
    WHERE state = 'open' AND kind = $1 AND duplicate_case.region_code >= $2 AND duplicate_case.region_code < $3
      AND ($4::uuid[] IS NULL OR submission.enumerator_id = ANY($4))
    LIMIT {MOST_OPEN}
) AS waiting
"""
_MADE = f"""
SELECT decided_by, decided_at, kind, undone_at IS NULL AS holds
FROM duplicate_case JOIN submission USING (record_id, revision, regency_code)
JOIN resolution ON resolution.case_id = duplicate_case.id AND resolution.regency_code = duplicate_case.regency_code
WHERE decided_at >= $1 AND duplicate_case.region_code >= $2 AND duplicate_case.region_code < $3
  AND ($4::uuid[] IS NULL OR submission.enumerator_id = ANY($4))
ORDER BY decided_at DESC LIMIT {_MOST_READ}
"""


async def read_efforts(pg: asyncpg.Connection, reach: Reach, now: datetime) -> list[Effort]:
    """The effort of each kind within reach."""
    narrowed = (*reach.territory.span, reach.only)
    waiting: dict[str, int] = {kind: await pg.fetchval(_OPEN, kind, *narrowed) for kind in STAGES}
    return efforts(waiting, await read(pg, Made, _MADE, now - PACE_OF, *narrowed))
