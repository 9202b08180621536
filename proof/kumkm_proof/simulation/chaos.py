"""A server that is killed again and again, and a database under it that is, too. Neither may make the server stumble:
its log is kept, and every fault in it that it did not expect is counted at the end.

Kills follow the work that is done, not the clock: on a machine that is busy with something else there are as many, and
the fleet still comes to its end.
"""

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from pathlib import Path
from random import Random

import httpx

from app.core.settings import Settings
from kumkm_proof.bench.servers import environment_of, free_port
from kumkm_proof.simulation.nodes import Database

_STARTING_S = 60
_FAULT = b'"event":"internal_fault"'
_SETTINGS = {"KUMKM_ACCESS_TOKEN_S": "30"}  # so that tokens end in the middle of the work


@dataclass
class Chaos:
    """One server process at a time, started again whenever it is gone. `kill_server_every`, `kill_database_every`: the
    answers between two kills, about."""

    settings: Settings
    database: Database
    log: Path
    rng: Random
    kill_server_every: int
    kill_database_every: int
    events: Counter[str]
    answers: int = 0
    port: int = field(default_factory=free_port)
    _waiting: list[tuple[float, asyncio.Event]] = field(default_factory=list)
    _process: subprocess.Popen[bytes] | None = None
    _in_work: asyncio.Future[None] | None = None

    @property
    def base_url(self) -> str:
        """Where the server is, when it is."""
        return f"http://127.0.0.1:{self.port}"

    async def begin(self) -> None:
        """Make all that can be killed, and wait until the server answers."""
        await self._at_database(self.database.prepare)
        await self.start()

    async def start(self) -> None:
        """Start the server, and wait until it answers."""
        await asyncio.to_thread(self._start)
        async with httpx.AsyncClient() as http, asyncio.timeout(_STARTING_S):
            while True:
                try:
                    if (await http.get(f"{self.base_url}/readyz")).is_success:
                        return
                except httpx.TransportError:
                    pass
                if self._process is None or self._process.poll() is not None:
                    await asyncio.to_thread(self._start)  # the database was away at that moment
                await asyncio.sleep(0.05)

    async def kill_servers(self) -> None:
        """Kill the server now and then, without a warning, and start it again. Runs until cancelled."""
        while True:
            await self._work_done(self.kill_server_every)
            await self._end(signal.SIGKILL)
            self.events["server killed"] += 1
            await self.start()

    async def kill_databases(self) -> None:
        """Kill the database now and then. Runs until cancelled."""
        while True:
            await self._work_done(self.kill_database_every)
            await self._at_database(self.database.crash, "database killed")
            await self._at_database(self.database.prepare)

    async def settle(self) -> None:
        """Wait until a crash in work is over, and until the server answers."""
        if self._in_work is not None:
            await self._in_work
        await self.start()

    async def stop(self) -> None:
        """Stop the server for good. A crash of the database that is in work ends before: somebody may have pressed
        Ctrl-C, and its folder is about to go."""
        if self._in_work is not None:
            await asyncio.wait((self._in_work,))
        await self._end(signal.SIGTERM)

    def server_faults(self) -> list[str]:
        """The lines of the servers' logs that tell a fault of their own."""
        with self.log.open("rb") as log:
            return [line.decode(errors="replace").strip() for line in log if _FAULT in line]

    def command(self) -> tuple[list[str], dict[str, str]]:
        """The server's arguments and its environment."""
        arguments = ["serve", "--port", str(self.port), "--workers", "1"]
        return arguments, environment_of(self.settings, **_SETTINGS)

    def answered(self) -> None:
        """Count an answer of the server."""
        self.answers += 1
        while self._waiting and self._waiting[0][0] <= self.answers:
            heappop(self._waiting)[1].set()

    async def _at_database(self, work: Callable[[], None], event: str | None = None) -> None:
        """Work that goes on to its end when the fleet is ready before. It is no task: all of those may be cancelled."""

        def whole() -> None:
            work()
            if event is not None:
                self.events[event] += 1

        self._in_work = asyncio.get_running_loop().run_in_executor(None, whole)
        await asyncio.shield(self._in_work)

    async def _work_done(self, answers: int) -> None:
        done = asyncio.Event()
        heappush(self._waiting, (self.answers + answers * self.rng.uniform(0.5, 1.5), done))
        await done.wait()

    def _start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        with self.log.open("ab") as log:
            arguments, environment = self.command()
            self._process = subprocess.Popen(  # noqa: S603  (this very program)
                [sys.executable, "-m", "app.cli", *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            await asyncio.to_thread(self._process.wait, 40)
