"""When enumerators work and how fast: records by day and hour of capture, minutes for each, and what was returned.

Read from the records themselves, of some enumerators and days at a time: through the register's index of enumerators,
so that it costs what they recorded, however large the register is.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from app.core.problems import Text
from app.core.rows import Row, read
from app.progress.pace import before, percent
from app.progress.reports import BACKWARDS, People, View, bad_days, page_of_people, person_row
from app.progress.roster import Person
from app.regions.region_code import span_of, zone_of
from app.submissions.tablet_times import MINUTES

MAX_DAYS = 31
"""The most days that one answer has."""

MAX_ENUMERATORS = 50
"""The most enumerators of a page."""

DEFAULT_DAYS = 14
_LONGEST = 240  # minutes; an interview that took longer was left open, and says nothing of speed
_TOO_LONG = Text(f"Paling banyak {MAX_DAYS} hari sekaligus.", f"At most {MAX_DAYS} days at once.")

# $1 campaign, $2 and $3 the days, $4 and $5 the span, $6 the enumerators, $7 the zone's distance from UTC.
_WORKED = f"""
WITH worked AS MATERIALIZED (
    SELECT business.enumerator_id, business.review_state, submission.captured_on,
           extract(hour FROM submission.captured_at AT TIME ZONE 'UTC' + $7::interval)::int AS hour,
           CASE WHEN {MINUTES} BETWEEN 0 AND {_LONGEST} THEN {MINUTES} END AS minutes
    FROM business
    JOIN submission ON submission.record_id = business.record_id AND submission.revision = business.revision
     AND submission.regency_code = business.regency_code
    WHERE business.enumerator_id = ANY($6::uuid[]) AND business.region_code >= $4 AND business.region_code < $5
      AND business.merged_into IS NULL
      AND submission.campaign_id = $1 AND submission.captured_on BETWEEN $2 AND $3
), cell AS (
    SELECT enumerator_id, captured_on, hour, count(*)::int AS records FROM worked GROUP BY 1, 2, 3
)
SELECT account.id, account.username, account.name, worked.records, worked.minutes, worked.returned, worked.reviewed,
       cells.days, cells.hours, cells.records AS counts
FROM account
LEFT JOIN (
    SELECT enumerator_id, count(*)::int AS records,
           round((percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes))::numeric, 1)::float8 AS minutes,
           count(*) FILTER (WHERE review_state = 'returned')::int AS returned,
           count(*) FILTER (WHERE review_state <> 'unreviewed')::int AS reviewed
    FROM worked GROUP BY 1
) AS worked ON worked.enumerator_id = account.id
LEFT JOIN (
    SELECT enumerator_id, array_agg(captured_on ORDER BY captured_on, hour) AS days,
           array_agg(hour ORDER BY captured_on, hour) AS hours,
           array_agg(records ORDER BY captured_on, hour) AS records
    FROM cell GROUP BY 1
) AS cells ON cells.enumerator_id = account.id
WHERE account.id = ANY($6::uuid[]) ORDER BY account.id
"""


class _Worked(Row):
    """What an enumerator recorded in some days: how much, how fast, and in which hours."""

    id: UUID
    username: str
    name: str
    records: int | None
    minutes: float | None
    returned: int | None
    reviewed: int | None
    days: list[date] | None
    hours: list[int] | None
    counts: list[int] | None


def activity_days(view: View, since: date | None, until: date | None) -> tuple[date, date]:
    """The days that are asked about: by default the fortnight that ends with the view's `as_of`.

    Raises:
        Problem: `invalid_fields` where they are out of order or too many.
    """
    last = min(until or view.question.as_of, view.question.as_of)
    first = since or before(last, days=DEFAULT_DAYS - 1)
    if since is not None and until is not None and since > until:
        raise bad_days("dates_out_of_order", BACKWARDS)
    if (last - first).days >= MAX_DAYS:
        raise bad_days("range_too_long", _TOO_LONG)
    return first, last


async def activity(
    pg: asyncpg.Connection,
    view: View,
    days: tuple[date, date],
    people: People,
) -> tuple[list[dict[str, Any]], UUID | None]:
    """A page of rows of enumerators, by id, and the last of them if another page follows (None after the last).

    Raises:
        Problem: `not_found` for an unknown coordinator or enumerator, or one out of reach.
    """
    ids, last = await page_of_people(pg, view, people)
    span, away = span_of(view.region.code), zone_of(view.region.code).utcoffset(None) or timedelta()
    await pg.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    rows = await read(pg, _Worked, _WORKED, view.campaign.id, *days, *span, ids, away)
    return [_row(row) for row in rows], last


def _row(row: _Worked) -> dict[str, Any]:
    cells = zip(row.days or (), row.hours or (), row.counts or (), strict=True)
    return {
        "enumerator": person_row(Person(row.id, row.username, row.name)),
        "records": row.records or 0,
        "minutes": row.minutes,
        "reviewed": row.reviewed or 0,
        "returned": row.returned or 0,
        "returned_percent": percent(row.returned or 0, row.reviewed or 0),
        "hours": [{"date": day, "hour": hour, "records": records} for day, hour, records in cells],
    }
