"""Reading one record with every revision, as supervisors and other systems see it: masked, unless the reader has the
right and gives a reason; then the trail shows who saw it and why.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from pydantic import BaseModel, Field

from app.accounts.permissions import Access
from app.audit import trail
from app.audit.actions import Action
from app.core.rows import Row, read, read_one
from app.core.sealing import KeyRing
from app.questionnaires.assessment import shown, whole
from app.submissions.tablet_times import CAPTURED_AT_TOLD, STARTED_AT

_RECORD = """
WITH record AS MATERIALIZED (SELECT * FROM record WHERE record_id = $1)
SELECT record.record_id, campaign.code AS campaign, record.enumerator_id, account.username AS enumerator,
       record.counted_as, record.counted_revision, record.business_id, submission.region_code
FROM record JOIN campaign ON campaign.id = record.campaign_id JOIN account ON account.id = record.enumerator_id
JOIN submission ON submission.record_id = record.record_id AND submission.revision = record.counted_revision
"""
_CAPTURED = f"""
SELECT questionnaire, region_code, captured_at, {CAPTURED_AT_TOLD} AS captured_at_told, latitude, longitude, accuracy_m,
       answers::text, sealed
"""
_REVISIONS = f"""
{_CAPTURED}, revision, outcome, counted_as, captured_on, received_at, warnings
FROM submission WHERE record_id = $1 ORDER BY revision
"""
_ITEM = f"{_CAPTURED}, {STARTED_AT} AS started_at FROM submission WHERE record_id = $1 AND revision = $2"


class RecordRow(Row):
    """What authorisation needs to know of a record, and its own columns of `RecordOut`."""

    record_id: UUID
    campaign: str
    enumerator_id: UUID
    enumerator: str
    counted_as: str
    counted_revision: int
    business_id: UUID | None
    region_code: str


class _Captured(Row):
    """What was captured; `answers` is JSON text."""

    questionnaire: str
    region_code: str
    captured_at: datetime
    captured_at_told: datetime
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    answers: str
    sealed: bytes | None


class _Revision(_Captured):
    """A revision as it is stored."""

    revision: int
    outcome: str
    counted_as: str | None
    captured_on: date
    received_at: datetime
    warnings: list[str]


class _Item(_Captured):
    """What makes an item of a revision again."""

    started_at: datetime | None


class RevisionOut(BaseModel):
    """One revision, never changed after it was stored."""

    revision: int
    outcome: str
    counted_as: str | None = Field(description="What the record counts as from this revision on; null: as before.")
    questionnaire: str
    region_code: str
    captured_at: datetime = Field(description="Corrected where the tablet's clock was off.")
    captured_at_told: datetime
    captured_on: date
    received_at: datetime
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    warnings: list[str]
    answers: dict[str, Any]
    answers_complete: bool = Field(description="False where the sealed answers are no longer kept.")


class RecordOut(BaseModel):
    """A record with its revisions."""

    record_id: UUID
    campaign: str
    enumerator_id: UUID
    enumerator: str = Field(description="User name.")
    region_code: str
    counted_as: str
    counted_revision: int
    business_id: UUID | None
    masked: bool = Field(description="Whether vulnerable answers are hidden.")
    revisions: list[RevisionOut]


async def reference_year_of(pg: asyncpg.Connection, record_id: UUID) -> int:
    """The year that the campaign of a record asks about."""
    began = await pg.fetchval(
        "SELECT starts_on FROM record JOIN campaign ON campaign.id = record.campaign_id WHERE record_id = $1", record_id
    )
    return int(began.year) - 1


async def record_of(pg: asyncpg.Connection, record_id: UUID) -> RecordRow | None:
    """The record of that id."""
    return await read_one(pg, RecordRow, _RECORD, record_id)


async def read_record(
    pg: asyncpg.Connection, ring: KeyRing, record: RecordRow, access: Access, *, trace_id: str
) -> RecordOut:
    """The record with its revisions; unmasked where `access` says so, which is written into the trail first."""
    record_id = record.record_id
    if access.unmasked:
        await trail.record_many(
            pg,
            Action.PII_READ,
            actor_id=access.principal.account_id,
            subjects=[("record", str(record_id), {"reason": access.reason})],
            trace_id=trace_id,
        )
    revisions = [_revision(row, record_id, ring, access) for row in await read(pg, _Revision, _REVISIONS, record_id)]
    return RecordOut(**record.named(), masked=not access.unmasked, revisions=revisions)


async def item_of(
    pg: asyncpg.Connection, ring: KeyRing, record_id: UUID, revision: int, *, as_told: bool = False
) -> dict[str, Any] | None:
    """A stored revision as an item, with all its answers; None where those are no longer kept.

    Its time of capture is the corrected one, or `as_told` the tablet's own.
    """
    row = await read_one(pg, _Item, _ITEM, record_id, revision)
    sealed = unsealed(ring, record_id, revision, row.sealed) if row else None
    if row is None or sealed is None:
        return None
    place = {"latitude": row.latitude, "longitude": row.longitude, "accuracy_m": row.accuracy_m}
    location = {name: value for name, value in place.items() if value is not None}
    return {
        "record_id": record_id,
        "revision": revision,
        "questionnaire": row.questionnaire,
        "region_code": row.region_code,
        "started_at": row.started_at,
        "captured_at": row.captured_at_told if as_told else row.captured_at,
        "location": location or None,
        "answers": whole(orjson.loads(row.answers), sealed),
    }


def unsealed(ring: KeyRing, record_id: UUID, revision: int, sealed: bytes | None) -> dict[str, Any] | None:
    """The sealed answers of a revision; None where they are no longer kept."""
    if sealed is None:
        return None
    answers: dict[str, Any] = orjson.loads(ring.unseal(sealed, bound_to(record_id, revision)))
    return answers


def bound_to(record_id: UUID, revision: int) -> bytes:
    """What the sealed answers of a revision are bound to, so that they open nowhere else."""
    return record_id.bytes + revision.to_bytes(4)


def _revision(row: _Revision, record_id: UUID, ring: KeyRing, access: Access) -> RevisionOut:
    sealed = unsealed(ring, record_id, row.revision, row.sealed)
    answers = orjson.loads(row.answers)
    fields = {name: value for name, value in row.named().items() if name not in ("answers", "sealed")}
    return RevisionOut(
        **fields,
        answers=whole(answers, sealed or {}) if access.unmasked else shown(answers, sealed),
        answers_complete=sealed is not None,
    )
