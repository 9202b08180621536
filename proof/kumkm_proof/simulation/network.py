"""The network of a village: requests that do not arrive, answers that do not come back, and whatever else there is."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from random import Random

import httpx

FAULTS = (
    "lost before it arrived",
    "cut while it was sent",
    "answer lost after the commit",
    "answer cut",
    "delivered twice",
    "delayed",
    "slow drip",
    "captive portal",
    "gateway fault",
)
_PORTAL = "<!doctype html><title>Wi-Fi Desa</title><p>Silakan masuk untuk memakai internet.</p>"
_LONGEST_DELAY_S = 0.5
_DRIPS = 8


@dataclass
class Village(httpx.AsyncBaseTransport):
    """What lies between one tablet and the server; `rate` of its requests are broken, in ways drawn from `rng`."""

    inner: httpx.AsyncBaseTransport
    rng: Random
    rate: float
    faults: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    answered: Callable[[], None] = lambda: None
    """Called for each answer of the server that is none of a fault."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of the server, or what came of it."""
        self.requests += 1
        if self.rng.random() >= self.rate:
            return await self._forwarded(request)
        fault = self.rng.choice(FAULTS)
        self.faults[fault] += 1
        return await self._broken(fault, request)

    async def _forwarded(self, request: httpx.Request) -> httpx.Response:
        answer = await self.inner.handle_async_request(request)
        if not answer.is_server_error:
            self.answered()
        return answer

    async def _broken(self, fault: str, request: httpx.Request) -> httpx.Response:
        if fault == "lost before it arrived":
            raise httpx.ConnectError("no signal", request=request)
        if fault == "captive portal":
            return httpx.Response(200, headers={"Content-Type": "text/html"}, text=_PORTAL, request=request)
        if fault == "gateway fault":
            return httpx.Response(self.rng.choice((502, 504)), text="<h1>Bad Gateway</h1>", request=request)
        body = await request.aread()
        if fault == "cut while it was sent":
            return await self._send_some_of(request, body)
        if fault == "slow drip":
            request = _with_body(request, _drip(body))
        elif fault == "delayed":
            await asyncio.sleep(self.rng.uniform(0, _LONGEST_DELAY_S))
        elif fault == "delivered twice":
            first = await self._forwarded(_with_body(request, _whole(body)))
            await first.aread()
        answer = await self._forwarded(request)
        if fault == "answer lost after the commit":
            await answer.aread()
            raise httpx.ReadError("the signal went away", request=request)
        if fault == "answer cut":
            return await self._some_of(answer)
        return answer

    async def _send_some_of(self, request: httpx.Request, body: bytes) -> httpx.Response:
        """Send up to any byte of the body, then close the connection."""
        end = self.rng.randrange(len(body) + 1)

        async def some() -> AsyncIterator[bytes]:
            yield body[:end]
            raise httpx.WriteError("the signal went away", request=request)

        return await self.inner.handle_async_request(_with_body(request, some()))

    async def _some_of(self, answer: httpx.Response) -> httpx.Response:
        """The answer up to any byte, as a client sees it that does not count bytes."""
        body = await answer.aread()
        headers = [(name, value) for name, value in answer.headers.items() if name not in _ABOUT_LENGTH]
        return httpx.Response(answer.status_code, headers=headers, content=body[: self.rng.randrange(len(body) + 1)])


_ABOUT_LENGTH = ("content-length", "content-encoding", "transfer-encoding")


def _with_body(request: httpx.Request, body: AsyncIterator[bytes]) -> httpx.Request:
    return httpx.Request(
        request.method, request.url, headers=request.headers, content=body, extensions=request.extensions
    )


async def _whole(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def _drip(body: bytes) -> AsyncIterator[bytes]:
    size = max(1, len(body) // _DRIPS)
    for start in range(0, len(body), size):
        yield body[start : start + size]
        await asyncio.sleep(_LONGEST_DELAY_S / _DRIPS)
