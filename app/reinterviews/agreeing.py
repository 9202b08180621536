"""What re-interviews say of an enumerator's records in a regency: figures, and whether they are low. Pure, but for one
read.
"""

import math
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.campaigns.thresholds import Reinterviewed
from app.reinterviews.comparing import wilson

Numbers = dict[str, float]

_FIGURES = """
SELECT enumerator_id, count(*)::int AS reinterviews, count(*) FILTER (WHERE result = 'not_found')::int AS not_found,
       sum(agreed)::int AS agreed, sum(compared)::int AS compared
FROM reinterview WHERE campaign_id = $1 AND region_code >= $2 AND region_code < $3 AND regency_code = $4
  AND state = 'done' GROUP BY enumerator_id
"""
_OF_ONE_NOT_FOUND = 5.0  # deviations: a business that is not there weighs more than any answer


class Agreed(NamedTuple):
    """Of an enumerator's records: how many were asked again, how many not found, how many answers agree of how many."""

    reinterviews: int
    not_found: int
    agreed: int
    compared: int


def low_agreement(figures: Agreed, by: Reinterviewed) -> dict[str, Numbers]:
    """Flags by code, with the numbers that they rest on. `deviations`: how far from what is expected, in units of what
    chance makes."""
    flags: dict[str, Numbers] = {}
    bounds = wilson(figures.agreed, figures.compared)
    if bounds is not None and figures.compared >= by.least_answers and bounds[1] < by.least_share:
        share, least = figures.agreed / figures.compared, by.least_share
        chance = math.sqrt(least * (1 - least) / figures.compared)
        flags["low_agreement"] = {
            "agreed": figures.agreed,
            "compared": figures.compared,
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
    return {row[0]: Agreed(*row[1:]) for row in map(tuple, rows)}
