"""Signing in with an organisation's account (OpenID Connect, code flow with PKCE).

A page of ours asks where to go, and the browser goes there by itself. It comes back from another site, so what ties it
to its beginning is a cookie of its own, `SameSite=Lax`. The session's cookies are set then, and the page that is shown
next refreshes as any other. Nobody is sent anywhere but to a page of ours.
"""

import re
from typing import Annotated
from urllib.parse import unquote, urlencode
from uuid import UUID

from fastapi import Depends, Query, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.accounts.browser_sessions import Way
from app.accounts.organisation import CALLBACK, GOOD_FOR_S, Attempt, CallbackParams
from app.api.calls import Call, Unauthenticated
from app.api.endpoints import Endpoints
from app.api.limits import Rate
from app.api.negotiation import names
from app.api.own_pages import (
    OwnPage,
    Site,
    attempt_kept,
    cookies_of,
    forget_attempt,
    keep,
    keep_attempt,
    site_of,
)
from app.api.parameters import foreign_query
from app.api.sessions import started
from app.api.web import RESERVED
from app.core.problems import Code, Problem

router = Endpoints("auth")

REFUSAL = "masuk"
"""The parameter by which our page learns why the sign-in failed."""

_PLAIN = re.compile(r"/[!$-\[\]-~]*", re.ASCII)


def _own_page(to: str) -> str:
    """An address within the app, as a browser reads it: nothing that leads to another host, nor out of our path."""
    path = to.partition("?")[0]
    parts = [unquote(part) for part in path.split("/")]
    if not _PLAIN.fullmatch(to) or path.startswith("//") or {".", ".."} & set(parts) or parts[1] in RESERVED:
        raise PydanticCustomError("invalid_value", "an address within the app, without its host")
    return to


OwnAddress = Annotated[str, Field(max_length=1_000), AfterValidator(_own_page)]


class OrganisationStart(BaseModel):
    """What our page sends before its browser goes to the organisation."""

    model_config = ConfigDict(extra="forbid")

    next: OwnAddress = Field(
        default="/", description="The page to be shown afterwards: an address within the app, without its host."
    )
    account_id: UUID | None = Field(
        default=None, description="The only account that is accepted, if an ended session is to continue."
    )


class OrganisationStartOut(BaseModel):
    """Where the browser goes."""

    url: str = Field(description="The provider's address. It is good for ten minutes, once, and in this browser alone.")


@router.endpoint(
    "POST /v1/auth/oidc/start", "Begin to sign in with an organisation's account", [403, 404, 503], limit=Rate.SIGN_IN
)
async def begin_organisation_sign_in(
    call: Unauthenticated, response: Response, site: OwnPage, asked: OrganisationStart
) -> OrganisationStartOut:
    """For the server's own pages. 404: not offered here. 503: the provider is away; passwords work all the same."""
    url, kept = await call.services.organisation.begin(asked.next, asked.account_id, cookies_of(call.request, site))
    keep_attempt(response, site, kept, GOOD_FOR_S)
    return OrganisationStartOut(url=url)


@router.endpoint(
    f"GET {CALLBACK}",
    "Come back from the organisation's provider",
    [400, 403, 404, 503],
    status=303,
    limit=Rate.SIGN_IN,
    answers={
        303: {"description": "To the page that was asked for. Where nobody was signed in, with `masuk=` and why."}
    },
    dependencies=[Depends(foreign_query)],
)
async def finish_organisation_sign_in(
    call: Unauthenticated,
    code: Annotated[str | None, Query(description="As the provider gives it.")] = None,
    state: Annotated[str | None, Query(description="As it was sent to the provider.")] = None,
    iss: Annotated[str | None, Query(description="The provider's own name (RFC 9207).")] = None,
    error: Annotated[str | None, Query(description="Why the provider did not sign the person in.")] = None,
) -> Response:
    """For the browser that began, within ten minutes, once. A client that does not ask for HTML gets problems as
    everywhere. Two of them are `organisation_account_unknown`, since signing in creates no accounts, and
    `account_deactivated`.
    """
    site = site_of(call.request, call.services.settings)
    found: Attempt | None = None
    try:
        found = call.services.organisation.attempt_of(attempt_kept(call.request, site), state)
        answer = await _back(call, site, found, CallbackParams(code, iss, error))
    except Problem as problem:
        call.request.state.problem = problem.code.code
        if call.services.settings.web == "off" or not names(call.request, "accept", "text/html"):
            raise _forgetting(problem, site) if found else problem from None
        answer = _sent_to(site, found.to if found else "/", problem.code)
    if found is not None:
        forget_attempt(answer, site)
    return answer


async def _back(call: Call, site: Site, found: Attempt, params: CallbackParams) -> Response:
    proven = await call.services.organisation.finish(found, params, call.address, trace_id=call.trace_id)
    session = await started(call, site, proven, Way.ORGANISATION, instead_of=found.instead_of)
    answer = _sent_to(site, found.to)
    keep(answer, site, session)
    return answer


def _sent_to(site: Site, to: str, refusal: Code | None = None) -> Response:
    """The address with our own host before it, so that it stays here, however a browser reads the rest."""
    if refusal is not None:
        to += f"{'&' if '?' in to else '?'}{urlencode({REFUSAL: refusal.code})}"
    return Response(status_code=303, headers={"Location": f"{site.origin}{site.root}{to}"})


def _forgetting(problem: Problem, site: Site) -> Problem:
    answer = Response()
    forget_attempt(answer, site)
    headers = {**problem.headers, "Set-Cookie": answer.headers["set-cookie"]}
    return Problem(problem.code, errors=problem.errors, retry_after=problem.retry_after, headers=headers)
