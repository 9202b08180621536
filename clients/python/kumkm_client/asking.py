"""Requests that are repeated until they are answered, as the contract asks: after `Retry-After`, or with growing pauses
that differ from client to client, so that a crowd does not come back at once."""

import contextlib
import random
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from kumkm_client.errors import Unreachable, problem_of

_LATER = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, 504)
_FIRST_S, _LONGEST_S = 0.5, 60.0


class Asking:
    """An HTTP connection that does not give up at once.

    Each request may arrive twice, so only those are sent through it that change nothing, or of which a second one makes
    no more than a file that the server removes by itself.

    Args:
        http: The connection.
        patience_s: Seconds from the first attempt of a request after which no further one is begun.
        sleep: Waits.
    """

    def __init__(self, http: httpx.Client, patience_s: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self._http = http
        self._patience_s = patience_s
        self._sleep = sleep

    def json(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The body of a JSON answer.

        Raises:
            ApiProblem: The server refused.
            Unreachable: It did not answer in time.
        """
        return self.ask("GET", path, params=given(params or {}))

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """The same for another method; None where the answer has no body."""
        with self.open(method, path, **more) as answer:
            if answer.status_code == httpx.codes.NO_CONTENT:
                return None
            try:
                return answer.json()
            except ValueError as exc:  # a captive portal answers 200, too
                raise problem_of(answer) from exc

    @contextlib.contextmanager
    def open(self, method: str, path: str, *, body_apart: bool = False, **more: Any) -> Iterator[httpx.Response]:
        """An answer; with `body_apart` its body is read by the caller. Raises as `json`."""
        with contextlib.ExitStack() as stack:
            yield self._answered(stack, method, path, body_apart=body_apart, more=more)

    def _answered(
        self, stack: contextlib.ExitStack, method: str, path: str, *, body_apart: bool, more: Mapping[str, Any]
    ) -> httpx.Response:
        began, attempt = time.monotonic(), 0
        while True:
            attempt += 1
            wait: float | None = None
            cause: Exception | None = None
            try:
                answer = stack.enter_context(self._http.stream(method, path, **more))
                if not (body_apart and answer.is_success):
                    answer.read()
            except httpx.TransportError as exc:
                cause = exc
            else:
                if answer.is_success:
                    return answer
                cause = problem_of(answer)
                if answer.status_code not in _LATER:
                    raise cause
                wait = retry_after(answer.headers.get("Retry-After"))
                stack.pop_all().close()
            if wait is None:
                wait = random.uniform(0.5, 1) * min(_FIRST_S * 2.0**attempt, _LONGEST_S)  # noqa: S311  (no secret)
            if time.monotonic() - began + wait > self._patience_s:
                if isinstance(cause, httpx.TransportError):
                    raise Unreachable(f"no answer to {method} {path} in {attempt} attempts") from cause
                raise cause
            self._sleep(wait)


def retry_after(header: str | None) -> float | None:
    """Seconds that an answer asks to wait (RFC 9110, section 10.2.3); None where it does not say."""
    if header is None:
        return None
    with contextlib.suppress(ValueError):
        return max(0.0, float(int(header)))
    with contextlib.suppress(ValueError):
        when = parsedate_to_datetime(header)
        return max(0.0, (when - datetime.now(UTC)).total_seconds())
    return None


def given(params: Mapping[str, Any]) -> dict[str, str]:
    """The parameters that are not None, as text."""
    return {name: _text(value) for name, value in params.items() if value is not None}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)
