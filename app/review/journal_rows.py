"""Stored journals of decisions: numbers in them are moved to another key, or all of it is forgotten."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson

_OF = "record_id = ANY($1) OR business_ids && $2::uuid[]"


async def move_in_journals(
    pg: asyncpg.Connection, fresh: Mapping[bytes, bytes], record_ids: Sequence[UUID], business_ids: Sequence[UUID]
) -> None:
    """Put new digests into the place of old ones, so that what was decided can be undone afterwards as well. They
    stand there in hexadecimal.
    """
    journals = await pg.fetch(f"SELECT id, journal::text FROM resolution WHERE {_OF}", record_ids, business_ids)
    told = {old.hex(): new.hex() for old, new in fresh.items()}
    for id_, text in journals:
        journal = orjson.loads(text)
        if (moved := _replaced(journal, told)) != journal:
            await pg.execute("UPDATE resolution SET journal = $2 WHERE id = $1", id_, orjson.dumps(moved).decode())


async def forget_journals(pg: asyncpg.Connection, record_ids: Sequence[UUID], business_ids: Sequence[UUID]) -> None:
    """What was decided on these stands, but can no longer be undone. Idempotent by nature."""
    await pg.execute(f"UPDATE resolution SET journal = '{{}}' WHERE {_OF}", record_ids, business_ids)


def _replaced(value: Any, told: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {told.get(key, key): _replaced(inner, told) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, told) for inner in value]
    return told.get(value, value) if isinstance(value, str) else value
