"""What the sender reads and writes, in statements that a process which lost its lease cannot do."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from app.core.rows import Row, read, read_one
from app.exchange.feed import FeedPosition
from app.webhooks.retrying import Attempt

LEASE_S = 60
"""Seconds for which a process has a subscription; longer than an attempt lasts. It takes it again before each."""


class Due(Row):
    """A subscription that nobody sends to at this moment, and whether a delivery of it waits to be sent."""

    id: UUID
    account_id: UUID
    position: bytes
    is_pending: bool


class Taken(Row):
    """A subscription that this process has, with the delivery that is next: the lowest number that is pending."""

    id: UUID
    account_id: UUID
    url: str
    content: str
    max_changes: int
    after_dead_letter: str
    position: bytes
    sequence: int
    salts: list[bytes]
    message_id: UUID | None
    number: int | None
    business_ids: list[UUID] | None
    attempts: int | None


class Standing(Row):
    """How subscriptions stand, for metrics."""

    halted: int
    dead_letters: int
    oldest_s: float


_DUE = """
SELECT id, account_id, position, EXISTS (
    SELECT 1 FROM webhook_delivery d WHERE d.webhook_id = w.id AND d.state = 'pending') AS is_pending
FROM webhook w
WHERE state = 'active' AND due_at <= now() AND (lease_until IS NULL OR lease_until < now()) AND id <> ALL($1)
ORDER BY due_at, id
"""
_TAKE = """
WITH taken AS (
    UPDATE webhook SET lease_id = $2, lease_until = now() + make_interval(secs => $3::float)
    WHERE id = $1 AND state = 'active' AND due_at <= now()
      AND (lease_until IS NULL OR lease_until < now() OR lease_id = $2)
    RETURNING *
)
SELECT t.id, t.account_id, t.url, t.content, t.max_changes, t.after_dead_letter, t.position, t.sequence,
       t.salt || ARRAY(SELECT salt FROM webhook_secret WHERE webhook_id = t.id AND good_until > now()
                       ORDER BY good_until DESC) AS salts,
       d.id AS message_id, d.sequence AS number, d.business_ids, d.attempts
FROM taken t LEFT JOIN LATERAL (
    SELECT id, sequence, business_ids, attempts FROM webhook_delivery
    WHERE webhook_id = t.id AND state = 'pending' ORDER BY sequence LIMIT 1
) d ON true
"""
_LEASED = "id = $1 AND lease_id = $2"
_MAKE = f"""
INSERT INTO webhook_delivery (webhook_id, sequence, id, business_ids, position)
SELECT id, $3::bigint, $4::uuid, $5::uuid[], $6::bytea FROM webhook
WHERE {_LEASED} AND state = 'active' AND sequence = $3::bigint - 1 FOR UPDATE
"""
_TRIED = """
attempts = attempts + 1, attempted_at = now(), status = $5::smallint, fault = $6::text, duration_ms = $7::int
"""
_SETTLE = f"""
WITH settled AS (
    UPDATE webhook w SET due_at = now(), sequence = greatest(sequence, $3::bigint),
        delivered_at = coalesce($8::timestamptz, delivered_at),
        position = CASE WHEN sequence >= $3::bigint THEN position ELSE (
            SELECT d.position FROM webhook_delivery d WHERE d.webhook_id = w.id AND d.sequence = $3::bigint) END
    WHERE {_LEASED} RETURNING id
)
UPDATE webhook_delivery SET state = $4::text, settled_at = now(), {_TRIED}
WHERE webhook_id = (SELECT id FROM settled) AND sequence = $3::bigint AND state = 'pending'
"""
_FAILED = f"""
WITH waiting AS (
    UPDATE webhook SET due_at = now() + make_interval(secs => $4::float) WHERE {_LEASED} RETURNING id
)
UPDATE webhook_delivery SET {_TRIED}
WHERE webhook_id = (SELECT id FROM waiting) AND sequence = $3::bigint AND state = 'pending'
"""
_DEAD_AND_HALTED = f"""
WITH halted AS (
    UPDATE webhook SET state = 'halted', halted_for = $4::text WHERE {_LEASED} AND state <> 'halted' RETURNING id
)
UPDATE webhook_delivery SET state = 'dead', settled_at = now(), {_TRIED}
WHERE webhook_id = (SELECT id FROM halted) AND sequence = $3::bigint AND state = 'pending'
"""
_CUT = f"""
WITH waiting AS (
    UPDATE webhook SET due_at = now() + make_interval(secs => $4::float) WHERE {_LEASED} RETURNING id
)
UPDATE webhook_delivery SET other_attempts = other_attempts + 1, attempted_at = now(), status = $5::smallint,
    fault = $6::text, duration_ms = $7::int
