"""Receivers of webhooks: sound ones, and those that lie, are slow, or never end."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Any

from app.webhooks.targets import UnfitURL, target_of

Push = Callable[[], Awaitable[None]]
Made = Callable[..., Awaitable[dict[str, Any]]]
Enter = Callable[[int], Awaitable[None]]
Writes = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Receiver:
    """What came in, and how it answers: a status, or what it does with the connection instead."""

    address: str = ""
    answers: list[int | bytes | Writes] = field(default_factory=list)  # in turn; then 204
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]

    @property
    def changes(self) -> list[str]:
        """Ids of businesses, in the order in which they came; of each delivery once."""
        once = {headers["webhook-id"]: json.loads(body) for headers, body in self.got}
        return [change["business_id"] for told in once.values() for change in told.get("changes", [])]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                headers = {
                    name.lower(): value for name, _, value in (line.partition(": ") for line in head.splitlines()[1:])
                }
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                self.got.append((headers, body))
                answer = self.answers.pop(0) if self.answers else 204
                if isinstance(answer, int):
                    answer = b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % answer
                if isinstance(answer, bytes):
                    writer.write(answer)
                    await writer.drain()
                else:
                    await answer(writer)
                    break
        writer.transport.abort()


def bound() -> socket.socket:
    """A socket on a port of the kernel's choice that a webhook may have: some in its range are of other protocols."""
    with contextlib.ExitStack() as refused:
        while True:
            found = refused.enter_context(socket.socket())
            found.bind(("127.0.0.1", 0))
            with contextlib.suppress(UnfitURL):
                target_of(f"http://127.0.0.1:{found.getsockname()[1]}/", [IPv4Network("127.0.0.0/8")])
                return found.dup()


@contextlib.asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    listening = bound()
    server = await asyncio.start_server(receiver.serve, sock=listening)
    receiver.address = f"http://127.0.0.1:{listening.getsockname()[1]}/kumkm"
    try:
        yield receiver
    finally:
        server.close()
        for writer in receiver.writers:
            writer.transport.abort()
        await asyncio.sleep(0)
        await asyncio.gather(*(each.wait_closed() for each in receiver.writers), return_exceptions=True)


async def endless(writer: asyncio.StreamWriter, head: bytes, piece: bytes, pause_s: float) -> None:
    writer.write(head)
    while True:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(pause_s)


async def endless_body(writer: asyncio.StreamWriter) -> None:
    await endless(writer, b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536, 0)


async def reset_after_200(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
    await writer.drain()


async def slow_head(writer: asyncio.StreamWriter) -> None:
    await endless(writer, b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n", 0.02)


async def slow_body(writer: asyncio.StreamWriter) -> None:
    await endless(writer, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x", 0.05)


async def silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def no_http(writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-OpenSSH_9.9\r\n")
    await writer.drain()


async def huge_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n" + b"X-Huge: " + b"y" * 4_000_000)
    await writer.drain()
