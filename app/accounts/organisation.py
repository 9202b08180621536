"""Signing in with an organisation's account: for people who have an account here, by the claims of their OpenID
provider.

What ties an answer of the provider to the browser that asked is sealed in a cookie of that browser: state, nonce and
PKCE verifier. It is good for ten minutes and once. No account is ever made, and nothing of the provider's tokens is
kept. The first time, the provider's name of the person (`iss` and `sub`) is kept with the account as a digest; from
then on no other person of that provider can sign in to the account, also one who gets the same name there later.
"""

import hmac
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

import asyncpg
import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from app.accounts.browser_sessions import Cookies, Proven, Way
from app.accounts.challenges import spend
from app.accounts.id_tokens import Unsound, user_name_of
from app.accounts.openid_provider import Asking, OpenIDProvider, StaleCodeError
from app.accounts.permissions import Role
from app.accounts.throttle import Keys, counted_attempt
from app.audit import trail
from app.audit.actions import Action
from app.core.database import Database
from app.core.fair_queue import FairQueue
from app.core.problems import Code, Problem
from app.core.rows import Row, read, read_one
from app.core.sealing import Digester, KeyRing, UnsealError
from app.core.settings import Settings

GOOD_FOR_S = 600
"""Seconds that a person may take to sign in at the provider."""

CALLBACK = "/v1/auth/oidc/callback"
"""Where the provider sends people back to."""

AT_DESKS = frozenset({Role.COORDINATOR, Role.OFFICER, Role.ADMIN})
"""Roles that may sign in so. Enumerators work on tablets, systems are not people."""

AT_ONCE, MOST_WAITING, LONGEST_WAIT_S = 8, 64, 10
"""Answers of the provider that are looked into, and that wait, and for how long."""

REFUSED = frozenset(
    {
        Code.ORGANISATION_SIGN_IN_STALE,
        Code.ORGANISATION_ANSWER_UNSOUND,
        Code.ORGANISATION_DENIED,
        Code.ORGANISATION_ACCOUNT_UNKNOWN,
        Code.ORGANISATION_ACCOUNT_UNFIT,
        Code.ORGANISATION_OTHER_ACCOUNT,
        Code.ACCOUNT_DEACTIVATED,
    }
)
"""What counts as a refused sign-in; anything else says that nothing was judged."""

ANSWERS = REFUSED | {
    Code.ORGANISATION_UNAVAILABLE,
    Code.WAY_NOT_OFFERED,
    Code.INVALID_GRANT,
    Code.TOO_MANY_REQUESTS,
    Code.OVERLOADED,
    Code.DATABASE_AWAY,
}
"""With what a browser may come back that is not signed in."""

_SECRET_BYTES = 32
_BOUND_TO = b"a sign-in with an organisation's account"
_log = structlog.get_logger("kumkm.organisation")


class Attempt(BaseModel):
    """A sign-in on its way: what its browser keeps, sealed."""

    model_config = ConfigDict(frozen=True)

    asking: Asking
    until: int
    """Seconds since 1970."""
    to: str
    """The page of ours that is shown afterwards."""
    account_id: UUID | None
    """The only account that is accepted, if its session is to continue."""
    instead_of: Cookies | None
    """The session that the browser had; it does not send those cookies along when it comes back from another site."""


class CallbackParams(NamedTuple):
    """What the provider sent the browser back with (RFC 6749, 4.1.2; RFC 9207)."""

    code: str | None
    issuer: str | None
    error: str | None


class _Found(Row):
    """An account of the name that the provider names."""

    id: UUID
    role: str
    sessions_ended: int
    active: bool


class _Link(Row):
    """The person at the provider that an account belongs to."""

    account_id: UUID
    issuer: str
    subject_digest: bytes