WHERE webhook_id = (SELECT id FROM waiting) AND sequence = $3::bigint AND state = 'pending'
"""
_STANDING = """
SELECT (SELECT count(*) FROM webhook WHERE state = 'halted')::int AS halted,
       (SELECT count(*) FROM webhook_delivery WHERE state = 'dead')::int AS dead_letters,
       coalesce((SELECT extract(epoch FROM now() - min(d.made_at)) FROM webhook_delivery d
                 JOIN webhook w ON w.id = d.webhook_id WHERE d.state = 'pending' AND w.state = 'active'), 0)::float
       AS oldest_s
"""


async def due(pg: asyncpg.Connection, besides: list[UUID]) -> list[Due]:
    """All subscriptions whose time has come, who waits longest first, without those `besides`. Most have nothing to
    send: a limit here would let these hide the others."""
    return await read(pg, Due, _DUE, besides)


async def take(pg: asyncpg.Connection, webhook_id: UUID, lease_id: UUID, lease_s: float) -> Taken | None:
    """Have the subscription for so many seconds, or so much longer; None where another process has it, or nothing is to
    be sent now. Idempotent by the id of the lease.
    """
    return await read_one(pg, Taken, _TAKE, webhook_id, lease_id, lease_s)


async def make(
    pg: asyncpg.Connection, taken: Taken, lease_id: UUID, message_id: UUID, ids: list[UUID], position: FeedPosition
) -> bool:
    """Make the next delivery; whether it was made. It is one more for each number, by its primary key."""
    made: str = await pg.execute(_MAKE, taken.id, lease_id, taken.sequence + 1, message_id, ids, position.pack())
    return made.endswith(" 1")


async def pass_over(pg: asyncpg.Connection, webhook_id: UUID, lease_id: UUID, position: FeedPosition) -> None:
    """Move on where nothing of the territory was. Idempotent by nature."""
    await pg.execute(f"UPDATE webhook SET position = $3 WHERE {_LEASED}", webhook_id, lease_id, position.pack())


async def settle(pg: asyncpg.Connection, taken: Taken, lease_id: UUID, attempt: Attempt, state: str) -> bool:
    """Note that the delivery is `delivered`, or `dead`, and move on behind it; whether it was noted.
    Idempotent: a delivery is settled once.
    """
    arrived = datetime.now(UTC) if state == "delivered" else None
    done: str = await pg.execute(_SETTLE, taken.id, lease_id, taken.number, state, *_result(attempt), arrived)
    return done.endswith(" 1")


async def note_failure(pg: asyncpg.Connection, taken: Taken, lease_id: UUID, attempt: Attempt, wait: float) -> None:
    """Note a failed attempt, after which the same delivery is tried again in so many seconds."""
    await pg.execute(_FAILED, taken.id, lease_id, taken.number, wait, *_result(attempt))


async def note_cut(pg: asyncpg.Connection, taken: Taken, lease_id: UUID, attempt: Attempt, wait: float) -> None:
    """Note an attempt that was cut short: it was one, and brings no dead letter nearer. The same delivery follows in so
    many seconds."""
    await pg.execute(_CUT, taken.id, lease_id, taken.number, wait, *_result(attempt))


async def halt_at(pg: asyncpg.Connection, taken: Taken, lease_id: UUID, attempt: Attempt, reason: str) -> bool:
    """The delivery is dead, and nothing follows until somebody decides; whether it was noted."""
    done: str = await pg.execute(_DEAD_AND_HALTED, taken.id, lease_id, taken.number, reason, *_result(attempt))
    return done.endswith(" 1")


async def halt(pg: asyncpg.Connection, webhook_id: UUID, lease_id: UUID, reason: str) -> bool:
    """Nothing is sent until somebody decides; the delivery that waits stays pending. Whether it was noted."""
    statement = f"UPDATE webhook SET state = 'halted', halted_for = $3 WHERE {_LEASED} AND state <> 'halted'"
    done: str = await pg.execute(statement, webhook_id, lease_id, reason)
    return done.endswith(" 1")


async def put_off(pg: asyncpg.Connection, webhook_id: UUID, lease_id: UUID, seconds: float) -> None:
    """Look at the subscription again only after so many seconds."""
    statement = f"UPDATE webhook SET due_at = now() + make_interval(secs => $3) WHERE {_LEASED}"
    await pg.execute(statement, webhook_id, lease_id, seconds)


async def give_back(pg: asyncpg.Connection, webhook_id: UUID, lease_id: UUID) -> None:
    """Let another process have it. Idempotent."""
    await pg.execute(f"UPDATE webhook SET lease_id = NULL, lease_until = NULL WHERE {_LEASED}", webhook_id, lease_id)


async def standing(pg: asyncpg.Connection) -> Standing | None:
    """How subscriptions stand."""
    return await read_one(pg, Standing, _STANDING)


def _result(attempt: Attempt) -> tuple[int | None, str | None, int]:
    return attempt.status, attempt.fault, attempt.duration_ms
