"""What an endpoint is called with: the caller, the time, the language, the services.

The type of `call` in an endpoint's signature says who may call it. An endpoint without one fails the suite. All
dependencies are coroutines, also where nothing is awaited: plain functions would each be sent to a thread.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import asyncpg
from fastapi import Depends, Header, Request
from fastapi.security import OAuth2PasswordBearer

from app.accounts.api_keys import USED_EVERY, is_key, key_digest, note_use
from app.accounts.caller import Caller
from app.accounts.devices import ToldDevice
from app.accounts.permissions import Access, Principal, Proof, Role, Scope
from app.accounts.queries import principal_now
from app.accounts.throttle import network_of
from app.api import negotiation
from app.api.credentials import shown_in
from app.api.limits import Rate
from app.api.pages import PageQuery, Pager
from app.api.services import Services
from app.audit import trail
from app.audit.actions import Action
from app.core.bodies import read_body
from app.core.log_position import LogPosition
from app.core.name_cleaning import Stated
from app.core.problems import Code, Problem
from app.core.readers import PATIENCE_S, ReadApart
from app.exchange.export_request import EXPORTERS
from app.regions.region_code import NATION, local_date
from app.workforce.reach import Reach, reach_of

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Call:
    """One request, of a caller who may be signed in or not."""

    request: Request
    services: Services
    now: datetime
    """The moment at which the request came."""

    @property
    def today(self) -> date:
        """The day in the capital, by which reach and campaigns are looked up."""
        return local_date(self.now, NATION)

    @property
    def trace_id(self) -> str:
        """The id of the request, as in the log and in `X-Request-ID`."""
        found: str = self.request.state.trace_id
        return found

    @property
    def language(self) -> str:
        """The language of texts for people."""
        return negotiation.language(self.request)

    @property
    def media_type(self) -> str:
        """The declared type of the body, in lower case and without parameters; empty if none is declared."""
        return self.request.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def address(self) -> str:
        """Where the request comes from; see `address_of`."""
        return address_of(self.request)

    def caller(self, device: ToldDevice | None = None) -> Caller:
        """From where somebody signs in; `device`: the tablet that it says to be."""
        return Caller(self.address, self.trace_id, device)

    async def body(self, coding: str = "") -> bytes:
        """The body, decoded, of at most as many bytes as a batch may have. `coding`: its `Content-Encoding`.

        Raises:
            Problem: as `read_body`.
        """
        most, hold = self.services.settings.max_body_bytes, self.request.state.hold
        return await read_body(self.request.stream(), coding=coding, max_bytes=most, hold=hold)

    def snapshot(self, patience_s: float = PATIENCE_S) -> AbstractAsyncContextManager[asyncpg.Connection]:
        """A connection that reads, as of one moment. Where the endpoint is declared with `reader=True`, it may be that
        of a standby, for which the call waits so many seconds.
        """
        apart: ReadApart | None = getattr(self.request.state, "apart", None)
        if apart is None:
            return self.services.database.snapshot()
        return self.services.readers.snapshot(apart, patience_s)

    def statement(self) -> AbstractAsyncContextManager[asyncpg.Connection]:
        """A connection for one statement that reads, or for questions that are asked together."""
        return self.services.database.statement()

    async def run(self, work: Callable[[asyncpg.Connection], Awaitable[Done]]) -> Done:
        """Do work in one transaction, which is committed before the answer is sent."""
        return await self.services.database.run(work)


@dataclass(frozen=True, slots=True)
class SenderCall(Call):
    """A request with a batch. What its account may do is looked up in the transaction that takes the batch."""

    proof: Proof


@dataclass(frozen=True, slots=True)
class SignedCall(Call):
    """A request of an account that is signed in."""

    principal: Principal

    def pager(self, page: PageQuery, *bound_to: object) -> Pager:
        """The list that the account asks for a page of; `bound_to`: its name and what narrows it."""
        return Pager(self.services.settings, self.principal, page, *bound_to)

    async def reach(self, pg: asyncpg.Connection) -> Reach:
        """The enumerators and the territory whose work the account may see today."""
        return await reach_of(pg, self.principal, self.today)

    async def run_within_reach(self, work: Callable[[asyncpg.Connection, Reach], Awaitable[Done]]) -> Done:
        """As `run`, for work that depends on what the account may see."""

        async def within(pg: asyncpg.Connection) -> Done:
            return await work(pg, await self.reach(pg))

        return await self.run(within)

    async def note(self, action: Action, subject: tuple[str, str], detail: Mapping[str, Any]) -> None:
        """Write into the audit trail what the account does, before it is answered. `subject`: its type and its id."""
        await self.run(
            lambda pg: trail.record_many(
                pg,
                action,
                actor_id=self.principal.account_id,
                trace_id=self.trace_id,
                subjects=[(*subject, self._with_key(detail))],
            )
        )

    def _with_key(self, detail: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the trail keeps of a deed, with the key that was shown."""
        return detail if self.principal.key_id is None else {**detail, "key": str(self.principal.key_id)}

    async def read(self, work: Callable[[asyncpg.Connection], Awaitable[Done]], *, noted: bool) -> Done:
        """Read as of one moment; in a transaction that writes where what is read is `noted` in the audit trail."""
        if noted:
            return await self.run(work)
        async with self.snapshot() as pg:
            return await work(pg)

    def access(self, reason: str | None) -> Access:
        """What the account may see if it gives that reason."""
        return Access(self.principal, reason)

    async def refuse_if_less(self, *, hand_over: bool = False) -> None:
        """Check the account's rights again after a wait, and continue only if it still has them. `hand_over`: as in
        `Allowed`.

        Raises:
            Problem: `not_signed_in`, `account_deactivated`, `device_revoked`, `not_allowed`.
        """
        now = await _now(self.services, self.principal.proof)
        now.refuse_revoked(self.services.settings.hand_over if hand_over else None)
        now.refuse_less(self.principal)


