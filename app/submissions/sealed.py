"""The sealed answers of revisions: walked over in chunks, sealed with another key, removed. For the owner of the
tables, since the server's login to the database may change no revision.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.core.rows import Row, read_one
from app.submissions.records import bound_to

CHUNK = 2_000
"""Rows that are read or changed at once."""


class SealedRevision(NamedTuple):
    """The sealed answers of one revision."""

    record_id: UUID
    revision: int
    regency_code: str
    sealed: bytes

    @property
    def bound_to(self) -> bytes:
        """What they are bound to."""
        return bound_to(self.record_id, self.revision)


class RemovedRevisions(Row):
    """How many revisions lost their sealed answers, and the last of them."""

    record_id: UUID
    revision: int
    removed: int


_REMOVE = """
WITH next AS MATERIALIZED (
    SELECT record_id, revision, regency_code FROM submission
    WHERE (record_id, revision) > ($2, $3::int) AND campaign_id = $1 AND sealed IS NOT NULL
    ORDER BY record_id, revision LIMIT $4
), done AS (
    UPDATE submission SET sealed = NULL FROM next
    WHERE (submission.record_id, submission.revision, submission.regency_code)
        = (next.record_id, next.revision, next.regency_code)
)
SELECT record_id, revision, (SELECT count(*) FROM next)::int AS removed FROM next
ORDER BY record_id DESC, revision DESC LIMIT 1
"""


async def with_answers(pg: asyncpg.Connection, record_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these records of which the answers of a revision are kept."""
    rows = await pg.fetch(
        "SELECT DISTINCT record_id FROM submission WHERE record_id = ANY($1) AND sealed IS NOT NULL", list(record_ids)
    )
    return {row[0] for row in rows}


async def revisions(pg: asyncpg.Connection, *, but_key: int | None = None) -> AsyncIterator[list[SealedRevision]]:
    """All sealed revisions, in chunks, in the order of their keys; with `but_key`, those under another key only."""
    after: tuple[UUID, int] = (UUID(int=0), 0)
    while True:
        rows = await pg.fetch(
            "SELECT record_id, revision, regency_code, sealed FROM submission"
            " WHERE (record_id, revision) > ($1, $2) AND sealed IS NOT NULL"
            " AND ($3::int IS NULL OR get_byte(sealed, 0) <> $3) ORDER BY record_id, revision LIMIT $4",
            *after,
            but_key,
            CHUNK,
        )
        if not rows:
            return
        yield [SealedRevision(*row) for row in rows]
        after = rows[-1]["record_id"], rows[-1]["revision"]


async def replace_sealed(pg: asyncpg.Connection, rows: Sequence[SealedRevision], fresh: Sequence[bytes]) -> None:
    """Write what is sealed with another key, one for each row; a revision that changed meanwhile is left as it is."""
    await pg.execute(
        "UPDATE submission SET sealed = input.fresh"
        " FROM unnest($1::uuid[], $2::int[], $3::text[], $4::bytea[], $5::bytea[])"
        " AS input (record_id, revision, regency_code, sealed, fresh)"
        " WHERE submission.record_id = input.record_id AND submission.revision = input.revision"
        " AND submission.regency_code = input.regency_code AND submission.sealed = input.sealed",
        *map(list, zip(*rows, strict=True)),
        fresh,
    )


async def remove_sealed(pg: asyncpg.Connection, campaign_id: int) -> AsyncIterator[int]:
    """Remove the sealed answers of a campaign, a chunk for each step; how many each had. Idempotent by nature."""
    after: tuple[UUID, int] = (UUID(int=0), 0)
    while done := await read_one(pg, RemovedRevisions, _REMOVE, campaign_id, *after, CHUNK):
        after = done.record_id, done.revision
        yield done.removed


async def erase_answers(pg: asyncpg.Connection, record_ids: Iterable[UUID]) -> None:
    """Erase answers and place of every revision of these records; of cooperatives only what is said of people. Of
    visits without an interview the results and times stay, by which the door is counted.

    Idempotent by nature.
    """
    ids = list(record_ids)
    await pg.execute(
        "UPDATE submission SET sealed = NULL, answers = answers - ARRAY['chair', 'respondent']"
        " WHERE record_id = ANY($1) AND questionnaire LIKE 'koperasi@%'",
        ids,
    )
    await pg.execute(
        "UPDATE submission SET sealed = NULL, latitude = NULL, longitude = NULL, accuracy_m = NULL,"
        " answers = CASE WHEN questionnaire LIKE 'visit@%' THEN answers ELSE '{}' END"
        " WHERE record_id = ANY($1) AND questionnaire NOT LIKE 'koperasi@%'",
        ids,
    )
