"""Sessions of browsers, and the list of an account's sessions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path, Response
from pydantic import BaseModel, ConfigDict, Field

from app.accounts import own_sessions
from app.accounts.browser_names import browser_name
from app.accounts.browser_sessions import Cookies, Proven, Session, Shown, Way
from app.api.auth import MeOut, Secret, misfit_of_proof, refuse_fields
from app.api.calls import Call, Oneself, Unauthenticated
from app.api.endpoints import Endpoints
from app.api.limits import Rate
from app.api.own_pages import OwnPage, Site, cookies_of, forgetting, has_cookie, keep, party_of, shown_of, site_of
from app.api.passkeys import Credential
from app.core.problems import Code, Problem
from app.core.text import Line

router = Endpoints("auth")

SessionId = Annotated[UUID, Path(description="As in the list of sessions.")]
Kind = Literal["password", "new_password", "passkey", "refresh", "sign_out"]
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "password": ("username", "password"),
    "new_password": ("username", "new_password"),
    "passkey": ("credential",),
    "refresh": (),
    "sign_out": (),
}
_ALLOWED: Mapping[str, tuple[str, ...]] = {
    **_NEEDED,
    "new_password": ("username", "new_password", "activation_code", "current_password"),
    "refresh": ("attempt_id",),
}
_OVER = (Code.SESSION_ENDED, Code.SESSION_EXPIRED, Code.ACCOUNT_DEACTIVATED)


class SessionIn(BaseModel):
    """A page's request: to sign in, to set a password and sign in, to refresh, or to sign out."""

    model_config = ConfigDict(extra="forbid")

    grant: Kind = Field(
        description="`password`: with `username` and `password`. `new_password`: sets `new_password`, by"
        " `activation_code` or `current_password`, ends every session of the account and starts this one. `passkey`:"
        " with the `credential` that answers `/v1/auth/passkeys/sign-in`. `refresh`: with the cookie. `sign_out`: ends"
        " the cookie's session."
    )
    username: Annotated[Line, Field(min_length=1, max_length=100)] | None = None
    password: Secret | None = None
    activation_code: Secret | None = None
    current_password: Secret | None = None
    new_password: Secret | None = None
    credential: Credential | None = None
    attempt_id: str | None = Field(
        default=None,
        min_length=16,
        max_length=100,
        description="With `refresh`: a random id of this attempt, kept in the page's memory. If the answer is lost,"
        " repeat the request with the same id: it gets an answer as long as the new token has not been used.",
    )


class SessionOut(BaseModel):
    """A session that continues. The refresh token is in a cookie, never here."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105  (the type's name)
    expires_in: int = Field(description="Seconds.")
    session_id: UUID = Field(description="As in the list of sessions.")
    session_expires_in: int = Field(description="Seconds until the session is over, unless it is refreshed.")
    account: MeOut


class OwnSessionOut(BaseModel):
    """A session of an account."""

    id: UUID
    kind: Literal["browser", "tablet", "program"]
    name: str | None = Field(description="Of the browser or the tablet.")
    way: Literal["password", "activation_code", "organisation", "passkey"] | None = Field(
        description="How the session of a browser was started."
    )
    started_at: datetime
    seen_at: datetime = Field(description="When it was refreshed last.")
    expires_at: datetime
    current: bool = Field(description="The session that asks.")


class OwnSessionsOut(BaseModel):
    """The open sessions of the caller's account, those used last first; at most 200."""

    items: list[OwnSessionOut]


class OrganisationWayOut(BaseModel):
    """People of an organisation sign in with its account."""

    name: str | None = Field(description="What people call it; null: nothing was set.")


class WaysOut(BaseModel):
    """The ways to sign in here."""

    password: bool
    passkeys: bool
    organisation: OrganisationWayOut | None = Field(description="With `POST /v1/auth/oidc/start`; null: not here.")


@router.endpoint("GET /v1/auth/ways", "Ways to sign in", unlimited=True)
async def get_ways(call: Unauthenticated) -> WaysOut:
    """For the sign-in page."""
    settings = call.services.settings
    offered = call.services.organisation.is_offered
    organisation = OrganisationWayOut(name=settings.oidc_name or None) if offered else None
    try:
        party_of(call.request, settings)
    except Problem:
        return WaysOut(password=True, passkeys=False, organisation=organisation)
    return WaysOut(password=True, passkeys=True, organisation=organisation)


