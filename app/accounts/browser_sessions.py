"""Sessions of browsers: a refresh token that changes with its use, and that all tabs of one browser share.

The token is of use only together with the secret of the browser that it was given to. So a token that somebody planted
in another browser, or took without the other secret, starts nothing.

Tabs refresh whenever they like. A token is replaced at most once in `GRACE`; the one before it is good for so long as
well, and leads to the same next token. So of many refreshes at once none ends the session. A token that was replaced
longer ago was stolen, or its thief used it first: the session ends. Times are real ones.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto
from typing import NamedTuple
from uuid import UUID

import asyncpg
from sqlmodel import select

from app.accounts.caller import Caller
from app.accounts.models import Account
from app.accounts.tokens import AccessTokens
from app.audit import trail
from app.audit.actions import Action
from app.core.database import Database
from app.core.ids import id_from_text, new_id
from app.core.problems import Code, Problem
from app.core.rows import Row, read_one
from app.core.sealing import Digester

GRACE = timedelta(seconds=60)
"""How long a token that was replaced is still good, and how long a new one is not replaced."""

LONGEST = timedelta(days=30)
"""No session of a browser lasts longer, however often it is refreshed."""


class Way(StrEnum):
    """How the account's owner signed in."""

    PASSWORD = "password"  # noqa: S105  (the way's name)
    ACTIVATION_CODE = "activation_code"
    ORGANISATION = "organisation"
    PASSKEY = "passkey"


class Proven(NamedTuple):
    """Whose proof was right. `sessions_ended`: how often its sessions had been ended by then."""

    account_id: UUID
    sessions_ended: int


@dataclass(frozen=True, slots=True)
class Cookies:
    """What a browser keeps: the session's token, which changes, and the browser's own secret, which does not."""

    token: str
    browser: str


class Shown(NamedTuple):
    """All that a browser shows of its session: either may be missing, or stand there more than once."""

    tokens: tuple[str, ...]
    browsers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """A session that continues. `lifetime_s`: the seconds until it is over, unless it is refreshed."""

    id: UUID
    account: Account
    access_token: str
    expires_in: int
    cookies: Cookies
    lifetime_s: int


class _Known(Row):
    """A session as it is stored, and whether its account is open."""

    account_id: UUID
    token_digest: bytes
    previous_digest: bytes | None
    attempt_digest: bytes | None
    browser_digest: bytes
    started_at: datetime
    rotated_at: datetime
    seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    active: bool
    now: datetime  # by the database, since the clock of one of several servers may be wrong


class _Use(Enum):
    """What using a token means."""

    CURRENT = auto()
    DUE = auto()  # the current one, which is to be replaced
    BEFORE = auto()  # the one before, which is still good
    LATE = auto()


_KNOWN = """
SELECT account_id, token_digest, previous_digest, attempt_digest, browser_digest, started_at, rotated_at, seen_at,
 expires_at, ended_at, deactivated_at IS NULL AS active, now() AS now
FROM browser_session JOIN account ON account.id = account_id WHERE browser_session.id = $1 FOR UPDATE OF browser_session
"""


