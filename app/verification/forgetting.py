"""Requests that go: those past their time, and what was asked about a business whose answers are erased; and numbers
that move to another key."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from app.background.locks import Lock, try_lock
from app.core.rows import Row, read
from app.register.confirming import VerifiedRow, write_verification
from app.verification.states import ANSWERS

_OLD = "SELECT id FROM verification_request WHERE forgotten_at IS NULL AND made_at < $1 ORDER BY id LIMIT 1"
_COUNTS = f"""
SELECT count(*) FILTER (WHERE answer IS NOT NULL) AS answered,
       {", ".join(f"count(*) FILTER (WHERE answer = '{each}') AS {each}" for each in ANSWERS)},
       count(*) FILTER (WHERE outdated) AS outdated, 0 AS waiting,
       count(*) FILTER (WHERE answer IS NOT NULL AND applied_at IS NULL) AS unapplied
FROM verification_item WHERE request_id = $1
"""
# What holds is kept as long as it holds: the answers, which are about digests alone.
_REMOVE = "DELETE FROM verification_item WHERE request_id = $1 AND (answer IS NULL OR outdated)"
_FORGET = """
UPDATE verification_request SET forgotten_at = $2, counts = $3, reason = '', finished = true WHERE id = $1
"""
_MOVE = """
UPDATE verification_item SET number_digest = moved.fresh
FROM unnest($1::bytea[], $2::bytea[]) AS moved (old, fresh)
WHERE verification_item.business_id = ANY($3) AND verification_item.number_digest = moved.old
"""


class _Told(Row):
    kind: str
    source: str
    asked_at: datetime
    answer: str | None
    answered_on: Any
    outdated: bool


async def forget_requests(pg: asyncpg.Connection, now: datetime, kept: timedelta) -> bool:
    """Forget the oldest request that is past its time, unless another process does it; whether more may be left.
    Idempotent by nature.
    """
    if not await try_lock(pg, Lock.FORGETTING_REQUESTS):
        return False
    id_ = await pg.fetchval(_OLD, now - kept)
    if id_ is None:
        return False
    counts = dict((await pg.fetch(_COUNTS, id_))[0])
    if counts.pop("unapplied"):
        return False  # the worker applies them first
    await pg.execute(_REMOVE, id_)
    await pg.execute(_FORGET, id_, now, orjson.dumps(counts).decode())
    return True


async def erase_verification(pg: asyncpg.Connection, business_ids: Collection[UUID]) -> None:
    """Remove what agencies were asked and said about these businesses. Idempotent by nature."""
    ids = list(business_ids)
    rows = await pg.fetch(
        "SELECT id, regency_code FROM business WHERE id = ANY($1) AND verification IS NOT NULL ORDER BY id", ids
    )
    await write_verification(pg, [VerifiedRow(id=row[0], regency_code=row[1], verification=None) for row in rows])
    await pg.execute("DELETE FROM verification_item WHERE business_id = ANY($1)", ids)


async def told_of(pg: asyncpg.Connection, business_ids: Collection[UUID]) -> list[dict[str, Any]]:
    """What agencies were asked and said about these businesses, for the person whom it is about."""
    statement = (
        f"SELECT {', '.join(_Told.columns)} FROM verification_item WHERE business_id = ANY($1) ORDER BY asked_at"
    )
    return [row.named() for row in await read(pg, _Told, statement, list(business_ids))]


async def move_in_verification(
    pg: asyncpg.Connection, fresh: Mapping[bytes, bytes], business_ids: Collection[UUID]
) -> None:
    """Put new digests into the place of old ones, so that states hold under another key as well."""
    if fresh:
        await pg.execute(_MOVE, list(fresh), list(fresh.values()), list(business_ids))
