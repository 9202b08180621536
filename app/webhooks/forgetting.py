"""Removing deliveries that arrived long ago."""

import asyncpg

from app.background.forgetting import forget
from app.background.locks import Lock

_OLD = """
DELETE FROM webhook_delivery WHERE (webhook_id, sequence) IN (
    SELECT webhook_id, sequence FROM webhook_delivery
    WHERE settled_at < now() - interval '7 days' AND state IN ('delivered', 'skipped') ORDER BY settled_at LIMIT $1)
"""


async def forget_deliveries(pg: asyncpg.Connection) -> bool:
    """Remove some deliveries that were settled a week ago; whether more may be left. Dead letters stay. Idempotent."""
    return await forget(pg, Lock.FORGETTING_DELIVERIES, _OLD)
