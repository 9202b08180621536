"""The sealed answers of re-interviews: walked over in chunks, sealed with another key, removed. And what is erased of
them with their records. For the owner of the tables, since the server's login may change no version.
"""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.core.rows import Row, read_one
from app.submissions.sealed import CHUNK


def bound_to(id_: UUID, version: int) -> bytes:
    """What the sealed answers of a version are bound to, so that they open nowhere else."""
    return b"reinterview" + id_.bytes + version.to_bytes(4)


class SealedVersion(NamedTuple):
    """The sealed answers of one version."""

    id: UUID
    version: int
    regency_code: str
    sealed: bytes

    @property
    def bound_to(self) -> bytes:
        """What they are bound to."""
        return bound_to(self.id, self.version)


class RemovedVersions(Row):
    """How many versions lost their sealed answers, and the last of them."""

    id: UUID
    version: int
    removed: int


_REMOVE = """
WITH next AS MATERIALIZED (
    SELECT id, version, regency_code FROM reinterview_version
    WHERE (id, version) > ($2, $3::int) AND campaign_id = $1 AND sealed IS NOT NULL ORDER BY id, version LIMIT $4
), done AS (
    UPDATE reinterview_version SET sealed = NULL FROM next
    WHERE (reinterview_version.id, reinterview_version.version, reinterview_version.regency_code)
        = (next.id, next.version, next.regency_code)
)
SELECT id, version, (SELECT count(*) FROM next)::int AS removed FROM next ORDER BY id DESC, version DESC LIMIT 1
"""
_WITHDRAW = """
UPDATE reinterview SET state = 'withdrawn', withdrawn_for = 'erased', assignee_id = NULL, due_on = NULL,
       former_ids = CASE WHEN assignee_id IS NULL THEN former_ids ELSE array_append(former_ids, assignee_id) END,
       same = '{}', different = '{}', agreed = 0, compared = 0
WHERE id = ANY($1)
"""
_ERASE = """
UPDATE reinterview_version SET sealed = NULL, answers = '{}', latitude = NULL, longitude = NULL, accuracy_m = NULL
WHERE id = ANY($1)
"""


async def versions(pg: asyncpg.Connection, *, but_key: int | None = None) -> AsyncIterator[list[SealedVersion]]:
    """All sealed versions, in chunks, in the order of their keys; with `but_key`, those under another key only."""
    after: tuple[UUID, int] = (UUID(int=0), 0)
    while True:
        rows = await pg.fetch(
            "SELECT id, version, regency_code, sealed FROM reinterview_version"
            " WHERE (id, version) > ($1, $2) AND sealed IS NOT NULL"
            " AND ($3::int IS NULL OR get_byte(sealed, 0) <> $3) ORDER BY id, version LIMIT $4",
            *after,
            but_key,
            CHUNK,
        )
        if not rows:
            return
        yield [SealedVersion(*row) for row in rows]
        after = rows[-1]["id"], rows[-1]["version"]


async def replace_sealed_versions(
    pg: asyncpg.Connection, rows: Sequence[SealedVersion], fresh: Sequence[bytes]
) -> None:
    """Write what is sealed with another key, one for each row; a version that changed meanwhile is left as it is."""
    await pg.execute(
        "UPDATE reinterview_version SET sealed = input.fresh"
        " FROM unnest($1::uuid[], $2::int[], $3::text[], $4::bytea[], $5::bytea[])"
        " AS input (id, version, regency_code, sealed, fresh)"
        " WHERE reinterview_version.id = input.id AND reinterview_version.version = input.version"
        " AND reinterview_version.regency_code = input.regency_code AND reinterview_version.sealed = input.sealed",
        *map(list, zip(*rows, strict=True)),
        fresh,
    )


async def remove_sealed_versions(pg: asyncpg.Connection, campaign_id: int) -> AsyncIterator[int]:
    """Remove the sealed answers of a campaign, a chunk for each step; how many each had. Idempotent by nature."""
    after: tuple[UUID, int] = (UUID(int=0), 0)
    while done := await read_one(pg, RemovedVersions, _REMOVE, campaign_id, *after, CHUNK):
        after = done.id, done.version
        yield done.removed


async def of_records(pg: asyncpg.Connection, record_ids: Sequence[UUID]) -> list[UUID]:
    """The re-interviews of these records."""
    rows = await pg.fetch("SELECT id FROM reinterview WHERE record_id = ANY($1)", list(record_ids))
    return [row[0] for row in rows]


async def erase_reinterviews(pg: asyncpg.Connection, ids: Sequence[UUID]) -> None:
    """Withdraw these re-interviews for good, and erase what was heard. Idempotent by nature.

    The row goes first: answers that are on their way are in before, and later ones are refused.
    """
    await pg.execute(_WITHDRAW, list(ids))
    await pg.execute(_ERASE, list(ids))
