"""How many numbers of businesses an account asked about today, by lookups and by batches.

One row for each account, counted in the transaction of the request, so that several processes and a restart count
right."""

import math
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.core.round_trips import SetWrite


class LookupCounts(NamedTuple):
    """Of numbers asked about in a day: how many; how many of those sent are another enumerator's business; how many
    took the place of another number in a record."""

    numbers: int = 0
    known: int = 0
    changed: int = 0

    @property
    def informative(self) -> int:
        """How many answers were informative: the smaller part of those that are known and those that are not."""
        return min(self.known, self.numbers - self.known)


INFORMATIVE_A_DAY = 50
"""How many informative answers an enumerator may get a day."""

_COUNT = """
INSERT INTO numbers_asked AS before (account_id, day, numbers, known, changed)
SELECT * FROM unnest($1::uuid[], $2::date[], $3::int[], $4::int[], $5::int[])
    AS asked (account_id, day, numbers, known, changed) WHERE asked.numbers > 0
ON CONFLICT (account_id) DO UPDATE SET day = excluded.day,
    numbers = excluded.numbers + CASE WHEN before.day = excluded.day THEN before.numbers ELSE 0 END,
    known = excluded.known + CASE WHEN before.day = excluded.day THEN before.known ELSE 0 END,
    changed = excluded.changed + CASE WHEN before.day = excluded.day THEN before.changed ELSE 0 END
"""


def day_of(moment: datetime) -> date:
    """The day in which something counts."""
    return moment.astimezone(UTC).date()


def seconds_left(moment: datetime) -> int:
    """Until the day that it counts in is over."""
    tomorrow = datetime.combine(day_of(moment) + timedelta(days=1), time(), UTC)
    return math.ceil((tomorrow - moment).total_seconds())


def counting(account_id: UUID, day: date, more: LookupCounts) -> SetWrite:
    """How what a batch asked about is counted."""
    return SetWrite((("counted", _COUNT),), [(account_id, day, *more)])


async def count_lookup(pg: asyncpg.Connection, account_id: UUID, day: date, *, known: bool) -> LookupCounts:
    """Count a lookup; gives the counts before it on that day. `known`: the number is another enumerator's business."""
    [(numbers, all_known)] = await pg.fetch(
        f"{_COUNT} RETURNING numbers, known", [account_id], [day], [1], [int(known)], [0]
    )
    return LookupCounts(numbers - 1, all_known - known)
