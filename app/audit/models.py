"""The audit trail: which account did what, to what, and when. Rows are only added."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text

from app.core.column_types import CODE, COUNT, DAY, DIGEST, JSON, KEY, MOMENT, TEXT
from app.core.distribution import LOCAL
from app.core.schema import SQLModel, key, optional, required


class AuditEvent(SQLModel, table=True):
    """One act of one actor. `detail` holds counts and codes, never answers or numbers of persons."""

    __tablename__ = "audit_event"
    __distribution__ = LOCAL
    __table_args__ = (
        Index(None, "occurred_at", "id"),
        Index(None, "subject_id", "occurred_at"),
        Index(None, "actor_id", "occurred_at"),
        # Of everything but batches, which are most of it and are found by their actor, subject or time.
        Index("audit_event_action_idx", "action", "occurred_at", postgresql_where=text("action <> 'batch.received'")),
    )

    id: UUID = key(KEY)  # UUIDv7: in order of time
    occurred_at: datetime = required(MOMENT)
    actor_id: UUID | None = optional(KEY)
    action: str = required(CODE)
    subject_type: str = required(CODE)
    subject_id: str = required(CODE)
    detail: dict[str, Any] = required(JSON)
    trace_id: str | None = optional(TEXT)
    mac: bytes | None = optional(DIGEST)  # null: written before events were signed, or not by the server


class AuditLink(SQLModel, table=True):
    """One link of the chain of a day: the event, and the keyed hash of it together with the link before.

    `day` is the day (UTC) on which the event was linked, moments after it was committed.
    """

    __tablename__ = "audit_link"
    __distribution__ = LOCAL

    day: date = key(DAY)
    position: int = key(COUNT)  # from 1
    event_id: UUID = required(KEY, unique=True)
    hash: bytes = required(DIGEST)
