"""Two nodes of PostgreSQL: a primary, and a standby that is promoted when the primary is killed.

The standby takes over at the primary's address, as behind an address that a cluster manager moves.
"""

import contextlib
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

from app.core.embedded import EmbeddedServer
from kumkm_proof.bench.standby import start_standby

_PATIENCE_S = 60.0


class Database(Protocol):
    """A database that can be killed, and is there again afterwards, at the same address."""

    def prepare(self) -> None:
        """Do what is needed before it can be killed."""

    def crash(self) -> None:
        """Kill it. Returns when it is there again."""


@dataclass(frozen=True)
class Single:
    """One node: it loses its power, and recovers from its log."""

    server: EmbeddedServer

    def prepare(self) -> None:
        """Nothing is needed."""

    def crash(self) -> None:
        """Stop without a checkpoint, and start again."""
        self.server.crash()


@dataclass(frozen=True)
class Failover:
    """`behind_s`: the seconds before the primary's end of which the standby gets nothing. 0: the primary waits for the
    standby with each commit, so that nothing can be lost.
    """

    primary: EmbeddedServer
    behind_s: float

    @property
    def _standby(self) -> Path:
        return self.primary.folder.with_name("standby")

    def crash(self) -> None:
        """Kill the primary, with everything that it does, and promote the standby."""
        if self.behind_s:
            self._sql(self._standby, "ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()")
            self._wait_for("SELECT count(*) = 0 FROM pg_stat_replication")
            time.sleep(self.behind_s)
        self._kill()
        self.primary.run("pg_ctl", "-D", self._standby, "-w", "promote")
        self.primary.run("pg_ctl", "-D", self._standby, "-w", "-m", "fast", "stop")
        shutil.rmtree(self.primary.folder)
        self._standby.rename(self.primary.folder)
        self.primary.start_again()

    def prepare(self) -> None:
        """Make a standby that has what the primary has, and gets what is added."""
        start_standby(self.primary, self._standby)
        if not self.behind_s:
            self._sql(
                self.primary.socket, "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"
            )
            self._wait_for("SELECT bool_or(sync_state = 'sync') FROM pg_stat_replication")
        else:
            self._wait_for("SELECT bool_or(state = 'streaming') FROM pg_stat_replication")

    def _kill(self) -> None:
        """As a machine that loses its power: the postmaster first, then all that it began."""
        postmaster = psutil.Process(int((self.primary.folder / "postmaster.pid").read_text().split()[0]))
        everything = [postmaster, *postmaster.children(recursive=True)]
        for process in everything:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(everything, timeout=_PATIENCE_S)

    def _wait_for(self, question: str) -> None:
        until = time.monotonic() + _PATIENCE_S
        while self._sql(self.primary.socket, question) != "t":
            if time.monotonic() > until:
                raise TimeoutError(question)
            time.sleep(0.05)

    def _sql(self, socket: Path, *commands: str) -> str:
        arguments = [part for command in commands for part in ("-c", command)]
        return self.primary.run("psql", "-h", socket, "-U", "postgres", "-Atq", *arguments).strip()
