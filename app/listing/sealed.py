"""What is sealed of entries, and erased; digests of their numbers under another key. For the owner of the tables."""

from collections.abc import Collection
from uuid import UUID

import asyncpg

from app.core.rows import Row, as_set, set_of
from app.core.sealed_rows import SealedRow, SealedRows
from app.core.sealing import Digester, KeyRing
from app.listing.contents import Contents
from app.listing.models import ListingEntry
from app.register.models import CHANGE_NUMBER
from app.register.register import mark_change


class SealedEntry(SealedRow, table=ListingEntry):
    """What is sealed of one entry."""

    id: UUID

    @property
    def bound_to(self) -> bytes:
        """What it is bound to."""
        return self.id.bytes


ENTRIES = SealedRows(SealedEntry)


class _Digests(Row, table=ListingEntry):
    """The digests of an entry's numbers."""

    id: UUID
    regency_code: str
    nik_digest: bytes | None
    nib_digest: bytes | None
    cooperative_number_digest: bytes | None


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
    async for rows in ENTRIES.walk(pg):
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
