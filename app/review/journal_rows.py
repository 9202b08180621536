"""Stored journals of decisions: numbers in them are moved to another key, or the journal is erased."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg

from app.review.journal import Journal

_OF = "record_id = ANY($1) OR business_ids && $2::uuid[]"


async def move_in_journals(
    pg: asyncpg.Connection, fresh: Mapping[bytes, bytes], record_ids: Sequence[UUID], business_ids: Sequence[UUID]
) -> None:
    """Put new digests into the place of old ones, so that what was decided can be undone afterwards as well."""
    journals = await pg.fetch(f"SELECT id, journal::text FROM resolution WHERE {_OF}", record_ids, business_ids)
    for id_, text in journals:
        journal = Journal.read(text)
        moved = None if journal is None else journal.with_digests(fresh)
        if moved is not None and moved != journal:
            await pg.execute("UPDATE resolution SET journal = $2 WHERE id = $1", id_, moved.written())


async def forget_journals(pg: asyncpg.Connection, record_ids: Sequence[UUID], business_ids: Sequence[UUID]) -> None:
    """What was decided on these stands, but can no longer be undone. Idempotent by nature."""
    await pg.execute(f"UPDATE resolution SET journal = '{{}}' WHERE {_OF}", record_ids, business_ids)
