"""Reads of KBLI."""

from typing import NamedTuple

import asyncpg

from app.core.reference import ReferenceCodes
from app.kbli.loading import KBLI_VERSION


class Activity(NamedTuple):
    """A code and what it is called: of a division (two digits), group, class, or activity (five)."""

    code: str
    title: str


def kbli_codes() -> ReferenceCodes:
    """Which codes the current KBLI has."""
    return ReferenceCodes(f"SELECT code FROM kbli WHERE version = '{KBLI_VERSION}' AND code = ANY($1)")


async def activities(pg: asyncpg.Connection, *, digits: int | None = None) -> list[Activity]:
    """The codes of the current KBLI in their order, of every length or of one."""
    rows = await pg.fetch(
        "SELECT code, title FROM kbli WHERE version = $1 AND ($2::int IS NULL OR length(code) = $2) ORDER BY code",
        KBLI_VERSION,
        digits,
    )
    return [Activity(*row) for row in rows]
