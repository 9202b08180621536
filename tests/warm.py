"""Servers that start at once: a warm process that has loaded the app, and is forked for each server.

What runs in the fork is the command itself, `kumkm serve`, with the environment of the test. Loading the app takes
seconds of a core, and a dozen tests start servers. All workers of a run share one such process: who starts the workers
starts it (`begin`), they are given its address (`use`), and it loads when the first of them comes.
"""

import atexit
import functools
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from forking import forking_at


def serve(path: str) -> None:
    """Fork for each connection, until the standard input ends."""
    with forking_at(path) as listening:
        if listening not in select.select([listening, sys.stdin], [], [])[0]:
            return  # nobody came
        from app.cli import main  # noqa: PLC0415  (what is warmed up; the tests import this module for its other half)
        from app.main import create_app  # noqa: F401, PLC0415  (likewise)

        gc.freeze()
        while listening in select.select([listening, sys.stdin], [], [])[0]:
            connection, _ = listening.accept()
            if os.fork() == 0 and _watch(connection):
                main()
            connection.close()


def _watch(connection: socket.socket) -> bool:
    """Tell the process id of a server, and its exit code when it has ended. Only in the server itself, it returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    asked = json.loads(connection.makefile().readline())
    server = os.fork()
    if server:
        connection.sendall(f"{server}\n".encode())
        code = os.waitstatus_to_exitcode(os.waitpid(server, 0)[1])
        with suppress(OSError):
            connection.sendall(f"{code}\n".encode())
        os._exit(0)
    connection.close()
    null = os.open(os.devnull, os.O_RDWR)
    log = null if asked["log"] is None else os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream, file in enumerate((null, log, log)):
        os.dup2(file, stream)
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["kumkm", *asked["arguments"]]
    return True


class Process:
    """As much of `subprocess.Popen` as tests ask of a server."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path | None = None) -> None:
        self.returncode: int | None = None
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(_given.get("path") or begin())
        asked = {"arguments": arguments, "environment": dict(environment), "log": log and str(log)}
        connection.sendall(json.dumps(asked).encode() + b"\n")
        self._answer = connection.makefile()
        connection.close()  # the file keeps it open
        self.pid = int(self._answer.readline())

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            if self.returncode is None:
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._answer], [], [], 0)[0]:
            self._ended()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, or the negative number of the signal that ended it.

        Raises:
            TimeoutError: it runs on.
        """
        if self.returncode is None and not select.select([self._answer], [], [], timeout)[0]:
            raise TimeoutError(f"the server runs on after {timeout} s")
        return self._ended() if self.returncode is None else self.returncode

    def _ended(self) -> int:
        self.returncode = int(self._answer.readline())
        self._answer.close()
        return self.returncode


_given: dict[str, str] = {}


def use(path: str) -> None:
    """Take the warm process at this address, instead of one of this process alone."""
    _given["path"] = path


@functools.cache
def begin() -> str:
    """Start the warm process, which ends with this one; its address."""
    folder = tempfile.TemporaryDirectory(prefix="kumkm-warm-")
    path = str(Path(folder.name) / "socket")
    process = subprocess.Popen(
        [sys.executable, __file__, path],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.stdout.close()

    @atexit.register
    def end() -> None:
        process.kill()
        process.communicate()
        folder.cleanup()

    return path


if __name__ == "__main__":
    serve(sys.argv[1])
