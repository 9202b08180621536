"""Resumable uploads of photos: parts in order, resumed after any interruption, stored once complete and valid.

Parts wait in the database, which every server process sees; what is whole goes to the storage, without metadata, under
the SHA-256 of what is kept, before the transaction that says so commits. The name of the object is noted before that,
so that whatever becomes of the upload (a crash, an erasure meanwhile), a row leads to the object and to its deletion.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal
from app.accounts.queries import queue_up_all
from app.attachments.images import Size
from app.attachments.queries import FORGOTTEN, early_photos, lock_objects, no_longer_early
from app.core.database import Database
from app.core.problems import Code, Problem
from app.core.storage import Storage

Look = Callable[[bytes, str], Awaitable[tuple[Size, bytes]]]
"""Decodes a photo of a media type to its last pixel, or raises `attachment_not_an_image`; gives it without metadata."""

MAX_PART = 1024 * 1024
"""Bytes of one part."""

MAX_OPEN = 50
"""Photos that one enumerator may have half sent at a time."""

MAX_EARLY, MAX_EARLY_BYTES = 200, 400 * 1024 * 1024
"""Photos, and bytes of them, that one enumerator may have sent before their records."""


# What was sealed of a record goes by an erasure and at the end of its time. What comes after that is sealed again, and
# may have photos: a higher revision, entered or kept raw. An item that was kept raw before says nothing of it.
_RECORD = """
SELECT (SELECT enumerator_id FROM record WHERE record_id = $1),
    EXISTS (SELECT 1 FROM raw_item WHERE subject_id = $1 AND resolved_on IS NULL),
    (SELECT max(revision) FROM submission WHERE record_id = $1),
    EXISTS (SELECT 1 FROM submission WHERE record_id = $1 AND sealed IS NOT NULL),
    EXISTS (SELECT 1 FROM raw_item WHERE subject_id = $1 AND enumerator_id = $2),
    (SELECT max(coalesce(revision, 0)) FROM raw_item
     WHERE subject_id = $1 AND enumerator_id = $2 AND sealed IS NOT NULL)
