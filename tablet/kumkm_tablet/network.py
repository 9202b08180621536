"""Requests over a bad network: signing in and refreshing, waiting between attempts, distinguishing the server's answers
from a portal's.

An answer counts only when it is the server's: a status alone proves nothing, since a captive portal answers 200 to
everything.
"""

import asyncio
import email.utils
import random
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from kumkm_tablet.outbox import Outbox

OK, CREATED, NO_CONTENT, NOT_MODIFIED = 200, 201, 204, 304
MALFORMED, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TIMEOUT, GONE = 400, 401, 403, 404, 408, 410
TOO_LARGE, UNSUPPORTED, UNPROCESSABLE, TOO_MANY = 413, 415, 422, 429
_SERVER_FAULT = 500
_REFRESHES = 8
"""The last attempts to refresh that are kept: two hours of syncing."""


class Offline(Exception):
    """The server could not be reached, or was too busy, during all attempts of this sync. Nothing is lost."""


class SignInNeeded(Exception):
    """The session is over: the enumerator has to sign in again. Nothing is lost."""


class Refused(Exception):
    """The server understood the request and refused it finally; `code` is stable."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code


@dataclass
class Policy:
    """How to try again: full jitter (each wait a random part of a growing longest one), never before `Retry-After`."""

    first_s: float = 2.0
    factor: float = 2.0
    longest_s: float = 300.0
    attempts: int = 8
    rng: random.Random = field(default_factory=random.Random)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def wait(self, attempt: int, retry_after: float | None) -> float:
        """Seconds to wait after the attempt of that number, from 0 on."""
        longest = min(self.longest_s, self.first_s * self.factor**attempt)
        drawn = self.rng.uniform(0, longest)
        return drawn if retry_after is None else retry_after + self.rng.uniform(0, self.first_s)

    def learn(self, told: Mapping[str, Any]) -> None:
        """Take over the handshake's values."""
        self.first_s = float(told.get("first_s", self.first_s))
        self.factor = float(told.get("factor", self.factor))
        self.longest_s = float(told.get("longest_s", self.longest_s))


def retry_after(answer: httpx.Response) -> float | None:
    """Seconds that the answer asks to wait, written as a number or as a date (RFC 9110)."""
    told = answer.headers.get("Retry-After")
    if told is None:
        return None
    if told.strip().isascii() and told.strip().isdigit():
        return float(told)
    try:
        moment = email.utils.parsedate_to_datetime(told)
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - time.time())


def problem(answer: httpx.Response) -> dict[str, Any] | None:
    """The problem that the server answered with; None if the answer is not the server's."""
    if answer.headers.get("Content-Type", "").split(";")[0] != "application/problem+json":
        return None
    try:
        told = answer.json()
    except ValueError:
        return None
    return told if isinstance(told, dict) and isinstance(told.get("code"), str) else None


