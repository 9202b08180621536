"""Sealing again what is sealed under an older key, so that the older key can be removed."""

from collections.abc import Callable, Sequence
from typing import Protocol

import asyncpg

from app.accounts.permissions import OPERATOR
from app.audit import trail
from app.audit.actions import Action
from app.core.sealing import KeyRing
from app.intake.sealed import raw_items, replace_sealed_items
from app.listing.sealed import entries, replace_sealed_entries
from app.reinterviews.sealed import replace_sealed_versions, versions
from app.submissions.sealed import replace_sealed, revisions


class Sealed(Protocol):
    """A value that is sealed, and what it is bound to."""

    @property
    def sealed(self) -> bytes: ...

    @property
    def bound_to(self) -> bytes: ...


async def reseal(pg: asyncpg.Connection, ring: KeyRing, advance: Callable[[int], None]) -> dict[int, int]:
    """Seal everything under the key in use, in chunks that are committed one by one; how much is under which key then.

    Can be interrupted and run again at any time, beside a working server: values under the key in use are skipped, and
    a value that changed meanwhile is left to the next run. Idempotent by nature.

    Raises:
        UnsealError: something is sealed under a key that is not in the ring.
    """
    total = 0
    async for revision_rows in revisions(pg, but_key=ring.number):
        await replace_sealed(pg, revision_rows, _fresh(ring, revision_rows))
        total += len(revision_rows)
        advance(len(revision_rows))
    async for item_rows in raw_items(pg, but_key=ring.number):
        await replace_sealed_items(pg, item_rows, _fresh(ring, item_rows))
        total += len(item_rows)
        advance(len(item_rows))
    async for version_rows in versions(pg, but_key=ring.number):
        await replace_sealed_versions(pg, version_rows, _fresh(ring, version_rows))
        total += len(version_rows)
        advance(len(version_rows))
    async for entry_rows in entries(pg, but_key=ring.number):
        await replace_sealed_entries(pg, entry_rows, _fresh(ring, entry_rows))
        total += len(entry_rows)
        advance(len(entry_rows))
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
    rows = await pg.fetch(
        "SELECT key, count(*) FROM (SELECT get_byte(sealed, 0) AS key FROM submission WHERE sealed IS NOT NULL"
        " UNION ALL SELECT get_byte(sealed, 0) FROM raw_item WHERE sealed IS NOT NULL"
        " UNION ALL SELECT get_byte(sealed, 0) FROM reinterview_version WHERE sealed IS NOT NULL"
        " UNION ALL SELECT get_byte(sealed, 0) FROM listing_entry WHERE sealed IS NOT NULL) AS every GROUP BY key"
    )
    return {row[0]: row[1] for row in rows}


def _fresh(ring: KeyRing, rows: Sequence[Sealed]) -> list[bytes]:
    """Each value sealed with the key in use."""
    return [ring.seal(ring.unseal(row.sealed, row.bound_to), row.bound_to) for row in rows]
