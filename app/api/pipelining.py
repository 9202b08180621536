"""Requests that come before those in front of them are answered (pipelining: RFC 9112, section 9.3.2).

All are answered, in their order: where `PIPELINE` of them wait, no more are parsed, and what is refused is refused
behind the answers to those in front. uvicorn (0.54.0) takes as many as come, and writes a refusal into the answer that
is on its way. A client that goes is noted at the newest request alone, and the answer to another one is written to a
closed transport, which uvloop (0.23.0) refuses with a RuntimeError.

Another protocol that a client offers (`Upgrade`) is never taken: the request is read as if it offered none (RFC 9110,
section 7.8). httptools (0.9.0) reads no body behind such a head: uvicorn would take that for the next request, whose
answer a proxy gives to somebody else.
"""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

import httptools
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

PIPELINE = 16
"""Requests that wait behind the one that is answered, before no more are parsed."""

_SLICE = 1024
"""Bytes that are parsed at once where there may be many requests in them: some fifty, if they are short."""

_NOT_HTTP = "Invalid HTTP request received."
_OFFERING = (b"upgrade", b"http2-settings")

_BAD_REQUEST = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 30\r\n"
    b"connection: close\r\n\r\nInvalid HTTP request received."
)


class Pipelined(HttpToolsProtocol):
    """uvicorn's protocol, by which no answer is lost and none comes out of turn."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._current: RequestResponseCycle | None = None  # what is being answered
        self._held = bytearray()  # what came and is to be parsed when there is room
        self._refusal = b""  # what is answered behind those in front
        self._offers = False  # the head that was read last offers another protocol
        self._waiting_head = b""  # of an answer, which waits for the first bytes of its body

    @property
    def full(self) -> bool:
        """Whether as many requests wait as may."""
        return len(self.pipeline) >= PIPELINE

    @property
    def holds(self) -> bool:
        """Whether something has come that is to be parsed later."""
        return bool(self._held)

    @property
    def refuses(self) -> bool:
        """Whether those in front are the last that are answered."""
        return bool(self._refusal)

    @property
    def closed(self) -> bool:
        """Whether nothing more is written."""
        return self.transport.is_closing()

    def linger(self) -> None:
        """Say that nothing more comes."""
        self.transport.close()

    def write_head(self, head: bytes) -> None:
        """Write the head of an answer together with the first bytes of its body, if these come at once. One journey to
        the operating system and one packet are less; for a short answer they cost as much as a statement."""
        self._waiting_head = head
        self.loop.call_soon(self.flush)

    def write(self, data: bytes) -> None:
        """Write more of an answer."""
        if self._waiting_head:
            head, self._waiting_head = self._waiting_head, b""
            self.transport.writelines((head, data))
        else:
            self.transport.write(data)

    def flush(self) -> None:
        """Write the head of an answer that still waits."""
        if self._waiting_head and not self.closed:
            self.write(b"")

    def parse(self, data: bytes) -> None:
        """Parse what came, of which nothing is held."""
        self._unset_keepalive_if_required()
        try:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as offer:
                self._read_without_offer(data[offer.args[0] :])
        except httptools.HttpParserError:
            self.logger.warning(_NOT_HTTP)
            self.send_400_response(_NOT_HTTP)

    def _read_without_offer(self, rest: bytes) -> None:
        """Read the head once more without what it offers, and what follows it as its body."""
        start = b"%s %s HTTP/%s\r\n" % (
            self.parser.get_method(),
            self.url,
            self.parser.get_http_version().encode(),
        )
        self._offers = False
        self.parser = httptools.HttpRequestParser(self)
        self.parser.feed_data(start + b"".join(_without_offer(self.headers)) + b"\r\n")
        if rest and not self.closed:
            self.parse(rest)

    def refuse_behind(self, answer: bytes) -> bool:
        """Whether this is an answer that waits for those to the requests in front of it, after which the connection
        ends. Of a request whose body is on its way, and of what is no request."""
        mine = self.cycle if self.cycle is not None and self.cycle.more_body else None
        if all(each is mine for each in self._unanswered()):
            return False
        if self.pipeline and self.pipeline[0][0] is mine:
            self.pipeline.popleft()
        self._refusal = answer
        self._held.clear()
        return True

    def answered(self, cycle: RequestResponseCycle) -> None:
        """A request was answered, and no other one has come."""

    # What the server accepts is read from and written to.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        super().connection_made(transport)
        self.flow = _Flow(self, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._held.clear()
        for each in self._unanswered():
            each.disconnected = True
            each.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.closed or self._refusal:
            return
        if not self._held and not self.full and data.count(b"\n") <= 2 * PIPELINE:  # a request has two or more
            self.parse(data)
        else:
            self._held += data
            self._parse_held()

    def _parse_held(self) -> None:
        while self._held and not self.full and not self.closed:
            data = bytes(self._held[:_SLICE])
            del self._held[:_SLICE]
            self.parse(data)
        if self.closed:
            self._held.clear()
        elif self._held:
            self.flow.pause_reading()

    def _unanswered(self) -> Iterator[RequestResponseCycle]:
        """The requests without a whole answer, in their order."""
        if self._current is not None and not self._current.response_complete:
            yield self._current
        for cycle, _ in reversed(self.pipeline):
            yield cycle

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  (as uvicorn has it)
        if not self._refusal and not self.refuse_behind(_BAD_REQUEST):
            self.flush()
            self.transport.write(_BAD_REQUEST)
            self.linger()

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":  # no request of this API, and its body is none
                raise ValueError
            self._offers = True
            return
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not None and self.cycle is not before:
            self.cycle.transport = _Way(self, self.cycle)  # type: ignore[assignment]  # all that a cycle uses of one
            if not self.pipeline:
                self._current = self.cycle

    def on_message_complete(self) -> None:
        if not self._offers:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        following = self.pipeline[-1][0] if self.pipeline else None
        super().on_response_complete()
        if self.closed:
            return
        answered = self.cycle
        if following is not None:
            self._current = following
        elif self._refusal:
            self.transport.write(self._refusal)
            self.linger()
            return
        if self._held:
            self._parse_held()
            if not self._held:
                self.flow.resume_reading()
        if self.cycle is answered and answered.response_complete:
            self.answered(answered)


def _without_offer(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """The lines of a head without those by which another protocol is offered."""
    for name, value in headers:
        if name == b"connection":
            stays = b",".join(each for each in value.split(b",") if each.strip().lower() not in _OFFERING)
            yield b"connection: %s\r\n" % stays
        elif name not in _OFFERING:
            yield b"%s: %s\r\n" % (name, value)


class _Flow(FlowControl):
    """uvicorn's control of reading, which goes on only when what came is parsed."""

    def __init__(self, connection: Pipelined, transport: asyncio.Transport) -> None:
        super().__init__(transport)
        self._connection = connection

    def resume_reading(self) -> None:
        """Read on."""
        if not self._connection.holds:
            super().resume_reading()


class _Way:
    """A request's way to its connection, which is closed only after the rest of its body was read."""

    def __init__(self, connection: Pipelined, cycle: RequestResponseCycle) -> None:
        self._connection, self._cycle = connection, cycle
        self.is_closing = connection.transport.is_closing
        self._begun = False

    def write(self, data: bytes) -> None:
        """Write, unless the connection has ended: then its client is gone."""
        if self._connection.closed:
            self._cycle.disconnected = True
            self._cycle.message_event.set()
        elif self._cycle.response_started and not self._begun:  # else it is `100 Continue`
            self._begun = True
            self._connection.write_head(data)
        else:
            self._connection.write(data)

    def close(self) -> None:
        self._connection.flush()
        if self._cycle.more_body:
            self._connection.linger()
        else:
            self._connection.transport.close()
