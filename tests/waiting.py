"""Waiting for what happens soon, and a server on a port of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI


async def until(there: Callable[[], object]) -> None:
    """Wait for it, ten seconds at the most.

    Raises:
        AssertionError: it never was.
    """
    for _ in range(1_000):
        if there():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never was")


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """The address at which the app is served over TCP meanwhile."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None, timeout_graceful_shutdown=1))
    running = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await running
