"""Checks the token and the role before the body is read, and limits how many bytes of it are read.

A plain ASGI middleware: FastAPI reads and parses a body before it looks at the token.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import unquote

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.accounts.api_keys import PREFIX, SHAPE
from app.accounts.permissions import Role
from app.accounts.tokens import AccessTokens
from app.api.calls import Guard, address_of
from app.api.credentials import Shown, shown_in
from app.api.errors import render
from app.api.route_table import RouteTable, path_of
from app.core.fair_queue import FLOW
from app.core.problems import Code, Problem

OPEN_BODY = 16 * 1024
"""Bytes of a body that comes without a token: a sign-in needs a few hundred."""

FORM, FORM_FIELDS = b"application/x-www-form-urlencoded", 64
"""The media type of a form, and the most fields of one: the framework reads thousands of them one after the other,
while all other requests wait."""

_CONFIRMATION = "/v1/verification/requests/"  # answer files
SMALL_BODY = 64 * 1024
RECONCILE_BODY = 512 * 1024
PART_BODY = 1024 * 1024
INTERVIEW_BODY = 256 * 1024
"""Of one interview: as large an item as a batch may have, and what stands around it."""

AT_ONCE = 64
"""Requests of one account that are processed at a time."""

AT_ONCE_UNKNOWN = 256
"""The same for an address from which nobody has signed in."""

_PROBES = frozenset(("/healthz", "/readyz"))
"""Whether the server is alive and ready is answered as often as it is asked: all who ask meanwhile have one answer, and
connections have their own bounds. A refusal would say nothing of the server."""

OF_ALL, OF_ONE = 16, 2
"""How many of the largest bodies may be in memory: of all accounts together, and of one."""


class Entry(NamedTuple):
    """What a request must have to be accepted at a route."""

    route: APIRoute
    roles: frozenset[Role] | None  # None: nobody has to be signed in


@cache
def entries(table: RouteTable) -> Mapping[str, Entry]:
    """The entry at each route, by the route's operation id. Once for all apps of a process."""
    return {route.unique_id: Entry(route, _roles(route.dependant)) for route in table.routes}


def _roles(dependant: Dependant) -> frozenset[Role] | None:
    return next((call.roles for call in _calls(dependant) if isinstance(call, Guard)), None)


def _calls(dependant: Dependant) -> Iterator[Any]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from _calls(inner)


class DoorMiddleware:
    """The middleware that checks requests before their body is read."""

    def __init__(self, app: ASGIApp, table: RouteTable, tokens: AccessTokens, *, max_body_bytes: int) -> None:
        self._app = app
        self._table = table
        self._entries = entries(table)
        self._tokens = tokens
        self._max_body_bytes = max_body_bytes
        self._at_once: Counter[str] = Counter()
        self._held: Counter[str] = Counter()  # bytes of bodies in memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body.of(scope)
        try:
            who = self._admitted(scope, body)
            with self._place(who, counted=scope["path"] not in _PROBES or body.there), self._shelf(who) as hold:
                scope["state"]["hold"] = hold
                heard = _Heard(receive, self._limit(path_of(scope)), hold, is_form=body.media.startswith(FORM))
                await self._app(scope, heard.receive, _closing(send, heard) if body.there else send)
        except _TurnedAway as exc:
            if exc.entry is not None:
                scope["route"] = exc.entry.route  # for log and metrics
            await self._turn_away(exc.problem, scope, receive, send, body=body)

    def _admitted(self, scope: Scope, body: "_Body") -> str:
        """The account or address that the request counts for. Raises _TurnedAway."""
        _refuse_in_address(scope)
        unknown = f"from {address_of(Request(scope))}"
        shown = _shown(scope)
        if shown.token is None and not body.there:
            return unknown  # the route itself looks at it
        entry = self._entry(scope)
        roles = None if entry is None else entry.roles
        if roles is not None:
            if shown.key is not None:
                raise _TurnedAway(Problem(Code.KEY_READS_ONLY), entry)
            try:
                found = self._tokens.verify(shown.token or "")
            except Problem as exc:
                if body.there:
                    raise _TurnedAway(exc, entry) from exc
                return unknown
            if body.there and found.role not in roles:
                raise _TurnedAway(Problem(Code.NOT_ALLOWED), entry)
            unknown = str(found.account_id)
        if body.size > self._limit(path_of(scope)):
            raise _TurnedAway(Problem(Code.BODY_TOO_LARGE), entry)
        if entry is not None and roles is None and body.media.startswith(b"multipart/"):
            raise _TurnedAway(Problem(Code.UNSUPPORTED_MEDIA_TYPE), entry)
        return unknown

    def _entry(self, scope: Scope) -> Entry | None:
        path = path_of(scope)
        for route in self._table.near(scope["method"], path):
            if route.path_regex.match(path):
                return self._entries[route.unique_id]
        return None

    def _limit(self, path: str) -> int:
        """Bytes of a body: batches and files may be large, forms and changes are small."""
        if path.startswith(("/v1/sync/batches/", "/v1/imports/", "/v1/regions/boundaries", _CONFIRMATION)):
            return self._max_body_bytes
        if path.startswith("/v1/auth/"):
            return OPEN_BODY
        if path.startswith("/v1/sync/attachments/"):
            return min(self._max_body_bytes, PART_BODY)
        if path.startswith("/v1/sync/reinterviews/"):
            return min(self._max_body_bytes, INTERVIEW_BODY)
        if path == "/v1/sync/reconcile":
            return min(self._max_body_bytes, RECONCILE_BODY)
        return min(self._max_body_bytes, SMALL_BODY)

    @contextmanager
    def _place(self, who: str, *, counted: bool) -> Iterator[None]:
        """A place for one request among those of the account or address, if it is `counted`."""
        if counted and self._at_once[who] >= (AT_ONCE_UNKNOWN if who.startswith("from ") else AT_ONCE):
            raise _TurnedAway(Problem(Code.TOO_MANY_REQUESTS, retry_after=_soon()), None)
        self._at_once[who] += counted
        flow = FLOW.set(who.encode())
        try:
            yield
        finally:
            FLOW.reset(flow)
            _take_back(self._at_once, who, counted)

    @contextmanager
    def _shelf(self, who: str) -> Iterator[Callable[[int], None]]:
        """Room in memory for what a request brings: the function it gives takes so many bytes more, until the end."""
        mine = 0

        def hold(size: int) -> None:
            nonlocal mine
            if self._held[who] + size > OF_ONE * self._max_body_bytes:
                raise Problem(Code.TOO_MANY_REQUESTS, retry_after=_soon())
            if self._held["all"] + size > OF_ALL * self._max_body_bytes:
                raise Problem(Code.OVERLOADED, retry_after=_soon())
            mine += size
            self._held[who] += size
            self._held["all"] += size

        try:
            yield hold
        finally:
            _take_back(self._held, who, mine)
            _take_back(self._held, "all", mine)

    async def _turn_away(self, problem: Problem, scope: Scope, receive: Receive, send: Send, *, body: "_Body") -> None:
        scope["state"]["problem"] = problem.code.code
        answer = render(Request(scope), problem)
        if body.there:
            answer.headers["Connection"] = "close"  # its body will not be read
        await answer(scope, receive, send)