@router.endpoint(
    "POST /v1/auth/session",
    "Sign in and out in a browser",
    [401, 403, 415],
    limit=Rate.SIGN_IN,
    model=SessionOut,
    answers={204: {"description": "Signed out."}},
)
async def session(call: Unauthenticated, response: Response, site: OwnPage, asked: SessionIn) -> SessionOut | Response:
    """For the server's own pages. The refresh token is in a cookie that scripts cannot read. All tabs share it, and may
    refresh at any time. Idempotent: `sign_out`; `refresh` for a minute, and with the same `attempt_id` until the new
    token has been used.

    401 `not_signed_in`: there is no session. 401 `session_expired`, `session_ended` and 403 `account_deactivated`: the
    session is over, and the cookie is deleted.
    """
    _refuse_misfit(asked)
    token, sessions = cookies_of(call.request, site), call.services.browser_sessions
    if asked.grant == "sign_out":
        await sessions.end(shown_of(call.request, site), call.caller())
        return Response(status_code=204, headers=forgetting(site))
    if asked.grant == "refresh":
        if token is None:
            if has_cookie(call.request, site):
                raise Problem(Code.SESSION_ENDED, headers=forgetting(site))
            raise Problem(Code.NOT_SIGNED_IN)
        try:
            found = await sessions.refresh(token, asked.attempt_id, call.caller())
        except Problem as exc:
            if exc.code in _OVER:
                raise Problem(exc.code, headers=forgetting(site)) from exc
            raise
    else:
        found = await _signed_in(call, site, asked)
    return _given(response, site, found)


async def _signed_in(call: Call, site: Site, asked: SessionIn) -> Session:
    services, username, caller = call.services, asked.username or "", call.caller()
    if asked.credential is not None:
        proven = await services.passkeys.sign_in(
            party_of(call.request, services.settings), asked.credential.parsed(), caller
        )
        way = Way.PASSKEY
    elif asked.new_password is not None:
        proof = asked.activation_code or asked.current_password
        proven = await services.sign_in.set_password(
            username,
            proof.get_secret_value() if proof else "",
            asked.new_password.get_secret_value(),
            caller,
            by_code=asked.activation_code is not None,
        )
        way = Way.ACTIVATION_CODE if asked.activation_code else Way.PASSWORD
    else:
        password = asked.password.get_secret_value() if asked.password else ""
        proven = await services.sign_in.prove(username, password, caller)
        way = Way.PASSWORD
    return await started(call, site, proven, way)


async def started(call: Call, site: Site, proven: Proven, way: Way, *, instead_of: Cookies | None = None) -> Session:
    """A new session in place of the browser's present one. `instead_of`: that one, where its cookies do not come along
    with the request."""
    name = browser_name(call.request.headers.get("user-agent", ""))
    shown = shown_of(call.request, site)
    if instead_of is not None:
        shown = Shown((*shown.tokens, instead_of.token), (*shown.browsers, instead_of.browser))
    return await call.services.browser_sessions.start(proven, way, name, instead_of=shown, caller=call.caller())


def _given(response: Response, site: Site, found: Session) -> SessionOut:
    keep(response, site, found)
    account = found.account
    return SessionOut(
        access_token=found.access_token,
        expires_in=found.expires_in,
        session_id=found.id,
        session_expires_in=found.lifetime_s,
        account=MeOut(
            id=account.id,
            username=account.username,
            name=account.name,
            role=account.role,
            region_code=account.region_code,
            scopes=sorted(account.scopes),
            device_id=None,
        ),
    )


def _refuse_misfit(asked: SessionIn) -> None:
    """Every grant has the fields that it needs, and no others.

    Raises:
        Problem: `invalid_fields`.
    """
    given = asked.model_dump(exclude_none=True, exclude={"grant"}).keys()
    faults = {name: "field_required" for name in _NEEDED[asked.grant] if name not in given}
    faults |= {name: "field_unknown" for name in given if name not in _ALLOWED[asked.grant]}
    if asked.grant == "new_password":
        faults |= misfit_of_proof(asked.activation_code, asked.current_password)
    refuse_fields(faults)


@router.endpoint("GET /v1/auth/sessions", "Own sessions")
async def get_sessions(call: Oneself) -> OwnSessionsOut:
    """The caller's own open sessions, also those of tablets and programs."""
    principal = call.principal
    async with call.services.database.statement() as pg:
        rows = await own_sessions.open_sessions(pg, principal.account_id)
    items = [OwnSessionOut(**row.named(), current=row.id == principal.session_id) for row in rows]
    return OwnSessionsOut(items=items)


@router.endpoint("DELETE /v1/auth/sessions", "Sign out everywhere", status=204)
async def delete_sessions(call: Oneself, response: Response) -> None:
    """Ends every session of the caller's account at once, including this one and those of tablets. Idempotent."""
    await call.run(lambda pg: own_sessions.end_all(pg, call.principal.account_id, trace_id=call.trace_id))
    response.headers.update(forgetting(site_of(call.request, call.services.settings)))


@router.endpoint("DELETE /v1/auth/sessions/{session_id}", "End a session", [404], status=204)
async def delete_session(call: Oneself, session_id: SessionId) -> None:
    """A browser's session ends at once, that of a tablet or a program when its access token expires. Idempotent."""
    account_id = call.principal.account_id
    await call.run(lambda pg: own_sessions.end_one(pg, account_id, session_id, trace_id=call.trace_id))
