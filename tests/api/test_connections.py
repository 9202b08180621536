"""Nobody holds a connection for nothing: heads, bodies, answers and numbers of connections have bounds."""

import asyncio
import socket
import time
from typing import Any

import pytest
from raw_connections import Gone, asked, connected, ends, pump, serving

from app.api import connections
from app.api.connections import Bounded, Bounds


async def test_a_silent_connection_and_a_head_that_never_ends_are_closed(quick: None) -> None:
    async with serving() as server:
        async with connected(server) as (reader, _):
            assert await ends(reader) == b""
        async with connected(server) as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n")
            dripping = asyncio.create_task(pump(writer, b"X-A: b\r\n", 100, 0.05))
            answer = await ends(reader)
            dripping.cancel()
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b'"code":"too_slow"' in answer
        async with connected(server) as (reader, writer):
            dripping = asyncio.create_task(pump(writer, b"\r\n", 100, 0.05))  # blank lines before a request
            await ends(reader)
            dripping.cancel()


@pytest.mark.parametrize(
    "head",
    [
        b"X-A: " + b"b" * 20_000_000,
        b"X-A: b\r\n" * 200,
        b"".join(b"X-%d: %s\r\n" % (n, b"b" * 1000) for n in range(90)),
    ],
    ids=["one", "many", "long"],
)
async def test_a_head_that_is_too_large_is_refused_before_it_is_kept(head: bytes) -> None:
    async with serving() as server, connected(server) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n")
        sending = asyncio.create_task(pump(writer, head + b"\r\n", 1))
        answer = await ends(reader)
        sending.cancel()
        assert answer.startswith(b"HTTP/1.1 431 ")
        held: Any
        (held,) = server.server_state.connections or [None]
        assert held is None or sum(len(name) + len(value) for name, value in held.headers) < connections.HEAD_BYTES


