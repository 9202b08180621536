"""Freezes the figures of a region: the statements of progress, whose rows are kept instead of being answered.

All of it is done in the database, in a few statements for each level of regions and each ten thousand enumerators, so
the server needs no memory for it. Rates, percents and ranks are worked out here as in `progress/pace.py`, from the
exact counts; a test compares both.
"""

from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.progress.models import COUNTERS, NOBODY
from app.progress.pace import WINDOW_DAYS
from app.progress.queries import BASES, COUNTED, NAMES, SUMS, WIDTHS, days_sql, figures_sql
from app.progress.reports import View
from app.progress.roster import enumerators_sql, roster
from app.regions.region_code import ancestry, span_of
from app.workforce.queries import assigned_sql

_PEOPLE = 10_000  # of one statement
_FIRST = ("code", "name", "level", "target", "enumerators", "coordinators", "enumerators_active", "first_day")
_FIGURES = ", ".join((*_FIRST, "entered_in_window", *COUNTERS))
_MISSING = "CASE WHEN target IS NOT NULL THEN greatest(target - entered, 0) END"
_PER_WEEK = "greatest(entered_in_window, 0)::bigint"

# $1 to $9 as in progress, $10 the cut-off, $11 the campaign's last day, $12 and $13 the span of what is kept.
_REGIONS = f"""
WITH figure ({_FIGURES}) AS MATERIALIZED ({{statement}}), placed AS (
    SELECT figure.*, region.parent_code, greatest($11::date - $2::date, 0) AS days_left, {_MISSING} AS missing,
           CASE WHEN target > 0 THEN round(100 * entered::numeric / target, 2) END AS percent
    FROM figure JOIN region ON region.code = figure.code
), ranked AS (
    SELECT *, CASE WHEN percent IS NOT NULL
                   THEN rank() OVER (PARTITION BY parent_code ORDER BY percent DESC NULLS LAST) END AS rank,
           CASE WHEN percent IS NOT NULL THEN count(percent) OVER (PARTITION BY parent_code) END AS rank_of,
           CASE WHEN missing = 0 THEN 0
                ELSE (missing::bigint * {WINDOW_DAYS} + {_PER_WEEK} - 1) / nullif({_PER_WEEK}, 0) END AS days_needed
    FROM placed
)
INSERT INTO cutoff_region
    (cutoff_id, region_code, name, level, parent_code, target, percent, enumerators, enumerators_active, coordinators,
     first_day, entered_in_window, days_left, needed_per_day, needed_per_enumerator_per_day, average_per_day,
     last_7_days_per_day, projected_total, projected_finish_on, rank, rank_of, {NAMES})
SELECT $10, code, name, level, parent_code, target, percent, enumerators, enumerators_active, coordinators,
       first_day, entered_in_window, days_left,
       round(missing::numeric / nullif(days_left, 0), 1),
       round(missing::numeric / nullif(days_left::bigint * enumerators, 0), 2),
       CASE WHEN $2 >= first_day THEN round(entered::numeric / ($2 - first_day + 1), 1) END,
       round(entered_in_window::numeric / {WINDOW_DAYS}, 1),
       entered + round({_PER_WEEK}::numeric * days_left / {WINDOW_DAYS}),
       CASE WHEN days_needed <= DATE '9999-12-31' - $2::date THEN $2::date + days_needed::int END,
       rank, rank_of, {NAMES}
FROM ranked WHERE code >= $12 AND code < $13
"""

_ASSIGNED = assigned_sql("one.id", "$8")

# $1 to $6 as in progress, $7 the cut-off, $8 the region and all above it.
_ENUMERATORS = f"""
INSERT INTO cutoff_enumerator
    (cutoff_id, enumerator_id, username, name, coordinator_id, coordinator_username, coordinator_name, quota,
     active_days, last_received_at, {NAMES}, percent, is_assigned)
SELECT $7, one.*, CASE WHEN quota > 0 THEN round(100 * entered::numeric / quota, 2) END, {_ASSIGNED}
FROM ({{statement}}) AS one
     (id, username, name, coordinator_id, coordinator_username, coordinator_name, quota, active_days, last_received_at,
      {NAMES})
"""

# $1 campaign, $2 as_of, $3 and $4 the span, $5 the campaign's first day, $6 the cut-off, $7 nobody.
_MONTHS = """
INSERT INTO cutoff_month (cutoff_id, enumerator_id, month, active_days, {names})
SELECT $6, enumerator_id, date_trunc('month', {basis}_on)::date,
       count(DISTINCT {basis}_on) FILTER (WHERE ({counted}) AND {basis}_on >= $5)::int, {sums}
FROM progress_cell
WHERE campaign_id = $1 AND region_code >= $3 AND region_code < $4 AND {basis}_on <= $2 AND enumerator_id <> $7
GROUP BY enumerator_id, date_trunc('month', {basis}_on)
"""

# $1 to $6 as in progress, $7 the cut-off.
_DAYS = f"INSERT INTO cutoff_day (cutoff_id, day, {NAMES}) SELECT $7, counted.* FROM ({{statement}}) AS counted"


class _Statements(NamedTuple):
    """How the figures are kept by one basis."""

    siblings: str  # the region among those with the same parent, for its rank
    alone: str
    level: str
    enumerators: str
    months: str
    days: str


def _statements(basis: str) -> _Statements:
    return _Statements(
        siblings=_REGIONS.format(statement=figures_sql("parent_code", basis)),
        alone=_REGIONS.format(statement=figures_sql("code", basis)),
        level=_REGIONS.format(statement=figures_sql("level", basis)),
        enumerators=_ENUMERATORS.format(statement=enumerators_sql(basis)),
        months=_MONTHS.format(basis=basis, counted=COUNTED, sums=SUMS, names=NAMES),
        days=_DAYS.format(statement=days_sql(basis)),
    )


_BY = {basis: _statements(basis) for basis in BASES}


async def freeze(pg: asyncpg.Connection, cutoff_id: UUID, view: View) -> None:
    """Keep the figures of the view's region and of everything below it for a cut-off that was just entered, in the
    caller's transaction, which sees one moment only.
    """
    question, code, campaign = view.question, view.region.code, view.campaign
    how, span = _BY[question.basis], span_of(code)
    asked = (campaign.id, question.as_of)
    days = (*view.window, campaign.starts_on)
    kept = (cutoff_id, campaign.ends_on)
    await pg.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    parent = view.region.parent_code
    width = WIDTHS[view.region.level]
    itself, among = (how.alone, code) if parent is None else (how.siblings, parent)
    alone = (code, code + "\x01")  # before everything below it, which goes on with a dot
    await pg.execute(itself, *asked, among, *span_of(among), width, *days, *kept, *alone)
    for level, wide in WIDTHS.items():
        if wide > width:
            await pg.execute(how.level, *asked, level, *span, wide, *days, *kept, *span)
    after: UUID | None = None
    while people := await roster(pg, question, code, limit=_PEOPLE, after=after):
        await pg.execute(how.enumerators, *asked, *span, people, campaign.starts_on, cutoff_id, ancestry(code))
        after = people[-1]
    await pg.execute(how.months, *asked, *span, campaign.starts_on, cutoff_id, NOBODY)
    await pg.execute(how.days, *asked, None, *span, code, cutoff_id)
