"""The field force: which enumerators are on time, which are late, and whose tablet is silent; one row for each."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from app.core.rows import Row, read
from app.progress import roster
from app.progress.movement import SILENT_DAYS, Work, state_of
from app.progress.pace import WINDOW_DAYS, percent, ratio
from app.progress.queries import BASES, Question
from app.progress.reports import People, View, page_of_people, person_row, work_row
from app.progress.roster import EnumeratorFigures
from app.regions.region_code import local_date, span_of

# $1 campaign, $2 as_of, $3 and $4 the span, $5 the enumerators, $6 and $7 the window of the pace.
_LATELY = """
SELECT enumerator_id, coalesce(sum(entered) FILTER (WHERE {basis}_on <= $7), 0)::int AS in_window,
       sum(entered)::int AS lately
FROM progress_cell
WHERE campaign_id = $1 AND enumerator_id = ANY($5::uuid[]) AND region_code >= $3 AND region_code < $4
  AND {basis}_on BETWEEN $6 AND $2
GROUP BY enumerator_id
"""
_LATELY_BY = {basis: _LATELY.format(basis=basis) for basis in BASES}
_TABLETS = """
SELECT account_id, id, name, app_version, unsent, last_seen_at
FROM device WHERE account_id = ANY($1::uuid[]) AND revoked_at IS NULL ORDER BY account_id, last_seen_at DESC
"""


class _Lately(Row):
    """What an enumerator entered in the window of the pace, and from the first day of work to `as_of`."""

    enumerator_id: UUID
    in_window: int
    lately: int


class _Tablet(Row):
    """A tablet that is not revoked, and its last report to the server."""

    account_id: UUID
    id: UUID
    name: str | None
    app_version: str | None
    unsent: int | None
    last_seen_at: datetime


async def field_force(
    pg: asyncpg.Connection,
    view: View,
    now: datetime,
    people: People,
) -> tuple[list[dict[str, Any]], UUID | None]:
    """A page of rows of enumerators, by id, and the last of them if another page follows (None after the last).

    Raises:
        Problem: `not_found` for an unknown coordinator or enumerator, or one out of reach.
    """
    ids, last = await page_of_people(pg, view, people)
    figures = await roster.figures_of_enumerators(pg, view.question, view.region.code, ids)
    lately = await _lately_of(pg, view.question, view.region.code, ids, view.window)
    tablets: dict[UUID, list[_Tablet]] = {}
    for tablet in await read(pg, _Tablet, _TABLETS, ids):
        tablets.setdefault(tablet.account_id, []).append(tablet)
    today = local_date(now, view.region.code)
    rows = [_row(view, row, lately, tablets.get(row.enumerator.id, []), today) for row in figures]
    return rows, last


async def _lately_of(
    pg: asyncpg.Connection, question: Question, region_code: str, ids: Sequence[UUID], window: tuple[date, date]
) -> dict[UUID, _Lately]:
    first, last = window
    statement = _LATELY_BY[question.basis]
    rows = await read(
        pg, _Lately, statement, question.campaign_id, question.as_of, *span_of(region_code), ids, first, last
    )
    return {row.enumerator_id: row for row in rows}


def _row(
    view: View, row: EnumeratorFigures, lately: Mapping[UUID, _Lately], tablets: Sequence[_Tablet], today: date
) -> dict[str, Any]:
    recent = lately.get(row.enumerator.id)
    in_window = 0 if recent is None else recent.in_window
    days_left = max((view.campaign.ends_on - view.question.as_of).days, 0)
    work = Work(
        entered=row.counts.entered,
        quota=row.quota,
        in_window=in_window,
        lately=0 if recent is None else recent.lately,
        days_left=days_left,
        begun=view.question.as_of >= view.campaign.starts_on,
    )
    missing = None if not row.quota else max(row.quota - row.counts.entered, 0)
    heard_at = max((each.last_seen_at for each in tablets), default=None)
    silent = None if heard_at is None else max((today - local_date(heard_at, view.region.code)).days, 0)
    return {
        "enumerator": person_row(row.enumerator),
        "coordinator": None if row.coordinator is None else person_row(row.coordinator),
        "state": state_of(work),
        "quota": row.quota,
        "entered": row.counts.entered,
        "percent": percent(row.counts.entered, row.quota),
        **work_row(row.counts),
        "returned_percent": percent(row.counts.returned, row.counts.submissions),
        "needed_per_day": ratio(missing, days_left, places=1),
        "last_7_days_per_day": ratio(in_window, WINDOW_DAYS, places=1),
        "active_days": row.active_days,
        "last_received_at": row.last_received_at,
        "last_seen_at": heard_at,
        "silent_days": silent,
        "silent": silent is None or silent >= SILENT_DAYS,
        "unsent": sum(each.unsent or 0 for each in tablets) if tablets else None,
        "tablets": [_tablet(each) for each in tablets],
    }


def _tablet(tablet: _Tablet) -> dict[str, Any]:
    return {
        "id": str(tablet.id),
        "name": tablet.name,
        "app_version": tablet.app_version,
        "unsent": tablet.unsent,
        "last_seen_at": tablet.last_seen_at,
    }