class _TurnedAway(Exception):
    def __init__(self, problem: Problem, entry: Entry | None) -> None:
        super().__init__()
        self.problem = problem
        self.entry = entry


class _Body(NamedTuple):
    """What the headers declare about the body."""

    there: bool
    size: int  # bytes; 0 where it does not say
    media: bytes  # its type, in lower case

    @classmethod
    def of(cls, scope: Scope) -> "_Body":
        size, chunked, media = 0, False, b""
        for name, value in scope["headers"]:
            if name == b"content-length":
                size = int(value) if value.isdigit() else 0
            chunked = chunked or name == b"transfer-encoding"
            if name == b"content-type":
                media = value.strip().lower()
        return cls(chunked or size > 0, size, media)


class _Heard:
    """What has been read of a body."""

    def __init__(self, receive: Receive, most: int, hold: Callable[[int], None], *, is_form: bool) -> None:
        self._receive = receive
        self._most, self._hold = most, hold
        self._is_form = is_form
        self._size = self._fields = 0
        self.whole = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            size = len(message.get("body", b""))
            self._size += size
            self._fields += message.get("body", b"").count(b"&") if self._is_form else 0
            self.whole = not message.get("more_body", False)
            # Not our `Problem`: the framework passes only these on while it reads a body.
            if self._size > self._most or self._fields > FORM_FIELDS:
                raise HTTPException(Code.BODY_TOO_LARGE.value.status)
            try:
                self._hold(size)
            except Problem as exc:
                headers = {"Retry-After": str(exc.retry_after)}
                raise HTTPException(exc.code.value.status, headers=headers) from exc
        return message


def _closing(send: Send, heard: _Heard) -> Send:
    """Close the connection after the answer if the answer comes before the body was read."""

    async def send_closing(message: Message) -> None:
        if message["type"] == "http.response.start" and not heard.whole:
            message["headers"] = [*message.get("headers", []), (b"connection", b"close")]
        await send(message)

    return send_closing


def _shown(scope: Scope) -> Shown:
    for name, value in scope["headers"]:
        if name == b"authorization":
            return shown_in(value.decode("latin-1"))
    return Shown()


def _refuse_in_address(scope: Scope) -> None:
    """Addresses are kept by proxies, browsers and logs of others: a key that stands in one is known to them."""
    asked = f"{scope['path']}?{unquote(scope['query_string'].decode('latin-1'))}"
    if PREFIX in asked and SHAPE.search(asked):
        raise _TurnedAway(Problem(Code.KEY_IN_ADDRESS), None)


def _take_back(counted: Counter[str], who: str, number: int) -> None:
    counted[who] -= number
    if not counted[who]:
        del counted[who]


def _soon() -> int:
    return random.randint(1, 5)  # noqa: S311  (spreads the crowd)
