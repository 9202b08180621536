"""Reads of the audit trail."""

from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

import asyncpg
import orjson
from pydantic import BaseModel, Field

from app.core.rows import Row, read


class EventRow(Row):
    """An event as it is stored, with its detail as JSON."""

    id: UUID
    occurred_at: datetime
    actor_id: UUID | None
    action: str
    subject_type: str
    subject_id: str
    detail: str
    trace_id: str | None


class AuditListed(BaseModel):
    """One event."""

    id: UUID
    occurred_at: datetime
    actor_id: UUID | None = Field(description="The account; zeros for commands on the server itself.")
    actor: str | None = Field(description="Its user name.")
    action: str
    subject_type: str
    subject_id: str
    detail: dict[str, Any]
    trace_id: str | None

    @classmethod
    def of(cls, event: EventRow, actor: str | None) -> Self:
        """An event with the name of its actor."""
        fields = dict(zip(event.columns, event, strict=True))
        return cls(**fields | {"actor": actor, "detail": orjson.loads(event.detail)})


class AuditPage(BaseModel):
    """A page of events, the newest first."""

    items: list[AuditListed]
    next_cursor: str | None


class Filter(NamedTuple):
    """Which events are asked for; times from the first, up to but without the second."""

    actor_id: UUID | None
    subject_id: str | None
    action: str | None
    since: datetime | None
    until: datetime | None


class EventPosition(NamedTuple):
    """After which event a page begins."""

    occurred_at: datetime
    id: UUID


async def list_events(
    pg: asyncpg.Connection, wanted: Filter, *, limit: int, after: EventPosition | None
) -> list[EventRow]:
    """The newest `limit` events that come after one."""
    # Only the conditions that were asked for, so that each has its index.
    asked: list[tuple[str, object]] = [
        ("actor_id = $", wanted.actor_id),
        ("subject_id = $", wanted.subject_id),
        ("action = $", wanted.action),
        ("occurred_at >= $", wanted.since),
        ("occurred_at < $", wanted.until),
    ]
    given = [(condition, value) for condition, value in asked if value is not None]
    where = [f"{condition}{place}" for place, (condition, _) in enumerate(given, start=2)]
    values = [value for _, value in given]
    if after is not None:
        where.append(f"(occurred_at, id) < (${len(values) + 2}, ${len(values) + 3})")
        values += after
    return await read(
        pg,
        EventRow,
        "SELECT id, occurred_at, actor_id, action, subject_type, subject_id, detail::text, trace_id FROM audit_event"
        f"{' WHERE ' + ' AND '.join(where) if where else ''} ORDER BY occurred_at DESC, id DESC LIMIT $1",
        limit,
        *values,
    )
