"""Reads of KBLI for the hot path."""

from collections.abc import Iterable

import asyncpg

from app.kbli.loading import KBLI_VERSION


async def known_kbli(pg: asyncpg.Connection, codes: Iterable[str]) -> frozenset[str]:
    """Those of the codes that KBLI has."""
    rows = await pg.fetch("SELECT code FROM kbli WHERE version = $1 AND code = ANY($2)", KBLI_VERSION, list(codes))
    return frozenset(row[0] for row in rows)