bearer = OAuth2PasswordBearer(
    tokenUrl="/v1/auth/token",
    auto_error=False,
    description="An access token from `POST /v1/auth/token`, or a read-only key from `POST /v1/keys`. A key may also be"
    " the password of `Basic`, under any name.",
)


def services_of(request: Request) -> Services:
    """The services of the app that serves the request."""
    found: Services = request.app.state.services
    return found


async def proof(request: Request, _: Annotated[str | None, Depends(bearer)]) -> Proof:
    """The session that the request belongs to, as its access token proves; or a key."""
    shown = shown_in(request.headers.get("authorization"))
    if shown.key is not None:
        return await _proof_of_key(request, shown.key)
    if shown.token is None:
        raise Problem(Code.NOT_SIGNED_IN)
    found = services_of(request).tokens.verify(shown.token)
    request.state.actor_id = str(found.account_id)
    return found


async def _proof_of_key(request: Request, key: str) -> Proof:
    if request.method not in _READS:
        raise Problem(Code.KEY_READS_ONLY)
    if not is_key(key):
        await _count_no_key(request)
        raise Problem(Code.NOT_SIGNED_IN)
    return Proof.of_key(key_digest(key))


async def _count_no_key(request: Request) -> None:
    """An address that shows keys which are none is made to wait."""
    await services_of(request).limits.hit(Rate.KEY, address_of(request))


async def principal(request: Request, found: Annotated[Proof, Depends(proof)]) -> Principal:
    """The caller, and what the caller's account may do at this moment: as the primary says, always."""
    services = services_of(request)
    apart: ReadApart | None = getattr(request.state, "apart", None)
    try:
        async with services.database.statement() as pg:
            now = await principal_now(pg, found)
            if apart is not None:
                apart.moment = await services.readers.moment(pg)
    except Problem as exc:
        if found.key is not None and exc.code is Code.NOT_SIGNED_IN:
            await _count_no_key(request)
        raise
    if now.key_id is not None:
        await _note_use(request, now, now.key_id)
    if apart is not None and now.role in _SEE_BY_TEAMS:
        apart.seen = None  # who belongs to a team is read, and must not be old
    return now


async def _note_use(request: Request, now: Principal, key_id: UUID) -> None:
    """Once an hour. A database that only reads at the moment does not keep the key from reading."""
    request.state.actor_id = str(now.account_id)
    if now.key_used_at is None or datetime.now(UTC) - now.key_used_at >= USED_EVERY:
        with suppress(Problem):
            await services_of(request).database.run(lambda pg: note_use(pg, key_id, address_of(request)))


async def _now(services: Services, found: Proof) -> Principal:
    async with services.database.statement() as pg:
        return await principal_now(pg, found)


_READS = ("GET", "HEAD")
_SEE_BY_TEAMS = (Role.ENUMERATOR, Role.COORDINATOR)


async def may_read_apart(
    request: Request,
    seen: Annotated[
        str | None,
        Header(
            alias="X-Position",
            max_length=40,
            description="The `X-Position` of the caller's last answer: this one may then be older than the request, but"
            " not older than that one. Without it, the answer has all that was there when the request came.",
        ),
    ] = None,
) -> None:
    """A standby may answer this request, if the server has one."""
    if services_of(request).readers.there:
        request.state.apart = ReadApart(None if seen is None else LogPosition.read(seen))


async def unsigned(request: Request) -> Call:
    """A request that needs no access token."""
    services = services_of(request)
    return Call(request, services, services.clock.now())


class Guard:
    """A dependency that decides which callers an endpoint accepts."""

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)


