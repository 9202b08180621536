"""The server processes that a benchmark measures: this very program, as a deployment runs it."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import httpx

from app.core.settings import Settings
from kumkm_proof.bench.scene import Scene


class Measured(NamedTuple):
    """A server process that is measured."""

    port: int
    process: subprocess.Popen[bytes]


@asynccontextmanager
async def served_by(
    stage: Scene, workers: int, *, fold_interval_s: float = 0.5, **more: str
) -> AsyncIterator[list[Measured]]:
    """So many servers on free ports, as behind a load balancer that deals connections out evenly. No edition of the
    statistics is made beside what is measured: editions are measured by themselves.
    """
    more = {"KUMKM_STATISTICS_INTERVAL_S": "86400", **more}
    served = []
    try:
        for _ in range(workers):
            port = free_port()
            process = subprocess.Popen(  # noqa: ASYNC220, S603  (this very program; starting it is not measured)
                [sys.executable, "-m", "app.cli", "serve", "--port", str(port), "--workers", "1"],
                env=environment_of(stage.settings, KUMKM_FOLD_INTERVAL_S=str(fold_interval_s), **more),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            served.append(Measured(port, process))
        for each in served:
            await _until_ready(each)
        yield served
    finally:
        for each in served:
            each.process.terminate()
        for each in served:
            await asyncio.to_thread(each.process.wait, 40)


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment_of(settings: Settings, **more: str) -> dict[str, str]:
    """The settings as a server process gets them."""
    return {
        **os.environ,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        **settings.key_variables(),
        "KUMKM_STORAGE": settings.storage,
        "KUMKM_LOG_LEVEL": "info",
        **more,
    }


async def _until_ready(server: Measured) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(600):
            if server.process.poll() is not None:
                raise OSError("the server to be measured did not start")
            try:
                if (await client.get(f"http://127.0.0.1:{server.port}/readyz")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
    raise OSError("the server to be measured did not become ready in 30 s")
