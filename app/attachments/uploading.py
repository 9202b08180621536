"""Taking a photo in parts: in order, cut off anywhere, taken up again where it ended, kept once it is whole and sound.

Parts wait in the database, which every server process sees; what is whole goes to the storage under its SHA-256 before
the transaction that says so commits. A crash in between leaves an object that the next attempt writes again.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal
from app.attachments.images import Size, decode
from app.core.database import Database
from app.core.problems import Code, Problem
from app.core.storage import Storage

MAX_OPEN = 50
"""Photos that one enumerator may have half sent at a time."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a photo as it comes in."""

    sha256: bytes
    record_id: UUID
    purpose: str
    media_type: str
    starts_at: int  # byte
    size: int  # of the whole photo
    content: bytes


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a photo has come; `new` where this part made it whole."""

    received: int
    size: int
    complete: bool
    new: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """What a tablet needs to go on."""
        return {
            "Upload-Offset": str(self.received),
            "Upload-Length": str(self.size),
            "Upload-Complete": "?1" if self.complete else "?0",
        }


async def progress_of(pg: asyncpg.Connection, principal: Principal, sha256: bytes) -> Progress:
    """How far a photo of this enumerator has come.

    Raises:
        Problem: `not_found` where nothing of it came yet.
    """
    row = await pg.fetchrow(
        "SELECT received, size, completed_at IS NOT NULL FROM attachment WHERE sha256 = $1 AND enumerator_id = $2",
        sha256,
        principal.account_id,
    )
    if row is None:
        raise Problem(Code.NOT_FOUND)
    return Progress(*row)


async def take_part(
    database: Database, storage: Storage, principal: Principal, part: Part, *, now: datetime
) -> Progress:
    """Take a part. Idempotent: a part that came before only tells how far the photo has come.

    Raises:
        Problem: `upload_out_of_order` with the byte to go on from; `attachment_hash_mismatch` and
            `attachment_not_an_image`, after which it has to come anew from its first byte; `not_found` for the record
            of another enumerator; `too_many_uploads`.
    """
    fault, progress = await database.run(lambda pg: _take(pg, storage, principal, part, now))
    if fault is not None:  # raised only now, since what was there of the photo is gone with the commit
        raise fault
    return progress


async def _take(
    pg: asyncpg.Connection, storage: Storage, principal: Principal, part: Part, now: datetime
) -> tuple[Problem | None, Progress]:
    whose = (part.sha256, principal.account_id)
    owner = await pg.fetchval("SELECT enumerator_id FROM record WHERE record_id = $1", part.record_id)
    if owner not in (None, principal.account_id):
        raise Problem(Code.NOT_FOUND)
    await pg.execute(
        "INSERT INTO attachment (sha256, enumerator_id, record_id, purpose, media_type, size, received, begun_at)"
        " SELECT $1, $2, $3, $4, $5, $6, 0, $7"
        " WHERE (SELECT count(*) FROM attachment WHERE enumerator_id = $2 AND completed_at IS NULL) < $8"
        " ON CONFLICT (sha256, enumerator_id) DO NOTHING",
        *whose, part.record_id, part.purpose, part.media_type, part.size, now, MAX_OPEN,
    )  # fmt: skip
    row = await pg.fetchrow(
        "SELECT received, size, completed_at IS NOT NULL FROM attachment"
        " WHERE sha256 = $1 AND enumerator_id = $2 FOR UPDATE",
        *whose,
    )
    if row is None:
        raise Problem(Code.TOO_MANY_UPLOADS, retry_after=60)
    before = Progress(*row)
    if before.complete or part.starts_at < before.received:
        return None, before
    if part.starts_at > before.received or part.size != before.size:
        raise Problem(Code.UPLOAD_OUT_OF_ORDER, headers=before.headers)
    received = before.received + len(part.content)
    if received < before.size:
        await _keep(pg, whose, part, received)
        return None, Progress(received, before.size, complete=False)
    parts = await pg.fetch(
        "SELECT content FROM attachment_part WHERE sha256 = $1 AND enumerator_id = $2 ORDER BY starts_at", *whose
    )
    content = b"".join([*(row[0] for row in parts), part.content])
    try:
        size = await asyncio.to_thread(_checked, content, part)
    except Problem as fault:
        await pg.execute("DELETE FROM attachment WHERE sha256 = $1 AND enumerator_id = $2", *whose)
        return fault, before
    await storage.put(part.sha256.hex(), content)
    await pg.execute("DELETE FROM attachment_part WHERE sha256 = $1 AND enumerator_id = $2", *whose)
    await pg.execute(
        "UPDATE attachment SET received = size, completed_at = $3, width = $4, height = $5"
        " WHERE sha256 = $1 AND enumerator_id = $2",
        *whose, now, *size,
    )  # fmt: skip
    return None, Progress(received, before.size, complete=True, new=True)


async def _keep(pg: asyncpg.Connection, whose: tuple[bytes, UUID], part: Part, received: int) -> None:
    await pg.execute(
        "INSERT INTO attachment_part (sha256, enumerator_id, starts_at, content) VALUES ($1, $2, $3, $4)",
        *whose,
        part.starts_at,
        part.content,
    )
    await pg.execute("UPDATE attachment SET received = $3 WHERE sha256 = $1 AND enumerator_id = $2", *whose, received)


def _checked(content: bytes, part: Part) -> Size:
    if len(content) != part.size or hashlib.sha256(content).digest() != part.sha256:
        raise Problem(Code.ATTACHMENT_HASH_MISMATCH)
    return decode(content, part.media_type)
