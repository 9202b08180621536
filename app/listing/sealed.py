"""What is sealed of entries: walked over in chunks, sealed with another key, removed, erased; and the digests of their
numbers under another key. For the owner of the tables.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.core.rows import Row, as_set, read_one, set_of
from app.core.sealing import Digester, KeyRing
from app.listing.contents import Contents
from app.listing.models import ListingEntry
from app.register.models import CHANGE_NUMBER
from app.register.register import mark_change
from app.submissions.sealed import CHUNK


class SealedEntry(NamedTuple):
    """What is sealed of one entry."""

    id: UUID
    regency_code: str
    sealed: bytes

    @property
    def bound_to(self) -> bytes:
        """What it is bound to."""
        return self.id.bytes


class RemovedEntries(Row):
    """How many entries lost what was sealed of them, and the last of them."""

    id: UUID
    removed: int


class _Digests(Row, table=ListingEntry):
    """The digests of an entry's numbers."""

    id: UUID
    regency_code: str
    nik_digest: bytes | None
    nib_digest: bytes | None
    cooperative_number_digest: bytes | None


_REMOVE = """
WITH next AS MATERIALIZED (
    SELECT id, regency_code FROM listing_entry
    WHERE id > $2 AND campaign_id = $1 AND sealed IS NOT NULL ORDER BY id LIMIT $3
), done AS (
    UPDATE listing_entry SET sealed = NULL FROM next
    WHERE (listing_entry.id, listing_entry.regency_code) = (next.id, next.regency_code)
)
SELECT id, (SELECT count(*) FROM next)::int AS removed FROM next ORDER BY id DESC LIMIT 1
"""
_MOVE = f"""
UPDATE listing_entry SET nik_digest = input.nik_digest, nib_digest = input.nib_digest,
    cooperative_number_digest = input.cooperative_number_digest
FROM {set_of(_Digests)} WHERE listing_entry.id = input.id AND listing_entry.regency_code = input.regency_code
"""
# Of a cooperative only what is said of people goes. That the door was listed, where, and what became of it stays.
_ERASE = f"""
UPDATE listing_entry SET sealed = NULL, nik_masked = NULL, erased = true, change_number = {CHANGE_NUMBER},
    name = CASE WHEN kind = 'koperasi' THEN name ELSE $2 END,
    answers = CASE WHEN kind = 'koperasi' THEN answers - ARRAY['chair', 'respondent'] ELSE '{{}}' END,
    latitude = CASE WHEN kind = 'koperasi' THEN latitude END,
    longitude = CASE WHEN kind = 'koperasi' THEN longitude END
WHERE id = ANY($1)
"""


async def entries(pg: asyncpg.Connection, *, but_key: int | None = None) -> AsyncIterator[list[SealedEntry]]:
    """All sealed entries, in chunks, in the order of their ids; with `but_key`, those under another key only."""
    after = UUID(int=0)
    while True:
        rows = await pg.fetch(
            "SELECT id, regency_code, sealed FROM listing_entry WHERE id > $1 AND sealed IS NOT NULL"
            " AND ($2::int IS NULL OR get_byte(sealed, 0) <> $2) ORDER BY id LIMIT $3",
            after,
            but_key,
            CHUNK,
        )
        if not rows:
            return
        yield [SealedEntry(*row) for row in rows]
        after = rows[-1]["id"]


async def replace_sealed_entries(pg: asyncpg.Connection, rows: Sequence[SealedEntry], fresh: Sequence[bytes]) -> None:
    """Write what is sealed with another key, one for each row; an entry that changed meanwhile is left as it is."""
    await pg.execute(
        "UPDATE listing_entry SET sealed = input.fresh FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[])"
        " AS input (id, regency_code, sealed, fresh)"
        " WHERE listing_entry.id = input.id AND listing_entry.regency_code = input.regency_code"
        " AND listing_entry.sealed = input.sealed",
        *map(list, zip(*rows, strict=True)),
        fresh,
    )


async def remove_sealed_entries(pg: asyncpg.Connection, campaign_id: int) -> AsyncIterator[int]:
    """Remove what is sealed of a campaign's entries, a chunk for each step; how many each had. Idempotent by nature."""
    after = UUID(int=0)
    while done := await read_one(pg, RemovedEntries, _REMOVE, campaign_id, after, CHUNK):
        after = done.id
        yield done.removed


async def erase_entries(pg: asyncpg.Connection, ids: Collection[UUID], name: str) -> None:
    """Erase what entries say of a person; tablets read it so with their next sync. Idempotent by nature."""
    if ids:
        await mark_change(pg)
        await pg.execute(_ERASE, list(ids), name)


async def entries_of(pg: asyncpg.Connection, business_ids: Collection[UUID]) -> set[UUID]:
    """The entries of these businesses, in all campaigns."""
    rows = await pg.fetch("SELECT id FROM listing_entry WHERE business_id = ANY($1)", list(business_ids))
    return {row[0] for row in rows}


async def redigest_entries(pg: asyncpg.Connection, ring: KeyRing, digester: Digester) -> int:
    """Bring the digests of entries' numbers under the newest key, in chunks that are committed one by one; how many
    numbers. Idempotent by the key.

    Raises:
        UnsealError: something is sealed under a key that is not in the ring.
    """
    count = 0
    async for rows in entries(pg):
        changed = []
        for row in rows:
            numbers = Contents.unseal(ring, row.id, row.sealed).numbers
            newest = {kind: digester.digests(kind, digits)[-1] for kind, digits in numbers.items()}
            count += len(newest)
            if newest:
                digests = {f"{kind}_digest": newest.get(kind) for kind in ("nik", "nib", "cooperative_number")}
                changed.append(_Digests(id=row.id, regency_code=row.regency_code, **digests))
        if changed:
            await pg.execute(_MOVE, *as_set(_Digests, changed))
    return count
