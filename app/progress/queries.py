"""Reads of progress: the figures of regions, and those of a region's days. Set-based, a few statements each.

Every figure is what is folded into days plus the deltas that are not, read in one statement and therefore as of one
moment. People's figures are in `roster.py`.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.campaigns.targets import target_as_of
from app.progress.models import COUNTERS, DOORS, NOBODY, OF_LISTING, RESULTS, SUBMITTED
from app.progress.pace import percent
from app.progress.unfolded import UNFOLDED
from app.regions.region_code import Level, span_of

WIDTHS: Mapping[str, int] = {
    Level.NATION: 0,
    Level.PROVINCE: 2,
    Level.REGENCY: 5,
    Level.DISTRICT: 8,
    Level.VILLAGE: 13,
    Level.NEIGHBOURHOOD: 18,
}
"""How long the codes of each level are; the nation's width stands for every code."""

BASES = ("received", "captured")


class Question(NamedTuple):
    """What is counted: a campaign, everything on days up to `as_of`, by the day `received` or `captured`.

    What counts on a day before `starts_on`, since a tablet's clock was wrong, is counted, but begins nothing.
    """

    campaign_id: int
    basis: str
    as_of: date
    starts_on: date = date.min


class Region(NamedTuple):
    """A region as progress shows it."""

    code: str
    name: str
    level: str
    parent_code: str | None


