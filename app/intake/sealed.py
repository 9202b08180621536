"""Items that were kept raw, sealed whole: walked over in chunks, sealed with another key, removed. For the owner of the
tables, since the server's login to the database may not change what an item said.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.core.rows import Row, read_one
from app.submissions.sealed import CHUNK


class SealedItem(NamedTuple):
    """An item kept raw, sealed whole."""

    id: UUID
    regency_code: str
    sealed: bytes

    @property
    def bound_to(self) -> bytes:
        """What it is bound to."""
        return self.id.bytes


class RemovedItems(Row):
    """How many items lost their content, and the last of them."""

    id: UUID
    removed: int


_REMOVE = """
WITH next AS MATERIALIZED (
    SELECT id, regency_code FROM raw_item
    WHERE id > $2 AND campaign_id = $1 AND sealed IS NOT NULL ORDER BY id LIMIT $3
), done AS (
    UPDATE raw_item SET sealed = NULL FROM next
    WHERE (raw_item.id, raw_item.regency_code) = (next.id, next.regency_code)
)
SELECT id, (SELECT count(*) FROM next)::int AS removed FROM next ORDER BY id DESC LIMIT 1
"""


async def raw_items(pg: asyncpg.Connection, *, but_key: int | None = None) -> AsyncIterator[list[SealedItem]]:
    """All sealed raw items, in chunks, in the order of their ids; with `but_key`, those under another key only."""
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


async def replace_sealed_items(pg: asyncpg.Connection, rows: Sequence[SealedItem], fresh: Sequence[bytes]) -> None:
    """Write what is sealed with another key, one for each row; an item that changed meanwhile is left as it is."""
    await pg.execute(
        "UPDATE raw_item SET sealed = input.fresh FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[])"
        " AS input (id, regency_code, sealed, fresh)"
        " WHERE raw_item.id = input.id AND raw_item.regency_code = input.regency_code"
        " AND raw_item.sealed = input.sealed",
        *map(list, zip(*rows, strict=True)),
        fresh,
    )


async def remove_sealed_items(pg: asyncpg.Connection, campaign_id: int) -> AsyncIterator[int]:
    """Remove the contents of a campaign's items, a chunk for each step; how many each had. Idempotent by nature."""
    after = UUID(int=0)
    while done := await read_one(pg, RemovedItems, _REMOVE, campaign_id, after, CHUNK):
        after = done.id
        yield done.removed


async def erase_items(pg: asyncpg.Connection, ids: Iterable[UUID]) -> None:
    """Erase the contents of items; the rows remain. Idempotent by nature."""
    await pg.execute("UPDATE raw_item SET sealed = NULL WHERE id = ANY($1)", list(ids))
