"""Real server processes on a port of their own, with the settings of a test."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from warm import Process

from app.core.settings import Settings


class Served(uvicorn.Server):
    """A server in the process of the tests, to which it leaves the signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment_of(settings: Settings, **more: str) -> dict[str, str]:
    """The settings as a process gets them."""
    return {
        **os.environ,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        **settings.key_variables(),
        "KUMKM_DEMO_STARTS_AT": "2022-09-12T12:00:00+07:00",  # the clock of the small census
        **more,
    }


async def start_process(environment: dict[str, str], port: int) -> tuple[Process, str]:
    """Start a server and wait until it is ready."""
    process = await asyncio.to_thread(Process, ["serve", "--port", str(port)], environment)
    base_url = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient() as client:
        for _ in range(1_200):  # loading takes long where others do the same
            try:
                if (await client.get(f"{base_url}/readyz")).is_success:
                    return process, base_url
            except httpx.TransportError:
                await asyncio.sleep(0.05)
    process.kill()
    process.wait()
    raise AssertionError("the server did not start")
