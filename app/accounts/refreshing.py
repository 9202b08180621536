"""A session of a tablet or program: a chain of refresh tokens, of which each is used once.

The account is locked before a link of its chain, as where sessions are ended: nothing is refreshed that is being ended.
A tablet's evening begins here, so the common case takes two statements. What the time is the database says: the clock
of one of several servers may be wrong, and that must end no session.
"""

import hmac
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.accounts.tokens import refresh_digest
from app.core.rows import Row, read_one

SPENT_KEPT = timedelta(days=7)
"""How long a spent refresh token is known as such: who uses it ends the session. Later it is as unknown as any."""

_OWNER = "id, role, scopes, sessions_ended, deactivated_at IS NULL AS active"
_HELD = f"SELECT {_OWNER} FROM account WHERE id = $1 FOR SHARE"
_ASKED = f"""
WITH owner AS MATERIALIZED (
    SELECT {_OWNER} FROM account
    WHERE id = (SELECT account_id FROM refresh_token WHERE digest = $1) FOR SHARE
)
SELECT owner.*, token.digest, token.family_id, token.device_id, token.scope, token.expires_at, token.spent_at,
    token.attempt_digest, token.revoked_at, now() AS now,
    (SELECT device.revoked_at FROM device WHERE device.id = token.device_id) AS device_revoked_at
FROM owner JOIN refresh_token AS token ON token.account_id = owner.id AND token.digest = $1 FOR UPDATE OF token
"""
_BROUGHT = """
SELECT revoked_at IS NULL AND spent_at IS NULL AND expires_at > now() FROM refresh_token WHERE digest = $1 FOR UPDATE
"""
_BEGUN = """
INSERT INTO refresh_token (digest, family_id, account_id, device_id, scope, issued_at, expires_at)
VALUES ($1, $2, $3, $4, $5, now(), now() + $6::interval)
"""
# The last link that was spent stays, since its answer may be lost, and the first, which says when the session began.
_FOLLOWED = f"""
WITH spent AS (UPDATE refresh_token SET spent_at = now(), attempt_digest = $8 WHERE digest = $7),
forgotten AS (
    DELETE FROM refresh_token WHERE family_id = $2 AND spent_at < now() - $9::interval
        AND issued_at > (SELECT min(issued_at) FROM refresh_token AS first WHERE first.family_id = $2)
){_BEGUN}"""
_REVOKED = "UPDATE refresh_token SET revoked_at = now() WHERE family_id = $1 AND revoked_at IS NULL"


class Owner(Row):
    """The account of a session, as it is now."""

    id: UUID
    role: str
    scopes: list[str]
    sessions_ended: int
    active: bool


class Link(Owner):
    """A refresh token, and the account that it is of."""

    digest: bytes
    family_id: UUID
    device_id: UUID | None
    scope: str
    expires_at: datetime
    spent_at: datetime | None
    attempt_digest: bytes | None
    revoked_at: datetime | None
    now: datetime
    device_revoked_at: datetime | None

    @property
    def scopes_left(self) -> list[str]:
        """Those that the session was begun with and the account still has."""
        return [scope for scope in self.scope.split() if scope in self.scopes]

    def spent_by(self, attempt: bytes | None) -> bool:
        """Whether this is the attempt that spent the link."""
        return attempt is not None and hmac.compare_digest(self.attempt_digest or b"", attempt)


class First(NamedTuple):
    """Of which session the first link is; `scope`: scopes with blanks between."""

    account_id: UUID
    device_id: UUID | None
    family_id: UUID
    scope: str


class Use(Enum):
    """What came of using a refresh token."""

    FOLLOWED = "the next token is good"
    REFUSED = "it is unknown, expired, revoked, or of an account or tablet that is closed"
    USED_TWICE = "it was used before, so that one of two who have it is a thief: the session is over"


class Used(NamedTuple):
    """What came of it, and whose it was; None for an unknown one."""

    use: Use
    link: Link | None


async def held(pg: asyncpg.Connection, account_id: UUID) -> Owner:
    """The account, locked until the transaction ends: it is neither reset nor closed meanwhile."""
    owner = await read_one(pg, Owner, _HELD, account_id)
    assert owner is not None  # noqa: S101  (accounts are never removed)
    return owner


async def begin(pg: asyncpg.Connection, first: First, token: str, *, lifetime: timedelta) -> None:
    """Enter the first link of a chain."""
    await pg.execute(
        _BEGUN,
        refresh_digest(token),
        first.family_id,
        first.account_id,
        first.device_id,
        first.scope,
        lifetime,
    )


async def use(
    pg: asyncpg.Connection,
    token: str,
    following: str,
    attempt: bytes | None,
    *,
    lifetime: timedelta,
    hand_over: timedelta,
) -> Used:
    """Spend a token for the one that follows it, or give that one again to the same attempt, whose answer was lost as
    long as nobody used what it brought. Anything else ends the session.

    `hand_over`: how long a revoked tablet may still refresh.
    """
    link = await read_one(pg, Link, _ASKED, refresh_digest(token))
    if link is None:
        return Used(Use.REFUSED, None)
    over = not link.active or (link.device_revoked_at is not None and link.now > link.device_revoked_at + hand_over)
    if not over and link.revoked_at is None and await _is_good(pg, link, following, attempt):
        if link.spent_at is None:
            await pg.execute(
                _FOLLOWED,
                refresh_digest(following),
                link.family_id,
                link.id,
                link.device_id,
                " ".join(link.scopes_left),
                lifetime,
                link.digest,
                attempt,
                SPENT_KEPT,
            )
        return Used(Use.FOLLOWED, link)
    await pg.execute(_REVOKED, link.family_id)
    # A tablet repeats its last attempts before it takes its session for over: the server may have lost them.
    asked_again = link.revoked_at is not None and link.spent_by(attempt)
    return Used(Use.REFUSED if link.spent_at is None or asked_again else Use.USED_TWICE, link)


async def _is_good(pg: asyncpg.Connection, link: Link, following: str, attempt: bytes | None) -> bool:
    """Whether the link was not used yet and is valid, or its answer was lost."""
    if link.spent_at is None:
        return link.expires_at > link.now
    return link.spent_by(attempt) and bool(await pg.fetchval(_BROUGHT, refresh_digest(following)))


async def end(pg: asyncpg.Connection, token: str) -> None:
    """Revoke the chain of a token; an unknown one is none. Idempotent."""
    found = await pg.fetchrow(
        "SELECT account_id, family_id FROM refresh_token WHERE digest = $1", refresh_digest(token)
    )
    if found is not None:
        await pg.execute("SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE", found[0])  # not while it is refreshed
        await pg.execute(_REVOKED, found[1])
