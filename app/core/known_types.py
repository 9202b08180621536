"""Types of PostgreSQL that one connection has asked for, and the next one need not ask for again.

asyncpg asks the server for each type beyond the simplest, arrays of dates among them, on every new connection: some
ten milliseconds for each such question, on each connection of each process. The types that PostgreSQL comes with have
the same ids on every server, and the same shapes on every server of a major version.
"""

from collections.abc import Collection
from types import SimpleNamespace
from typing import Any

import asyncpg

_FIRST_GIVEN_OUT = 10_000
"""Ids from here on are given out when PostgreSQL is built, or by a database (`FirstGenbkiObjectId`); those below are
written down in its source."""

_NOTHING_WAS_ASKED = SimpleNamespace(name="known")  # in the place of the statement that would have asked
_known: dict[tuple[int, frozenset[int]], Any] = {}


class KnowingConnection(asyncpg.Connection):
    """A connection that asks for a type of PostgreSQL's own only where no other connection of the process has."""

    async def _introspect_types(self, typeoids: Collection[int], timeout: float | None) -> Any:  # noqa: ASYNC109  (asyncpg calls it so)
        """asyncpg's own question, and its answer: rows of types, and the statement that asked.

        It is no public method. Where a later asyncpg has another, connections ask again, and a test says so.
        """
        wanted = frozenset(typeoids)
        key = (self.get_server_version().major, wanted)
        if key in _known:
            return _known[key], _NOTHING_WAS_ASKED
        types, asked = await super()._introspect_types(typeoids, timeout)  # type: ignore[misc]  # see above
        if max(wanted) < _FIRST_GIVEN_OUT:
            _known[key] = types
        return types, asked
