"""Limits of connections, which uvicorn's own protocol does not have.

They limit the bytes and seconds of headers, the speed of bodies, the reading of answers, and the number of connections
in all and for each address. Beyond a limit the connection is closed, with 431, 408 or 503 if the client can still
understand an answer.
"""

import asyncio
import fcntl
import ipaddress
import re
import struct
import termios
from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal

import orjson
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from app.api.pipelining import Pipelined
from app.core.problems import Code

HEAD_BYTES = 32 * 1024
"""Of a request's line and headers; everything that the tablet's contract needs is below 8 KiB."""

HEADERS = 100
HEAD_S = 10
"""Seconds for a head, and for the first byte of a connection."""

IDLE_S = 75
"""Seconds that a connection is kept for its next request. Proxies and clients close theirs earlier (httpx after 5 s,
deploy/ after 60): a server that closes first resets the request that is on its way at that moment."""

BODY_SPAN_S, BODY_RATE, BODY_S = 20, 512, 900
"""In each span of so many seconds a body has to come with so many bytes a second; it may take so long in all."""

ANSWER_S, ANSWER_RATE = 30, 512
"""In each span of so many seconds a client has to take its answer at so many bytes a second."""

LINGER_S = 2
"""Seconds that a client has to read an answer that came before its body was read."""

_TICK_S = 1.0
_OVERHEAD = 512 * 1024  # bytes of framing beyond those of the body itself
_PROBLEMS = {408: Code.TOO_SLOW, 431: Code.HEAD_TOO_LARGE, 503: Code.OVERLOADED}
_PHRASES = {408: "Request Timeout", 431: "Request Header Fields Too Large", 503: "Service Unavailable"}
_RETRY_S = 5
Phase = Literal["silent", "head", "request"]


class Bounds:
    """How many connections there may be, and which addresses are counted."""

    def __init__(self, *, most: int, of_one_address: int, trusted: str) -> None:
        """`trusted`: addresses of proxies; only the number of all connections limits theirs."""
        self.most = most
        self.of_one_address = of_one_address
        self._all = trusted.strip() == "*"
        self._trusted = [] if self._all else list(_networks(trusted.split(",")))

    def is_trusted(self, address: str) -> bool:
        """Whether the address is that of a trusted proxy, which passes on other people's connections."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return True  # a socket of this machine
        return self._all or any(parsed in network for network in self._trusted)


def _networks(addresses: Iterable[str]) -> Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    for each in addresses:
        try:
            yield ipaddress.ip_network(each.strip(), strict=False)
        except ValueError:
            continue  # a name, which only uvicorn looks at


_DEFAULT = Bounds(most=1_000, of_one_address=100, trusted="127.0.0.1")


class _Watch:
    """Looks at all connections of a server once a second, as long as there are some."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.by_address: Counter[str] = Counter()
        self._loop = loop
        self._connections: set[Bounded] = set()

    def __len__(self) -> int:
        return len(self._connections)

    def add(self, connection: "Bounded") -> None:
        if not self._connections:
            self._loop.call_later(_TICK_S, self._tick)
        self._connections.add(connection)
        self.by_address[connection.address] += 1

    def discard(self, connection: "Bounded") -> None:
        if connection in self._connections:
            self._connections.discard(connection)
            self.by_address[connection.address] -= 1
            if not self.by_address[connection.address]:
                del self.by_address[connection.address]

    def make_room(self, address: str | None = None) -> bool:
        """Close the connection (of this address) that has been idle for the longest time; whether there is one."""
        idle = [each for each in self._connections if each.idle and address in (None, each.address)]
        if not idle:
            return False
        longest = min(idle, key=lambda each: each.since)
        longest.transport.abort()
        self.discard(longest)
        return True

    def _tick(self) -> None:
        now = self._loop.time()
        for connection in list(self._connections):
            connection.look(now)
        if self._connections:
            self._loop.call_later(_TICK_S, self._tick)


