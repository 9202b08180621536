"""A server of a small app with the bounds of connections, and connections that speak to it byte by byte."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from processes import Served
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from app.api import connections
from app.api.connections import Bounded, Bounds


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rules in tenths of a second."""
    for name, value in (("_TICK_S", 0.05), ("HEAD_S", 0.3), ("BODY_SPAN_S", 0.3), ("ANSWER_S", 0.3), ("LINGER_S", 0.2)):
        monkeypatch.setattr(connections, name, value)


class Gone:
    """How many clients went away before all of their body was there."""

    count = 0


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers `/early` before the body, `/endless` for ever, `/head-first` the body later than the head, all else when
    the body of the request is whole."""
    if scope["type"] != "http":
        return
    if scope["path"] == "/endless":

        async def endless() -> AsyncIterator[bytes]:
            while True:
                yield b"x" * 65_536
                await asyncio.sleep(0)

        await StreamingResponse(endless())(scope, receive, send)
        return
    if scope["path"] == "/head-first":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
        await asyncio.sleep(0.4)
        await send({"type": "http.response.body", "body": b"x"})
        return
    await asyncio.sleep({"/slow": 0.2, "/slower": 0.8}.get(scope["path"], 0))
    size = 0
    while scope["path"] != "/early":
        message = await receive()
        if message["type"] == "http.disconnect":
            Gone.count += 1
            return
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    status = 401 if scope["path"] == "/early" else 200
    headers = {"connection": "close"} if scope["path"] == "/early" else None
    await PlainTextResponse(str(size), status, headers)(scope, receive, send)


@asynccontextmanager
async def serving(bounds: Bounds | None = None) -> AsyncIterator[uvicorn.Server]:
    config = uvicorn.Config(app, port=0, http=Bounded, ws="none", lifespan="off", log_config=None, timeout_keep_alive=1)
    server = Served(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (uvicorn has no event for it)
        await asyncio.sleep(0.01)
    if bounds is not None:
        server.lifespan.state["bounds"] = bounds
    try:
        yield server
    finally:
        server.should_exit = True
        server.force_exit = True
        await running


@asynccontextmanager
async def connected(
    server: uvicorn.Server, **options: Any
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    port = server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port, **options)
    try:
        yield reader, writer
    finally:
        writer.close()


async def ends(reader: asyncio.StreamReader, seconds: float = 3) -> bytes:
    """What comes until the connection ends, which it must."""
    async with asyncio.timeout(seconds):
        try:
            return await reader.read()
        except ConnectionError:
            return b""


async def pump(writer: asyncio.StreamWriter, piece: bytes, times: int, pause: float = 0.0) -> None:
    try:
        for _ in range(times):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
    except ConnectionError:
        pass


async def asked(
    server: uvicorn.Server, head: bytes = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
) -> bytes:
    async with connected(server) as (reader, writer):
        writer.write(head)
        return await ends(reader)
