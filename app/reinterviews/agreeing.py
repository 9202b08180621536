"""What re-interviews say of an enumerator's records in a regency: figures, and whether they are low. Pure, but for one
read.
"""

import math
from typing import NamedTuple, Self
from uuid import UUID

import asyncpg

from app.campaigns.thresholds import Reinterviewed
from app.reinterviews.interval import Sums, interval, worth

Numbers = dict[str, float]

SUMS = """count(*) FILTER (WHERE compared > 0)::int AS businesses, coalesce(sum(agreed), 0)::int AS agreed,
           coalesce(sum(compared), 0)::int AS compared, coalesce(sum(agreed * agreed), 0)::bigint AS agreed_squared,
           coalesce(sum(agreed * compared), 0)::bigint AS product,
           coalesce(sum(compared * compared), 0)::bigint AS compared_squared"""
"""The columns of `Sums`, of rows of `reinterview`."""

_FIGURES = f"""
SELECT enumerator_id, count(*)::int AS reinterviews, count(*) FILTER (WHERE result = 'not_found')::int AS not_found,
           {SUMS}
FROM reinterview WHERE campaign_id = $1 AND region_code >= $2 AND region_code < $3 AND regency_code = $4
  AND state = 'done' GROUP BY enumerator_id
"""
_OF_ONE_NOT_FOUND = 5.0  # deviations: a business that is not there weighs more than any answer


class Agreed(NamedTuple):
    """Of an enumerator's records: how many were asked again, how many not found, and which answers agree."""

    reinterviews: int
    not_found: int
    sums: Sums

    @classmethod
    def of(cls, reinterviews: int, not_found: int, *sums: int) -> Self:
        """Of a row."""
        return cls(reinterviews, not_found, Sums.of(sums))


def low_agreement(figures: Agreed, by: Reinterviewed) -> dict[str, Numbers]:
    """Flags by code, with the numbers that they rest on. `deviations`: how far from what is expected, in units of what
    chance makes."""
    flags: dict[str, Numbers] = {}
    sums = figures.sums
    bounds = interval(sums)
    if bounds is not None and sums.compared >= by.least_answers and bounds[1] < by.least_share:
        share, least = sums.agreed / sums.compared, by.least_share
        chance = math.sqrt(least * (1 - least) / worth(sums))
        flags["low_agreement"] = {
            "agreed": sums.agreed,
            "compared": sums.compared,
            "share": round(share, 3),
            "low": round(bounds[0], 3),
            "high": round(bounds[1], 3),
            "least": least,
            "reinterviews": figures.reinterviews,
            "deviations": round((least - share) / chance, 1),
        }
    if figures.not_found >= by.not_found:
        flags["business_not_found"] = {
            "not_found": figures.not_found,
            "reinterviews": figures.reinterviews,
            "deviations": _OF_ONE_NOT_FOUND * figures.not_found,
        }
    return flags


async def agreed_in(
    pg: asyncpg.Connection, campaign_id: int, span: tuple[str, str], regency_code: str
) -> dict[UUID, Agreed]:
    """The figures of every enumerator of a regency whose records were asked again."""
    rows = await pg.fetch(_FIGURES, campaign_id, *span, regency_code)
    return {row[0]: Agreed.of(*row[1:]) for row in map(tuple, rows)}
