"""The faulty server: a proxy before a real one that cuts, delays, repeats and rewrites as a scenario requires.

It records every request of the client under test, and passes those that it does not answer itself to the real server.
"""

import asyncio
import gzip
import importlib
import json
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

import httpx

_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive", "host", "content-encoding"}
_LINE = 64 * 1024
TOKEN = "/v1/auth/token"  # noqa: S105  (a path)


@dataclass
class Seen:
    """A request of the client under test, and the answer that it got."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    at: float  # seconds, monotonic
    status: int | None = None  # None where the connection was cut
    answered_at: float = 0.0

    @property
    def is_batch(self) -> bool:
        """Whether it sends a batch."""
        return self.method == "PUT" and self.path.startswith("/v1/sync/batches/")

    @property
    def plain(self) -> bytes:
        """The body without its coding; empty where it is not coded so."""
        coding = self.headers.get("content-encoding", "identity").strip().lower()
        try:
            return _CODINGS[coding](self.body) if coding in _CODINGS else b""
        except (OSError, EOFError, zlib.error, ValueError):
            return b""

    def json(self, *, parse_float: Callable[[str], Any] | None = None) -> Any:
        """The body; None where it is no JSON."""
        try:
            return json.loads(self.plain, parse_float=parse_float)
        except ValueError:
            return None

    @property
    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode("latin-1"), keep_blank_values=True))

    @property
    def items(self) -> list[dict[str, Any]]:
        """The items of a batch."""
        told = self.json() if self.is_batch else None
        found = told.get("items") if isinstance(told, dict) else None
        return found if isinstance(found, list) else []

    @property
    def batch_id(self) -> str:
        """The id that the batch is sent under."""
        return self.path.rpartition("/")[2]


@dataclass
class Answer:
    """The answer that the client gets: from the real server, or invented."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut_at: int | None = None  # so many bytes of the body, then the end
    drip_s: float = 0.0  # this long for the whole body
    then: Callable[[], None] | None = None  # done when the answer is out
    then_after_s: float = 0.0

    @classmethod
    def of_json(cls, status: int, told: Any, media_type: str = "application/json", **headers: str) -> "Answer":
        """An answer of JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, json.dumps(told).encode(), {"Content-Type": media_type, **named})

    @classmethod
    def problem(cls, status: int, code: str, *, retryable: bool = False, **headers: str) -> "Answer":
        """An answer of the server's error form."""
        told = {
            "type": f"urn:kumkm:problem:{code}",
            "title": code,
            "status": status,
            "code": code,
            "detail": code,
            "trace_id": "conformance",
            "retryable": retryable,
            "errors": [],
        }
        return cls.of_json(status, told, "application/problem+json", **headers)


class Cut(Exception):
    """The connection is cut here."""


class Unreadable(Exception):
    """The kit cannot read the client's request; the text gives the reason."""


Forward = Callable[[], Any]
Interfere = Callable[[Seen, Forward], Any]
"""An async function of the request and of a way to ask the real server; gives an `Answer`, or raises `Cut`."""


@cache
def _tls() -> ssl.SSLContext:
    """Made once: reading all authorities takes longer than a scenario's requests."""
    return httpx.create_ssl_context()


async def _as_it_is(_: Seen, forward: Forward) -> Any:
    return await forward()


