"""Walking over everything that is sealed: revisions of records, and items kept raw. To be run as the owner of the
tables, since the server itself may change none of it.
"""

from collections.abc import AsyncIterator
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.submissions.records import bound_to

CHUNK = 2_000


class SealedRevision(NamedTuple):
    """The sealed answers of one revision."""

    record_id: UUID
    revision: int
    regency_code: str
    sealed: bytes

    @property
    def bound_to(self) -> bytes:
        """What they are bound to."""
        return bound_to(self.record_id, self.revision)


class SealedItem(NamedTuple):
    """An item kept raw, sealed whole."""

    id: UUID
    regency_code: str
    sealed: bytes

    @property
    def bound_to(self) -> bytes:
        """What it is bound to."""
        return self.id.bytes


async def revisions(pg: asyncpg.Connection, *, but_key: int | None = None) -> AsyncIterator[list[SealedRevision]]:
    """All sealed revisions, in chunks, in the order of their keys; with `but_key`, those under another key only."""
    after: tuple[UUID, int] = (UUID(int=0), 0)
    while True:
        rows = await pg.fetch(
            "SELECT record_id, revision, regency_code, sealed FROM submission"
            " WHERE (record_id, revision) > ($1, $2) AND sealed IS NOT NULL"
            " AND ($3::int IS NULL OR get_byte(sealed, 0) <> $3) ORDER BY record_id, revision LIMIT $4",
            *after,
            but_key,
            CHUNK,
        )
        if not rows:
            return
        yield [SealedRevision(*row) for row in rows]
        after = rows[-1]["record_id"], rows[-1]["revision"]


async def raw_items(pg: asyncpg.Connection, *, but_key: int | None = None) -> AsyncIterator[list[SealedItem]]:
    """All sealed raw items, likewise."""
    after = UUID(int=0)
    while True:
        rows = await pg.fetch(
            "SELECT id, regency_code, sealed FROM raw_item WHERE id > $1 AND sealed IS NOT NULL"
            " AND ($2::int IS NULL OR get_byte(sealed, 0) <> $2) ORDER BY id LIMIT $3",
            after,
            but_key,
            CHUNK,
        )
        if not rows:
            return
        yield [SealedItem(*row) for row in rows]
        after = rows[-1]["id"]


async def count_sealed(pg: asyncpg.Connection) -> dict[int, int]:
    """How much is sealed under each key."""
    rows = await pg.fetch(
        "SELECT key, count(*) FROM (SELECT get_byte(sealed, 0) AS key FROM submission WHERE sealed IS NOT NULL"
        " UNION ALL SELECT get_byte(sealed, 0) FROM raw_item WHERE sealed IS NOT NULL) AS every GROUP BY key"
    )
    return {row[0]: row[1] for row in rows}
