"""A database for each test: a clone, or one that an earlier test has only read.

To clone and to remove a database takes more of a core than most tests themselves.
"""

import asyncio
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import asyncpg
from outside import OUTSIDE, insist, on_database

_NEXT = "SELECT pg_snapshot_xmax(pg_current_snapshot())"
_END = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1"


class Clones:
    """The databases of one server's tests, which come one after another.

    A transaction that writes, or locks a row, takes a number; one that only reads takes none. So where the next number
    is the same as before, nothing was written meanwhile, in any database of the server.
    """

    def __init__(self, server_url: str, runner: asyncio.Runner, admins: Sequence[asyncpg.Connection]) -> None:
        self._server_url, self._runner, self._admins = server_url, runner, admins
        self._unwritten: dict[str, str] = {}

    def administer(self, statement: str) -> None:
        """Run a statement as the administrator, on each node."""
        self._runner.run(self._everywhere(statement))

    @contextmanager
    def of(self, source: str) -> Iterator[str]:
        """The address of a database that is as this one is."""
        name = self._unwritten.pop(source, None)
        if name is None:
            name = f"test_{secrets.token_hex(6)}"
            self.administer(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")
        number = self._next()
        yield on_database(self._server_url, name)
        if self._left_alone(name, number):
            self._unwritten[source] = name
        else:
            self.administer(f"DROP DATABASE {name} WITH (FORCE)")

    def _left_alone(self, name: str, number: int) -> bool:
        if OUTSIDE is not None or self._next() != number:  # others write to a server that was named, and it outlives us
            return False
        self._runner.run(self._admins[0].execute(_END, name))  # so that nobody writes to it from now on
        return self._next() == number

    async def _everywhere(self, statement: str) -> None:
        await asyncio.gather(*(insist(admin, statement) for admin in self._admins))

    def _next(self) -> int:
        number: int = self._runner.run(self._admins[0].fetchval(_NEXT))
        return number
