"""A server that is killed again and again, and a database under it that is, too. Neither may make the server stumble:
its log is kept, and every fault in it that it did not expect is counted at the end.
"""

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx

from app.core.embedded import EmbeddedServer
from app.core.settings import Settings
from kumkm_proof.bench.servers import environment_of, free_port

_STARTING_S = 60
_FAULT = b'"event":"internal_fault"'
_SETTINGS = {"KUMKM_ACCESS_TOKEN_S": "30"}  # so that tokens end in the middle of the work


@dataclass
class Chaos:
    """One server process at a time, started again whenever it is gone."""

    settings: Settings
    database: EmbeddedServer
    log: Path
    rng: Random
    kill_server_every_s: float
    kill_database_every_s: float
    events: Counter[str]
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None
    _at_database: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def base_url(self) -> str:
        """Where the server is, when it is."""
        return f"http://127.0.0.1:{self.port}"

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
        """Kill the server every few seconds, without a warning, and start it again. Runs until cancelled."""
        while True:
            await asyncio.sleep(self.kill_server_every_s * self.rng.uniform(0.5, 1.5))
            await self._end(signal.SIGKILL)
            self.events["server killed"] += 1
            await self.start()

    async def kill_databases(self) -> None:
        """Stop PostgreSQL at once, without a checkpoint, and let it recover. Runs until cancelled."""
        while True:
            await asyncio.sleep(self.kill_database_every_s * self.rng.uniform(0.5, 1.5))
            async with self._at_database:
                await asyncio.shield(asyncio.to_thread(self.database.crash))
            self.events["database killed"] += 1

    async def settle(self) -> None:
        """Wait until a crash in work is over, and until the server answers."""
        async with self._at_database:
            await self.start()

    async def stop(self) -> None:
        """Stop the server for good."""
        await self._end(signal.SIGTERM)

    def server_faults(self) -> list[str]:
        """The lines of the servers' logs that tell a fault of their own."""
        with self.log.open("rb") as log:
            return [line.decode(errors="replace").strip() for line in log if _FAULT in line]

    def command(self) -> tuple[list[str], dict[str, str]]:
        """The server's arguments and its environment."""
        arguments = ["serve", "--port", str(self.port), "--workers", "1"]
        return arguments, environment_of(self.settings, **_SETTINGS)

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
