"""Statements that move numbers to another key: `privacy/redigesting.py` has their order, and holds
`NUMBERS_LOCK`. For the owner of the tables.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg

from app.core.rows import Row, read_the
from app.register.deduplication import KINDS

_COLUMNS = ", ".join(f"{kind}_digest" for kind in KINDS)


class Reached(Row):
    """The revision up to which numbers were moved to a key; None where none was."""

    after_record: UUID | None
    after_revision: int | None


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


async def move_claims(pg: asyncpg.Connection, fresh: Mapping[bytes, bytes]) -> list[UUID]:
    """Put new digests into the place of old ones in the directory; the business of each number that was moved."""
    moved = await pg.fetch(
        "UPDATE identity SET digest = input.fresh FROM unnest($1::bytea[], $2::bytea[]) AS input (old, fresh)"
        " WHERE digest = input.old RETURNING business_id",
        list(fresh),
        list(fresh.values()),
    )
    return [row[0] for row in moved]


async def move_in_businesses(
    pg: asyncpg.Connection, fresh: Mapping[bytes, bytes], business_ids: Sequence[UUID], record_ids: Sequence[UUID]
) -> list[UUID]:
    """The same in these businesses and those of these records, under their locks; which they are."""
    businesses = await pg.fetch(
        f"SELECT id, {_COLUMNS}, alias_digests FROM business WHERE id = ANY($1) OR record_id = ANY($2)"
        " OR id IN (SELECT business_id FROM record WHERE record_id = ANY($2)) ORDER BY id FOR NO KEY UPDATE",
        business_ids,
        record_ids,
    )
    for id_, *numbers, aliases in businesses:
        changed = [fresh.get(each, each) for each in numbers], [fresh.get(each, each) for each in aliases]
        if changed != (numbers, aliases):
            await pg.execute(
                "UPDATE business SET (nik_digest, nib_digest, cooperative_number_digest) = ($2, $3, $4),"
                " alias_digests = $5 WHERE id = $1",
                id_,
                *changed[0],
                changed[1],
            )
    return [row["id"] for row in businesses]
