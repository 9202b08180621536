"""Reads of photos, and their removal."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import asyncpg
from pydantic import BaseModel, Field


class AttachmentOut(BaseModel):
    """A photo of a record that has come in whole."""

    sha256: str = Field(description="Of its content, in hexadecimal.")
    purpose: Literal["place", "product"]
    media_type: str
    size: int = Field(description="Bytes.")
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")


async def attachments_of(pg: asyncpg.Connection, record_id: UUID, enumerator_id: UUID) -> list[AttachmentOut]:
    """The photos of a record that its own enumerator sent."""
    rows = await pg.fetch(
        "SELECT encode(sha256, 'hex') AS sha256, purpose, media_type, size, width, height FROM attachment"
        " WHERE record_id = $1 AND enumerator_id = $2 AND completed_at IS NOT NULL ORDER BY begun_at, sha256",
        record_id,
        enumerator_id,
    )
    return [AttachmentOut.model_validate(dict(row)) for row in rows]


async def remove_attachments(pg: asyncpg.Connection, record_ids: Sequence[UUID]) -> list[str]:
    """Forget the photos of records; the names of the objects that no other record has, to be deleted from the storage
    after the commit. Idempotent by nature."""
    rows = await pg.fetch("DELETE FROM attachment WHERE record_id = ANY($1) RETURNING sha256", record_ids)
    gone = {row[0] for row in rows}
    kept = await pg.fetch("SELECT sha256 FROM attachment WHERE sha256 = ANY($1)", list(gone))
    return sorted(digest.hex() for digest in gone - {row[0] for row in kept})