class Organisation:
    """Begins and ends such sign-ins."""

    def __init__(self, settings: Settings, database: Database, ring: KeyRing, digester: Digester) -> None:
        self._provider: OpenIDProvider | None = None
        if settings.oidc_issuer:
            address = f"{settings.public_origin}{settings.root_path}{CALLBACK}"
            self._provider = OpenIDProvider(settings, address)
        self._settings = settings
        self._database = database
        self._ring = ring
        self._digester = digester
        self._turns = FairQueue(AT_ONCE, MOST_WAITING, LONGEST_WAIT_S)

    @property
    def is_offered(self) -> bool:
        """Whether anybody signs in so here."""
        return self._provider is not None

    async def close(self) -> None:
        """Close the connections to the provider."""
        if self._provider is not None:
            await self._provider.close()

    async def begin(self, to: str, account_id: UUID | None, instead_of: Cookies | None) -> tuple[str, str]:
        """The provider's address for a browser, and what that browser keeps until it comes back. Nothing is stored.

        Raises:
            Problem: `way_not_offered`; `organisation_unavailable`, also where the provider is not fit for this.
        """
        asking = Asking(*(secrets.token_urlsafe(_SECRET_BYTES) for _ in Asking._fields))
        try:
            address = await self._offered().address(asking)
        except Unsound as exc:
            _log.error("organisation_unfit", reason=exc.reason)
            raise Problem(Code.ORGANISATION_UNAVAILABLE, retry_after=60) from exc
        made = Attempt(
            asking=asking, until=int(time.time()) + GOOD_FOR_S, to=to, account_id=account_id, instead_of=instead_of
        )
        sealed = self._ring.seal(made.model_dump_json().encode(), _BOUND_TO)
        return address, urlsafe_b64encode(sealed).decode()

    def attempt_of(self, kept: str | None, state: str | None) -> Attempt:
        """The sign-in that the browser is back from.

        Raises:
            Problem: `way_not_offered`; `organisation_sign_in_stale` where this browser did not begin it, or too long
                ago.
        """
        self._offered()
        try:
            found = Attempt.model_validate_json(self._ring.unseal(urlsafe_b64decode(kept or ""), _BOUND_TO))
        except (UnsealError, ValidationError, ValueError) as exc:
            raise Problem(Code.ORGANISATION_SIGN_IN_STALE) from exc
        if not hmac.compare_digest(found.asking.state.encode(), (state or "").encode()) or found.until < time.time():
            raise Problem(Code.ORGANISATION_SIGN_IN_STALE)
        return found

    async def finish(self, found: Attempt, params: CallbackParams, address: str, *, trace_id: str) -> Proven:
        """The account of the person whom the provider signed in, if there is one here. Not idempotent: an attempt works
        once.

        `address`: from where, for the limits and the trail.

        Raises:
            Problem: one of `REFUSED`, which the trail records; `too_many_requests`, `overloaded`,
                `organisation_unavailable`.
        """
        account: list[UUID] = []  # whose account it is, as soon as that is known
        try:
            async with self._counted(address):
                await self._database.run(
                    lambda pg: spend(
                        pg,
                        sha256(found.asking.state.encode()).digest(),
                        datetime.fromtimestamp(found.until + 1, UTC),
                        Code.ORGANISATION_SIGN_IN_STALE,
                    )
                )
                name, subject = await self._said(found, params)
                return await self._database.run(
                    lambda pg: self._let_in(pg, name, subject, found.account_id, account, trace_id)
                )
        except Problem as exc:
            if exc.code in REFUSED:
                await self._tell_refused(account, exc.code, address, trace_id)
            raise

    @asynccontextmanager
    async def _counted(self, address: str) -> AsyncIterator[None]:
        """As with passwords, failures of an address wait for longer and longer. There is no name to count by yet."""
        own = self._digester.counter("organisation's sign-ins from", address)
        keys = Keys((), own, self._digester.counter("sign-ins from", address))
        async with self._turns.turn(keys.address), counted_attempt(self._database, keys, wrong=REFUSED):
            yield

    async def _said(self, found: Attempt, params: CallbackParams) -> tuple[str, str]:
        """The user name and the subject in the provider's claims."""
        provider, claim = self._offered(), self._settings.oidc_claim
        wanted = {claim, "email_verified"} if claim == "email" else {claim}
        try:
            await provider.refuse_other(params.issuer)
            if params.error is not None:
                raise Problem(Code.ORGANISATION_DENIED)
            claims = await provider.claims(params.code, found.asking, wanted)
        except StaleCodeError as exc:
            raise Problem(Code.ORGANISATION_SIGN_IN_STALE) from exc
        except Unsound as exc:
            _log.warning("organisation_unsound", reason=exc.reason)
            raise Problem(Code.ORGANISATION_ANSWER_UNSOUND) from exc
        name = user_name_of(claims, claim, self._settings.oidc_domain)
        if name is None:
            _log.warning("organisation_unsound", reason="no_user_name")
            raise Problem(Code.ORGANISATION_ACCOUNT_UNKNOWN)
        return name, str(claims["sub"])

    async def _let_in(
        self,
        pg: asyncpg.Connection,
        name: str,
        subject: str,
        only: UUID | None,
        account: list[UUID],
        trace_id: str,
    ) -> Proven:
        found = await read_one(
            pg,
            _Found,
            "SELECT id, role, sessions_ended, deactivated_at IS NULL AS active FROM account WHERE username = $1"
            " FOR SHARE",
            name,
        )
        if found is None or found.role == Role.SYSTEM:
            raise Problem(Code.ORGANISATION_ACCOUNT_UNKNOWN)
        account[:] = [found.id]
        if not found.active:
            raise Problem(Code.ACCOUNT_DEACTIVATED)
        if found.role not in AT_DESKS:
            raise Problem(Code.ORGANISATION_ACCOUNT_UNFIT)
        if only not in (None, found.id):
            raise Problem(Code.ORGANISATION_OTHER_ACCOUNT)
        await self._link(pg, found.id, subject, trace_id)
        return Proven(found.id, found.sessions_ended)

    async def _link(self, pg: asyncpg.Connection, account_id: UUID, subject: str, trace_id: str) -> None:
        """Refuse a person whom the account does not belong to. It belongs to the first person who signs in; with
        another provider this begins again."""
        issuer = self._settings.oidc_issuer
        digest = self._digester.counter("organisation's account", f"{issuer}\n{subject}")
        known = await read(
            pg,
            _Link,
            "SELECT account_id, issuer, subject_digest FROM organisation_account"
            " WHERE (account_id = $1 AND issuer = $2) OR subject_digest = $3",
            account_id,
            issuer,
            digest,
        )
        if known:
            if any((each.account_id, each.subject_digest) != (account_id, digest) for each in known):
                raise Problem(Code.ORGANISATION_OTHER_ACCOUNT)
            return
        await pg.execute("DELETE FROM organisation_account WHERE account_id = $1", account_id)
        linked = await pg.fetchval(
            "INSERT INTO organisation_account (account_id, issuer, subject_digest, linked_at) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT DO NOTHING RETURNING true",
            account_id,
            issuer,
            digest,
            datetime.now(UTC),
        )
        if not linked:  # another request was faster
            raise Problem(Code.ORGANISATION_OTHER_ACCOUNT)
        subjects = [("account", str(account_id), dict[str, str]())]
        await trail.record_many(
            pg, Action.ACCOUNT_ORGANISATION_LINKED, actor_id=account_id, subjects=subjects, trace_id=trace_id
        )

    async def _tell_refused(self, account: list[UUID], code: Code, address: str, trace_id: str) -> None:
        """As of a password: from where, and whose account it was, if that is known."""
        subject = ("account", str(account[0])) if account else ("sign_in", "unknown")
        detail = {"address": address, "way": Way.ORGANISATION.value, "reason": code.code}
        await self._database.run(
            lambda pg: trail.record_many(
                pg, Action.SESSION_REFUSED, actor_id=None, subjects=[(*subject, detail)], trace_id=trace_id
            )
        )

    def _offered(self) -> OpenIDProvider:
        if self._provider is None:
            raise Problem(Code.WAY_NOT_OFFERED)
        return self._provider
