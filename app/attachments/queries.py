"""Reads of photos, and their removal."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

import asyncpg
from pydantic import BaseModel, Field

HALF_SENT_FOR = timedelta(days=14)
"""How long the parts of a photo are kept after the last one of them came."""

EARLY_FOR = timedelta(days=30)
"""How long a photo is kept whose record does not come."""

FORGOTTEN = datetime(1970, 1, 1, tzinfo=UTC)
"""When the last part came, as the row of a photo has it whose file a server is still to delete."""

_AT_ONCE = 1_000
_EARLY = f"""
SELECT sha256, enumerator_id, record_id
FROM (SELECT sha256, enumerator_id FROM attachment WHERE early AND {{}} LIMIT {_AT_ONCE}) AS early
LEFT JOIN attachment_link USING (sha256, enumerator_id)
"""
_HALF_SENT = f"""
DELETE FROM attachment WHERE completed_at IS NULL AND touched_at < $1 AND (sha256, enumerator_id) IN (
    SELECT sha256, enumerator_id FROM attachment WHERE completed_at IS NULL AND touched_at < $1 LIMIT {_AT_ONCE}
) RETURNING coalesce(stored_as, sha256)
"""
_CAME = """
SELECT record_id FROM record WHERE record_id = ANY($1)
UNION SELECT subject_id FROM raw_item WHERE subject_id = ANY($1) AND resolved_on IS NULL
"""
_INPUT = "unnest($1::bytea[], $2::uuid[]) AS input (sha256, enumerator_id)"
_THESE = "(attachment.sha256, attachment.enumerator_id) = (input.sha256, input.enumerator_id)"
Photos = set[tuple[bytes, UUID]]
"""Photos by their SHA-256 and enumerator."""


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


async def remove_attachments(pg: asyncpg.Connection, record_ids: Sequence[UUID]) -> int:
    """Forget the photos of records, at once for everybody who asks; how many of them no other record has. Their objects
    are deleted by a server, which knows the storage (`take_expired`), whatever command called this. Idempotent by
    nature."""
    links = await pg.fetch(
        "DELETE FROM attachment_link WHERE record_id = ANY($1) RETURNING sha256, enumerator_id", record_ids
    )
    # The row stays as that of a photo of which nothing came since the beginning of time: so this release and the one
    # before it find the name of the object, and a photo that is sent again is simply one more that begins.
    gone = await pg.fetch(
        "UPDATE attachment SET received = 0, completed_at = NULL, early = false, touched_at = $3"
        f" FROM {_INPUT} WHERE {_THESE} AND NOT EXISTS (SELECT FROM attachment_link AS link"
        " WHERE (link.sha256, link.enumerator_id) = (attachment.sha256, attachment.enumerator_id))"
        " RETURNING attachment.sha256, attachment.enumerator_id",
        [row[0] for row in links],
        [row[1] for row in links],
        FORGOTTEN,
    )
    await pg.execute(
        f"DELETE FROM attachment_part AS attachment USING {_INPUT} WHERE {_THESE}",
        *_keys({(row[0], row[1]) for row in gone}),
    )
    return len(gone)


async def take_expired(pg: asyncpg.Connection, now: datetime) -> tuple[list[str], bool]:
    """Remove the rows of photos that are forgotten, of half-sent ones of which nothing came for two weeks, and of whole
    ones whose record did not come in a month; the names of the objects that nothing refers to any more, and whether
    more may be left. The caller deletes these before it commits: what is cut off in between is found again. Idempotent
    by nature."""
    half_sent = await pg.fetch(_HALF_SENT, now - HALF_SENT_FOR)
    gone = {row[0] for row in half_sent}
    came, waiting = await early_photos(pg, "completed_at < $1", now - EARLY_FOR)
    await no_longer_early(pg, came)
    if waiting:
        rows = await pg.fetch(
            f"DELETE FROM attachment USING {_INPUT} WHERE {_THESE} RETURNING coalesce(stored_as, attachment.sha256)",
            *_keys(waiting),
        )
        gone |= {row[0] for row in rows}
    return await nobodys(pg, gone), len(half_sent) == _AT_ONCE or bool(came or waiting)


async def early_photos(pg: asyncpg.Connection, condition: str, *arguments: Any) -> tuple[Photos, Photos]:
    """Of the photos that came before their records, a thousand at most: those of which a record has come since, or is
    held, and the others. The records are of another kind of table, so they are asked for by themselves."""
    links = await pg.fetch(_EARLY.format(condition), *arguments)
    came = {row[0] for row in await pg.fetch(_CAME, [row[2] for row in links])} if links else set()
    known = {(row[0], row[1]) for row in links if row[2] in came}
    return known, {(row[0], row[1]) for row in links} - known


async def no_longer_early(pg: asyncpg.Connection, photos: Photos) -> None:
    """Note of photos that a record of theirs has come. Idempotent by nature."""
    if photos:
        await pg.execute(f"UPDATE attachment SET early = false FROM {_INPUT} WHERE {_THESE}", *_keys(photos))


def _keys(photos: Photos) -> tuple[list[bytes], list[UUID]]:
    return [sha256 for sha256, _ in photos], [enumerator_id for _, enumerator_id in photos]


async def lock_objects(pg: asyncpg.Connection, names: Collection[bytes]) -> None:
    """Lock objects of the storage until the commit. Photos of several enumerators that are the same picture lie in one
    object, which is deleted with the last of them: while that is looked up and done, no other one is laid there.
    """
    await pg.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('photo ' || encode(name, 'hex'), 0))"
        " FROM (SELECT name FROM unnest($1::bytea[]) AS asked (name) ORDER BY name) AS in_order",
        list(names),
    )


async def nobodys(pg: asyncpg.Connection, names: set[bytes]) -> list[str]:
    """The objects among these that no photo lies in. Until the commit, nobody lays one there."""
    await lock_objects(pg, names)
    kept = await pg.fetch(
        "SELECT coalesce(stored_as, sha256) FROM attachment WHERE stored_as = ANY($1) OR sha256 = ANY($1)", list(names)
    )
    return sorted(name.hex() for name in names - {row[0] for row in kept})
