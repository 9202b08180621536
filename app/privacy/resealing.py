"""Sealing anew what is sealed under an older key, so that the older key can be thrown away."""

from collections.abc import Callable, Sequence

import asyncpg

from app.accounts.permissions import OPERATOR
from app.audit import trail
from app.audit.actions import Action
from app.core.sealing import KeyRing
from app.privacy.sealed import SealedItem, SealedRevision, count_sealed, raw_items, revisions


async def reseal(pg: asyncpg.Connection, ring: KeyRing, advance: Callable[[int], None]) -> dict[int, int]:
    """Seal everything under the key in use, in chunks that are committed one by one; how much is under which key then.

    Can be cut off and run again at any time, beside a server that works: what has the key in use is passed over, and a
    value that changed meanwhile is left to the next run. Idempotent by nature.

    Raises:
        UnsealError: something is sealed under a key that is not in the ring.
    """
    total = 0
    async for revision_rows in revisions(pg, but_key=ring.number):
        await pg.execute(
            "UPDATE submission SET sealed = told.fresh"
            " FROM unnest($1::uuid[], $2::int[], $3::text[], $4::bytea[], $5::bytea[])"
            " AS told (record_id, revision, regency_code, sealed, fresh)"
            " WHERE submission.record_id = told.record_id AND submission.revision = told.revision"
            " AND submission.regency_code = told.regency_code AND submission.sealed = told.sealed",
            *_with_fresh(ring, revision_rows),
        )
        total += len(revision_rows)
        advance(len(revision_rows))
    async for item_rows in raw_items(pg, but_key=ring.number):
        await pg.execute(
            "UPDATE raw_item SET sealed = told.fresh FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[])"
            " AS told (id, regency_code, sealed, fresh)"
            " WHERE raw_item.id = told.id AND raw_item.regency_code = told.regency_code"
            " AND raw_item.sealed = told.sealed",
            *_with_fresh(ring, item_rows),
        )
        total += len(item_rows)
        advance(len(item_rows))
    if total:
        await trail.record_many(
            pg,
            Action.KEYS_RESEALED,
            actor_id=OPERATOR.account_id,
            subjects=[("key", str(ring.number), {"values": total})],
        )
    return await count_sealed(pg)


def _with_fresh(ring: KeyRing, rows: Sequence[SealedRevision] | Sequence[SealedItem]) -> list[list[object]]:
    """The rows by column, with each value sealed anew beside the old one."""
    fresh: list[object] = [ring.seal(ring.unseal(row.sealed, row.bound_to), row.bound_to) for row in rows]
    return [*map(list, zip(*rows, strict=True)), fresh]
