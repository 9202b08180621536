"""Reads of photos, and their removal."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

import asyncpg
from pydantic import BaseModel, Field

HALF_SENT_FOR = timedelta(days=14)
"""How long the parts of a photo are kept after the last one of them came."""

EARLY_FOR = timedelta(days=30)
"""How long a photo is kept whose record does not come."""

HAS_RECORD = """
EXISTS (
    SELECT FROM attachment_link AS link
    WHERE (link.sha256, link.enumerator_id) = (attachment.sha256, attachment.enumerator_id)
    AND (EXISTS (SELECT FROM record WHERE record.record_id = link.record_id)
         OR EXISTS (SELECT FROM raw_item WHERE subject_id = link.record_id AND resolved_on IS NULL))
)
"""
"""Whether a record that a photo belongs to has come, or is held."""


class AttachmentOut(BaseModel):
    """A photo of a record that has come in whole."""

    sha256: str = Field(description="Of its content as the tablet sent it, in hexadecimal.")
    purpose: Literal["place", "product"]
    media_type: str
    size: int = Field(description="Bytes, as the tablet sent it.")
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")


class Stored(NamedTuple):
    """Where a photo lies in the storage; `bare` where it is without metadata."""

    name: str
    bare: bool


async def attachments_of(pg: asyncpg.Connection, record_id: UUID, enumerator_id: UUID) -> list[AttachmentOut]:
    """The photos of a record that its own enumerator sent; one that shows several things is listed for each."""
    rows = await pg.fetch(
        "SELECT encode(sha256, 'hex') AS sha256, purpose, media_type, size, width, height"
        " FROM attachment JOIN attachment_link USING (sha256, enumerator_id)"
        " WHERE record_id = $1 AND enumerator_id = $2 AND completed_at IS NOT NULL ORDER BY begun_at, sha256, purpose",
        record_id,
        enumerator_id,
    )
    return [AttachmentOut.model_validate(dict(row)) for row in rows]


async def stored_as(pg: asyncpg.Connection, sha256: bytes, enumerator_id: UUID) -> Stored:
    """Where the photo lies that an enumerator sent."""
    kept = await pg.fetchval(
        "SELECT stored_as FROM attachment WHERE sha256 = $1 AND enumerator_id = $2", sha256, enumerator_id
    )
    return Stored((kept or sha256).hex(), bare=kept is not None)


async def remove_attachments(pg: asyncpg.Connection, record_ids: Sequence[UUID]) -> list[str]:
    """Forget the photos of records; the names of the objects that no other record has, to be deleted from the storage
    after the commit. Idempotent by nature."""
    links = await pg.fetch(
        "DELETE FROM attachment_link WHERE record_id = ANY($1) RETURNING sha256, enumerator_id", record_ids
    )
    gone = await pg.fetch(
        "DELETE FROM attachment USING unnest($1::bytea[], $2::uuid[]) AS input (sha256, enumerator_id)"
        " WHERE (attachment.sha256, attachment.enumerator_id) = (input.sha256, input.enumerator_id)"
        " AND NOT EXISTS (SELECT FROM attachment_link AS link WHERE"
        "  (link.sha256, link.enumerator_id) = (attachment.sha256, attachment.enumerator_id))"
        " RETURNING coalesce(stored_as, attachment.sha256)",
        [row[0] for row in links],
        [row[1] for row in links],
    )
    return await _nobodys(pg, {row[0] for row in gone})


async def remove_expired(pg: asyncpg.Connection, now: datetime) -> list[str]:
    """Forget half-sent photos of which nothing came for two weeks, and whole ones whose record did not come in a month;
    the names of objects as `remove_attachments`. Idempotent by nature."""
    gone = await pg.fetch(
        "DELETE FROM attachment WHERE (completed_at IS NULL AND touched_at < $1)"
        f" OR (early AND completed_at < $2 AND NOT {HAS_RECORD}) RETURNING coalesce(stored_as, sha256)",
        now - HALF_SENT_FOR,
        now - EARLY_FOR,
    )
    return await _nobodys(pg, {row[0] for row in gone})


async def _nobodys(pg: asyncpg.Connection, names: set[bytes]) -> list[str]:
    """The objects among these that no photo lies in any more."""
    kept = await pg.fetch(
        "SELECT coalesce(stored_as, sha256) FROM attachment WHERE stored_as = ANY($1) OR sha256 = ANY($1)", list(names)
    )
    return sorted(name.hex() for name in names - {row[0] for row in kept})
