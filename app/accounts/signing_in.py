"""Signing in: the three grants of OAuth 2.0 that this server has, and signing out.

Passwords are verified outside any transaction, since argon2 takes longer than a database connection should wait.
Token lifetimes run on real time.
"""

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
from sqlmodel import select

from app.accounts import refreshing
from app.accounts.administration import end_sessions
from app.accounts.browser_sessions import Proven
from app.accounts.caller import Caller
from app.accounts.devices import enrol
from app.accounts.models import Account
from app.accounts.passwords import activation_digest, hash_new_password, verify_password, weakness_of
from app.accounts.permissions import Role
from app.accounts.schemas import as_kept
from app.accounts.throttle import Keys, count_attempt, counted_attempt, forgive, keys_of
from app.accounts.tokens import AccessTokens, Holder, new_refresh_token
from app.audit import trail
from app.audit.actions import Action
from app.core.database import Database
from app.core.fair_queue import FairQueue
from app.core.problems import Code, FieldError, Problem, Text
from app.core.sealing import Digester

AT_ONCE, MOST_WAITING, LONGEST_WAIT_S = 2, 128, 5
"""Attempts to sign in that are worked on, and that wait, and for how many seconds. Tablets hang up after ten, and a
hash for one that did is made for nobody."""

_WRONG_PASSWORD = Text("Nama pengguna atau kata sandi salah.", "The user name or the password is wrong.")
_WRONG_CODE = Text(
    "Nama pengguna atau kode aktivasi salah, atau kode itu sudah dipakai atau lewat masanya.",
    "The user name or the activation code is wrong, or the code was used already or is too old.",
)
_SESSION_OVER = Text("Sesi ini sudah berakhir; masuk lagi.", "This session is over; sign in again.")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a successful sign-in gives; times in seconds."""

    access_token: str
    expires_in: int
    scope: str
    refresh_token: str | None = None


class SignIn:
    """The grants, over a database, the keys of the access tokens, and the key of digests (for counting attempts)."""

    def __init__(
        self,
        database: Database,
        tokens: AccessTokens,
        digester: Digester,
        *,
        refresh_lifetime_s: int,
        hand_over: timedelta,
    ) -> None:
        """`hand_over`: how long a revoked tablet may still sign in, to hand over what it has."""
        self._database = database
        self._tokens = tokens
        self._digester = digester
        self._refresh_lifetime = timedelta(seconds=refresh_lifetime_s)
        self._hand_over = hand_over
        self._turns = FairQueue(AT_ONCE, MOST_WAITING, LONGEST_WAIT_S)

    async def with_password(self, username: str, password: str, caller: Caller) -> Grant:
        """Sign a person in, and enrol their tablet. Not idempotent: every call starts a token family.

        On a revoked tablet the session is good for handing over only, as each of its requests finds.

        Raises:
            Problem: `invalid_grant`, in the same time whether the name or the password is wrong; `too_many_requests`
                while guesses have to wait; `device_limit_reached`; `device_revoked` on a tablet whose time to hand
                over has passed.
        """
        account = await self._proven(as_kept(username), password, caller, _is_person)
        device, trace_id = caller.device, caller.trace_id
        enrolled = None
        if device is not None:
            kept = device.as_kept(self._digester)
            enrolled = await self._database.run(lambda pg: enrol(pg, account.id, kept, trace_id=trace_id))
        if enrolled is not None and self._is_over(enrolled.revoked_at):
            raise Problem(Code.DEVICE_REVOKED)
        await self._audit(Action.SESSION_STARTED, account.id, caller)
        token = new_refresh_token()

        async def begin(pg: asyncpg.Connection) -> Grant:
            owner = await refreshing.held(pg, account.id)
            if not owner.active or owner.sessions_ended != account.sessions_ended:
                # reset or closed since the password was looked at
                raise Problem(Code.INVALID_GRANT, detail=_WRONG_PASSWORD)
            tablet = enrolled.id if enrolled else None
            link = refreshing.First(owner.id, tablet, uuid4(), " ".join(owner.scopes))
            await refreshing.begin(pg, link, token, lifetime=self._refresh_lifetime)
            return self._grant(owner, tablet, owner.scopes, token)

        return await self._database.run(begin)

    def _is_over(self, revoked_at: datetime | None) -> bool:
        """Whether a tablet was revoked so long ago that it may not even hand over."""
        return revoked_at is not None and datetime.now(UTC) > revoked_at + self._hand_over

    async def prove(self, username: str, password: str, caller: Caller) -> Proven:
        """Whose password this is, of all people. Nothing is started.

        Raises:
            Problem: `invalid_grant`, in the same time whether the name or the password is wrong; `too_many_requests`.
        """
        account = await self._proven(as_kept(username), password, caller, _is_person)
        return Proven(account.id, account.sessions_ended)

    async def set_password(
        self, username: str, proof: str, new_password: str, caller: Caller, *, by_code: bool
    ) -> Proven:
        """Set the password of an account, with the activation code (`by_code`) or the present password as proof.

        Ends every session of the account. Not idempotent: a code is good once.

        Raises:
            Problem: `invalid_grant`, `too_many_requests`; `invalid_fields` for a password that is too weak, which is
                shown only to a person who has given proof.
        """
        username = as_kept(username)
        if by_code:
            account = await self._activated(username, proof, caller)
        else:
            account = await self._proven(username, proof, caller, _is_person)
        weakness = weakness_of(new_password, account.username, account.name)
        if weakness is not None:
            raise Problem(Code.INVALID_FIELDS, errors=(FieldError("/body/new_password", *weakness),))
        password_hash = await hash_new_password(new_password)

        async def write(pg: asyncpg.Connection) -> None:
            # The code once more: of two who use it at the same moment, one comes first. And the sessions: what was
            # a reset or closing since the proof was checked holds.
            changed = await pg.fetchval(
                "UPDATE account SET password_hash = $2, activation_digest = NULL, activation_expires_at = NULL"
                " WHERE id = $1 AND ($3::bytea IS NULL OR activation_digest = $3) AND sessions_ended = $4"
                " AND deactivated_at IS NULL RETURNING true",
                account.id,
                password_hash,
                account.activation_digest if by_code else None,
                account.sessions_ended,
            )
            if not changed:
                raise Problem(Code.INVALID_GRANT, detail=_WRONG_CODE if by_code else _WRONG_PASSWORD)
            await end_sessions(pg, account.id)
            await _tell(pg, Action.ACCOUNT_PASSWORD_SET, account.id, ("account", str(account.id)), caller)

        await self._database.run(write)
        return Proven(account.id, account.sessions_ended + 1)

    async def with_client_credentials(self, client_id: str, secret: str, scope: str | None, caller: Caller) -> Grant:
        """Sign a machine in, for all of its scopes or the named ones. It gets no refresh token.

        Raises:
            Problem: `invalid_grant`, or `invalid_scope` for a scope it does not have; `too_many_requests`.
        """
        account = await self._proven(as_kept(client_id), secret, caller, _is_machine)
        scopes = scope.split() if scope else list(account.scopes)
        if not set(scopes) <= set(account.scopes):
            raise Problem(Code.INVALID_SCOPE)
        await self._audit(Action.SESSION_STARTED, account.id, caller)
        token = self._tokens.issue(account, device_id=None, scopes=scopes)
        return Grant(token, self._tokens.lifetime_s, " ".join(scopes))

    async def with_refresh_token(self, token: str, attempt_id: str | None, caller: Caller) -> Grant:
        """Exchange a refresh token for the next one, with the rights that it had and the account still has. A token
        that was used before revokes its whole family, except if the same attempt is repeated: its answer was lost on
        the network, and only the client that made the attempt knows its id. Idempotent by the attempt: the next token
        follows from both, so that of many answers to one attempt any may come last.

        Raises:
            Problem: `invalid_grant` for a token that is unknown, spent, revoked, expired, or of a dead account.
        """
        attempt = hashlib.sha256(attempt_id.encode()).digest() if attempt_id else None
        following = self._digester.token(f"{token}:{attempt_id}") if attempt_id else new_refresh_token()
        used, link = await self._database.run(
            lambda pg: refreshing.use(
                pg, token, following, attempt, lifetime=self._refresh_lifetime, hand_over=self._hand_over
            )
        )
        if link is not None and used is refreshing.Use.FOLLOWED:
            return self._grant(link, link.device_id, link.scopes_left, following)
        if link is not None and used is refreshing.Use.USED_TWICE:
            await self._audit(Action.SESSION_REUSE_DETECTED, link.id, caller)
        raise Problem(Code.INVALID_GRANT, detail=_SESSION_OVER)

    async def sign_out(self, token: str) -> None:
        """Revoke the family of a refresh token; unknown tokens are ignored (RFC 7009). Idempotent by the token."""
        await self._database.run(lambda pg: refreshing.end(pg, token))

    async def _proven(self, username: str, password: str, caller: Caller, fits: Callable[[Account], bool]) -> Account:
        """The account whose password this is, if it is one that `fits`."""
        async with self._counted(username, caller):
            account = await self._named(username)
            right = await verify_password(account.password_hash if account else None, password)
            if account is None or not right or account.deactivated_at is not None or not fits(account):
                # A machine has no password; it is told what holds for every grant.
                raise Problem(Code.INVALID_GRANT, detail=_WRONG_PASSWORD if fits is _is_person else None)
            return account

    async def _activated(self, username: str, code: str, caller: Caller) -> Account:
        """The account whose activation code this is.

        80 random bits cannot be guessed, so the right code is accepted after any number of wrong ones; only wrong ones
        are counted, and wait.
        """
        keys = self._keys(username, caller)
        async with self._turns.turn(keys.address):
            account = await self._named(username)
            if account is not None and _is_code_of(account, code):
                await self._database.run(lambda pg: forgive(pg, keys))
                return account
            await self._database.run(lambda pg: count_attempt(pg, keys))
            await self._tell_failed(username, caller)
        raise Problem(Code.INVALID_GRANT, detail=_WRONG_CODE)

    def _keys(self, username: str, caller: Caller) -> Keys:
        return keys_of(self._digester, username, caller.address, caller.device.told_id if caller.device else None)

    @asynccontextmanager
    async def _counted(self, username: str, caller: Caller) -> AsyncIterator[None]:
        """An attempt, which counts as failed until the block ends well. It waits for its turn: a hash is expensive, and
        the clients that ask most must not get all hashes and connections.
        """
        keys = self._keys(username, caller)
        async with self._turns.turn(keys.address, keys.account):
            try:
                async with counted_attempt(self._database, keys, wrong={Code.INVALID_GRANT}):
                    yield
            except Problem as exc:
                if exc.code is Code.INVALID_GRANT:
                    await self._tell_failed(username, caller)
                raise

    async def _named(self, username: str) -> Account | None:
        async with self._database.session() as session:
            return (await session.exec(select(Account).where(Account.username == username))).one_or_none()

    async def _audit(self, action: Action, account_id: UUID, caller: Caller) -> None:
        subject = ("account", str(account_id))
        await self._database.run(lambda pg: _tell(pg, action, account_id, subject, caller))

    async def _tell_failed(self, username: str, caller: Caller) -> None:
        """The account and address of a failed attempt. The name only if there is such an account: else it may be
        anything."""

        async def write(pg: asyncpg.Connection) -> None:
            account_id = await pg.fetchval("SELECT id FROM account WHERE username = $1", username)
            subject = ("account", str(account_id)) if account_id else ("sign_in", "unknown")
            await _tell(pg, Action.SESSION_REFUSED, None, subject, caller)

        await self._database.run(write)

    def _grant(self, account: Holder, device_id: UUID | None, scopes: list[str], token: str) -> Grant:
        access = self._tokens.issue(account, device_id=device_id, scopes=scopes)
        return Grant(access, self._tokens.lifetime_s, " ".join(scopes), token)


async def _tell(
    pg: asyncpg.Connection, action: Action, actor_id: UUID | None, subject: tuple[str, str], caller: Caller
) -> None:
    subjects = [(*subject, {"address": caller.address})]
    await trail.record_many(pg, action, actor_id=actor_id, subjects=subjects, trace_id=caller.trace_id)


def _is_code_of(account: Account, code: str) -> bool:
    """Whether this is the activation code of an open account, and still good."""
    expires_at = account.activation_expires_at
    return (
        hmac.compare_digest(account.activation_digest or b"", activation_digest(code))
        and account.deactivated_at is None
        and expires_at is not None
        and expires_at >= datetime.now(UTC)
    )


def _is_person(account: Account) -> bool:
    return account.role != Role.SYSTEM


def _is_machine(account: Account) -> bool:
    return account.role == Role.SYSTEM