class Allowed(Guard):
    """Accepts only these roles; a system client needs the scope as well.

    `on_tablet`: only in the session of an enrolled tablet. A revoked tablet is accepted only where it may `hand_over`
    what it collected, and only for a time. `by_key`: also who shows a read-only key that has the scope.
    """

    def __init__(
        self,
        *roles: Role,
        scope: Scope | None = None,
        on_tablet: bool = False,
        hand_over: bool = False,
        by_key: bool = False,
    ) -> None:
        super().__init__(*roles)
        self._scope, self._on_tablet, self._hand_over, self._by_key = scope, on_tablet, hand_over, by_key

    async def __call__(self, request: Request, found: Annotated[Principal, Depends(principal)]) -> SignedCall:
        if found.key is not None and not self._by_key:
            raise Problem(Code.KEY_READS_ONLY)
        if found.role not in self.roles:
            raise Problem(Code.NOT_ALLOWED)
        if found.role is Role.SYSTEM and (self._scope is None or self._scope not in found.scopes):
            raise Problem(Code.NOT_ALLOWED)
        services = services_of(request)
        within = services.settings.hand_over if self._hand_over else None
        if self._on_tablet:
            found.refuse_off_tablet(within)
        else:
            found.refuse_revoked(within)
        return SignedCall(request, services, services.clock.now(), found)


class _AllowedOneself(Guard):
    """Accepts every signed-in caller; a system needs no scope. `by_key`: also who shows a read-only key."""

    def __init__(self, *roles: Role, by_key: bool = False) -> None:
        super().__init__(*roles)
        self._by_key = by_key

    async def __call__(self, request: Request, found: Annotated[Principal, Depends(principal)]) -> SignedCall:
        if found.key is not None and not self._by_key:
            raise Problem(Code.KEY_READS_ONLY)
        found.refuse_revoked()
        services = services_of(request)
        return SignedCall(request, services, services.clock.now(), found)


class _AllowedToSend(Guard):
    """Accepts a tablet by its token alone."""

    async def __call__(self, request: Request, found: Annotated[Proof, Depends(proof)]) -> SenderCall:
        if found.role not in self.roles:
            raise Problem(Code.NOT_ALLOWED)
        if found.device_id is None:
            raise Problem(Code.DEVICE_NOT_ENROLLED)
        services = services_of(request)
        return SenderCall(request, services, services.clock.now(), found)


Unauthenticated = Annotated[Call, Depends(unsigned)]
"""Every caller, also one who is not signed in."""

Sender = Annotated[SenderCall, Depends(_AllowedToSend(Role.ENUMERATOR))]
"""A tablet that sends a batch."""

AnyRole = Annotated[SignedCall, Depends(Allowed(*Role, scope=Scope.PROGRESS_READ, by_key=True))]
"""Every signed-in role; system clients and keys with `progress:read`."""

Oneself = Annotated[SignedCall, Depends(_AllowedOneself(*Role))]
"""The owner of an account, for what concerns only this account; not on a tablet that was revoked."""

KnownByKey = Annotated[SignedCall, Depends(_AllowedOneself(*Role, by_key=True))]
"""As `Oneself`, and who shows a read-only key."""

HandingOver = Annotated[SignedCall, Depends(Allowed(Role.ENUMERATOR, on_tablet=True, hand_over=True))]
"""An enumerator on an enrolled tablet, also on a revoked one that hands over what it has."""

Tablet = Annotated[SignedCall, Depends(Allowed(Role.ENUMERATOR, on_tablet=True))]
"""An enumerator on an enrolled tablet that is not revoked: for everything that tablets read."""

Supervisor = Annotated[SignedCall, Depends(Allowed(Role.COORDINATOR, Role.OFFICER, Role.ADMIN))]
"""Coordinators, officers and admins."""

Staff = Annotated[SignedCall, Depends(Allowed(Role.ENUMERATOR, Role.COORDINATOR, Role.OFFICER, Role.ADMIN))]
"""People, not machines."""

Officer = Annotated[SignedCall, Depends(Allowed(Role.OFFICER, Role.ADMIN))]
"""Officers and admins."""

Admin = Annotated[SignedCall, Depends(Allowed(Role.ADMIN))]
"""Admins."""

Reader = Annotated[SignedCall, Depends(Allowed(*Role, scope=Scope.BUSINESSES_READ, by_key=True))]
"""Every role within its reach; system clients and keys with `businesses:read`."""

Exporter = Annotated[SignedCall, Depends(Allowed(*EXPORTERS, scope=Scope.BUSINESSES_READ, by_key=True))]
"""Accounts and keys that may export the register."""

StatisticsReader = Annotated[
    SignedCall, Depends(Allowed(Role.OFFICER, Role.ADMIN, Role.SYSTEM, scope=Scope.STATISTICS_READ, by_key=True))
]
"""Officers, admins, system clients and keys with `statistics:read`."""

ExportOwner = Annotated[SignedCall, Depends(Allowed(*EXPORTERS, scope=Scope.BUSINESSES_READ))]
"""Accounts that may have an export made, and fetch it."""

Mirror = Annotated[
    SignedCall, Depends(Allowed(Role.OFFICER, Role.ADMIN, Role.SYSTEM, scope=Scope.FEED_READ, by_key=True))
]
"""Accounts and keys that may read the feed."""

AccessReason = Annotated[
    Stated | None,
    Header(
        alias="X-Access-Reason",
        min_length=5,
        max_length=300,
        description="Why vulnerable answers are to be seen unmasked; kept in the audit trail.",
    ),
]


def address_of(request: Request) -> str:
    """The client's address, as the trusted proxies in front of the server report it; of IPv6 its network."""
    return network_of(request.client.host) if request.client else "unknown"
