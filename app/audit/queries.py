"""Reads of the audit trail."""

from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

import asyncpg
import orjson
from pydantic import BaseModel, ConfigDict, Field

from app.core.rows import Row, read
from app.core.text import Line
from app.core.timestamps import Moment


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


class EventFilters(BaseModel):
    """Which events are asked for, each None where it is not asked."""

    model_config = ConfigDict(frozen=True)

    actor: UUID | None = Field(default=None, description="Account id.")
    subject: Line | None = Field(default=None, description="Id of what it was done to.", max_length=100)
    action: Line | None = Field(default=None, description="E.g. `pii.read`.", max_length=60)
    since: Moment | None = Field(default=None, alias="from", description="This moment included.")
    until: Moment | None = Field(default=None, alias="to", description="This moment not included.")


class EventPosition(NamedTuple):
    """After which event a page begins."""

    occurred_at: datetime
    id: UUID


async def list_events(
    pg: asyncpg.Connection, wanted: EventFilters, *, limit: int, after: EventPosition | None
) -> list[EventRow]:
    """The newest `limit` events that come after one."""
    # Only the conditions that were asked for, so that each has its index.
    asked: list[tuple[str, object]] = [
        ("actor_id = $", wanted.actor),
        ("subject_id = $", wanted.subject),
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