class Counts(NamedTuple):
    """The counters; a record counts in exactly one of those that are no decisions."""

    entered: int = 0
    duplicates: int = 0
    conflicts: int = 0
    invalid: int = 0
    verified: int = 0
    returned: int = 0
    open_visits: int = 0
    refused: int = 0
    closed: int = 0
    moved: int = 0
    not_found: int = 0
    not_eligible: int = 0
    non_response: int = 0
    listed: int = 0
    listed_done: int = 0
    listed_entered: int = 0

    @property
    def submissions(self) -> int:
        """The records of interviews that were sent in."""
        return sum(map(int, self[: len(SUBMITTED)]))

    @property
    def doors(self) -> int:
        """The records that were sent in, of interviews and of visits without one."""
        return self.submissions + sum(map(int, self[-len(RESULTS) - len(OF_LISTING) : -len(OF_LISTING)]))

    @property
    def new_found(self) -> int:
        """The entered businesses that no entry of a listing stands for."""
        return self.entered - self.listed_entered

    @property
    def percent_of_listing(self) -> float | None:
        """The entries of the listing that are done, in percent; None where there is no listing."""
        return percent(self.listed_done, self.listed) if self.listed > 0 else None

    @property
    def response_rate(self) -> float | None:
        """Of the doors where there is somebody to ask, the share that is entered, from 0 to 1; None where there is no
        such door. A day on which more was taken back than came has none."""
        asked = self.entered + self.refused + self.non_response + self.open_visits
        return round(self.entered / asked, 4) if asked > 0 and 0 <= self.entered <= asked else None

    def plus(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(*(one + more for one, more in zip(self, other, strict=True)))


class RegionFigures(NamedTuple):
    """Everything that is counted of a region. `first_day` is the first of the campaign on which anything was."""

    code: str
    name: str
    level: str
    target: int | None
    enumerators: int
    coordinators: int
    enumerators_active: int
    first_day: date | None
    entered_in_window: int
    counts: Counts


SUMS = ", ".join(f"coalesce(sum({c}), 0)::int AS {c}" for c in COUNTERS)
NAMES = ", ".join(COUNTERS)
COUNTED = " OR ".join(f"{c} > 0" for c in DOORS)

# $1 campaign, $2 as_of, $3 parent or code, $4 and $5 the span of the places, $6 the width of their codes,
# $7 and $8 the window of the pace, $9 the campaign's first day.
_FIGURES = """
WITH place AS MATERIALIZED (
    SELECT code, name, level, retired_on FROM region WHERE {which} = $3
), delta AS MATERIALIZED (
    SELECT CASE $6::int WHEN 0 THEN 'ID' ELSE left(region_code, $6) END COLLATE "C" AS code,
           enumerator_id, {basis}_on AS day, {names}
    FROM {unfolded} AS delta
    WHERE campaign_id = $1 AND region_code >= $4 AND region_code < $5 AND {basis}_on <= $2
), fresh AS (
    -- Enumerators whom only deltas show to be active by now; the others are in newly_active.
    SELECT code, count(*) AS enumerators
    FROM (SELECT DISTINCT code, enumerator_id FROM delta WHERE {counted}) AS pair
    WHERE NOT EXISTS (
        SELECT FROM progress_activity AS known
        WHERE known.campaign_id = $1 AND known.region_code = pair.code
          AND known.enumerator_id = pair.enumerator_id AND known.first_{basis}_on <= $2)
    GROUP BY code
), delta_day AS MATERIALIZED (
    SELECT code, day, {sums} FROM delta GROUP BY code, day
), folded AS (
    SELECT region_code AS code, {sums}, sum(newly_active) AS newly_active,
           min(day) FILTER (WHERE ({nonzero}) AND day >= $9
                            AND (region_code, day) NOT IN (SELECT code, day FROM delta_day))
               AS first_day,
           sum(entered) FILTER (WHERE day BETWEEN $7 AND $8) AS in_window
    FROM progress_day
    WHERE campaign_id = $1 AND basis = '{basis}' AND day <= $2
      AND region_code = ANY (ARRAY(SELECT code FROM place))
    GROUP BY region_code
), unfolded AS (
    -- Whether anything counts on a day that has deltas only both together tell.
    SELECT code, {delta_sums}, 0 AS newly_active, min(day) FILTER (WHERE day >= $9 AND ({whole_nonzero})) AS first_day,
           sum(delta_day.entered) FILTER (WHERE day BETWEEN $7 AND $8) AS in_window
    FROM delta_day
    LEFT JOIN LATERAL (
        SELECT {names} FROM progress_day AS known
        WHERE known.campaign_id = $1 AND known.basis = '{basis}'
          AND known.region_code = delta_day.code AND known.day = delta_day.day
    ) AS known ON true
    GROUP BY code
), total AS (
    SELECT code, {sums}, sum(newly_active)::int AS newly_active, min(first_day) AS first_day,
           coalesce(sum(in_window), 0)::int AS entered_in_window
    FROM (SELECT * FROM folded UNION ALL SELECT * FROM unfolded) AS part GROUP BY code
)
SELECT place.code, place.name, place.level, target.businesses,
       coalesce(head.enumerators, 0), coalesce(head.coordinators, 0),
       coalesce(total.newly_active, 0) + coalesce(fresh.enumerators, 0)::int,
       total.first_day, coalesce(total.entered_in_window, 0),
       {counters}
FROM place
{target}
LEFT JOIN total ON total.code = place.code
LEFT JOIN fresh ON fresh.code = place.code
LEFT JOIN LATERAL (
    SELECT enumerators, coordinators FROM headcount
    WHERE headcount.campaign_id = $1 AND headcount.region_code = place.code AND headcount.day <= $2
    ORDER BY headcount.day DESC LIMIT 1
) AS head ON true
-- A region that was retired is shown as long as something of the campaign is left in it.
WHERE place.retired_on IS NULL OR place.retired_on > $2
   OR target.businesses IS NOT NULL OR total.code IS NOT NULL
ORDER BY place.code
"""


_WHICH = {
    "code": "code",
    "parent_code": "parent_code",
    "level": "code >= $4 AND code < $5 AND level",  # all of a level in the span
}


def figures_sql(which: str, basis: str) -> str:
    """The statement of the figures of regions, of which `$3` is the `code`, the `parent_code`, or the `level`; its
    columns are those of `RegionFigures`, the counters last.
    """
    return _FIGURES.format(
        which=_WHICH[which],
        basis=basis,
        target=target_as_of("place.code", "$2"),
        names=NAMES,
        sums=SUMS,
        counted=COUNTED,
        delta_sums=", ".join(f"sum(delta_day.{c})::int AS {c}" for c in COUNTERS),
        unfolded=UNFOLDED,
        nonzero=" OR ".join(f"{c} <> 0" for c in DOORS),
        whole_nonzero=" OR ".join(f"delta_day.{c} + coalesce(known.{c}, 0) <> 0" for c in DOORS),
        counters=", ".join(f"coalesce(total.{c}, 0)" for c in COUNTERS),
    )


_FIGURES_OF = {(which, basis): figures_sql(which, basis) for which in ("code", "parent_code") for basis in BASES}


async def region_named(pg: asyncpg.Connection, code: str) -> Region | None:
    """The region of that code, retired ones included."""
    row = await pg.fetchrow("SELECT code, name, level, parent_code FROM region WHERE code = $1", code)
    return Region(*row) if row else None


async def figures_of_children(
    pg: asyncpg.Connection, question: Question, parent: Region, window: tuple[date, date]
) -> list[RegionFigures]:
    """The figures of the regions right below `parent`, by code; none below a neighbourhood."""
    widths = list(WIDTHS.values())
    width = next((wide for wide in widths if wide > WIDTHS[parent.level]), 0)
    return await _figures_of(pg, "parent_code", question, parent.code, width, window) if width else []


async def figures_of_siblings(
    pg: asyncpg.Connection, question: Question, region: Region, window: tuple[date, date]
) -> list[RegionFigures]:
    """The figures of `region` and of those that share its parent, by code."""
    width = WIDTHS[region.level]
    if region.parent_code is None:
        return await _figures_of(pg, "code", question, region.code, width, window)
    return await _figures_of(pg, "parent_code", question, region.parent_code, width, window)


async def _figures_of(
    pg: asyncpg.Connection, which: str, question: Question, code: str, width: int, window: tuple[date, date]
) -> list[RegionFigures]:
    campaign_id, basis, as_of, starts_on = question
    rows = await pg.fetch(
        _FIGURES_OF[which, basis], campaign_id, as_of, code, *span_of(code), width, *window, starts_on
    )
    return [RegionFigures._make((*row[:9], Counts(*row[9:]))) for row in rows]


# $1 campaign, $2 the last day, $3 the first day, $4 and $5 the span, $6 the region or the enumerator. What
# was before the first day comes as one row without a day.
_DAYS = """
SELECT CASE WHEN day >= $3 THEN day END AS day, {sums}
FROM ({source}) AS counted GROUP BY 1
"""
_OF_REGION = """
    SELECT day, {names} FROM progress_day
    WHERE campaign_id = $1 AND basis = '{basis}' AND day <= $2 AND region_code = $6
    UNION ALL
    SELECT {basis}_on, {names} FROM {unfolded} AS delta
    WHERE campaign_id = $1 AND {basis}_on <= $2 AND region_code >= $4 AND region_code < $5
"""
_OF_ENUMERATOR = """
    SELECT {basis}_on AS day, {names} FROM progress_cell
    WHERE campaign_id = $1 AND enumerator_id = $6 AND {basis}_on <= $2
      AND region_code >= $4 AND region_code < $5
"""
_DAYS_OF = {
    (whose, basis): _DAYS.format(sums=SUMS, source=source.format(basis=basis, names=NAMES, unfolded=UNFOLDED))
    for whose, source in (("region", _OF_REGION), ("enumerator", _OF_ENUMERATOR))
    for basis in BASES
}


def days_sql(basis: str) -> str:
    """The statement of a region's days; its columns are the day and the counters. With NULL for `$3` no day is too
    early."""
    return _DAYS_OF["region", basis].replace("day >= $3 THEN", "$3::date IS NULL OR day >= $3 THEN")


async def days_of(
    pg: asyncpg.Connection,
    question: Question,
    region_code: str,
    since: date,
    enumerator_id: UUID | None = None,
) -> dict[date | None, Counts]:
    """What was counted in a region on each day from `since` to the question's, days with nothing left out.

    Under None stands everything before `since`. With an enumerator, only what that one recorded there.
    """
    campaign_id, basis, as_of, _ = question
    whose = "region" if enumerator_id is None else "enumerator"
    rows = await pg.fetch(
        _DAYS_OF[whose, basis], campaign_id, as_of, since, *span_of(region_code), enumerator_id or region_code
    )
    return {row[0]: Counts(*row[1:]) for row in rows}


async def anything_counted(pg: asyncpg.Connection, campaign: str) -> bool:
    """Whether the campaign of that code has records."""
    found: bool = await pg.fetchval(
        "SELECT EXISTS (SELECT 1 FROM progress_cell WHERE campaign_id = (SELECT id FROM campaign WHERE code = $1)"
        " AND enumerator_id <> $2)",
        campaign,
        NOBODY,
    )
    return found