async def test_a_long_address_and_endless_trailers_are_refused() -> None:
    async with serving() as server:
        assert (await asked(server, b"GET /?q=" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n")).startswith(b"HTTP/1.1 431 ")
        async with connected(server) as (reader, writer):
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n")
            sending = asyncio.create_task(pump(writer, b"X-A: " + b"b" * 10_000 + b"\r\n", 10_000))
            assert (await ends(reader)).startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 200 "))
            sending.cancel()


@pytest.mark.proof
async def test_a_body_has_to_come_at_a_pace_and_its_request_is_over_when_it_does_not(
    quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving() as server:
        gone = Gone.count
        async with connected(server) as (reader, writer):
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc")
            assert (await ends(reader)).startswith(b"HTTP/1.1 408 ")
        assert Gone.count == gone + 1
        async with connected(server) as (reader, writer):
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n")
            await pump(writer, b"x" * 500, 10, 0.1)  # slow, but for longer than a span
            assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
        monkeypatch.setattr(connections, "BODY_S", 0.5)
        async with connected(server) as (reader, writer):
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n")
            sending = asyncio.create_task(pump(writer, b"x" * 500, 100, 0.05))
            assert (await ends(reader)).startswith(b"HTTP/1.1 408 ")
            sending.cancel()


async def test_an_answer_before_the_body_is_read_reaches_a_client_that_is_still_sending(quick: None) -> None:
    async with serving() as server, connected(server) as (reader, writer):
        writer.write(b"POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n")
        sending = asyncio.create_task(pump(writer, b"x" * 50_000, 80, 0.001))
        answer = await ends(reader)
        await sending
        assert answer.startswith(b"HTTP/1.1 401 ")
        assert b"connection: close" in answer.lower()


async def test_who_stops_reading_an_answer_is_let_go(quick: None) -> None:
    async with serving() as server, connected(server, limit=1000) as (_, writer):
        assert isinstance(writer.transport, asyncio.Transport)
        writer.transport.pause_reading()
        writer.write(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
        async with asyncio.timeout(5):
            while not server.server_state.connections:  # noqa: ASYNC110  (likewise)
                await asyncio.sleep(0.01)
            while server.server_state.connections:  # noqa: ASYNC110  (likewise)
                await asyncio.sleep(0.05)
        tasks = set(server.server_state.tasks)
        assert not tasks or not (await asyncio.wait(tasks, timeout=3))[1], "what made the answer ends, too"


async def test_a_slow_reader_is_not_let_go(quick: None) -> None:
    async with serving() as server, connected(server, limit=1000) as (reader, writer):
        writer.write(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
        for _ in range(60):
            assert await reader.read(100_000)
            await asyncio.sleep(0.02)


async def test_connections_have_a_number_and_the_idle_ones_make_room(
    quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_S", 60)
    async with serving(Bounds(most=3, of_one_address=2, trusted="127.0.0.0/8")) as server:
        waiting = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc"
        async with connected(server) as (_, one), connected(server) as (_, two), connected(server):
            one.write(waiting)
            two.write(waiting)
            await asyncio.sleep(0.05)
            assert b"200 OK" in await asked(server), "the silent one makes room"
            async with connected(server) as (_, three):
                three.write(waiting)
                await asyncio.sleep(0.05)
                assert b"200 OK" not in await asked(server)
    async with serving(Bounds(most=30, of_one_address=2, trusted="10.0.0.1, fd00::/8")) as server:
        async with connected(server) as (_, one), connected(server) as (_, two):
            one.write(waiting)
            two.write(waiting)
            await asyncio.sleep(0.05)
            assert b"200 OK" not in await asked(server), "two of one address"
        await asyncio.sleep(0.05)
        assert b"200 OK" in await asked(server)


async def test_a_connection_is_kept_for_its_next_request(quick: None) -> None:
    async with serving() as server, connected(server) as (reader, writer):
        for pause in (0.5, 1.2):  # longer than for a head, and than uvicorn would wait
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n0")).startswith(b"HTTP/1.1 200 OK")
            await asyncio.sleep(pause)
        assert not reader.at_eof()


@pytest.mark.parametrize("anyio_backend", [pytest.param(("asyncio", {"use_uvloop": True}), id="uvloop")])
async def test_an_idle_connection_ends_but_not_over_a_request_that_has_come(
    quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "IDLE_S", 0.5)
    taken = Bounded.data_received

    def stall(connection: Bounded, data: bytes) -> None:
        """Where a loop is held while it reads, clocks go off before it reads on."""
        taken(connection, data)
        time.sleep(data.startswith(b"GET /stall"))

    monkeypatch.setattr(Bounded, "data_received", stall)

    def ask_while_it_is_busy(port: int) -> bytes:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            while not line.recv(65_536).endswith(b"0"):
                pass
            with socket.create_connection(("127.0.0.1", port), timeout=5) as other:
                other.sendall(b"GET /stall HTTP/1.1\r\nHost: a\r\n\r\n")
                time.sleep(0.3)
                line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                return line.recv(65_536)

    async with serving() as server:
        port = server.servers[0].sockets[0].getsockname()[1]
        assert (await asyncio.to_thread(ask_while_it_is_busy, port)).startswith(b"HTTP/1.1 200 OK")
        async with connected(server) as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await ends(reader)).startswith(b"HTTP/1.1 200 OK"), "and then it is closed"


async def test_the_idle_ones_of_an_address_make_room_for_it(quick: None) -> None:
    bounds = Bounds(most=30, of_one_address=2, trusted="10.0.0.1")
    async with serving(bounds) as server, connected(server) as (reader, one), connected(server) as (_, two):
        one.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        two.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc")
        await reader.readuntil(b"\r\n\r\n0")
        assert b"200 OK" in await asked(server)
        assert await ends(reader) == b"", "the one that was idle"


def test_whose_connections_are_other_peoples() -> None:
    bounds = Bounds(most=1, of_one_address=1, trusted="10.0.0.0/8, fd00::/8, a.name")
    told = ("10.1.2.3", "11.1.2.3", "fd00::1", "fe80::1", "")
    assert [bounds.is_trusted(each) for each in told] == [True, False, True, False, True]
    assert Bounds(most=1, of_one_address=1, trusted="*").is_trusted("11.1.2.3")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\n", b"200"),
        (b"GET / HTTP/1.1\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a b@c/d\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: kumkm-1.go.id:8443\r\n", b"200"),
        (b"GET / HTTP/1.1\r\nHost: [fd00::1]:80\r\n", b"200"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n", b"400"),
        (b"GET / HTTP/1.0\r\n", b"200"),
        (b"GET / HTTP/1.0\r\nHost: a\r\n", b"200"),
        (b"GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n", b"400"),
        (b"GET / HTTP/2.0\r\nHost: a\r\n", b"400"),
        (b"GET / HTTP/1.2\r\nHost: a\r\n", b"400"),
        (b"GET /\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n", b"200"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n", b"400"),
        (b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n", b"400"),
    ],
)
async def test_a_head_that_others_may_read_in_another_way_is_refused(head: bytes, status: bytes) -> None:
    async with serving() as server:
        answer = await asked(server, head + b"Connection: close\r\n\r\n" + b"0\r\n\r\n" * (b"POST" in head))
    assert answer.split(b" ")[1] == status
