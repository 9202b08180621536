"""Reads of records and their stored revisions."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.core.round_trips import Question, ask
from app.core.rows import Row


class CountedRecord(Row):
    """Whose a record is and what it counts as."""

    record_id: UUID
    campaign_id: int
    enumerator_id: UUID
    revision: int
    counted_revision: int
    counted_as: str
    business_id: UUID | None


class RecordRow(CountedRecord):
    """What the directory knows of a record."""

    said: bytes | None
    number_changes: int | None
    listing_id: UUID | None


class RevisionRow(NamedTuple):
    """A stored revision: what it said, what became of it, and where and when it counts. `visit`: the result of a visit
    without an interview; `visited_at`: when that was, by the tablet's clock; `erased`: its sealed answers are.
    """

    record_id: UUID
    revision: int
    content_digest: bytes
    outcome: str
    region_code: str
    captured_on: date
    captured_at: datetime
    captured_at_told: datetime
    visit: str | None
    visited_at: datetime | None
    erased: bool


# An answer is only read where there is one, since long answers lie elsewhere.
_VISIT = "CASE WHEN questionnaire LIKE 'visit@%' THEN {} END AS {}"
_READ = {
    "visit": _VISIT.format("answers->>'result'", "visit"),
    "visited_at": _VISIT.format("coalesce((answers->>'visited_at')::timestamptz, captured_at_told)", "visited_at"),
    "erased": "sealed IS NULL AS erased",
}
_REVISIONS = f"""
SELECT {", ".join(_READ.get(each, each) for each in RevisionRow._fields)}
FROM submission WHERE record_id = ANY($1) ORDER BY revision
"""


_BY_ID = f"SELECT {', '.join(RecordRow.columns)} FROM record WHERE record_id = ANY($1)"


def records_question(record_ids: Iterable[UUID]) -> Question[list[RecordRow]]:
    """Which records are known, of those asked for."""
    return Question(_BY_ID, (list(record_ids),), lambda rows: [RecordRow.of(row) for row in rows])


async def records_by_id(pg: asyncpg.Connection, record_ids: Iterable[UUID]) -> list[RecordRow]:
    """The records that are known, of those asked for."""
    return await ask(pg, records_question(record_ids))


async def revisions_of(pg: asyncpg.Connection, record_ids: Iterable[UUID]) -> list[RevisionRow]:
    """Every stored revision of the records."""
    rows = await pg.fetch(_REVISIONS, list(record_ids))
    return [RevisionRow(*row) for row in rows]