class Bounded(Pipelined):
    """uvicorn's protocol within bounds; the app's lifespan says which, as `bounds` in its state."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        watch = getattr(self.server_state, "watch", None)
        if watch is None:
            # Of uvicorn's objects this one is shared by all connections of a server.
            watch = self.server_state.watch = _Watch(self.loop)  # type: ignore[attr-defined]  # declares no place for ours
        self._watch: _Watch = watch
        self._bounds: Bounds = self.app_state.get("bounds", _DEFAULT)
        self._phase: Phase = "silent"
        self.since = self.loop.time()
        self._kept = False  # whether it had an answer, and waits for the next request
        self.address = ""
        self._head = self._parsed = self._heads = 0  # of the head that comes: bytes, those of its parts, headers
        self._raw = self._body = 0  # bytes of the body as it comes, and without its framing
        self._span = 0.0, 0  # of the body: since when, and how many bytes had come by then
        self._unread: tuple[float, int] | None = None  # since when, and how many bytes, nobody has read
        self._draining = False

    @property
    def idle(self) -> bool:
        """Whether no request is being read or answered."""
        return self._phase != "request" and not self._draining

    # What a server accepts is read from and written to.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        one = self._watch.by_address[self.address] + 1
        crowd = one > self._bounds.of_one_address and not self._bounds.is_trusted(self.address)
        full = len(self._watch) >= self._bounds.most
        if (crowd or full) and not self._watch.make_room(self.address if crowd else None):
            self._refuse(503)
            self.transport.close()  # no lingering: that would be a place after all
        else:
            self._watch.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch.discard(self)
        super().connection_lost(exc)

    @property
    def closed(self) -> bool:
        """Whether nothing more is written."""
        return self._draining or self.transport.is_closing()

    def parse(self, data: bytes) -> None:
        if self._phase == "silent":
            self._phase, self.since, self._head = "head", self.loop.time(), 0
        if self._phase == "head":
            self._head += len(data)
        else:
            self._raw += len(data)
        super().parse(data)
        if self.closed or self.refuses:
            return
        if self._phase == "head" and self._head > HEAD_BYTES:
            self._refuse(431)
        elif self._phase == "request" and self._raw > 2 * self._body + _OVERHEAD:
            self._refuse(431)  # chunks that are nearly all framing, or trailers without an end

    def send_400_response(self, msg: str) -> None:
        if self._draining:
            return  # it was refused already, which is why the parser was stopped
        super().send_400_response(msg)

    # What the parser finds

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._phase, self.since = "head", self.loop.time()
        self._head = self._parsed = self._heads = 0

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._phase != "head":
            return  # a trailer, which nothing here reads
        self._heads += 1
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def _count(self, size: int) -> None:
        self._parsed += size
        if self._heads > HEADERS or self._parsed > HEAD_BYTES:
            self._refuse(431)
            raise ValueError  # stops the parser

    def on_headers_complete(self) -> None:
        if not _is_sound(self.parser.get_http_version(), self.headers):
            raise ValueError  # which the parser takes for a fault of its own: 400
        self._phase, self.since, self._raw, self._body = "request", self.loop.time(), 0, 0
        self._span = self.since, 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body += len(body)
        super().on_body(body)

    def answered(self, cycle: RequestResponseCycle) -> None:
        if cycle.more_body:
            self.linger()  # the rest of that body is of no use to anybody
        elif self._phase == "request":
            self._phase, self.since, self._kept = "silent", self.loop.time(), True

    def timeout_keep_alive_handler(self) -> None:
        """uvicorn's end of an idle connection, which would reset a request that came while the loop was busy: `look`
        decides instead."""

    # What the clock decides

    def look(self, now: float) -> None:
        """Close the connection if something takes too long."""
        if self._draining:
            if now - self.since > LINGER_S:
                self.transport.abort()
            return
        cycle = self.cycle
        if self.refuses:
            pass  # as soon as those in front are answered
        elif self._phase == "head":
            if self.flow.read_paused:
                self.since = now  # it is this server that is slow
            elif now - self.since > HEAD_S:
                self._refuse(408)
        elif self._phase == "silent":
            if now - self.since > (IDLE_S if self._kept else HEAD_S) and not self._queued(termios.FIONREAD):
                self.transport.close()
        elif cycle is not None and cycle.more_body and not cycle.response_complete:
            self._look_at_body(now)
        self._look_at_answer(now)

    def _look_at_body(self, now: float) -> None:
        if self.flow.read_paused:
            self._span = now, self._body  # it is this server that is slow
            return
        if now - self._span[0] >= BODY_SPAN_S:
            if self._body - self._span[1] < BODY_SPAN_S * BODY_RATE or now - self.since > BODY_S:
                self._refuse(408)
            self._span = now, self._body

    def _look_at_answer(self, now: float) -> None:
        left = self._not_taken()
        if not left:
            self._unread = None
        elif self._unread is None:
            self._unread = now, left
        elif now - self._unread[0] >= ANSWER_S:
            taken = self._unread[1] - left
            waiting = self.flow.write_paused or self.transport.is_closing() or self._phase == "silent"
            if waiting and taken < ANSWER_RATE * ANSWER_S:
                self.transport.abort()
            self._unread = now, left

    def _not_taken(self) -> int:
        """Bytes of answers that have not reached the client, as far as the operating system reports."""
        return int(self.transport.get_write_buffer_size()) + self._queued(termios.TIOCOUTQ)

    def _queued(self, way: int) -> int:
        """Bytes that the operating system has for this connection, on their way out (`TIOCOUTQ`) or in (`FIONREAD`)."""
        socket = self.transport.get_extra_info("socket")
        if socket is None or socket.fileno() < 0:
            return 0
        try:
            queued = fcntl.ioctl(socket.fileno(), way, bytes(4))
        except OSError:
            return 0
        return int(struct.unpack("i", queued)[0])

    # How it ends

    def _refuse(self, status: int) -> None:
        """Answer if no answer has begun, then close the connection."""
        answer = _answer_of(status)
        if self.refuse_behind(answer):
            return
        cycle, begun = self.cycle, False
        if cycle is not None and not cycle.response_complete:
            begun = cycle.response_started
            cycle.disconnected = True
            cycle.message_event.set()
        if begun:
            self.transport.abort()
            self._draining = True
            return
        self.transport.write(answer)
        self.linger()

    def linger(self) -> None:
        """Say that nothing more comes, and read what is still on its way: a connection that is closed over unread bytes
        is reset, and its client never reads the answer."""
        if self.closed:
            return
        self._draining, self.since = True, self.loop.time()
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def eof_received(self) -> None:
        if self._draining:
            self.transport.close()
        return super().eof_received()


_SINGLE = (b"authorization", b"content-type")  # of two, a proxy may believe the other one
_HOST = re.compile(rb"[\w.~!$&'()*+,;=%-]*(\[[0-9A-Fa-f:.]+\])?(:\d*)?")


def _is_sound(version: str, headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether every proxy reads a head as this server does, beyond what the parser looks at: a version that it knows,
    one host in HTTP/1.1, and that a valid one (RFC 9112, 3.2), of the transfer codings `chunked` alone (6.1), and no
    field twice that can be there only once (RFC 9110, 5.3).
    """
    hosts = [value for name, value in headers if name == b"host"]
    single = [name for name, _ in headers if name in _SINGLE]
    if len(single) > len(set(single)) or not all(map(_HOST.fullmatch, hosts)):
        return False
    codings = [value for name, value in headers if name == b"transfer-encoding"]
    if version == "1.0":
        return len(hosts) <= 1 and not codings
    return version == "1.1" and len(hosts) == 1 and all(each.strip().lower() == b"chunked" for each in codings)


def _answer_of(status: int) -> bytes:
    definition = _PROBLEMS[status].value
    body = orjson.dumps(
        {
            "type": f"urn:kumkm:problem:{_PROBLEMS[status].code}",
            "title": definition.title.id,
            "status": status,
            "code": _PROBLEMS[status].code,
            "detail": definition.detail.id,
            "trace_id": "",
            "retryable": definition.retryable,
            "errors": [],
        }
    )
    retry = f"Retry-After: {_RETRY_S}\r\n" if definition.retryable else ""
    head = (
        f"HTTP/1.1 {status} {_PHRASES[status]}\r\nContent-Type: application/problem+json\r\n{retry}"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
