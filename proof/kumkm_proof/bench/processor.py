"""The processor time of servers and of their PostgreSQL, which other work on the machine does not make longer."""

from collections.abc import Sequence
from typing import NamedTuple

import psutil

from app.core.embedded import EmbeddedServer
from kumkm_proof.bench.servers import Measured


class Cost(NamedTuple):
    """Seconds of processor time of the servers' processes, and of all of PostgreSQL's."""

    server: float
    database: float

    def __sub__(self, other: object) -> "Cost":
        assert isinstance(other, Cost)  # noqa: S101  (of the same clock)
        return Cost(self.server - other.server, self.database - other.database)

    def each_ms(self, number: int) -> str:
        """Of one of so many, in milliseconds: server, PostgreSQL."""
        return ", ".join(f"{1000 * each / number:.2f}" for each in self)


class Clock:
    """Reads the processor time of servers and of their database."""

    def __init__(self, served: Sequence[Measured], embedded: EmbeddedServer) -> None:
        postmaster = int((embedded.folder / "postmaster.pid").read_text().split()[0])
        self._servers, self._postmaster = (
            [psutil.Process(each.process.pid) for each in served],
            psutil.Process(postmaster),
        )

    def read(self) -> Cost:
        """Until now."""
        ended = self._postmaster.cpu_times()  # its children that are gone: connections that were closed
        database = [self._postmaster, *self._postmaster.children(recursive=True)]
        database_s = sum(map(_seconds, database)) + ended.children_user + ended.children_system
        return Cost(sum(map(_seconds, self._servers)), database_s)


def _seconds(process: psutil.Process) -> float:
    try:
        used = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(used.user + used.system)
