"""A process that serves: how uvicorn runs it, and how it loads the app.

The app is loaded where it is needed and not before: the parent of several processes does without.
"""

import gc
import multiprocessing
import os
import signal
import threading
from typing import TYPE_CHECKING, Any

from app.api.connections import Bounded
from app.core.settings import Settings, settings_from_environment
from app.core.shared_metrics import take_place
from app.core.telemetry import Metrics, configure_logging

if TYPE_CHECKING:
    from fastapi import FastAPI

BLOCKED = (signal.SIGTERM, signal.SIGHUP)
"""Signals that do not end the process that workers are copies of; it ends when they and their parent are gone."""

_LOOK_S = 1


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


def create_app_from_environment() -> "FastAPI":
    """What a server process of `kumkm serve` runs.

    While it is loaded, the garbage collector waits: nothing of it dies, and looking for that takes a fifth of the time.
    """
    gc.disable()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, BLOCKED)
    from app.main import create_app  # noqa: PLC0415  (see above)

    settings = settings_from_environment()
    configure_logging(settings.log_level)
    leave_with_parent()
    app = create_app(settings, metrics=Metrics(take_place()))
    settle()
    return app


def leave_with_parent() -> None:
    """A worker ends when its parent is gone, however that ended: or it would keep the port from the next one. Likewise
    when the process is gone that it is a copy of: the parent would not know of it any more."""
    parent, original = multiprocessing.parent_process(), os.getppid()
    if parent is None:
        return

    def wait() -> None:
        while parent.is_alive() and os.getppid() == original:
            parent.join(_LOOK_S)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def settle() -> None:
    """Done once by a process that serves, before its first request: the routes are built, and the garbage collector
    gets what it serves.

    What is loaded by now lives on and need not be traversed again. Batches make many objects that die without its help;
    collecting after every 700 of them, as by default, took a third of the time that a batch takes.
    """
    from app.api import router  # noqa: PLC0415  (it is loaded by now)

    router.make_ready()
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