"""


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
class UploadProgress:
    """How far a photo has come; `new` where this part made it whole."""

    received: int
    size: int
    complete: bool
    new: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """The headers from which a tablet knows how to continue."""
        return {
            "Upload-Offset": str(self.received),
            "Upload-Length": str(self.size),
            "Upload-Complete": "?1" if self.complete else "?0",
        }


async def progress_of(
    pg: asyncpg.Connection, principal: Principal, sha256: bytes, *, record_id: UUID | None, purpose: str | None
) -> UploadProgress:
    """How far a photo of this enumerator has come. With a record and a purpose, how far for these: one that is whole
    but shows something else so far is to be sent once more, of which the first part is enough.

    Raises:
        Problem: `not_found` where nothing of it came yet.
    """
    row = await pg.fetchrow(
        "SELECT received, size, completed_at IS NOT NULL, EXISTS (SELECT FROM attachment_link AS link"
        "  WHERE link.sha256 = $1 AND link.enumerator_id = $2 AND record_id = coalesce($3, record_id)"
        "  AND purpose = coalesce($4, purpose))"
        " FROM attachment WHERE sha256 = $1 AND enumerator_id = $2 AND touched_at > $5",
        sha256,
        principal.account_id,
        record_id,
        purpose,
        FORGOTTEN,
    )
    if row is None:
        raise Problem(Code.NOT_FOUND)
    received, size, complete, linked = row
    return (
        UploadProgress(received, size, complete) if linked or not complete else UploadProgress(0, size, complete=False)
    )


async def take_part(
    database: Database, storage: Storage, look: Look, principal: Principal, part: Part, *, now: datetime
) -> UploadProgress:
    """Take a part. Idempotent: a part that came before only reports how far the photo has come.

    `look` decodes a photo; it may take seconds, so no transaction is open meanwhile.

    Raises:
        Problem: `upload_out_of_order` with the byte to continue from; `attachment_hash_mismatch` and
            `attachment_not_an_image`, after which it has to be sent again from its first byte; `not_found` for the
            record of another enumerator and for one whose answers were erased; `too_many_uploads`.
    """
    progress, whole = await database.run(lambda pg: _take(pg, principal, part, now))
    if whole is None:
        return progress
    try:
        await asyncio.to_thread(_refuse_other, whole, part)
        size, bare = await look(whole, part.media_type)
    except Problem as fault:
        if not fault.code.value.retryable:
            await database.run(lambda pg: _forget(pg, principal, part))
        raise
    name = hashlib.sha256(bare).digest()
    settled = await database.run(lambda pg: _note_object(pg, principal, part, name, now))
    if settled is not None:
        return settled
    await storage.put(name.hex(), bare)
    concluded = await database.run(lambda pg: _conclude(pg, principal, part, size, name, now))
    if concluded is None:  # erased meanwhile, and perhaps its row is gone already: the object must not stay
        await database.run(lambda pg: _give_up(pg, principal, part, name))
        raise Problem(Code.NOT_FOUND)
    return concluded


async def _take(
    pg: asyncpg.Connection, principal: Principal, part: Part, now: datetime
) -> tuple[UploadProgress, bytes | None]:
    """How far the photo has come with the part; with its last one also all of it, which is not entered yet."""
    whose = (part.sha256, principal.account_id)
    early = await _refuse_record(pg, principal, part)
    before = await _locked(pg, principal, part)
    if before is None:
        await _refuse_too_many(pg, principal, part, early=early)
        await pg.execute(
            "INSERT INTO attachment (sha256, enumerator_id, media_type, size, received, begun_at, touched_at, early)"
            " VALUES ($1, $2, $3, $4, 0, $5, $5, $6) ON CONFLICT (sha256, enumerator_id) DO UPDATE"
            " SET media_type = $3, size = $4, begun_at = $5, touched_at = $5, early = $6"
            " WHERE attachment.touched_at = $7",
            *whose,
            part.media_type,
            part.size,
            now,
            early,
            FORGOTTEN,
        )
        before = await _locked(pg, principal, part) or UploadProgress(0, part.size, complete=False)
    await pg.execute(
        "INSERT INTO attachment_link (sha256, enumerator_id, record_id, purpose) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT DO NOTHING",
        *whose,
        part.record_id,
        part.purpose,
    )
    if before.size != part.size and not before.complete:
        if part.starts_at:  # where its length was wrong, it is sent again
            raise Problem(Code.UPLOAD_OUT_OF_ORDER, headers=UploadProgress(0, part.size, complete=False).headers)
        before = await _begin_anew(pg, whose, part)
    if before.complete or part.starts_at < before.received:
        return before, None
    if part.starts_at > before.received:
        raise Problem(Code.UPLOAD_OUT_OF_ORDER, headers=before.headers)
    received = before.received + len(part.content)
    if received < before.size:
        await _keep(pg, whose, part, received, now)
        return UploadProgress(received, before.size, complete=False), None
    parts = await pg.fetch(
        "SELECT content FROM attachment_part WHERE sha256 = $1 AND enumerator_id = $2 ORDER BY starts_at", *whose
    )
    return before, b"".join([*(row[0] for row in parts), part.content])


async def _refuse_record(pg: asyncpg.Connection, principal: Principal, part: Part) -> bool:
    """Whether the photo is early; refuses one of another's record, and of one whose answers are no longer kept.

    The account is locked from here to the commit, as an erasure and a batch of it lock it: so an erasure is either
    seen here, or finds the photo; and requests at the same time count each other's photos.
    """
    await queue_up_all(pg, [principal.account_id])
    (row,) = await pg.fetch(_RECORD, part.record_id, principal.account_id)
    owner, is_held, entered, is_kept, is_raw, kept_raw = row
    is_kept = is_kept or (kept_raw is not None and kept_raw > (-1 if entered is None else entered))
    is_known = entered is not None or is_raw
    if owner not in (None, principal.account_id) or (is_known and not is_kept):
        raise Problem(Code.NOT_FOUND)
    return owner is None and not is_held


async def _refuse_too_many(pg: asyncpg.Connection, principal: Principal, part: Part, *, early: bool) -> None:
    """Limits the half-sent photos of an enumerator, and the photos that wait for their records."""
    came, _ = await early_photos(pg, "enumerator_id = $1", principal.account_id)
    await no_longer_early(pg, came)
    ((half, waiting, size),) = await pg.fetch(
        "SELECT count(*) FILTER (WHERE completed_at IS NULL), count(*) FILTER (WHERE early),"
        " coalesce(sum(size) FILTER (WHERE early), 0) FROM attachment"
        " WHERE enumerator_id = $1 AND (completed_at IS NULL OR early) AND sha256 <> $2 AND touched_at > $3",
        principal.account_id,
        part.sha256,
        FORGOTTEN,
    )
    if half >= MAX_OPEN or (early and (waiting >= MAX_EARLY or size + part.size > MAX_EARLY_BYTES)):
        raise Problem(Code.TOO_MANY_UPLOADS, retry_after=60)


async def _begin_anew(pg: asyncpg.Connection, whose: tuple[bytes, UUID], part: Part) -> UploadProgress:
    """The photo comes from its first byte again, with another length."""
    await pg.execute("DELETE FROM attachment_part WHERE sha256 = $1 AND enumerator_id = $2", *whose)
    await pg.execute(
        "UPDATE attachment SET received = 0, size = $3 WHERE sha256 = $1 AND enumerator_id = $2", *whose, part.size
    )
    return UploadProgress(0, part.size, complete=False)


async def _note_object(
    pg: asyncpg.Connection, principal: Principal, part: Part, name: bytes, now: datetime
) -> UploadProgress | None:
    """Note where a valid photo is going to lie; how far it is where there is nothing to write: another request has
    entered it, or its parts are gone. Idempotent by nature."""
    await _refuse_record(pg, principal, part)
    before = await _locked(pg, principal, part)
    if before is None or before.complete:
        return before or UploadProgress(0, part.size, complete=False)
    await lock_objects(pg, [name])
    await pg.execute(
        "UPDATE attachment SET stored_as = $3, touched_at = $4 WHERE sha256 = $1 AND enumerator_id = $2",
        part.sha256,
        principal.account_id,
        name,
        now,
    )
    return None


async def _conclude(
    pg: asyncpg.Connection, principal: Principal, part: Part, size: Size, stored_as: bytes, now: datetime
) -> UploadProgress | None:
    """Enter a valid photo that is in the storage; None where its record was erased meanwhile. Idempotent: another
    request may have entered it before."""
    try:
        await _refuse_record(pg, principal, part)
    except Problem:
        return None
    before = await _locked(pg, principal, part)
    if before is None or before.complete:
        return before or UploadProgress(0, part.size, complete=False)
    whose = (part.sha256, principal.account_id)
    await pg.execute("DELETE FROM attachment_part WHERE sha256 = $1 AND enumerator_id = $2", *whose)
    await pg.execute(
        "UPDATE attachment SET received = size, completed_at = $3, width = $4, height = $5, media_type = $6,"
        " stored_as = $7 WHERE sha256 = $1 AND enumerator_id = $2",
        *whose,
        now,
        *size,
        part.media_type,
        stored_as,
    )
    return UploadProgress(before.size, before.size, complete=True, new=True)


async def _give_up(pg: asyncpg.Connection, principal: Principal, part: Part, name: bytes) -> None:
    """Have a server delete an object of which the record was erased while it was written, unless the photo shows
    another record. Idempotent by nature."""
    await pg.execute(
        "INSERT INTO attachment"
        " (sha256, enumerator_id, media_type, size, received, begun_at, touched_at, early, stored_as)"
        " VALUES ($1, $2, $3, $4, 0, $5, $5, false, $6) ON CONFLICT (sha256, enumerator_id) DO UPDATE"
        " SET stored_as = EXCLUDED.stored_as WHERE attachment.completed_at IS NULL",
        part.sha256,
        principal.account_id,
        part.media_type,
        part.size,
        FORGOTTEN,
        name,
    )


async def _forget(pg: asyncpg.Connection, principal: Principal, part: Part) -> None:
    """Forget an upload that turned out not to be a photo, unless new parts came meanwhile. An attempt before may have
    written an object, so the row stays until a server has deleted that."""
    await pg.execute(
        "WITH gone AS (UPDATE attachment SET received = 0, early = false, touched_at = $4"
        "  WHERE sha256 = $1 AND enumerator_id = $2 AND completed_at IS NULL AND received = $3"
        "  RETURNING sha256, enumerator_id),"
        " parts AS (DELETE FROM attachment_part AS part USING gone"
        "  WHERE (part.sha256, part.enumerator_id) = (gone.sha256, gone.enumerator_id))"
        " DELETE FROM attachment_link AS link USING gone"
        "  WHERE (link.sha256, link.enumerator_id) = (gone.sha256, gone.enumerator_id)",
        part.sha256,
        principal.account_id,
        part.starts_at,
        FORGOTTEN,
    )


async def _locked(pg: asyncpg.Connection, principal: Principal, part: Part) -> UploadProgress | None:
    row = await pg.fetchrow(
        "SELECT received, size, completed_at IS NOT NULL FROM attachment"
        " WHERE sha256 = $1 AND enumerator_id = $2 AND touched_at > $3 FOR UPDATE",
        part.sha256,
        principal.account_id,
        FORGOTTEN,
    )
    return None if row is None else UploadProgress(*row)


async def _keep(pg: asyncpg.Connection, whose: tuple[bytes, UUID], part: Part, received: int, now: datetime) -> None:
    await pg.execute(
        "INSERT INTO attachment_part (sha256, enumerator_id, starts_at, content) VALUES ($1, $2, $3, $4)",
        *whose,
        part.starts_at,
        part.content,
    )
    await pg.execute(
        "UPDATE attachment SET received = $3, touched_at = $4 WHERE sha256 = $1 AND enumerator_id = $2",
        *whose,
        received,
        now,
    )


def _refuse_other(content: bytes, part: Part) -> None:
    if len(content) != part.size or hashlib.sha256(content).digest() != part.sha256:
        raise Problem(Code.ATTACHMENT_HASH_MISMATCH)
