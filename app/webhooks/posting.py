"""One attempt over HTTP, bounded in time and bytes whatever the receiver does.

The name is resolved once, and the connection is made to that address; TLS still proves the name. Redirects are not
followed. The head of the answer decides; its body is read only so far that the connection can be used again.
"""

import asyncio
import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

import httpx

from app.webhooks.retrying import CUT_SHORT, Attempt
from app.webhooks.targets import Address, Network, Target, UnfitURL, refuse_inside, target_of

NAME_S, CONNECT_S, ATTEMPT_S = 3.0, 5.0, 15.0
"""Seconds until the name is resolved; until there is a connection; until the head of the answer is there."""

REST_S, REST_BYTES = 1.0, 16 * 1024
"""For the rest of the answer, in seconds and bytes."""

_HEADERS = {"Content-Type": "application/json", "Accept-Encoding": "identity", "User-Agent": "KUMKM-Webhook/1"}
_FAULTS = (
    (TimeoutError, "timeout"),
    (httpx.TimeoutException, "timeout"),
    (httpx.ConnectError, "not_connected"),
    (httpx.RemoteProtocolError, "no_http"),
    (httpx.HTTPError, "broken_off"),
    (httpx.InvalidURL, "url_unreadable"),
    (OSError, "not_connected"),
)


class NameUnknownError(OSError):
    """The name has no address."""


async def addresses_of(target: Target) -> list[Address]:
    """The addresses of a target's name; asks the machine's resolver.

    Raises:
        NameUnknownError: it has none. TimeoutError: the resolver did not answer.
    """
    with suppress(ValueError):
        return [ip_address(target.host)]
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(NAME_S):
            found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        if isinstance(exc, TimeoutError):
            raise
        raise NameUnknownError from exc
    return list(dict.fromkeys(ip_address(each[4][0]) for each in found))


async def refuse_unfit(url: str, allowed: Sequence[Network]) -> None:
    """Refuse early what no attempt would be sent to. Plain http to a name: whether its addresses are in a network that
    the operator named. A name that has none yet passes, and is looked at again at each attempt, as every other.

    Raises:
        UnfitURL: nothing would be sent there.
    """
    target = target_of(url, allowed)
    if target.secure:
        return
    with suppress(OSError):
        refuse_inside(await addresses_of(target), secure=False, allowed=allowed)


class Post:
    """Connections to the receiver of one subscription, for as long as this process sends to it."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = allowed
        self._limit: asyncio.Timeout | None = None
        self._is_cut = False
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(ATTEMPT_S, connect=CONNECT_S),
            limits=httpx.Limits(max_connections=1),
            follow_redirects=False,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    def cut(self) -> None:
        """End the attempt that is under way, unless its receiver has answered."""
        if self._limit is not None and not self._limit.expired():
            self._is_cut = True
            self._limit.reschedule(asyncio.get_running_loop().time())

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Attempt:
        """Send once; never raises for what the receiver does."""
        began = time.perf_counter()
        status: int | None = None
        fault: str | None = None
        retry_after: str | None = None
        self._is_cut = False
        try:
            async with asyncio.timeout(ATTEMPT_S) as limit:
                self._limit = limit
                target = target_of(url, self._allowed)
                addresses = await addresses_of(target)
                refuse_inside(addresses, secure=target.secure, allowed=self._allowed)
                async with self._client.stream(
                    "POST",
                    _addressed(url, target, addresses[0]),
                    content=body,
                    headers={**_HEADERS, "Host": urlsplit(url).netloc, **headers},
                    extensions={"sni_hostname": target.host},
                ) as answer:
                    status, retry_after = answer.status_code, answer.headers.get("retry-after")
                    self._limit = None
                    limit.reschedule(asyncio.get_running_loop().time() + REST_S)
                    await _read_some(answer)
        except UnfitURL as exc:
            fault = exc.code
        except NameUnknownError:
            fault = "name_unknown"
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as exc:
            fault = CUT_SHORT if self._is_cut else next(code for kind, code in _FAULTS if isinstance(exc, kind))
        finally:
            self._limit = None
        if status is not None:
            fault = None
        return Attempt(status, fault, round((time.perf_counter() - began) * 1000), retry_after and retry_after[:100])


async def _read_some(answer: httpx.Response) -> None:
    size = 0
    async for part in answer.aiter_raw(4_096):
        size += len(part)
        if size > REST_BYTES:
            return


def _addressed(url: str, target: Target, address: Address) -> str:
    """The URL with the address in the place of the name."""
    parts = urlsplit(url)
    host = f"[{address}]" if isinstance(address, IPv6Address) else str(address)
    return urlunsplit((parts.scheme, f"{host}:{target.port}", parts.path or "/", parts.query, ""))