class Proxy:
    """Runs in a thread of its own while a client is tested.

    `device_id`: sent to the server with every sign-in, so that a hundred runs need only one tablet.
    """

    def __init__(self, upstream: str, device_id: str | None = None) -> None:
        self.upstream = upstream.rstrip("/")
        self.device_id = device_id
        self.interfere: Interfere = _as_it_is
        self.always: Interfere = _as_it_is  # between the server and `interfere`
        self.seen: list[Seen] = []
        self.token = ""  # the last access token that the server gave, or the client used
        self._asking = httpx.Client(base_url=self.upstream, timeout=60, verify=_tls())
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._asking.close()

    @property
    def url(self) -> str:
        """The address that the client under test connects to."""
        return f"http://127.0.0.1:{self.port}"

    def be(self, interfere: Interfere | None) -> None:
        """Misbehave in this way from now on, or not at all."""
        self.interfere = interfere or _as_it_is

    def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Ask the real server as the client under test, by its last token."""
        return self._asking.request(method, path, headers={"Authorization": f"Bearer {self.token}"}, **request)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()

    async def _start(self) -> None:
        self._http = httpx.AsyncClient(base_url=self.upstream, timeout=60, verify=_tls())
        self._listening = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_LINE)
        self.port = self._listening.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        self._listening.close()
        await self._http.aclose()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for each in others:
            each.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await _read_request(reader)
            self.seen.append(request)
            self.token = request.headers.get("authorization", "").removeprefix("Bearer ") or self.token
            await self._answer(request, writer)
        except (Cut, ConnectionError, asyncio.IncompleteReadError, ValueError):
            pass
        finally:
            writer.close()

    async def _answer(self, request: Seen, writer: asyncio.StreamWriter) -> None:
        answer: Answer = await self.interfere(request, lambda: self.always(request, lambda: self._forward(request)))
        request.status, request.answered_at = answer.status, time.monotonic()
        length = "" if answer.status in (204, 304) else f"Content-Length: {len(answer.body)}\r\n"
        told = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
        writer.write(f"HTTP/1.1 {answer.status} -\r\n{length}Connection: close\r\n{told}\r\n".encode("latin-1"))
        body = answer.body[: answer.cut_at]
        size = max(1, len(body) // 20) if answer.drip_s else max(1, len(body))
        for start in range(0, len(body) if request.method != "HEAD" else 0, size):
            writer.write(body[start : start + size])
            await writer.drain()
            await asyncio.sleep(answer.drip_s / 20)
        await writer.drain()
        if answer.then is not None:
            if answer.cut_at is None:  # the client reads the end of the answer before what comes then
                writer.close()
            await asyncio.sleep(answer.then_after_s)
            answer.then()

    async def _forward(self, request: Seen) -> Answer:
        # Answers come in codings that can be read here: a browser takes more of them, and the kit changes bodies.
        left_out = (_HOP - {"content-encoding"}) | {"accept-encoding"}
        headers = {name: value for name, value in request.headers.items() if name not in left_out}
        path = request.path + (f"?{request.query}" if request.query else "")
        is_sign_in = request.path == TOKEN and request.form.get("grant_type") == "password"
        named = is_sign_in and self.device_id and "device_id" in request.form
        body = urlencode({**request.form, "device_id": self.device_id}).encode() if named else request.body
        answer = await self._http.request(request.method, path, headers=headers, content=body)
        told = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP}
        if request.path == TOKEN and answer.is_success:
            self.token = answer.json()["access_token"]
        return Answer(answer.status_code, answer.content, told)


async def _read_request(reader: asyncio.StreamReader) -> Seen:
    method, target, _ = (await reader.readline()).decode("latin-1").split(" ", 2)
    headers: dict[str, str] = {}
    while line := (await reader.readline()).decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = b""
        while size := int((await reader.readline()).split(b";")[0], 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
    else:
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    path, _, query = target.partition("?")
    return Seen(method, path, query, headers, body, time.monotonic())


def _unzstd(body: bytes) -> bytes:
    for name in ("compression.zstd", "backports.zstd"):
        try:
            zstd = importlib.import_module(name)
        except ImportError:
            continue
        try:
            plain: bytes = zstd.decompress(body)
        except zstd.ZstdError as exc:
            raise ValueError from exc
        return plain
    raise Unreadable("bodies coded with zstd need Python 3.14, or `pip install backports.zstd` beside the kit")


_CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "": bytes,
    "gzip": gzip.decompress,
    "zstd": _unzstd,
}
