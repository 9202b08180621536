"""Worker processes and their parent: it replaces a worker that ends or hangs, and logs it.

Why they are copies of one process: docs/decisions/0082-workers-are-copies-of-a-process-that-loaded-the-app.md.
"""

import multiprocessing
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress

import structlog
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from app.core.shared_metrics import share_in

_COPYING = multiprocessing.get_context("forkserver")
_COPYING.set_forkserver_preload(["app.preloaded"])
_log = structlog.get_logger()
_LOADING = 5  # times as long as another silence; a process that ends while it loads is noticed at once


def serve_by_workers(config: uvicorn.Config) -> int:
    """Serve with as many processes as `config` says, until a signal ends them; the exit code of the whole."""
    with tempfile.TemporaryDirectory(prefix="kumkm-metrics-", ignore_cleanup_errors=True) as folder:
        share_in(folder)
        workers = Workers(config, [config.bind_socket()])
        workers.run()
        return STARTUP_FAILURE if workers.failed else 0


class Copy(Process):
    """uvicorn's, but a copy of a process that has loaded the app, instead of one that loads it again."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self.process = _COPYING.Process(target=_serve, args=(self.target, sockets))  # type: ignore[assignment]  # of its kind


def _serve(serve: Callable[[list[socket.socket]], None], sockets: list[socket.socket]) -> None:
    with suppress(KeyboardInterrupt):  # the parent says that it ends
        serve(sockets)


class Workers(Multiprocess):
    """uvicorn's parent, but it waits for an answer without blocking, and logs every worker by its pid.

    A worker that loads the app is silent, on a busy machine for half a minute. uvicorn would give it a few seconds, and
    end it without a visible message.
    """

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self.failed = False
        self._heard: dict[Process, float] = {}
        self._kind: type[Process] = Copy

    def init_processes(self) -> None:
        for _ in range(self.processes_num):
            self.processes.append(self._begun())
            _log.info("worker_started", pid=self.processes[-1].pid)

    def _begun(self) -> Process:
        process = self._kind(self.config, self.sockets)
        process.start()
        return process

    def handle_hup(self) -> None:
        """What is copied is of before, and there may be newer code: from now on each worker loads the app itself."""
        self._kind = Process
        super().handle_hup()

    def keep_subprocess_alive(self) -> None:
        """Called twice a second: asks each worker, and reads its answer to an earlier question."""
        for place, process in enumerate(self.processes):
            if self.should_exit.is_set():
                return
            if process.process.is_alive() and not self._silent(process):
                continue
            silent = process.process.is_alive()
            process.kill()
            process.join()
            self._heard.pop(process, None)
            code = process.exitcode or 0
            _log.warning(
                "worker_silent" if silent else "worker_ended",
                pid=process.pid,
                exit_code=max(code, 0),
                signal=signal.Signals(-code).name if code < 0 else None,
            )
            if code == STARTUP_FAILURE:  # every other one would fail in the same way
                self.failed = True
                self.should_exit.set()
                return
            replacement = self._begun()
            self.processes[place] = replacement
            _log.info("worker_started", pid=replacement.pid, instead_of=process.pid)

    def _silent(self, process: Process) -> bool:
        now = time.monotonic()
        patience = self.config.timeout_worker_healthcheck
        if process.ping(timeout=0):
            self._heard[process] = now
        return now > self._heard.setdefault(process, now + (_LOADING - 1) * patience) + patience
