"""Storing revisions and keeping the directory of records. One statement for each set, of any size."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import asyncpg

from app.core.round_trips import Insert
from app.core.rows import Row, as_set, set_of
from app.submissions.models import Record, Submission


class SubmissionRow(Row, table=Submission):
    """A submission as it is stored."""

    record_id: UUID
    revision: int
    regency_code: str
    campaign_id: int
    batch_id: UUID
    enumerator_id: UUID
    business_id: UUID | None
    outcome: str
    counted_as: str | None
    questionnaire: str
    region_code: str
    content_digest: bytes
    started_at: datetime | None
    captured_at: datetime
    captured_at_told: datetime
    captured_on: date
    received_at: datetime
    received_on: date
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    warnings: list[str]
    answers: str
    sealed: bytes


class RecordEntry(Row, table=Record):
    """An entry of the directory of records."""

    record_id: UUID
    campaign_id: int
    enumerator_id: UUID
    regency_code: str
    revision: int
    counted_revision: int
    counted_as: str
    business_id: UUID | None
    said: bytes | None = None  # None: as it is
    number_changes: int | None = None
    listing_id: UUID | None = None


_CHANGE_RECORDS = f"""
UPDATE record SET regency_code = input.regency_code, revision = input.revision,
    counted_revision = input.counted_revision, counted_as = input.counted_as, business_id = input.business_id,
    said = coalesce(input.said, record.said), number_changes = coalesce(input.number_changes, record.number_changes),
    listing_id = coalesce(input.listing_id, record.listing_id)
FROM {set_of(RecordEntry)} WHERE record.record_id = input.record_id
"""


def adding(entries: Iterable[RecordEntry], rows: Iterable[SubmissionRow]) -> list[Insert]:
    """How new records are entered in the directory, and revisions are added.

    Idempotent by record and revision: the caller stores only what the directory lacks. The table `record` refuses what
    another enumerator entered meanwhile.
    """
    return [Insert(list(entries)), Insert(list(rows))]


async def change_records(pg: asyncpg.Connection, entries: Iterable[RecordEntry]) -> None:
    """Write what changed of known records."""
    columns = as_set(RecordEntry, entries)
    if columns:
        await pg.execute(_CHANGE_RECORDS, *columns)


async def forget_said(pg: asyncpg.Connection, record_ids: Iterable[UUID]) -> None:
    """Forget which numbers these records said last: their next revisions change none. Idempotent by nature."""
    await pg.execute("UPDATE record SET said = NULL WHERE record_id = ANY($1)", list(record_ids))
