"""The web apps in a browser: static files of both; for the control room, one HTML page for every other address."""

import secrets
from collections.abc import Mapping
from functools import lru_cache
from html import escape

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from app.api.answers import unless_known
from app.api.negotiation import IDENTITY, content_coding, names
from app.web.files import FIELD_AT, Built

ASSETS = "assets/"
"""The folder of files whose names change with their content."""

RESERVED = frozenset(("v1", "docs", "redoc", "openapi.json", "healthz", "readyz", "metrics", FIELD_AT))
"""First parts of paths that are never a page of the control room."""

_HTML = "text/html"
_PAGE = "index.html"
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_ALWAYS = "no-cache"
_NONCE = b"__CSP_NONCE__"
_TILES, _ATTRIBUTION = b"__MAP_TILES__", b"__MAP_ATTRIBUTION__"
_HERE = b'="./'
_NOT_BUILT = (
    "<!doctype html><html lang=id><title>KUMKM</title>"
    "<p>Server ini berjalan tanpa ruang kendali: aplikasi web belum dibangun."
    " <p lang=en>This server runs without the control room: the web apps were not built."
    " <code>make run</code>, <code>make build</code>"
)
# Only what this server sends: no script or style inside the page, no other server. Mantine's style elements are allowed
# by a nonce that is new in each answer.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' blob: data:{tiles};"
    " font-src 'self'; connect-src 'self'{tiles}; worker-src 'self'; manifest-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The field app has no style inside the page, so that its page is the same in each answer and can be kept on the tablet,
# with this policy, by the service worker.
_FIELD_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self';"
    " connect-src 'self'; worker-src 'self'; manifest-src 'self'; media-src 'self' blob:; form-action 'none';"
    " base-uri 'none'; frame-ancestors 'none'"
)
# A service worker has the policy of its own file: it fetches the files of the app, and nothing else.
_WORKER, _WORKER_POLICY = "sw.js", "default-src 'none'; script-src 'self'; connect-src 'self'"
_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_FIELD_HEADERS = {
    **_HEADERS,
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
}


class WebRoute(BaseRoute):
    """The last route of the app. It answers what no other route does, with a file or with the page."""

    def __init__(self, files: Mapping[str, Built], tiles: str = "", attribution: str = "") -> None:
        """`tiles`: the address of pictures under the map; browsers may ask the server that has them."""
        self._files = files
        self._tiles = f" {'/'.join(tiles.split('/')[:3])}" if tiles else ""
        self._filled = {_TILES: escape(tiles).encode(), _ATTRIBUTION: escape(attribution).encode()}
        self.path = "/{web}"  # for log and metrics

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """A file by its name; a page where the client asks for HTML and the address is not the API's."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return Match.NONE, {}
        path = _path(scope)
        is_file = path in self._files and path != _PAGE
        return (Match.FULL, {"route": self}) if is_file or _is_page(scope, path) else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the file, or with the page."""
        request = Request(scope)
        file = self._files.get(_path(scope))
        for_ever = _path(scope).startswith(ASSETS)
        answer = self._page(request) if file is None else _file(request, file, for_ever=for_ever)
        if request.method == "HEAD":
            answer.body = b""  # the headers say how long it would be
        await answer(scope, receive, send)

    def _page(self, request: Request) -> Response:
        page = self._files.get(_PAGE)
        if page is None:
            return Response(_NOT_BUILT, 503, {"Cache-Control": "no-store"}, media_type=_HTML)
        nonce = secrets.token_urlsafe(16)
        headers = {
            **_HEADERS,
            "Cache-Control": _ASK_ALWAYS,
            "Content-Security-Policy": _POLICY.format(nonce=nonce, tiles=self._tiles),
            "Vary": "Accept, Accept-Encoding",
        }
        html = _placed(page.plain, request.scope.get("root_path", ""))
        for place, value in self._filled.items():
            html = html.replace(place, value)
        return Response(html.replace(_NONCE, nonce.encode()), headers=headers, media_type=_HTML)


class FieldRoute(BaseRoute):
    """The field app: the files of its build below `/lapangan/`, and nothing else there. It stands before `WebRoute`."""

    def __init__(self, files: Mapping[str, Built]) -> None:
        """`files`: by their path below the app's folder; empty where it was not built."""
        self._files = files
        self.path = f"/{FIELD_AT}/{{file}}"  # for log and metrics

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The app's own address, with or without the slash behind it, and its files by their names."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return Match.NONE, {}
        path = _path(scope)
        known = path in (FIELD_AT, f"{FIELD_AT}/") or self._named(path) in self._files
        return (Match.FULL, {"route": self}) if known else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the file; the app's own address is its page."""
        request = Request(scope)
        answer = self._answer(request, _path(scope))
        if request.method == "HEAD":
            answer.body = b""
        await answer(scope, receive, send)

    def _answer(self, request: Request, path: str) -> Response:
        if path == FIELD_AT:  # what is relative in the page begins at the folder
            root: str = request.scope.get("root_path", "")
            return RedirectResponse(f"{root.rstrip('/')}/{FIELD_AT}/", 308)
        name = self._named(path) or _PAGE
        file = self._files.get(name)
        if file is None:
            return Response(_NOT_BUILT, 503, {"Cache-Control": "no-store"}, media_type=_HTML)
        answer = _file(request, file, for_ever=name.startswith(ASSETS))
        if name == _PAGE:
            answer.headers.update({**_FIELD_HEADERS, "Content-Security-Policy": _FIELD_POLICY})
        elif name == _WORKER:
            answer.headers["Content-Security-Policy"] = _WORKER_POLICY
        return answer

    def _named(self, path: str) -> str:
        return path.removeprefix(f"{FIELD_AT}/") if path.startswith(f"{FIELD_AT}/") else ""


def _path(scope: Scope) -> str:
    """The path without the slash at its beginning, and without the prefix under which a proxy publishes the server."""
    path: str = scope["path"].removeprefix("/")
    root: str = scope.get("root_path", "").removeprefix("/")
    return path.removeprefix(root).removeprefix("/") if f"{path}/".startswith(f"{root}/") else path


def _is_page(scope: Scope, path: str) -> bool:
    first = path.split("/", maxsplit=1)[0]
    if first in RESERVED or path.startswith(ASSETS):
        return False
    request = Request(scope)
    # A deep link is answered with the page only if the client asks for HTML: a program with a wrong address gets a
    # problem.
    return names(request, "accept", _HTML) or (path == "" and _takes_anything(request))


def _takes_anything(request: Request) -> bool:
    return "accept" not in request.headers or names(request, "accept", "*/*")


def _file(request: Request, file: Built, *, for_ever: bool) -> Response:
    coding = (
        content_coding(request, *(each for each in file.codings if each != IDENTITY)) if file.is_coded else IDENTITY
    )
    headers = {"Cache-Control": _FOR_EVER if for_ever else _ASK_ALWAYS, "Vary": "Accept-Encoding"}
    tag = f'"{file.tag}-{coding}"'
    if known := unless_known(request, tag, headers):
        return known
    if coding != IDENTITY:
        headers["Content-Encoding"] = coding
    return Response(file.codings[coding], headers={**headers, "ETag": tag}, media_type=file.media_type)


@lru_cache(maxsize=4)
def _placed(html: bytes, root_path: str) -> bytes:
    """The page with addresses that are right at any depth: in the build they are relative."""
    return html.replace(_HERE, f'="{root_path}/'.encode())
