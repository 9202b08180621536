"""Removing what has outlived its use, in small transactions. `docs/lives.md` says how long everything is kept."""

from typing import Any

import asyncpg

from app.background.locks import Lock, try_lock

AT_ONCE = 5_000
"""The most rows that one transaction removes."""

EVERY_S = 900
"""Seconds between two looks."""

FIRST_S = 60
"""Seconds from the start to the first look."""


_WAYS_OVER_THE_WHOLE = ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "sort")


async def forget(pg: asyncpg.Connection, lock: Lock, statement: str, *arguments: Any, besides: str = "") -> bool:
    """Remove rows by a `DELETE` whose last parameter is the most that it may remove, unless another process does;
    whether more may be left. `besides`: further parts of a `WITH`, which find the removed rows as `gone`. Idempotent by
    nature.
    """
    if not await try_lock(pg, lock):
        return False
    # Oldest rows first, each looked up by an index: what one round costs must not depend on how large the table is.
    await pg.execute("; ".join(f"SET LOCAL enable_{way} = off" for way in _WAYS_OVER_THE_WHOLE))
    counted = f"WITH gone AS ({statement} RETURNING *) {besides} SELECT count(*) FROM gone"
    removed: int = await pg.fetchval(counted, *arguments, AT_ONCE)
    return removed == AT_ONCE
