"""Storing revisions and keeping the directory of records. Sets only: one statement whatever their number."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from app.core.database import TryAgain


class SubmissionRow(NamedTuple):
    """A submission in the columns of the table."""

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


class RecordEntry(NamedTuple):
    """An entry of the directory in the columns of the table."""

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


async def store_submissions(pg: asyncpg.Connection, rows: Iterable[SubmissionRow]) -> None:
    """Add revisions. Idempotent by record and revision: the caller stores only what the directory lacks.

    Raises:
        asyncpg.UniqueViolationError: a revision is there already.
    """
    records: list[tuple[Any, ...]] = list(rows)
    if records:
        await pg.copy_records_to_table("submission", records=records, columns=SubmissionRow._fields)


async def add_records(pg: asyncpg.Connection, entries: Iterable[RecordEntry]) -> None:
    """Enter new records in the directory. Idempotent by record id.

    Raises:
        TryAgain: another enumerator's batch entered one of them meanwhile.
    """
    records: list[tuple[Any, ...]] = list(entries)
    if records:
        try:
            await pg.copy_records_to_table("record", records=records, columns=RecordEntry._fields)
        except asyncpg.UniqueViolationError as exc:
            raise TryAgain from exc


async def change_records(pg: asyncpg.Connection, entries: Iterable[RecordEntry]) -> None:
    """Write what changed of known records."""
    columns = list(zip(*entries, strict=True))
    if columns:
        await pg.execute(
            "UPDATE record SET regency_code = told.regency_code, revision = told.revision,"
            " counted_revision = told.counted_revision, counted_as = told.counted_as,"
            " business_id = told.business_id, said = coalesce(told.said, record.said),"
            " number_changes = coalesce(told.number_changes, record.number_changes)"
            " FROM unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::text[], $5::int[], $6::int[], $7::text[],"
            " $8::uuid[], $9::bytea[], $10::smallint[]) AS told (record_id, campaign_id, enumerator_id, regency_code,"
            " revision, counted_revision, counted_as, business_id, said, number_changes)"
            " WHERE record.record_id = told.record_id",
            *columns,
        )
