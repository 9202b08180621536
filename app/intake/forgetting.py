"""Removing batches and their receipts when no tablet needs them any more."""

from datetime import datetime, timedelta

import asyncpg

from app.background.forgetting import forget
from app.background.locks import Lock

KEPT = timedelta(days=60)
"""How long a receipt can be had again. A batch that is sent again later is judged again: its items are `unchanged`."""

# OFFSET 0 keeps the planner from joining all old batches before it takes the first of them.
# Each tablet's newest batch stays (rule R56 of the contract), and those of which something is still held. By id, not by
# place: in a cluster held items lie on many nodes and are read first.
_OLD = """
DELETE FROM batch WHERE id = ANY (ARRAY(
    SELECT id FROM batch AS old WHERE received_at < $1
        AND EXISTS (SELECT FROM batch AS newer WHERE newer.enumerator_id = old.enumerator_id
                    AND newer.device_id IS NOT DISTINCT FROM old.device_id
                    AND (newer.received_at, newer.id) > (old.received_at, old.id) OFFSET 0)
        AND id NOT IN (SELECT batch_id FROM raw_item
                       WHERE outcome = 'held' AND resolved_on IS NULL AND received_at < $1)  -- with its batch
    ORDER BY received_at LIMIT $2))
"""


async def forget_batches(pg: asyncpg.Connection, now: datetime) -> bool:
    """Remove batches that are old at the moment `now`; whether more may be left. Submissions and items stay."""
    return await forget(pg, Lock.FORGETTING_BATCHES, _OLD, now - KEPT)
