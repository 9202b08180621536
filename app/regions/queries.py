"""Reads of regions."""

import re

import asyncpg

from app.core.problems import Text
from app.core.reference import ReferenceCodes
from app.regions.region_code import ancestry
from app.regions.schemas import FoundRegion, NamedRegion, RegionsFound

REGION_UNKNOWN = Text(
    "Wilayah ini tidak ada, sudah dihapus, atau di luar wilayah Anda.",
    "There is no such region, or it is outside your territory.",
)


def region_codes() -> ReferenceCodes:
    """Which codes exist, retired ones included: a record keeps the code it was recorded under."""
    return ReferenceCodes("SELECT code FROM region WHERE code = ANY($1)")


async def live_regions(pg: asyncpg.Connection, codes: set[str]) -> frozenset[str]:
    """Those of the codes that are regions today."""
    rows = await pg.fetch("SELECT code FROM region WHERE code = ANY($1) AND retired_on IS NULL", list(codes))
    return frozenset(row[0] for row in rows)


async def search_regions(
    pg: asyncpg.Connection, territory: tuple[str, str], words: list[str], limit: int
) -> RegionsFound:
    """Regions of a territory whose names have all the words, in any order, larger ones first."""
    patterns = [f"%{_SIGNS.sub(_LITERAL, word)}%" for word in words]
    rows = await pg.fetch(_SEARCH, *territory, patterns, limit + 1)
    above = {row["code"]: list(reversed(ancestry(row["code"])[1:-1])) for row in rows[:limit]}
    every = list({code for codes in above.values() for code in codes})
    names = {row["code"]: NamedRegion(**row) for row in await pg.fetch(_NAMES, every)}
    items = [
        FoundRegion(**row, within=[names[code] for code in above[row["code"]] if code in names]) for row in rows[:limit]
    ]
    return RegionsFound(items=items, more=len(rows) > limit)


_SIGNS, _LITERAL = re.compile(r"([%_\\])"), r"\\\1"  # what a pattern would read as more than itself
_NAMES = "SELECT code, name, level FROM region WHERE code = ANY($1)"
_SEARCH = """
SELECT code, name, level FROM region
WHERE code >= $1 AND code < $2 AND name ILIKE ALL($3) AND retired_on IS NULL AND level <> 'nation'
ORDER BY length(code), name, code
LIMIT $4
"""
