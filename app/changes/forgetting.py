"""Removing changes that every tablet has read, or will never read. A tablet whose cursor is older starts over (410).
And removing what was said in changes about records that are erased.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import asyncpg

from app.background.forgetting import forget
from app.background.locks import Lock

KEPT = timedelta(days=120)
"""How long a change stays. Longer stay what a tablet that starts over must hear of: what was erased, and what was
returned and not decided on again; and the newest change of each stream, which cursors name."""

_OLD = """
DELETE FROM change WHERE ctid = ANY (ARRAY(
    SELECT change.ctid FROM change JOIN change_stream USING (stream_id)
    WHERE made_at < now() - $1::interval AND seq < last_seq AND kind <> 'tombstone'
        AND (kind <> 'review' OR detail ->> 'decision' <> 'returned' OR EXISTS (
            SELECT FROM change AS newer WHERE newer.kind = 'review'
            AND newer.detail ->> 'record_id' = change.detail ->> 'record_id'
            AND newer.stream_id = change.stream_id AND newer.seq > change.seq))
    ORDER BY made_at LIMIT $2))
"""
# A cursor from before one that was removed is refused: its reader would skip that one.
_NOTE = """
, highest AS (SELECT stream_id, max(seq) AS seq FROM gone GROUP BY stream_id)
, noted AS (UPDATE change_stream AS stream SET removed_seq = greatest(removed_seq, highest.seq)
            FROM highest WHERE highest.stream_id = stream.stream_id)
"""


async def forget_changes(pg: asyncpg.Connection) -> bool:
    """Remove old changes; whether more may be left."""
    return await forget(pg, Lock.FORGETTING_CHANGES, _OLD, KEPT, besides=_NOTE)


async def forget_told(pg: asyncpg.Connection, record_ids: Iterable[UUID]) -> None:
    """Remove the reasons that changes tell about these records; a tablet may read the rest. Idempotent by nature; to be
    run as the owner."""
    await pg.execute(
        "UPDATE change SET detail = jsonb_set(detail, '{reason}', to_jsonb(''::text))"
        " WHERE kind IN ('review', 'held') AND detail ->> 'record_id' = ANY($1) AND detail ->> 'reason' IS NOT NULL",
        [str(id_) for id_ in record_ids],
    )
