"""The lock under which a re-interview is given to an enumerator, until the transaction ends: of two that are given to
one person at the same moment, the second is judged with the first.

Who waits for it holds no other lock: a person who gives takes it before the row of the re-interview, and the server,
which has changed rows by then, does not wait: to whom a person gives something at that moment, it gives nothing. So
nobody waits for one another.
"""

from collections.abc import Collection
from uuid import UUID

import asyncpg

_KEY = "hashtextextended('reinterviews of ' || {id}::text, 0)"
_LOCK = f"SELECT pg_advisory_xact_lock({_KEY.format(id='$1::uuid')})"
_LOCK_FREE = f"""
SELECT id FROM unnest($1::uuid[]) AS assignee (id) WHERE pg_try_advisory_xact_lock({_KEY.format(id="id")})
"""


async def lock_assignee(pg: asyncpg.Connection, enumerator_id: UUID) -> None:
    """Wait until nothing else is being given to them, and let nothing else be until this transaction ends."""
    await pg.execute(_LOCK, enumerator_id)


async def lock_free_assignees(pg: asyncpg.Connection, enumerator_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of them to whom nothing else is being given; nothing else is until this transaction ends."""
    return frozenset(row[0] for row in await pg.fetch(_LOCK_FREE, sorted(enumerator_ids)))
