"""Villages in which nothing was entered for days, which a supervisor should look into."""

from datetime import date
from typing import Any

import asyncpg

from app.campaigns.targets import target_as_of
from app.core.rows import Row, read
from app.progress.queries import BASES
from app.progress.reports import View
from app.regions.region_code import span_of

# $1 campaign, $2 as_of, $3 and $4 the span, $5 after which village, $6 the last day that is too long ago, $7 the limit.
# For each village one step down the index of its days; what is not folded yet is read once.
_STALE = """
WITH delta AS MATERIALIZED (
    SELECT left(region_code, 13) AS code, max({basis}_on) AS day, sum(entered)::int AS entered FROM progress_delta
    WHERE campaign_id = $1 AND region_code >= $3 AND region_code < $4 AND {basis}_on <= $2 AND entered > 0
    GROUP BY 1
)
SELECT region.code, region.name, region.level, target.businesses AS target, head.enumerators,
       greatest(folded.day, delta.day) AS last_day
FROM region
LEFT JOIN delta ON delta.code = region.code
LEFT JOIN LATERAL (
    SELECT day FROM progress_day
    WHERE campaign_id = $1 AND basis = '{basis}' AND region_code = region.code AND day <= $2 AND entered > 0
    ORDER BY day DESC LIMIT 1
) AS folded ON true
LEFT JOIN LATERAL (
    SELECT enumerators FROM headcount
    WHERE headcount.campaign_id = $1 AND headcount.region_code = region.code AND headcount.day <= $2
    ORDER BY headcount.day DESC LIMIT 1
) AS head ON true
{target}
WHERE region.level = 'village' AND region.code >= $3 AND region.code < $4 AND region.code > $5
  AND region.retired_on IS NULL AND coalesce(greatest(folded.day, delta.day), '-infinity') <= $6
ORDER BY region.code LIMIT $7
"""
_STALE_BY = {basis: _STALE.format(basis=basis, target=target_as_of("region.code", "$2")) for basis in BASES}


class _Village(Row):
    """A village and the last day on which a record of it came; None: never."""

    code: str
    name: str
    level: str
    target: int | None
    enumerators: int | None
    last_day: date | None


async def stale_villages(
    pg: asyncpg.Connection, view: View, *, days: int, limit: int, after: str
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of villages of the view's region in which nothing came for so many days, and behind which the next page
    begins (None after the last).
    """
    question = view.question
    last = date.fromordinal(max(question.as_of.toordinal() - days, date.min.toordinal()))
    span = span_of(view.region.code)
    await pg.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    rows = await read(
        pg, _Village, _STALE_BY[question.basis], question.campaign_id, question.as_of, *span, after, last, limit + 1
    )
    shown = [_row(row, question.as_of) for row in rows[:limit]]
    return shown, rows[limit - 1].code if len(rows) > limit else None


def _row(row: _Village, as_of: date) -> dict[str, Any]:
    return {
        "region": {"code": row.code, "name": row.name, "level": row.level},
        "target": row.target,
        "enumerators": row.enumerators or 0,
        "last_day": row.last_day,
        "days_since": None if row.last_day is None else (as_of - row.last_day).days,
    }
