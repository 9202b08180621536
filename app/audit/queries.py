"""Reads of the audit trail."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson
from pydantic import BaseModel, Field


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


class Position(NamedTuple):
    """After which event a page begins."""

    occurred_at: datetime
    id: UUID


async def list_events(
    pg: asyncpg.Connection, wanted: Filter, *, limit: int, after: Position | None
) -> list[AuditListed]:
    """The newest `limit` events that come after one."""
    # Only the conditions that were asked for, so that each has its index.
    asked: list[tuple[str, object]] = [
        ("actor_id = $", wanted.actor_id),
        ("subject_id = $", wanted.subject_id),
        ("action = $", wanted.action),
        ("occurred_at >= $", wanted.since),
        ("occurred_at < $", wanted.until),
    ]
    told = [(condition, value) for condition, value in asked if value is not None]
    where = [f"{condition}{place}" for place, (condition, _) in enumerate(told, start=2)]
    values = [value for _, value in told]
    if after is not None:
        where.append(f"(occurred_at, event.id) < (${len(values) + 2}, ${len(values) + 3})")
        values += after
    rows = await pg.fetch(
        "SELECT event.id, occurred_at, actor_id, username AS actor, action, subject_type, subject_id,"
        " detail::text, trace_id"
        " FROM audit_event AS event LEFT JOIN account ON account.id = actor_id"
        f"{' WHERE ' + ' AND '.join(where) if where else ''} ORDER BY occurred_at DESC, event.id DESC LIMIT $1",
        limit,
        *values,
    )
    return [AuditListed(**{**dict(row), "detail": orjson.loads(row["detail"])}) for row in rows]
