"""The open sessions of an account, of browsers, tablets and programs, and ending them from another session."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from app.accounts.administration import end_sessions
from app.accounts.browser_sessions import Way
from app.audit import trail
from app.audit.actions import Action
from app.background.forgetting import forget
from app.background.locks import Lock, try_lock
from app.core.problems import Code, Problem
from app.core.rows import Row, read

MOST = 200
"""The most sessions in an answer; those used last come first."""

KEPT = timedelta(days=30)
"""How long a session that is over stays in its table."""

RECENT = timedelta(minutes=10)
"""How long after signing in no new proof is needed."""

SWEEP_S = 3600
"""Seconds between two rounds that remove old sessions."""

_OPEN = """
SELECT id, 'browser' AS kind, name, way, started_at, seen_at, expires_at FROM browser_session
WHERE account_id = $1 AND ended_at IS NULL AND expires_at > now()
UNION ALL
SELECT family_id, CASE WHEN device_id IS NULL THEN 'program' ELSE 'tablet' END, device.name, NULL,
 (SELECT min(issued_at) FROM refresh_token AS earlier WHERE earlier.family_id = token.family_id), issued_at, expires_at
FROM refresh_token AS token LEFT JOIN device ON device.id = device_id
WHERE token.account_id = $1 AND spent_at IS NULL AND token.revoked_at IS NULL AND expires_at > now()
ORDER BY seen_at DESC, id LIMIT $2
"""


# The first link of a chain that is still in use says when the session began.
_EXPIRED = """
DELETE FROM refresh_token WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM refresh_token AS old WHERE expires_at < now() - $1::interval
        AND (EXISTS (SELECT FROM refresh_token AS earlier
                     WHERE earlier.family_id = old.family_id AND earlier.issued_at < old.issued_at)
             OR NOT EXISTS (SELECT FROM refresh_token AS newer
                            WHERE newer.family_id = old.family_id AND newer.expires_at > now()))
    ORDER BY expires_at LIMIT $2 FOR UPDATE))
"""


class OwnSession(Row):
    """A session that is open. `name` is the browser's or the tablet's, `way` how a browser's was started."""

    id: UUID
    kind: str
    name: str | None
    way: str | None
    started_at: datetime
    seen_at: datetime
    expires_at: datetime


async def open_sessions(pg: asyncpg.Connection, account_id: UUID) -> list[OwnSession]:
    """The open sessions of an account, the ones used last first; at most `MOST`."""
    return await read(pg, OwnSession, _OPEN, account_id, MOST)


async def began_recently(pg: asyncpg.Connection, session_id: UUID | None) -> bool:
    """Whether the session began so recently that no new proof is needed.

    A sign-in with the organisation's account is no such proof: the provider does not ask again while a person is signed
    in there.
    """
    recent: bool | None = await pg.fetchval(
        "SELECT started_at > now() - $2::interval AND way <> $3 FROM browser_session WHERE id = $1",
        session_id,
        RECENT,
        Way.ORGANISATION,
    )
    return recent is True


async def end_one(pg: asyncpg.Connection, account_id: UUID, session_id: UUID, *, trace_id: str | None) -> None:
    """End one of the account's sessions. Idempotent.

    Raises:
        Problem: `not_found` for a session that is not one of the account's.
    """
    await pg.execute(
        "SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE", account_id
    )  # nothing is refreshed meanwhile
    browser = await pg.fetchval(
        "UPDATE browser_session SET ended_at = least(ended_at, now()) WHERE id = $1 AND account_id = $2"
        " RETURNING 'browser'",
        session_id,
        account_id,
    )
    other = browser or await pg.fetchval(
        "WITH ended AS (UPDATE refresh_token SET revoked_at = least(revoked_at, now())"
        " WHERE family_id = $1 AND account_id = $2 RETURNING device_id)"
        " SELECT CASE WHEN device_id IS NULL THEN 'program' ELSE 'tablet' END FROM ended LIMIT 1",
        session_id,
        account_id,
    )
    if other is None:
        raise Problem(Code.NOT_FOUND)
    await _tell(pg, account_id, other, trace_id)


async def end_all(pg: asyncpg.Connection, account_id: UUID, *, trace_id: str | None) -> None:
    """End every session of the account, the one that asks included. Idempotent."""
    await end_sessions(pg, account_id)
    await _tell(pg, account_id, "all", trace_id)


async def forget_sessions(pg: asyncpg.Connection) -> bool:
    """Remove sessions of browsers that were over long ago; nothing is left then. Idempotent by nature."""
    if await try_lock(pg, Lock.FORGETTING_SESSIONS):
        await pg.execute(
            "DELETE FROM browser_session WHERE coalesce(ended_at, expires_at) < now() - $1::interval", KEPT
        )
    return False


async def forget_refresh_tokens(pg: asyncpg.Connection) -> bool:
    """Remove refresh tokens that expired long ago; whether more may be left. What was spent goes when its chain is
    used again."""
    return await forget(pg, Lock.FORGETTING_REFRESHES, _EXPIRED, KEPT)


async def _tell(pg: asyncpg.Connection, account_id: UUID, kind: str, trace_id: str | None) -> None:
    subject = ("account", str(account_id), {"kind": kind})
    await trail.record_many(pg, Action.SESSION_ENDED, actor_id=account_id, subjects=[subject], trace_id=trace_id)
