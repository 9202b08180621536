"""Series of several regions, day by day, in one answer: what charts lay over one another."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Literal

import asyncpg

from app.campaigns.targets import target_as_of
from app.core.problems import Code, FieldError, Problem, Text
from app.progress.queries import BASES, NAMES, SUMS, Counts, Question
from app.progress.reports import View, bad_days, date_rows, days_asked
from app.progress.unfolded import UNFOLDED
from app.regions.region_code import is_region_code

MAX_REGIONS = 50
"""The most regions that one answer has."""

MAX_ROWS = 20_000
"""The most days of regions that one answer has."""

MAX_LINES = 100_000
"""The most lines that one answer has, where each figure is a line of its own."""

Counter = Literal[
    "entered",
    "submissions",
    "duplicates",
    "conflicts",
    "invalid",
    "verified",
    "returned",
    "doors",
    "open_visits",
    "refused",
    "closed",
    "moved",
    "not_found",
    "not_eligible",
    "non_response",
    "listed",
    "listed_done",
    "new_found",
    "entered_total",
]
"""What is counted on a day; `entered_total` is all up to it."""

_TOO_MANY = Text(
    f"Terlalu banyak hari untuk wilayah sebanyak ini: paling banyak {MAX_ROWS} baris sekaligus.",
    f"Too many days for so many regions: at most {MAX_ROWS} rows at once.",
)
_TOO_MANY_LINES = Text(
    f"Terlalu banyak angka: paling banyak {MAX_LINES} baris sekaligus.",
    f"Too many figures: at most {MAX_LINES} lines at once.",
)
_TOO_MANY_REGIONS = Text(f"Paling banyak {MAX_REGIONS} wilayah sekaligus.", f"At most {MAX_REGIONS} regions at once.")

# $1 campaign, $2 the last day, $3 the first day, $4 the regions. What was before the first day has no day.
_DAYS = """
SELECT code, CASE WHEN day >= $3 THEN day END AS day, {sums} FROM (
    SELECT region_code AS code, day, {names} FROM progress_day
    WHERE campaign_id = $1 AND basis = '{basis}' AND day <= $2 AND region_code = ANY($4::text[])
    UNION ALL
    SELECT place.code, delta.{basis}_on, {delta_names}
    FROM {unfolded} AS delta
    JOIN unnest($4::text[] COLLATE "C") AS place (code)
      ON place.code = 'ID' OR delta.region_code = place.code
      OR (delta.region_code >= place.code || '.' AND delta.region_code < place.code || '/')
    WHERE delta.campaign_id = $1 AND delta.{basis}_on <= $2
) AS counted GROUP BY 1, 2
"""
_DAYS_BY = {
    basis: _DAYS.format(
        basis=basis,
        sums=SUMS,
        names=NAMES,
        unfolded=UNFOLDED,
        delta_names=", ".join(f"delta.{name}" for name in NAMES.split(", ")),
    )
    for basis in BASES
}
_REGIONS = (
    "SELECT region.code, region.name, region.level, target.businesses FROM region"
    f" {target_as_of('region.code', '$4')} WHERE {{which}} ORDER BY region.code LIMIT $3"
)


async def series(
    pg: asyncpg.Connection,
    view: View,
    codes: Sequence[str],
    *,
    since: date | None,
    until: date | None,
    figures: int = 0,
) -> list[dict[str, Any]]:
    """For each of these regions, or without any for those right below the view's, its days as `dates` has them.
    `figures`: how many of a day will each be a line.

    Raises:
        Problem: `not_found` for a region that is none or lies outside the territory; `invalid_fields` for too many
            regions or days.
    """
    first, last = days_asked(view, since, until)
    regions = await _regions(pg, view, codes)
    rows = len(regions) * ((last - first).days + 1)
    if rows > MAX_ROWS:
        raise bad_days("range_too_long", _TOO_MANY)
    if rows * figures > MAX_LINES:
        raise bad_days("range_too_long", _TOO_MANY_LINES)
    days = await _days_of(pg, view.question._replace(as_of=last), [row[0] for row in regions], first)
    return [
        {
            "region": {"code": code, "name": name, "level": level},
            "target": target,
            "days": date_rows(days.get(code, {}), first, last),
        }
        for code, name, level, target in regions
    ]


def tidy(rows: Sequence[dict[str, Any]], counters: Sequence[str], said: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The rows of `series` with one figure each, by region, day and counter: code, name and level of the region, the
    day, the counter, its value, and what every line says."""
    for row in rows:
        region = tuple(row["region"].values())
        for day in row["days"]:
            for counter in counters:
                yield *region, day["date"], counter, day[counter], *said


async def _regions(pg: asyncpg.Connection, view: View, codes: Sequence[str]) -> list[Any]:
    territory = view.principal.territory
    if any(not is_region_code(code) or not territory.contains(code) for code in codes):
        raise Problem(Code.NOT_FOUND)
    wanted = sorted(set(codes))
    which, value = ("region.code = ANY($2::text[])", wanted) if codes else ("parent_code = $2", view.region.code)
    if not codes:
        which += " AND retired_on IS NULL"
    question = view.question
    statement = _REGIONS.format(which=which)
    rows = await pg.fetch(statement, question.campaign_id, value, MAX_REGIONS + 1, question.as_of)
    if len(rows) > MAX_REGIONS:
        raise Problem(Code.INVALID_FIELDS, errors=(FieldError("/query/region", "too_many", _TOO_MANY_REGIONS),))
    if codes and len(rows) < len(wanted):
        raise Problem(Code.NOT_FOUND)
    return rows


async def _days_of(
    pg: asyncpg.Connection, question: Question, codes: Sequence[str], since: date
) -> dict[str, dict[date | None, Counts]]:
    campaign_id, basis, as_of, _ = question
    found: dict[str, dict[date | None, Counts]] = {}
    for code, day, *counts in await pg.fetch(_DAYS_BY[basis], campaign_id, as_of, since, codes):
        found.setdefault(code, {})[day] = Counts(*counts)
    return found
