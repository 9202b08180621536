"""Clients that start at once: a warm process that is forked for each command of a client, spoilt or not.

A command is a process of its own, so that the kit can end it at any moment, and takes a hundredth of a second to start.
"""

import asyncio
import contextlib
import io
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import traceback
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

import broken_clients
import httpx
from forking import forking_at

from kumkm_tablet import cli, commands
from kumkm_tablet.conformance.kit import CommandDriver
from kumkm_tablet.tablet import Tablet

_COMMAND_S = 60
_LOADED = commands  # before the fork, not in each


def serve(path: str) -> None:
    """Fork for each connection: a line of JSON comes in, then the process id goes out, then what came of it."""
    context = httpx.create_ssl_context()  # 20 ms that no command needs, since tests speak plain HTTP
    make, httpx.AsyncClient.__init__ = httpx.AsyncClient.__init__, lambda self, **how: make(self, verify=context, **how)
    asyncio.run(_warm())
    with forking_at(path) as listening:
        while True:
            connection, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _run(connection)
            connection.close()


async def _known(self: Tablet) -> None:
    """The filter stays as it was."""


async def _warm() -> None:
    """Import what a first request imports."""
    async with httpx.AsyncClient() as http:
        with contextlib.suppress(httpx.TransportError):
            await http.get("http://127.0.0.1:9/")


def _run(connection: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    told = json.loads(connection.makefile().readline())
    connection.sendall(f"{os.getpid()}\n".encode())
    os.environ.update(told["environment"])
    if not told["filter"]:
        Tablet.refresh_known = _known  # some requests of each sync, and no rule but one is about it
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            if told["flaw"]:
                _spoil(told["flaw"])
            code = cli.main(told["arguments"])
        except SystemExit as exc:
            code = int(exc.code or 0)
        except Exception:  # noqa: BLE001  (as a process ends)
            traceback.print_exc(file=err)
            code = 70
    connection.sendall(json.dumps([code, out.getvalue(), err.getvalue()]).encode())
    connection.close()
    os._exit(0)


def _spoil(name: str) -> None:
    flaw = broken_clients.FLAWS.get(name)
    (flaw.spoil if flaw else broken_clients.OTHERS[name])()


class Zygote:
    """The warm process."""

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "zygote")
        command = [sys.executable, __file__, self.path]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}  # the tests' own helpers
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.process.stdout.readline()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def start(
        self, flaw: str | None, arguments: Sequence[str], environment: Mapping[str, str], *, with_filter: bool
    ) -> tuple[int, socket.socket]:
        """Start a command; its process id, and where what came of it is to be read."""
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self.path)
        told = {"flaw": flaw, "arguments": arguments, "environment": environment, "filter": with_filter}
        connection.sendall(json.dumps(told).encode() + b"\n")
        digits = b""
        while not digits.endswith(b"\n"):
            digits += connection.recv(1)
        return int(digits), connection


class Forked(CommandDriver):
    """The reference client, spoilt or not, by the warm process.

    `enrolled`: a home that is signed in, to be copied for scenarios that leave sessions alone.
    """

    def __init__(
        self, zygote: Zygote, username: str, password: str, folder: Path, enrolled: Path, flaw: str | None = None
    ) -> None:
        super().__init__("", username, password, folder)
        self.zygote, self.enrolled, self.flaw = zygote, enrolled, flaw
        self.pid = 0
        self.with_filter = False

    def begin(self, name: str, url: str, *, fresh: bool) -> None:
        self.with_filter = name == "filter_has_a_version"
        self.home = self.folder / name
        if fresh:
            self.home.mkdir(parents=True)
            self.enrol(url)
            return
        if not self.enrolled.exists():
            flaw, self.flaw, self.home = self.flaw, None, self.enrolled
            self.enrolled.mkdir(parents=True)
            self.enrol(url)
            self.flaw, self.home = flaw, self.folder / name
        shutil.copytree(self.enrolled, self.home)
        with contextlib.closing(sqlite3.connect(self.home / "outbox.db", isolation_level=None)) as outbox:
            outbox.execute("UPDATE meta SET value = ? WHERE name = 'server'", (json.dumps(url),))
            token = json.loads(outbox.execute("SELECT value FROM meta WHERE name = 'access_token'").fetchone()[0])
        told = urllib.request.Request(f"{url}/v1/me", headers={"Authorization": f"Bearer {token}"})  # noqa: S310  (the proxy)
        urllib.request.urlopen(told).close()  # noqa: S310  (so that the kit has seen the token)

    def kill(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)

    def run(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        told = {"KUMKM_TABLET_PASSWORD": self.password, "KUMKM_TABLET_HOME": str(self.home), **environment}
        self.pid, connection = self.zygote.start(self.flaw, list(arguments), told, with_filter=self.with_filter)
        late = threading.Timer(_COMMAND_S, self.kill)  # a client that never ends
        late.start()
        with connection, connection.makefile() as answer:
            said = answer.read()
        late.cancel()
        self.pid = 0
        return tuple(json.loads(said)) if said else (-signal.SIGKILL, "", "")


if __name__ == "__main__":
    serve(sys.argv[1])
