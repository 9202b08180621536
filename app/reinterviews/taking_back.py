"""Taking a re-interview back from somebody who can no longer do it: it waits to be given to somebody else.

Whose areas in the regency ended, or were handed over, is not there any more. An end is none where the campaign ends as
well, where another area there begins soon, or where nobody works there to whom it could be given.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg

from app.core.rows import Row, read
from app.reinterviews.choosing import is_near

_CLOSED_OF_LATE = timedelta(days=30)
_SOON = timedelta(days=7)
_TAKE_BACK = """
UPDATE reinterview SET state = 'open', assignee_id = NULL, due_on = NULL, tried_at = NULL,
       former_ids = array_append(former_ids, assignee_id)
WHERE state = 'assigned' AND assignee_id = ANY($1) AND ($2::uuid[] IS NULL OR id = ANY($2))
"""
# Who has been away for longer was found by an earlier round.
_CLOSED = """
SELECT id FROM account WHERE role = 'enumerator' AND deactivated_at IS NOT NULL AND deactivated_at > $1
"""
# $2: the day from which on areas are still theirs, $3: until which they may begin.
_GOING_ON = "campaign_id = $1 AND (ends_on IS NULL OR ends_on >= $2) AND starts_on <= $3"
# Where one area follows another in a regency, as it mostly does, it is seen here that nobody left.
_LEFT = f"""
WITH going_on AS (SELECT enumerator_id, left(region_code, 5) AS regency FROM assignment WHERE {_GOING_ON}),
gone AS (
    SELECT enumerator_id, region_code FROM assignment WHERE campaign_id = $1 AND ends_on < $2
    UNION ALL SELECT enumerator_id, region_code FROM former_area WHERE campaign_id = $1
)
SELECT DISTINCT enumerator_id FROM gone WHERE NOT EXISTS (
    SELECT 1 FROM going_on WHERE going_on.enumerator_id = gone.enumerator_id AND regency = left(gone.region_code, 5))
"""
_TO_DO = """
SELECT id, regency_code, assignee_id FROM reinterview
WHERE assignee_id = ANY($2) AND campaign_id = $1 AND state = 'assigned'
"""
_AREAS = f"SELECT enumerator_id, region_code FROM assignment WHERE {_GOING_ON} AND enumerator_id = ANY($4)"
_STAFFED = """
SELECT DISTINCT left(region_code, 5) FROM assignment
WHERE campaign_id = $1 AND starts_on <= $2 AND (ends_on IS NULL OR ends_on >= $2)
"""


class _ToDo(Row):
    """What somebody has to do, and in which regency."""

    id: UUID
    regency_code: str
    assignee_id: UUID


async def take_back(pg: asyncpg.Connection, from_ids: Iterable[UUID], only: Iterable[UUID] | None = None) -> None:
    """Have nobody have what these people have to do, or `only` these of it. Idempotent by nature."""
    await pg.execute(_TAKE_BACK, list(from_ids), None if only is None else list(only))


async def take_back_from_closed(pg: asyncpg.Connection, now: datetime) -> None:
    """Take back what is with accounts that were closed of late. Idempotent by nature."""
    closed = [row[0] for row in await pg.fetch(_CLOSED, now - _CLOSED_OF_LATE)]
    if closed:
        await take_back(pg, closed)


async def take_back_from_gone(pg: asyncpg.Connection, campaign_id: int, last: date, today: date) -> None:
    """Take back what is with people who work nowhere in its regency any more; `last`: the campaign's last day.
    Idempotent by nature. It reads every assignment of the campaign, so it is done now and then."""
    going_on = campaign_id, min(today, last), today + _SOON
    left = [row[0] for row in await pg.fetch(_LEFT, *going_on)]
    waiting = await read(pg, _ToDo, _TO_DO, campaign_id, left) if left else []
    areas = defaultdict[UUID, list[str]](list)
    for who, region_code in await pg.fetch(_AREAS, *going_on, [row.assignee_id for row in waiting]) if waiting else ():
        areas[who].append(region_code)
    gone = [row for row in waiting if not is_near(areas[row.assignee_id], row.regency_code)]
    if gone:
        staffed = [row[0] for row in await pg.fetch(_STAFFED, campaign_id, today)]
        lost = [row for row in gone if is_near(staffed, row.regency_code)]
        await take_back(pg, {row.assignee_id for row in lost}, [row.id for row in lost])
