"""What endpoints ask for in their signatures: the services of the app, the principal, the language.

Permission is a type: `allowed(...)` names the roles that may call an endpoint. A route without one fails the suite.
All of them are coroutines, also where nothing is awaited: plain functions would each be sent to a thread.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.security import OAuth2PasswordBearer

from app.accounts.browser_sessions import BrowserSessions
from app.accounts.permissions import Access, Principal, Proof, Role, Scope
from app.accounts.queries import principal_now
from app.accounts.signing_in import SignIn
from app.accounts.throttle import network_of
from app.accounts.tokens import AccessTokens
from app.api import negotiation
from app.api.limits import Asked, Limits
from app.core.child_processes import ChildProcesses
from app.core.clock import Clock
from app.core.database import Database
from app.core.problems import Code, Problem
from app.core.redaction import without_numbers
from app.core.settings import Settings
from app.core.storage import Storage
from app.core.telemetry import Metrics
from app.exchange.jobs import Jobs
from app.exchange.streaming import Exports
from app.intake.ingest import Ingest
from app.sync.known_identities import KnownIdentities


@dataclass(slots=True)
class Waiting:
    """How many requests wait for something to happen, holding nothing."""

    feed: int = 0


@dataclass(frozen=True, slots=True)
class Services:
    """What one app is made of; `create_app` builds it, `app.state.services` holds it."""

    settings: Settings
    clock: Clock
    database: Database
    tokens: AccessTokens
    sign_in: SignIn
    browser_sessions: BrowserSessions
    ingest: Ingest
    metrics: Metrics
    limits: Limits
    storage: Storage
    exports: Exports
    jobs: Jobs
    files: ChildProcesses
    photos: ChildProcesses
    known_identities: KnownIdentities
    waiting: Waiting = field(default_factory=Waiting)


async def services(request: Request) -> Services:
    """The services of the app that serves the request."""
    held: Services = request.app.state.services
    return held


ServicesDep = Annotated[Services, Depends(services)]

bearer = OAuth2PasswordBearer(
    tokenUrl="/v1/auth/token",
    auto_error=False,
    description="An access token from `POST /v1/auth/token`.",
)


async def proof(request: Request, held: ServicesDep, token: Annotated[str | None, Depends(bearer)]) -> Proof:
    """Whose session the request belongs to, as its access token proves."""
    if token is None:
        raise Problem(Code.NOT_SIGNED_IN)
    found = held.tokens.verify(token)
    request.state.actor_id = str(found.account_id)
    return found


async def principal(found: Annotated[Proof, Depends(proof)], held: ServicesDep) -> Principal:
    """Who is behind the request, and what its account may do at this moment."""
    return await _now(held, found)


async def still_allowed(held: Services, before: Principal, *, hand_over: bool = False) -> None:
    """Look again after a wait: go on only where nothing was taken away meanwhile. `hand_over`: as in `allowed`.

    Raises:
        Problem: `not_signed_in`, `account_deactivated`, `device_revoked`, `not_allowed`.
    """
    now = await _now(held, before.proof)
    now.refuse_revoked(held.settings.hand_over if hand_over else None)
    now.refuse_less(before)


async def _now(held: Services, found: Proof) -> Principal:
    async with held.database.statement() as pg:
        return await principal_now(pg, found)


def allowed(
    *roles: Role, scope: Scope | None = None, on_tablet: bool = False, hand_over: bool = False
) -> Callable[..., Awaitable[Principal]]:
    """A dependency that lets only these roles in; a system client needs the scope as well.

    `on_tablet`: only in the session of an enrolled tablet. A revoked tablet is let in only where it may `hand_over`
    what it collected, and only for a time.
    """

    async def check(found: Annotated[Principal, Depends(principal)], held: ServicesDep) -> Principal:
        if found.role not in roles:
            raise Problem(Code.NOT_ALLOWED)
        if found.role is Role.SYSTEM and (scope is None or scope not in found.scopes):
            raise Problem(Code.NOT_ALLOWED)
        within = held.settings.hand_over if hand_over else None
        if on_tablet:
            found.refuse_off_tablet(within)
        else:
            found.refuse_revoked(within)
        return found

    check.roles = roles  # type: ignore[attr-defined]  # read by the tests that walk all routes
    return check


async def _sender(found: Annotated[Proof, Depends(proof)]) -> Proof:
    if found.role is not Role.ENUMERATOR:
        raise Problem(Code.NOT_ALLOWED)
    if found.device_id is None:
        raise Problem(Code.DEVICE_NOT_ENROLLED)
    return found


_sender.roles = (Role.ENUMERATOR,)  # type: ignore[attr-defined]

Sender = Annotated[Proof, Depends(_sender)]
"""Who sends a batch. What its account may do is looked up in the transaction that takes the batch, and not before."""

Anyone = Annotated[Principal, Depends(allowed(*Role, scope=Scope.PROGRESS_READ))]
"""Every signed-in role; system clients with `progress:read`."""

SignedIn = Annotated[Principal, Depends(principal)]
"""An account that is signed in, for what concerns only itself."""


async def _not_revoked(found: SignedIn) -> Principal:
    found.refuse_revoked()
    return found


Oneself = Annotated[Principal, Depends(_not_revoked)]
"""The same, but not on a tablet that was revoked."""

HandingOver = Annotated[Principal, Depends(allowed(Role.ENUMERATOR, on_tablet=True, hand_over=True))]
"""An enumerator on its tablet, also on a revoked one that hands over what it has."""

Tablet = Annotated[Principal, Depends(allowed(Role.ENUMERATOR, on_tablet=True))]
"""An enumerator on its tablet, but not on one that was revoked: what it reads."""

Supervisor = Annotated[Principal, Depends(allowed(Role.COORDINATOR, Role.OFFICER, Role.ADMIN))]
"""Those who answer for the work of others."""

Staff = Annotated[Principal, Depends(allowed(Role.ENUMERATOR, Role.COORDINATOR, Role.OFFICER, Role.ADMIN))]
"""People, not machines."""

Officer = Annotated[Principal, Depends(allowed(Role.OFFICER, Role.ADMIN))]
"""Those who look after a region."""

Admin = Annotated[Principal, Depends(allowed(Role.ADMIN))]
"""Those who look after everything."""


AccessReason = Annotated[
    str | None,
    Header(
        alias="X-Access-Reason",
        min_length=5,
        max_length=300,
        description="Why vulnerable answers are to be seen unmasked; kept in the audit trail.",
    ),
]


def access_of(principal: Principal, reason: str | None) -> Access:
    """What the principal may see for that reason; a number in the reason is not kept."""
    return Access(principal, None if reason is None else without_numbers(reason.replace("\x00", "")))


def limited(asked: Asked) -> Any:
    """A dependency that counts a request against the account that asks."""

    async def count(held: ServicesDep, who: SignedIn) -> None:
        held.limits.hit(asked, str(who.account_id))
        held.limits.hit_own(who.rate, str(who.account_id))

    return Depends(count)


def limited_by_address(asked: Asked) -> Any:
    """A dependency that counts a request against the address it comes from."""

    async def count(request: Request, held: ServicesDep) -> None:
        held.limits.hit(asked, address_of(request))

    return Depends(count)


def address_of(request: Request) -> str:
    """The client's address, as the trusted proxies in front of the server tell it; of IPv6 its network."""
    return network_of(request.client.host) if request.client else "unknown"


async def language(request: Request) -> str:
    """The language of details, as a dependency."""
    return negotiation.language(request)


Language = Annotated[str, Depends(language)]


async def trace_id(request: Request) -> str:
    """The id of the request, as in the log and in `X-Request-ID`."""
    found: str = request.state.trace_id
    return found


TraceId = Annotated[str, Depends(trace_id)]

PROBLEM: dict[str, Any] = {"$ref": "#/components/schemas/Problem"}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documentation of the problems that an endpoint may answer with."""
    return {
        status: {
            "description": _MEANING[status],
            "content": {"application/problem+json": {"schema": PROBLEM}},
        }
        for status in statuses
    }


_MEANING = {
    400: "Malformed request.",
    401: "Not signed in.",
    403: "Known, but not allowed.",
    404: "Not here, or outside the caller's territory.",
    406: "Not in any form that `Accept` takes.",
    409: "In flight, out of date, or not possible in the present state.",
    410: "The cursor is from before the database was restored: start over, as `detail` says.",
    413: "Too large.",
    415: "Unsupported media type or coding.",
    422: "Valid JSON with bad fields.",
    429: "Too many requests; wait for `Retry-After`.",
    503: "Busy; nothing was stored; wait for `Retry-After`.",
}
