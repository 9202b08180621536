"""Middleware of every answer: a request id, the log line, the metrics, and a 500 that reveals nothing internal.

A plain ASGI middleware, since the framework's own would copy every body.
"""

import asyncio
import re
import time
import traceback
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import render
from app.core.problems import Code, Problem
from app.core.readers import ReadApart
from app.core.redaction import hides_number
from app.core.telemetry import Metrics

_log = structlog.get_logger("kumkm.request")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
_MAYBE_A_PERSON = 12  # digits; of random ids in hexadecimal few have as many in a row
_FRAMES_TOLD = 12
_CLIENT_GONE = 499  # what nginx calls it; it is in the log and the metrics only
_QUIET = {"/healthz", "/readyz", "/metrics"}
_DOCS = "/docs"
# OWASP's REST headers: nothing here is a page, is framed, sniffed, or kept by a cache that others share.
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
# The page of the documentation has a script in it and draws with its own styles and pictures, all from here.
_DOCS_POLICY = (
    _POLICY[0],
    (
        b"default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
        b" img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
    ),
)
_UNCACHED = (b"cache-control", b"no-store")


class EnvelopeMiddleware:
    """Wraps every request of the app."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        trace_id = _trace_id(scope)
        state: dict[str, Any] = scope.setdefault("state", {})
        state["trace_id"] = trace_id
        status = 0

        async def send_enveloped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = list(message.get("headers", []))
                if not any(name == _UNCACHED[0] for name, _ in headers):
                    headers.append(_UNCACHED)
                if not any(name == _POLICY[0] for name, _ in headers):  # a page of ours says its own
                    headers.append(_DOCS_POLICY if scope["path"].startswith(_DOCS) else _POLICY)
                headers += _of_when(state.get("apart"))
                message["headers"] = [*headers, (b"x-request-id", trace_id.encode()), *_HEADERS]
            await send(message)

        try:
            await self._app(scope, receive, send_enveloped)
        except ClientDisconnect:  # the client has gone; this is not a fault of the server
            status, state["problem"] = status or _CLIENT_GONE, "client_gone"
        except (Exception, asyncio.CancelledError) as exc:  # the last resort of every request
            code = _fault_of(exc, trace_id)
            state["problem"] = code.code
            if status == 0:
                answer = render(Request(scope), Problem(code, retry_after=5))
                await answer(scope, receive, send_enveloped)
            elif code is Code.SERVER_STOPPING:
                raise
        finally:
            self._tell(scope, state, status, time.perf_counter() - began)

    def _tell(self, scope: Scope, state: dict[str, Any], status: int, seconds: float) -> None:
        # The route's template, never the path itself: anything may have been typed into a path.
        route = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"]
        self._metrics.requests.labels(route, method, str(status)).inc()
        self._metrics.latency.labels(route, method).observe(seconds)
        if route not in _QUIET:
            _log.info(
                "request",
                method=method,
                route=route,
                status=status,
                ms=round(seconds * 1000, 1),
                trace_id=state["trace_id"],
                actor=state.get("actor_id"),
                problem=state.get("problem"),
            )


def _of_when(apart: ReadApart | None) -> Iterator[tuple[bytes, bytes]]:
    """What an answer says that a standby may have given: of when it is, and up to which position."""
    if apart is not None and apart.as_of is not None:
        yield b"x-as-of", apart.as_of.isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()
    if apart is not None and apart.position is not None:
        yield b"x-position", str(apart.position).encode()


def _fault_of(exc: BaseException, trace_id: str) -> Code:
    """What a request is answered that did not end by itself."""
    if isinstance(exc, asyncio.CancelledError):  # the server stops, and the time that it gives requests is over
        return Code.SERVER_STOPPING
    _log_fault(exc, trace_id)
    return Code.INTERNAL_FAULT


def _log_fault(exc: BaseException, trace_id: str) -> None:
    """The type of an exception and its place; not its text, which may quote a request."""
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(exc.__traceback__)]
    _log.error("internal_fault", fault=type(exc).__qualname__, trace_id=trace_id, frames=frames[-_FRAMES_TOLD:])


def _trace_id(scope: Scope) -> str:
    """The client's `X-Request-ID` if it is a valid one, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(request_id := value.decode("latin-1")):
            # A possible number of a person is not accepted, with any characters between its digits: the id goes into
            # the log.
            return uuid4().hex if hides_number(request_id, _MAYBE_A_PERSON) else str(request_id)
    return uuid4().hex
