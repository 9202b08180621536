"""Reads of regions for the hot path."""

from collections.abc import Iterable

import asyncpg


async def known_regions(pg: asyncpg.Connection, codes: Iterable[str]) -> frozenset[str]:
    """Those of the codes that exist, retired ones included: a record keeps the code it was recorded under."""
    rows = await pg.fetch("SELECT code FROM region WHERE code = ANY($1)", list(codes))
    return frozenset(row[0] for row in rows)
