"""The audit trail: which account did or saw what, and when."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Query

from app.accounts.queries import usernames_of
from app.api.calls import Admin
from app.api.endpoints import Endpoints
from app.api.pages import Page
from app.audit.queries import AuditListed, AuditPage, EventFilters, EventPosition, list_events

router = Endpoints("audit")


@router.endpoint("GET /v1/audit", "The audit trail")
async def get_audit(call: Admin, wanted: Annotated[EventFilters, Query()], page: Page) -> AuditPage:
    """Events, the newest first."""
    pager = call.pager(page, "audit", wanted)
    after = None if pager.after is None else _position_of(pager.after)
    async with call.snapshot() as pg:
        events = await list_events(pg, wanted, limit=pager.limit, after=after)
        names = await usernames_of(pg, {event.actor_id for event in events if event.actor_id is not None})
    rows = [AuditListed.of(event, names.get(event.actor_id)) for event in events]
    return AuditPage(**pager.page(rows, lambda row: orjson.dumps([row.occurred_at, str(row.id)])))


def _position_of(packed: bytes) -> EventPosition:
    occurred_at, id_ = orjson.loads(packed)
    return EventPosition(datetime.fromisoformat(occurred_at), UUID(id_))
