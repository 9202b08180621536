"""Requests of one connection are answered in their order, each with as few packets as it needs."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, cast

import pytest
from raw_connections import connected, ends, serving

from app.api.connections import Bounded
from app.api.pipelining import PIPELINE

UVLOOP = pytest.mark.parametrize("anyio_backend", [pytest.param(("asyncio", {"use_uvloop": True}), id="uvloop")])


async def test_requests_that_wait_behind_one_have_a_number(quick: None) -> None:
    async with serving() as server, connected(server) as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde" * 10)
        got = b""
        while got.count(b"200 OK") < 10:
            got += await reader.read(65_536)


@UVLOOP
@pytest.mark.parametrize("requests", [18, 1_000])
async def test_all_that_come_at_once_are_answered_in_their_order_and_few_wait(
    requests: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = []
    taken = Bounded.data_received

    def counting(connection: Bounded, data: bytes) -> None:
        taken(connection, data)
        most.append(len(connection.pipeline))

    monkeypatch.setattr(Bounded, "data_received", counting)
    async with serving() as server, connected(server) as (reader, writer):
        sent = [b"x" * (number % 7) for number in range(requests)]
        writer.writelines(
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body) for body in sent
        )
        async with asyncio.timeout(20):
            for body in sent:
                assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 OK")
                assert await reader.readexactly(1) == b"%d" % len(body)
    assert max(most) < PIPELINE + 40


@UVLOOP
@pytest.mark.parametrize(
    ("refused", "status"),
    [
        (b"\x00\x01 no request\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * 200 + b"\r\n", b"431"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n", b"408"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
    ],
    ids=["garbage", "head", "chunk", "unfinished", "no host"],
)
async def test_what_is_refused_is_refused_behind_the_answers_to_those_in_front(
    refused: bytes, status: bytes, quick: None
) -> None:
    async with serving() as server, connected(server) as (reader, writer):
        writer.write(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n" + b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 3 + refused)
        answers = (await ends(reader)).split(b"HTTP/1.1 ")
        assert [each[:3] for each in answers] == [b"", b"200", b"200", b"200", b"200", status]


@UVLOOP
async def test_a_client_that_goes_is_noted_at_each_of_its_requests(caplog: pytest.LogCaptureFixture) -> None:
    async with serving() as server:
        async with connected(server) as (reader, writer):
            writer.write(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n" * 5)
            assert await reader.readuntil(b"\r\n\r\n")
            writer.transport.abort()
        async with asyncio.timeout(5):
            while server.server_state.connections or server.server_state.tasks:  # noqa: ASYNC110  (likewise)
                await asyncio.sleep(0.01)
    assert caplog.messages == [], "no fault of the program"


async def test_a_head_that_is_not_read_meanwhile_is_not_slow(quick: None) -> None:
    async with serving() as server, connected(server) as (reader, writer):
        writer.write(b"GET /slower HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n")
        await asyncio.sleep(0.05)
        writer.write(b"Host: a\r\nConnection: close\r\n\r\n")
        assert (await ends(reader)).count(b"200 OK") == 3


class Counted:
    """A transport that counts how often it is written to."""

    def __init__(self, transport: asyncio.Transport, writes: list[int]) -> None:
        self._transport, self._writes = transport, writes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        self.writelines((data,))

    def writelines(self, data: Sequence[bytes]) -> None:
        self._writes.append(len(data))
        self._transport.writelines(data)


@UVLOOP
async def test_a_short_answer_is_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    writes, made = list[int](), Bounded.connection_made
    monkeypatch.setattr(
        Bounded, "connection_made", lambda self, given: made(self, cast("asyncio.Transport", Counted(given, writes)))
    )
    async with serving() as server, connected(server) as (reader, writer):
        for number in range(1, 6):
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n0")).startswith(b"HTTP/1.1 200 OK")
            assert len(writes) == number


@UVLOOP
async def test_a_head_does_not_wait_for_a_body_that_comes_later() -> None:
    async with serving() as server, connected(server) as (reader, writer):
        writer.write(b"GET /head-first HTTP/1.1\r\nHost: a\r\n\r\n" + b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        began = time.monotonic()
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 OK")
        assert time.monotonic() - began < 0.3
        assert await reader.readexactly(1) == b"x"
        assert (await reader.readuntil(b"\r\n\r\n0")).startswith(b"HTTP/1.1 200 OK")


NEXT = b"GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
OFFERS = [
    b"Connection: Upgrade\r\nUpgrade: foo\r\n",
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
    b"Upgrade: websocket\r\nConnection: keep-alive, upgrade\r\nSec-WebSocket-Version: 13\r\n",
    b"Connection: Upgrade\r\nUpgrade: h2c\r\nExpect: 100-continue\r\n",
]


@UVLOOP
@pytest.mark.parametrize("pause", [0, 0.1])
@pytest.mark.parametrize("framing", ["length", "chunks"])
@pytest.mark.parametrize("offer", OFFERS, ids=["unknown", "h2c", "websocket", "expecting"])
async def test_a_request_that_offers_another_protocol_is_one_request_with_its_body(
    offer: bytes, framing: str, pause: float
) -> None:
    """Its body looks like a request."""
    length, body = b"Content-Length: %d\r\n" % len(NEXT), NEXT
    if framing == "chunks":
        length, body = b"Transfer-Encoding: chunked\r\n", b"%x\r\n%s\r\n0\r\n\r\n" % (len(NEXT), NEXT)
    async with serving() as server, connected(server) as (reader, writer):
        for part in (b"POST / HTTP/1.1\r\nHost: a\r\n" + length + offer + b"\r\n", body, NEXT):
            writer.write(part)
            await asyncio.sleep(pause)
        answers = (await ends(reader)).replace(b"HTTP/1.1 100 Continue\r\n\r\n", b"").split(b"HTTP/1.1 ")[1:]
    assert [each[:6] for each in answers] == [b"200 OK", b"200 OK"]
    assert [each.rpartition(b"\r\n")[2] for each in answers] == [b"%d" % len(NEXT), b"0"], "bytes of each body"


@UVLOOP
async def test_several_that_offer_another_protocol_are_answered_in_their_order() -> None:
    asked = b"".join(
        b"POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: %d\r\n\r\n%s"
        % (n, b"x" * n)
        for n in range(9)
    )
    async with serving() as server, connected(server) as (reader, writer):
        writer.write(asked + NEXT)
        answers = (await ends(reader)).split(b"HTTP/1.1 200 OK")[1:]
    assert [each.rpartition(b"\r\n")[2] for each in answers] == [b"%d" % n for n in (*range(9), 0)]


@UVLOOP
@pytest.mark.parametrize("pause", [0, 0.1])
async def test_a_tunnel_is_refused_and_its_bytes_are_no_request(pause: float) -> None:
    async with serving() as server, connected(server) as (reader, writer):
        writer.write(b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(NEXT))
        await asyncio.sleep(pause)
        writer.write(NEXT)
        answers = (await ends(reader)).split(b"HTTP/1.1 ")[1:]
    assert [each[:3] for each in answers] == [b"400"]
