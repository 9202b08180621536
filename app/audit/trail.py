"""Writing the audit trail, and what is in it. Every event is signed with the key that comes with the connection."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypedDict, Unpack
from uuid import UUID

import asyncpg
import orjson

from app.audit.actions import Action
from app.audit.models import AuditEvent
from app.audit.queries import EventRow
from app.audit.signing import secret_of, signature
from app.core.ids import new_id
from app.core.readers import Witness
from app.core.round_trips import Insert, write_together
from app.core.rows import copy_rows


class SignedEvent(EventRow, table=AuditEvent):
    """An event as it is added, with its signature."""

    mac: bytes | None


class Happened(TypedDict):
    """What an event says beside its action. `detail` takes counts and codes, never answers or numbers. `trace_id`: the
    id of the request; None only where there is none, as of a command.
    """

    actor_id: UUID | None
    subject: tuple[str, str]
    occurred_at: datetime
    detail: Mapping[str, Any]
    trace_id: str | None


async def record(pg: asyncpg.Connection, action: Action, **happened: Unpack[Happened]) -> None:
    """Add one event in the caller's transaction."""
    await write_together(pg, [Insert([event_of(pg, action, **happened)])])


def event_of(pg: asyncpg.Connection, action: Action, **happened: Unpack[Happened]) -> SignedEvent:
    """An event, signed with the key of the connection, as `record` adds it."""
    return _row(secret_of(pg), action, **happened)


async def record_many(
    pg: asyncpg.Connection,
    action: Action,
    *,
    actor_id: UUID | None,
    subjects: Sequence[tuple[str, str, Mapping[str, Any]]],
    trace_id: str | None,
) -> None:
    """Add one event for each subject (type, id, detail), at this moment of real time, in the caller's transaction.

    `trace_id`: as in `Happened`.
    """
    row = partial(_row, secret_of(pg), action, actor_id=actor_id, occurred_at=datetime.now(UTC), trace_id=trace_id)
    records = [row(subject=(kind, id_), detail=detail) for kind, id_, detail in subjects]
    await copy_rows(pg, records)


def _row(secret: bytes | None, action: Action, **happened: Unpack[Happened]) -> SignedEvent:
    event = (
        new_id(),
        happened["occurred_at"],
        happened["actor_id"],
        action,
        *happened["subject"],
        orjson.dumps(happened["detail"]).decode(),
        happened["trace_id"],
    )
    return SignedEvent.of((*event, secret and signature(secret, event)))


async def newest_event(pg: asyncpg.Connection) -> UUID | None:
    """The id of the event that was recorded last."""
    newest: UUID | None = await pg.fetchval("SELECT id FROM audit_event ORDER BY id DESC LIMIT 1")
    return newest


async def has_event(pg: asyncpg.Connection, event_id: UUID | None) -> bool:
    """Whether an event is in the trail; of None, always."""
    return bool(
        await pg.fetchval("SELECT $1::uuid IS NULL OR EXISTS (SELECT FROM audit_event WHERE id = $1)", event_id)
    )


WITNESS = Witness(newest_event, has_event)
"""Whatever is changed is an event: two databases that went apart each have one that the other has not."""
