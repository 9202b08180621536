"""The audit trail: who did what, to what, when. Rows are only ever added."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index

from app.core.schema import CODE, JSON, KEY, MOMENT, TEXT, SQLModel, key, optional, required


class AuditEvent(SQLModel, table=True):
    """One act of one actor. `detail` holds counts and codes, never answers or numbers of persons."""

    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "subject_id"), Index(None, "actor_id", "occurred_at"))

    id: UUID = key(KEY)  # UUIDv7: in order of time
    occurred_at: datetime = required(MOMENT)
    actor_id: UUID | None = optional(KEY)
    action: str = required(CODE)
    subject_type: str = required(CODE)
    subject_id: str = required(CODE)
    detail: dict[str, Any] = required(JSON)
    trace_id: str | None = optional(TEXT)
