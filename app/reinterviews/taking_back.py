"""Taking a re-interview back from somebody who can no longer do it: it waits to be given to somebody else."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

_CLOSED_OF_LATE = timedelta(days=30)
_TAKE_BACK = """
UPDATE reinterview SET state = 'open', assignee_id = NULL, due_on = NULL, tried_at = NULL,
       former_ids = array_append(former_ids, assignee_id)
WHERE state = 'assigned' AND assignee_id = ANY($1) AND ($2::uuid[] IS NULL OR id = ANY($2))
"""
# Who has been away for longer was found by an earlier round.
_CLOSED = """
SELECT id FROM account WHERE role = 'enumerator' AND deactivated_at IS NOT NULL AND deactivated_at > $1
"""


async def take_back(pg: asyncpg.Connection, from_ids: Iterable[UUID], only: Iterable[UUID] | None = None) -> None:
    """Have nobody have what these people have to do, or `only` these of it. Idempotent by nature."""
    await pg.execute(_TAKE_BACK, list(from_ids), None if only is None else list(only))


async def take_back_from_closed(pg: asyncpg.Connection, now: datetime) -> None:
    """Take back what is with accounts that were closed of late. Idempotent by nature."""
    closed = [row[0] for row in await pg.fetch(_CLOSED, now - _CLOSED_OF_LATE)]
    if closed:
        await take_back(pg, closed)
