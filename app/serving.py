"""A process that serves: how uvicorn runs it, and how it loads the app.

The app is loaded where it is needed and not before: other commands do without.
"""

import asyncio
import gc
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

from app.api.connections import Bounded
from app.core.log_stream import write_what_waits
from app.core.settings import Settings, settings_from_environment
from app.core.shared_metrics import take_place
from app.core.telemetry import Metrics, configure_logging

if TYPE_CHECKING:
    from fastapi import FastAPI


def server_options(settings: Settings) -> dict[str, Any]:
    """How uvicorn runs the app, wherever it is started: fast parts, our own log, time for batches in flight."""
    return {
        "loop": "uvloop",
        "http": Bounded,
        "ws": "none",
        "log_config": None,
        "access_log": False,
        "timeout_graceful_shutdown": settings.shutdown_s,
        "timeout_worker_healthcheck": settings.worker_silent_s,
        "server_header": False,
        "proxy_headers": True,
        "forwarded_allow_ips": settings.trusted_proxies,
    }


class Server(uvicorn.Server):
    """uvicorn's server, which ends with the signal that stopped it: so what waits for the log goes out before that.
    Requests that wait for something to happen are answered first: others may wait for their server to begin again."""

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal comes. The event loop is made first: uvicorn has its coroutine already where none can be
        made, and Python warns of that beside the reason."""
        with asyncio.Runner(loop_factory=self.config.get_loop_factory()) as runner:
            runner.get_loop()
            runner.run(self.serve(sockets))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer what was begun, and end."""
        if ending := self.lifespan.state.get("ending"):
            ending.set()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals while the server runs, and raise them again afterwards."""
        with super().capture_signals():
            try:
                yield
            finally:
                write_what_waits()


def create_app_from_environment() -> "FastAPI":
    """What a server process of `kumkm serve` runs.

    While it is loaded, the garbage collector waits: nothing of it dies, and looking for that takes a fifth of the time.
    """
    gc.disable()
    from app.main import create_app  # noqa: PLC0415  (see above)

    settings = settings_from_environment()
    configure_logging(settings.log_level)
    app = create_app(settings, metrics=Metrics(take_place()))
    settle()
    return app


def settle() -> None:
    """Done once by a process that serves, before its first request: the garbage collector gets what it serves.

    What is loaded by now lives on and need not be traversed again. Batches make many objects that die without its help;
    collecting after every 700 of them, as by default, took a third of the time that a batch takes.
    """
    gc.freeze()  # without a collection before it: that takes a seventh of the start, and finds a thousand objects
    gc.enable()
    gc.set_threshold(100_000, 20, 50)
