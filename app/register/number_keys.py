"""Statements that move numbers to another key: `privacy/redigesting.py` has their order, and holds
`NUMBERS_LOCK`. For the owner of the tables.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.core.rows import Row, as_set, read, read_the, set_of
from app.register.ledger import DigestsRow, SharerRow, lock_businesses
from app.register.models import Business, Identity


class Reached(Row):
    """The revision up to which numbers were moved to a key; None where none was."""

    after_record: UUID | None
    after_revision: int | None


class ClaimRow(Row, table=Identity):
    """A claim on a number, as the directory has it."""

    digest: bytes
    kind: str
    business_id: UUID
    record_id: UUID
    matched: bool


_CLAIM = ", ".join(ClaimRow.columns)


class _Numbers(DigestsRow, table=Business):
    alias_digests: list[bytes]


_SHARER = ", ".join(SharerRow.columns)
_SHARE = f"""
INSERT INTO shared_number ({_SHARER}) SELECT {_SHARER} FROM {set_of(SharerRow)} ON CONFLICT DO NOTHING
"""
_ENTER = f"""
INSERT INTO identity ({_CLAIM}) SELECT {_CLAIM} FROM {set_of(ClaimRow)} ON CONFLICT (digest) DO NOTHING RETURNING digest
"""
_MOVE = f"""
UPDATE business SET nik_digest = input.nik_digest, nib_digest = input.nib_digest,
    cooperative_number_digest = input.cooperative_number_digest, passport_digest = input.passport_digest,
    kitas_digest = input.kitas_digest, alias_digests = input.alias_digests
FROM {set_of(_Numbers)} WHERE business.id = input.id
"""


async def take_over(pg: asyncpg.Connection, key: bytes) -> None:
    """From here on new numbers are under this key, identified by its fingerprint. Idempotent by the key."""
    await pg.execute("INSERT INTO number_key (fingerprint) VALUES ($1) ON CONFLICT DO NOTHING", key)


async def reached(pg: asyncpg.Connection, key: bytes) -> Reached:
    """How far numbers were moved to the key."""
    return await read_the(
        pg, Reached, "SELECT after_record, after_revision FROM number_key WHERE fingerprint = $1", key
    )


async def note_reached(pg: asyncpg.Connection, key: bytes, record_id: UUID, revision: int) -> None:
    """Remember how far numbers were moved, in the transaction that moved them."""
    await pg.execute(
        "UPDATE number_key SET after_record = $2, after_revision = $3 WHERE fingerprint = $1", key, record_id, revision
    )


async def note_finished(pg: asyncpg.Connection, key: bytes) -> None:
    """Remember that every number was moved. Idempotent by nature, but for the moment."""
    await pg.execute("UPDATE number_key SET finished_at = now() WHERE fingerprint = $1", key)


class Moved(NamedTuple):
    """How many numbers were moved, the businesses that have them, and how many of the numbers had come in under the new
    key, too, as if they were unknown: those are shared by both businesses now."""

    numbers: int
    business_ids: set[UUID]
    doubled: int


async def move_claims(pg: asyncpg.Connection, fresh: Mapping[bytes, bytes]) -> Moved:
    """Put new digests into the place of old ones in the directory.

    Rows are removed and entered again: a digest says on which node of a cluster its row lies, and is not changed there.
    """
    owned = await read(pg, ClaimRow, f"DELETE FROM identity WHERE digest = ANY($1) RETURNING {_CLAIM}", list(fresh))
    renewed = [row.but(digest=fresh[row.digest]) for row in owned]
    entered = {row[0] for row in await pg.fetch(_ENTER, *as_set(ClaimRow, renewed))} if renewed else set()
    doubled = [
        SharerRow(digest=row.digest, business_id=row.business_id, record_id=row.record_id, matched=row.matched)
        for row in renewed
        if row.digest not in entered
    ]
    shared = await read(
        pg, SharerRow, f"DELETE FROM shared_number WHERE digest = ANY($1) RETURNING {_SHARER}", list(fresh)
    )
    sharers = [*(row.but(digest=fresh[row.digest]) for row in shared), *doubled]
    if sharers:
        await pg.execute(_SHARE, *as_set(SharerRow, sharers))
    return Moved(len(owned), {row.business_id for row in owned} | {row.business_id for row in shared}, len(doubled))


async def claims_after(pg: asyncpg.Connection, digest: bytes, limit: int) -> list[ClaimRow]:
    """The next claims in the order of their digests."""
    statement = f"SELECT {_CLAIM} FROM identity WHERE digest > $1 ORDER BY digest LIMIT $2"
    return await read(pg, ClaimRow, statement, digest, limit)


async def move_in_businesses(
    pg: asyncpg.Connection, fresh: Mapping[bytes, bytes], business_ids: Collection[UUID]
) -> None:
    """The same in these businesses, under their locks.

    Raises:
        TryAgain: one of them moved to another regency before it was locked.
    """

    def of(digest: bytes | None) -> bytes | None:
        return None if digest is None else fresh.get(digest, digest)

    changed = [
        _Numbers(
            id=row.id,
            nik_digest=of(row.nik_digest),
            nib_digest=of(row.nib_digest),
            cooperative_number_digest=of(row.cooperative_number_digest),
            passport_digest=of(row.passport_digest),
            kitas_digest=of(row.kitas_digest),
            alias_digests=[fresh.get(each, each) for each in row.alias_digests],
        )
        for row in await lock_businesses(pg, business_ids)
        if not fresh.keys().isdisjoint((*row.numbers.values(), *row.alias_digests))
    ]
    if changed:
        await pg.execute(_MOVE, *as_set(_Numbers, changed))
