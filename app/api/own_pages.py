"""Requests of the server's own pages, and of no others: how cookies are protected, and how they are written.

A page of another origin cannot send the header without a CORS preflight, which is refused; its `Origin` and
`Sec-Fetch-Site` reveal it; and the cookies are `SameSite`. In a present-day browser, each of these alone would be
enough.
"""

from ipaddress import ip_address
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

from fastapi import Depends, Header, Request, Response

from app.accounts.browser_sessions import Cookies, Session, Shown
from app.accounts.passkeys import Party
from app.api.calls import services_of
from app.core.addresses import LOOPBACK
from app.core.problems import Code, Problem
from app.core.settings import Settings

HEADER = "X-KUMKM-Session"
TOKEN, BROWSER, ATTEMPT = "kumkm_session", "kumkm_browser", "kumkm_sign_in"
AUTH = "/v1/auth"


class Site(NamedTuple):
    """Where the server is to browsers. `root`: the path under which it lies, or nothing."""

    origin: str
    root: str
    secure: bool
    """Whether cookies are for https alone: always, but on the machine itself."""


def site_of(request: Request, settings: Settings) -> Site:
    """As in the settings, or else as in the request."""
    origin = (
        settings.public_origin or f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}".lower()
    )
    host = urlsplit(origin).hostname or ""
    return Site(origin, settings.root_path, not (origin.startswith("http://") and host in LOOPBACK))


async def own_page(
    request: Request,
    header: Annotated[
        str | None, Header(alias=HEADER, max_length=20, description="`1`: only the server's own pages can send it.")
    ] = None,
) -> Site:
    """Refuse requests that no page of this server has sent. A browser shows that by its `Origin`, which stands in every
    POST of a page, or by `Sec-Fetch-Site`; what neither shows is refused.

    Raises:
        Problem: `foreign_page`.
    """
    site = site_of(request, services_of(request).settings)
    origins, fetched = request.headers.getlist("origin"), request.headers.getlist("sec-fetch-site")
    shown = [each == "same-origin" for each in fetched] + [_is_own(each, site) for each in origins]
    if header != "1" or not shown or not all(shown):
        raise Problem(Code.FOREIGN_PAGE)
    return site


OwnPage = Annotated[Site, Depends(own_page)]
"""A request of one of the server's own pages."""


def _is_own(origin: str, site: Site) -> bool:
    """Behind a proxy that is not trusted the server does not know that it is reached by https."""
    own = {site.origin}
    if site.secure and site.origin.startswith("http://"):
        own.add(site.origin.replace("http://", "https://", 1))
    return origin in own


def party_of(request: Request, settings: Settings) -> Party:
    """The party that passkeys are made for: the public origin, or this machine by its name.

    The host name in a request is not used for new passkeys, though it would do no harm to existing ones.

    Raises:
        Problem: `way_not_offered` where no public origin is set, or it is an address without a name.
    """
    origin = settings.public_origin or site_of(request, settings).origin
    host = urlsplit(origin).hostname or ""
    if host == "localhost" or (settings.public_origin.startswith("https://") and not _is_address(host)):
        return Party(host, origin)
    raise Problem(Code.WAY_NOT_OFFERED)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def cookies_of(request: Request, site: Site) -> Cookies | None:
    """The cookies of the browser's session. If a cookie name occurs twice, somebody planted one of them, and both are
    ignored."""
    tokens, browsers = shown_of(request, site)
    if len(tokens) != 1 or len(browsers) != 1 or not tokens[0] or not browsers[0]:
        return None
    return Cookies(tokens[0], browsers[0])


def shown_of(request: Request, site: Site) -> Shown:
    """Every cookie of a browser's session, to end it: signing out works also where one was planted or is missing."""
    return Shown(*(_all(request, _name(each, site)) for each in (TOKEN, BROWSER)))


def has_cookie(request: Request, site: Site) -> bool:
    """Whether there is a session's cookie, valid or not."""
    return _name(TOKEN, site) in request.cookies


def keep(response: Response, site: Site, session: Session) -> None:
    """Give the browser the cookies of the session."""
    _set(response, site, TOKEN, session.cookies.token, session.lifetime_s)
    _set(response, site, BROWSER, session.cookies.browser, session.lifetime_s)


def forgetting(site: Site) -> dict[str, str]:
    """The headers by which a browser forgets its session."""
    response = Response()
    _set(response, site, TOKEN, "", 0)
    return {"Set-Cookie": response.headers["set-cookie"]}


def keep_attempt(response: Response, site: Site, sealed: str, seconds: int) -> None:
    """Give the browser what it keeps while it is at the organisation's provider."""
    _set(response, site, ATTEMPT, sealed, seconds)


def attempt_kept(request: Request, site: Site) -> str | None:
    """What the browser comes back with from there."""
    kept = _all(request, _name(ATTEMPT, site))
    return kept[0] if len(kept) == 1 else None


def forget_attempt(response: Response, site: Site) -> None:
    """It is good once."""
    _set(response, site, ATTEMPT, "", 0)


def _name(which: str, site: Site) -> str:
    """A `__Host-` cookie cannot be planted by another host of the domain, but has no path of its own."""
    if not site.secure:
        return which
    return f"__Secure-{which}" if which == TOKEN else f"__Host-{which}"


def _set(response: Response, site: Site, which: str, value: str, seconds: int) -> None:
    response.set_cookie(
        _name(which, site),
        value,
        max_age=seconds,
        path=site.root + AUTH if which == TOKEN else "/",
        secure=site.secure,
        httponly=True,
        samesite="lax" if which == ATTEMPT else "strict",  # the browser comes back from another site
    )


def _all(request: Request, name: str) -> tuple[str, ...]:
    return tuple(
        value.strip()
        for header in request.headers.getlist("cookie")
        for key, _, value in (part.partition("=") for part in header.split(";"))
        if key.strip() == name
    )
