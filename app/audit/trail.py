"""Writing the audit trail."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from app.core.ids import new_id


async def record(
    pg: asyncpg.Connection,
    action: str,
    *,
    actor_id: UUID | None,
    subject: tuple[str, str],
    occurred_at: datetime,
    detail: Mapping[str, Any],
    trace_id: str | None = None,
) -> None:
    """Add one event in the caller's transaction. `detail` takes counts and codes, never answers or numbers."""
    await pg.execute(
        "INSERT INTO audit_event"
        " (id, occurred_at, actor_id, action, subject_type, subject_id, detail, trace_id)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        new_id(),
        occurred_at,
        actor_id,
        action,
        *subject,
        orjson.dumps(detail).decode(),
        trace_id,
    )


async def record_many(
    pg: asyncpg.Connection,
    action: str,
    *,
    actor_id: UUID | None,
    subjects: Sequence[tuple[str, str, Mapping[str, Any]]],
    trace_id: str | None = None,
) -> None:
    """Add one event for each subject (type, id, detail), at this moment of real time, in the caller's transaction."""
    now = datetime.now(UTC)
    await pg.copy_records_to_table(
        "audit_event",
        records=[
            (new_id(), now, actor_id, action, kind, id_, orjson.dumps(detail).decode(), trace_id)
            for kind, id_, detail in subjects
        ],
        columns=["id", "occurred_at", "actor_id", "action", "subject_type", "subject_id", "detail", "trace_id"],
    )
