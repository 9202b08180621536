"""Publishing changes to tablets: the write side of their streams, in the transaction of the change itself.

Commit-safe by construction: a change takes the next number of its stream under the stream's row lock, which is held
until the commit. So no number is visible before every lower one is committed, and a reader that asks for what follows
the highest number it has seen skips nothing, in whatever order transactions began or end.
"""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.changes.news import Change, written
from app.core.ids import new_id

EVERYBODY = UUID(int=0)
"""The stream of what concerns every tablet."""


class News(NamedTuple):
    """One change for one enumerator, or for everybody."""

    stream_id: UUID
    change: Change


# Streams are locked in the order of their ids, so that transactions that publish to several cannot deadlock.
_PUBLISH = """
WITH input AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) WITH ORDINALITY
        AS input (stream_id, id, kind, detail, place)
), stream AS (
    INSERT INTO change_stream AS mine (stream_id, last_seq)
    SELECT stream_id, count(*) FROM input GROUP BY stream_id ORDER BY stream_id
    ON CONFLICT (stream_id) DO UPDATE SET last_seq = mine.last_seq + excluded.last_seq
    RETURNING stream_id, last_seq
)
INSERT INTO change (stream_id, seq, id, kind, detail)
SELECT input.stream_id,
       last_seq - count(*) OVER (PARTITION BY input.stream_id)
                + row_number() OVER (PARTITION BY input.stream_id ORDER BY place),
       id, kind, detail::jsonb
FROM input JOIN stream USING (stream_id)
"""


async def publish(pg: asyncpg.Connection, news: Iterable[News]) -> None:
    """Add changes to their streams, in this order. Not idempotent: the caller publishes each of its changes once."""
    rows = [(each.stream_id, new_id(), *written(each.change)) for each in news]
    if rows:
        await pg.execute(_PUBLISH, *zip(*rows, strict=True))
