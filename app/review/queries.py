"""Statements on reviews in force."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

import asyncpg

from app.core.rows import Row, as_set, copy_rows, read, read_one, set_of
from app.progress.rollup import Change
from app.review.models import Correction, CountedMove, Review


class EndedReview(Row, table=Review):
    """The day on which a decision ends."""

    id: UUID
    regency_code: str
    ended_on: date


class OpenReview(Row, table=Review):
    """A decision that is in force, and where it counts: in the counter of its own name."""

    id: UUID
    regency_code: str
    record_id: UUID
    revision: int
    region_code: str
    captured_on: date
    decision: str
    reason: str | None

    def ended_by(self, day: date) -> EndedReview:
        """Over from that day on."""
        return EndedReview(id=self.id, regency_code=self.regency_code, ended_on=day)


class _Captured(Row):
    """What came of a revision: whose it is, where and when it was captured."""

    id: UUID
    regency_code: str
    campaign_id: int
    enumerator_id: UUID
    record_id: UUID
    revision: int
    region_code: str
    captured_on: date


class ReviewRow(_Captured, table=Review):
    """A decision as it is stored."""

    decision: str
    reason: str | None
    decided_by: UUID
    decided_at: datetime
    decided_on: date
    ended_on: date | None = None

    def ended_by(self, day: date) -> EndedReview:
        """Over from that day on."""
        return EndedReview(id=self.id, regency_code=self.regency_code, ended_on=day)


def counted(review: OpenReview | ReviewRow, by: int, today: date) -> Change:
    """That a decision counts from that day on (1), or no longer (-1), where and when the record was captured."""
    return Change(review.decision, by, review.region_code, review.regency_code, today, review.captured_on)


_END = f"""
UPDATE review SET ended_on = input.ended_on
FROM {set_of(EndedReview)} WHERE review.id = input.id AND review.regency_code = input.regency_code
"""


async def reviews_in_force(pg: asyncpg.Connection, record_ids: Iterable[UUID]) -> dict[UUID, OpenReview]:
    """The decisions in force on these records, by record."""
    columns = ", ".join(OpenReview.columns)
    statement = f"SELECT {columns} FROM review WHERE record_id = ANY($1) AND ended_on IS NULL"
    return {row.record_id: row for row in await read(pg, OpenReview, statement, list(record_ids))}


async def review_in_force(pg: asyncpg.Connection, record_id: UUID) -> ReviewRow | None:
    """The decision in force on this record, whole."""
    columns = ", ".join(ReviewRow.columns)
    statement = f"SELECT {columns} FROM review WHERE record_id = $1 AND ended_on IS NULL"
    return await read_one(pg, ReviewRow, statement, record_id)


_CORRECTED = "SELECT record_id, max(revision) FROM correction WHERE record_id = ANY($1) GROUP BY record_id"


async def corrected_revisions(pg: asyncpg.Connection, record_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The newest revision of each of these records that an officer entered, by record."""
    return {row[0]: row[1] for row in await pg.fetch(_CORRECTED, list(record_ids))}


async def reviews_by_id(pg: asyncpg.Connection, ids: Collection[UUID]) -> list[ReviewRow]:
    """These decisions, whole."""
    if not ids:
        return []
    return await read(pg, ReviewRow, f"SELECT {', '.join(ReviewRow.columns)} FROM review WHERE id = ANY($1)", list(ids))


async def add_reviews(pg: asyncpg.Connection, rows: Iterable[ReviewRow]) -> None:
    """Enter decisions, under their enumerators' locks; those before have ended.

    Raises:
        asyncpg.UniqueViolationError: another one is in force on one of the records.
    """
    await copy_rows(pg, rows)


async def end_reviews(pg: asyncpg.Connection, ended: Iterable[EndedReview]) -> None:
    """Let decisions be over from a day on, under their enumerators' locks."""
    columns = as_set(EndedReview, ended)
    if columns:
        await pg.execute(_END, *columns)


class MoveRow(_Captured, table=CountedMove):
    """That a record counts otherwise from a day on."""

    counted_as: str
    moved_on: date


async def add_moves(pg: asyncpg.Connection, rows: Iterable[MoveRow]) -> None:
    """Remember how records count from a day on. Idempotent by the decision, which moves them once."""
    await copy_rows(pg, rows)


class CorrectionRow(Row, table=Correction):
    """The account that entered a revision in the enumerator's place, and the reason."""

    record_id: UUID
    revision: int
    regency_code: str
    reason: str
    corrected_by: UUID
    corrected_at: datetime


async def note_correction(pg: asyncpg.Connection, row: CorrectionRow) -> None:
    """Store which account entered a revision in the enumerator's place. Idempotent by record and revision."""
    await copy_rows(pg, [row])