@dataclass
class Network:
    """Requests to one server, signed in as one enumerator on this tablet."""

    http: httpx.AsyncClient
    outbox: Outbox
    policy: Policy = field(default_factory=Policy)

    async def sign_in(self, username: str, password: str, device_name: str) -> None:
        """Sign in with a password; the tablet's own id does not change.

        Raises:
            Refused: the name or password is wrong, or another tablet is enrolled.
            Offline: the server does not answer.
        """
        device_id = self.outbox.get("device_id") or secrets.token_hex(16)
        self.outbox.set("device_id", device_id)
        form = {
            "grant_type": "password",
            "username": username,
            "password": password,
            "device_id": device_id,
            "device_name": device_name,
        }
        answer = await self.send("POST", "/v1/auth/token", data=form, signed=False, accept=has("access_token"))
        with self.outbox.transaction():
            self._keep_session(answer)
            self.outbox.set("refreshes", None)
            if self.outbox.get("username") != username:  # the newest batch of one says nothing of another's
                self.outbox.set("newest_batch", None)
            self.outbox.set("username", username)

    async def send(
        self,
        method: str,
        path: str,
        *,
        signed: bool = True,
        accept: Callable[[httpx.Response], bool],
        headers: Mapping[str, str] | None = None,
        **request: Any,
    ) -> httpx.Response:
        """Send until the server answers: the accepted answer, or `Refused` for a final refusal. `accept` decides
        whether an answer of 2xx or 304 is the requested one.

        Raises:
            Refused, SignInNeeded, Offline.
        """
        await self.wait_as_asked(path)
        for attempt in range(self.policy.attempts):
            answer = await self._once(method, path, signed=signed, headers=headers, **request)
            wait: float | None = None
            if answer is not None:
                if answer.status_code in (OK, CREATED, NO_CONTENT, NOT_MODIFIED) and accept(answer):
                    return answer
                told = problem(answer)
                if told is not None and answer.status_code == UNAUTHORIZED and signed:
                    await self.refresh()
                    continue
                if told is not None and not _worth_another(answer.status_code, told):
                    raise Refused(answer.status_code, told["code"], str(told.get("detail", "")))
                wait = self.asked_to_wait(path, answer)
            if attempt + 1 < self.policy.attempts:
                await self.policy.sleep(self.policy.wait(attempt, wait))
        raise Offline

    def asked_to_wait(self, what: str, answer: httpx.Response | None) -> float | None:
        """Seconds that an answer asks to wait before `what` is sent again; stored for the next start."""
        seconds = retry_after(answer) if answer is not None else None
        if seconds is not None:
            self.outbox.set(f"wait {what}", [time.time(), seconds])
        return seconds

    async def wait_as_asked(self, what: str) -> None:
        """Wait for the rest of an earlier `Retry-After`, of this run or of one that ended."""
        told = self.outbox.get(f"wait {what}")
        if told is not None:
            asked_at, seconds = told
            left = seconds - max(0.0, time.time() - asked_at)
            if left > 0:
                await self.policy.sleep(left)
            self.outbox.set(f"wait {what}", None)

    async def once(self, method: str, path: str, **request: Any) -> httpx.Response | None:
        """One attempt, signed in: the answer of any kind; None if there was none."""
        return await self._once(method, path, signed=True, **request)

    async def refresh(self) -> None:
        """Get a new access token for the refresh token. The attempt has an id that is stored before it is sent, so that
        it can be repeated if its answer is lost. If the server does not know the token, because it lost the last
        refreshes, the attempts before are repeated.

        Raises:
            SignInNeeded: the session is over.
            Offline: the server does not answer.
        """
        token = self.outbox.get("refresh_token")
        if token is None:
            raise SignInNeeded
        attempt_id = self.outbox.get("refresh_attempt") or secrets.token_hex(16)
        self.outbox.set("refresh_attempt", attempt_id)
        earlier = self.outbox.get("refreshes", [])
        while True:
            try:
                answer = await self._refreshed(token, attempt_id)
                break
            except Refused as exc:
                if exc.code != "invalid_grant":
                    raise SignInNeeded from exc
                if not earlier:
                    self.outbox.set("refreshes", None)
                    raise SignInNeeded from exc
                *earlier, (token, attempt_id) = earlier
        with self.outbox.transaction():
            self.outbox.set("refreshes", [*earlier, [token, attempt_id]][-_REFRESHES:])
            self._keep_session(answer)

    async def _refreshed(self, token: str, attempt_id: str) -> httpx.Response:
        form = {"grant_type": "refresh_token", "refresh_token": token, "attempt_id": attempt_id}
        return await self.send("POST", "/v1/auth/token", data=form, signed=False, accept=has("access_token"))

    def _keep_session(self, answer: httpx.Response) -> None:
        grant = answer.json()
        with self.outbox.transaction():
            self.outbox.set("access_token", grant["access_token"])
            self.outbox.set("refresh_token", grant.get("refresh_token") or self.outbox.get("refresh_token"))
            self.outbox.set("refresh_attempt", None)

    async def _once(
        self, method: str, path: str, *, signed: bool, headers: Mapping[str, str] | None = None, **request: Any
    ) -> httpx.Response | None:
        told = {"Accept-Language": "id", **(headers or {})}
        if signed:
            token = self.outbox.get("access_token")
            if token is None:
                await self.refresh()
                token = self.outbox.get("access_token")
            told["Authorization"] = f"Bearer {token}"
        try:
            return await self.http.request(method, path, headers=told, **request)
        except httpx.RequestError:
            return None


def has(*names: str) -> Callable[[httpx.Response], bool]:
    """Whether an answer is a JSON object with those members, or 304."""

    def accept(answer: httpx.Response) -> bool:
        if answer.status_code == NOT_MODIFIED:
            return True
        try:
            told = answer.json()
        except ValueError:
            return False
        return isinstance(told, dict) and all(name in told for name in names)

    return accept


def _worth_another(status: int, told: Mapping[str, Any]) -> bool:
    return bool(told.get("retryable")) or status in (TIMEOUT, TOO_MANY) or status >= _SERVER_FAULT
