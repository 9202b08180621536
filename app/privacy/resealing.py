"""Sealing again what is sealed under an older key, so that the older key can be removed."""

from collections import Counter
from collections.abc import Callable

import asyncpg

from app.accounts.permissions import OPERATOR
from app.audit import trail
from app.audit.actions import Action
from app.core.sealing import KeyRing
from app.privacy.sealed import SEALED


async def reseal(pg: asyncpg.Connection, ring: KeyRing, advance: Callable[[int], None]) -> dict[int, int]:
    """Seal everything under the key in use, in chunks that are committed one by one; how much is under which key then.

    Can be interrupted and run again at any time, beside a working server: values under the key in use are skipped, and
    a value that changed meanwhile is left to the next run. Idempotent by nature.

    Raises:
        UnsealError: something is sealed under a key that is not in the ring.
    """
    total = 0
    for rows in SEALED:
        async for changed in rows.reseal(pg, ring):
            total += changed
            advance(changed)
    if total:
        await trail.record_many(
            pg,
            Action.KEYS_RESEALED,
            actor_id=OPERATOR.account_id,
            trace_id=None,
            subjects=[("key", str(ring.number), {"values": total})],
        )
    return await count_sealed(pg)


async def count_sealed(pg: asyncpg.Connection) -> dict[int, int]:
    """How much is sealed under each key."""
    counts: Counter[int] = Counter()
    for rows in SEALED:
        counts.update(await rows.count_by_key(pg))
    return dict(counts)
