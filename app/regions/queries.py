"""Reads of regions."""

from collections.abc import Iterable

import asyncpg

from app.core.problems import Text
from app.core.reference import ReferenceCodes

REGION_UNKNOWN = Text(
    "Wilayah ini tidak ada, sudah dihapus, atau di luar wilayah Anda.",
    "There is no such region, or it is outside your territory.",
)


def region_codes() -> ReferenceCodes:
    """Which codes exist, retired ones included: a record keeps the code it was recorded under."""
    return ReferenceCodes("SELECT code FROM region WHERE code = ANY($1)")


async def region_names(pg: asyncpg.Connection, codes: Iterable[str]) -> dict[str, str]:
    """The names of these regions, retired ones included, by code."""
    return dict(map(tuple, await pg.fetch("SELECT code, name FROM region WHERE code = ANY($1)", list(codes))))


async def live_regions(pg: asyncpg.Connection, codes: set[str]) -> frozenset[str]:
    """Those of the codes that are regions today."""
    rows = await pg.fetch("SELECT code FROM region WHERE code = ANY($1) AND retired_on IS NULL", list(codes))
    return frozenset(row[0] for row in rows)