class BrowserSessions:
    """Starts, refreshes and ends them."""

    def __init__(self, database: Database, tokens: AccessTokens, digester: Digester, *, lifetime_s: int) -> None:
        """`lifetime_s`: seconds after which a session that is not refreshed is over."""
        self._database = database
        self._tokens = tokens
        self._digester = digester
        self._lifetime = timedelta(seconds=lifetime_s)

    async def start(self, proven: Proven, way: Way, browser_name: str, *, instead_of: Shown, caller: Caller) -> Session:
        """Start a session; the one that the browser had before ends. Not idempotent.

        Raises:
            Problem: `invalid_grant` where the account was closed or reset since the proof was looked at.
        """
        id_, lifetime = new_id(), min(self._lifetime, LONGEST)
        cookies = Cookies(f"{id_.hex}.{secrets.token_urlsafe(32)}", secrets.token_urlsafe(32))

        async def write(pg: asyncpg.Connection) -> None:
            ended = await pg.fetchval(
                "SELECT sessions_ended FROM account WHERE id = $1 AND deactivated_at IS NULL FOR SHARE",
                proven.account_id,
            )
            if ended != proven.sessions_ended:
                raise Problem(Code.INVALID_GRANT)
            await pg.execute(
                "INSERT INTO browser_session (id, account_id, token_digest, browser_digest, name, way, started_at,"
                " rotated_at, seen_at, expires_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, now(), now(), now(), now() + $7::interval)",
                id_,
                proven.account_id,
                _digest(cookies.token),
                _digest(cookies.browser),
                browser_name,
                way,
                lifetime,
            )
            await _tell(pg, Action.SESSION_STARTED, proven.account_id, caller, {"way": way.value})

        await self._database.run(write)
        await self.end(instead_of, caller)
        return await self._session(id_, proven.account_id, cookies, lifetime)

    async def refresh(self, cookies: Cookies, attempt_id: str | None, caller: Caller) -> Session:
        """A new access token, and the next refresh token where its time has come.

        `attempt_id`: a random id of this attempt. If its answer was lost, the same attempt is answered again as long as
        the new token has not been used. Idempotent by the token for `GRACE`, later by the attempt.

        Raises:
            Problem: `session_expired`; `account_deactivated`; `session_ended` for a token that is unknown, of another
                browser, or of a session that is over, and for one that was replaced too long ago, which ends the
                session.
        """
        id_ = _id_of(cookies.token)
        if id_ is None:
            raise Problem(Code.SESSION_ENDED)
        attempt = _digest(attempt_id) if attempt_id else None
        following = f"{id_.hex}.{self._digester.token(f'session:{cookies.token}:{cookies.browser}')}"

        async def work(pg: asyncpg.Connection) -> tuple[_Known, str | None]:
            known = await read_one(pg, _Known, _KNOWN, id_)
            if known is None or not hmac.compare_digest(known.browser_digest, _digest(cookies.browser)):
                raise Problem(Code.SESSION_ENDED)
            now = known.now
            _refuse_over(known)
            use = _use_of(known, cookies.token, attempt)
            if use is _Use.LATE:
                await pg.execute("UPDATE browser_session SET ended_at = $2 WHERE id = $1", id_, now)
                await _tell(pg, Action.SESSION_REUSE_DETECTED, known.account_id, caller)
                return known, None
            if use is _Use.DUE:
                await pg.execute(
                    "UPDATE browser_session SET token_digest = $2, previous_digest = token_digest, attempt_digest = $3,"
                    " rotated_at = $4, seen_at = $4, expires_at = $5 WHERE id = $1",
                    id_,
                    _digest(following),
                    attempt,
                    now,
                    self._over_at(known.started_at, now),
                )
            elif use is _Use.CURRENT:
                await pg.execute(
                    "UPDATE browser_session SET seen_at = $2, expires_at = $3 WHERE id = $1",
                    id_,
                    now,
                    self._over_at(known.started_at, now),
                )
            return known, cookies.token if use is _Use.CURRENT else following

        known, token = await self._database.run(work)
        if token is None:
            raise Problem(Code.SESSION_ENDED)
        left = self._over_at(known.started_at, known.now) - known.now
        return await self._session(id_, known.account_id, Cookies(token, cookies.browser), left)

    async def end(self, shown: Shown, caller: Caller) -> None:
        """Sign out: the session is over with the next request. Idempotent.

        The session's token alone is enough, or any token of it together with the browser's own secret. What is no
        session is ignored.
        """
        ids = [id_ for token in shown.tokens if (id_ := _id_of(token)) is not None]
        if not ids:
            return

        async def write(pg: asyncpg.Connection) -> None:
            for row in await pg.fetch(
                "UPDATE browser_session SET ended_at = now() WHERE id = ANY($1) AND ended_at IS NULL AND"
                " (browser_digest = ANY($2) OR token_digest = ANY($3) OR previous_digest = ANY($3))"
                " RETURNING account_id",
                ids,
                [_digest(each) for each in shown.browsers],
                [_digest(each) for each in shown.tokens],
            ):
                await _tell(pg, Action.SESSION_ENDED, row[0], caller)

        await self._database.run(write)

    def _over_at(self, started_at: datetime, now: datetime) -> datetime:
        return min(now + self._lifetime, started_at + LONGEST)

    async def _session(self, id_: UUID, account_id: UUID, cookies: Cookies, left: timedelta) -> Session:
        async with self._database.session() as session:
            account = (await session.exec(select(Account).where(Account.id == account_id))).one()
        access = self._tokens.issue(account, device_id=None, scopes=list(account.scopes), session_id=id_)
        return Session(id_, account, access, self._tokens.lifetime_s, cookies, int(left.total_seconds()))


def _digest(secret: str) -> bytes:
    """What the database knows of a secret. It is random, so a plain hash does."""
    return hashlib.sha256(secret.encode()).digest()


def _id_of(token: str) -> UUID | None:
    try:
        return id_from_text(token.partition(".")[0])
    except ValueError:
        return None


def _refuse_over(known: _Known) -> None:
    if not known.active:
        raise Problem(Code.ACCOUNT_DEACTIVATED)
    if known.ended_at is not None:
        raise Problem(Code.SESSION_ENDED)
    if known.expires_at <= known.now:
        raise Problem(Code.SESSION_EXPIRED)


def _use_of(known: _Known, token: str, attempt: bytes | None) -> _Use:
    digest, fresh = _digest(token), known.now - known.rotated_at < GRACE
    if hmac.compare_digest(known.token_digest, digest):
        return _Use.CURRENT if fresh else _Use.DUE
    if known.previous_digest is not None and hmac.compare_digest(known.previous_digest, digest):
        unused = known.seen_at == known.rotated_at
        if fresh or (unused and attempt is not None and attempt == known.attempt_digest):
            return _Use.BEFORE
    return _Use.LATE


async def _tell(
    pg: asyncpg.Connection, action: Action, account_id: UUID, caller: Caller, more: Mapping[str, str] | None = None
) -> None:
    detail = {"kind": "browser", "address": caller.address, **(more or {})}
    subjects = [("account", str(account_id), detail)]
    await trail.record_many(pg, action, actor_id=account_id, subjects=subjects, trace_id=caller.trace_id)
