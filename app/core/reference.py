"""Codes of reference data: which of the given codes exist."""

from collections.abc import Set as AbstractSet

import asyncpg


class ReferenceCodes:
    """Codes that are retired, but never deleted: what was seen once is known without asking the database again.

    Unknown codes are asked for each time, since a newer list may bring them.
    """

    def __init__(self, query: str) -> None:
        """`query` gives those of the codes in `$1` that exist."""
        self._query = query
        self._seen: set[str] = set()

    async def known(self, pg: asyncpg.Connection, codes: AbstractSet[str]) -> frozenset[str]:
        """Those of the codes that exist."""
        unseen = codes - self._seen
        if unseen:
            self._seen.update(row[0] for row in await pg.fetch(self._query, list(unseen)))
        return frozenset(codes & self._seen)
