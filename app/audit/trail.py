"""Writing the audit trail."""

from collections.abc import Mapping
from datetime import datetime
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
