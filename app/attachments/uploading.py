"""Taking a photo in parts: in order, cut off anywhere, taken up again where it ended, kept once it is whole and sound.

Parts wait in the database, which every server process sees; what is whole goes to the storage under its SHA-256 before
the transaction that says so commits. A crash in between leaves an object that the next attempt writes again.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal
from app.attachments.images import Size
from app.core.database import Database
from app.core.problems import Code, Problem
from app.core.storage import Storage

Look = Callable[[bytes, str], Awaitable[Size]]
"""Decodes a photo of a media type to its last pixel, or raises `attachment_not_an_image`."""

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
    database: Database, storage: Storage, look: Look, principal: Principal, part: Part, *, now: datetime
) -> Progress:
    """Take a part. Idempotent: a part that came before only tells how far the photo has come.

    `look` decodes a photo; it may take seconds, so no transaction is open meanwhile.

    Raises:
        Problem: `upload_out_of_order` with the byte to go on from; `attachment_hash_mismatch` and
            `attachment_not_an_image`, after which it has to come anew from its first byte; `not_found` for the record
            of another enumerator; `too_many_uploads`.
    """
    progress, whole = await database.run(lambda pg: _take(pg, principal, part, now))
    if whole is None:
        return progress
    try:
        await asyncio.to_thread(_refuse_other, whole, part)
        size = await look(whole, part.media_type)
    except Problem as fault:
        if not fault.code.value.retryable:
            await database.run(lambda pg: _forget(pg, principal, part))
        raise
    await storage.put(part.sha256.hex(), whole)
    return await database.run(lambda pg: _conclude(pg, principal, part, size, now))


async def _take(
    pg: asyncpg.Connection, principal: Principal, part: Part, now: datetime
) -> tuple[Progress, bytes | None]:
    """How far the photo has come with the part; with its last one also all of it, which is not entered yet."""
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
    before = await _locked(pg, principal, part)
    if before is None:
        raise Problem(Code.TOO_MANY_UPLOADS, retry_after=60)
    if before.complete or part.starts_at < before.received:
        return before, None
    if part.starts_at > before.received or part.size != before.size:
        raise Problem(Code.UPLOAD_OUT_OF_ORDER, headers=before.headers)
    received = before.received + len(part.content)
    if received < before.size:
        await _keep(pg, whose, part, received)
        return Progress(received, before.size, complete=False), None
    parts = await pg.fetch(
        "SELECT content FROM attachment_part WHERE sha256 = $1 AND enumerator_id = $2 ORDER BY starts_at", *whose
    )
    return before, b"".join([*(row[0] for row in parts), part.content])


async def _conclude(pg: asyncpg.Connection, principal: Principal, part: Part, size: Size, now: datetime) -> Progress:
    """Enter a photo that is sound and in the storage. Idempotent: somebody may have been quicker."""
    before = await _locked(pg, principal, part)
    if before is None or before.complete:
        return before or Progress(0, part.size, complete=False)
    whose = (part.sha256, principal.account_id)
    await pg.execute("DELETE FROM attachment_part WHERE sha256 = $1 AND enumerator_id = $2", *whose)
    await pg.execute(
        "UPDATE attachment SET received = size, completed_at = $3, width = $4, height = $5"
        " WHERE sha256 = $1 AND enumerator_id = $2",
        *whose, now, *size,
    )  # fmt: skip
    return Progress(before.size, before.size, complete=True, new=True)


async def _forget(pg: asyncpg.Connection, principal: Principal, part: Part) -> None:
    """Let go of a photo that was found to be none, unless it went on meanwhile."""
    await pg.execute(
        "DELETE FROM attachment WHERE sha256 = $1 AND enumerator_id = $2 AND completed_at IS NULL AND received = $3",
        part.sha256,
        principal.account_id,
        part.starts_at,
    )


async def _locked(pg: asyncpg.Connection, principal: Principal, part: Part) -> Progress | None:
    row = await pg.fetchrow(
        "SELECT received, size, completed_at IS NOT NULL FROM attachment"
        " WHERE sha256 = $1 AND enumerator_id = $2 FOR UPDATE",
        part.sha256,
        principal.account_id,
    )
    return None if row is None else Progress(*row)


async def _keep(pg: asyncpg.Connection, whose: tuple[bytes, UUID], part: Part, received: int) -> None:
    await pg.execute(
        "INSERT INTO attachment_part (sha256, enumerator_id, starts_at, content) VALUES ($1, $2, $3, $4)",
        *whose,
        part.starts_at,
        part.content,
    )
    await pg.execute("UPDATE attachment SET received = $3 WHERE sha256 = $1 AND enumerator_id = $2", *whose, received)


def _refuse_other(content: bytes, part: Part) -> None:
    if len(content) != part.size or hashlib.sha256(content).digest() != part.sha256:
        raise Problem(Code.ATTACHMENT_HASH_MISMATCH)
