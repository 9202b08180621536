"""The audit trail: who did and saw what."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Query

from app.accounts.queries import usernames_of
from app.api.deps import Admin, ServicesDep, limited, problems
from app.api.limits import Asked
from app.api.pages import PageDep, Pager
from app.audit.queries import AuditListed, AuditPage, EventPosition, Filter, list_events
from app.core.bulk import Line
from app.core.timestamps import Moment

router = APIRouter(prefix="/v1", tags=["audit"])


@router.get(
    "/audit",
    summary="Who did and saw what",
    dependencies=[limited(Asked.LIST)],
    responses=problems(400, 401, 403, 422, 429, 503),
)
async def get_audit(
    principal: Admin,
    held: ServicesDep,
    asked: PageDep,
    actor: Annotated[UUID | None, Query(description="Account id.")] = None,
    subject: Annotated[Line | None, Query(description="Id of what it was done to.", max_length=100)] = None,
    action: Annotated[Line | None, Query(description="E.g. `pii.read`.", max_length=60)] = None,
    since: Annotated[Moment | None, Query(alias="from", description="This moment included.")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="This moment not included.")] = None,
) -> AuditPage:
    """Events, the newest first."""
    wanted = Filter(actor, subject, action, since, until)
    pager = Pager(held.settings, principal, asked, "audit", *wanted)
    packed = pager.after
    after = None if packed is None else _position_of(packed)
    async with held.database.snapshot() as pg:
        events = await list_events(pg, wanted, limit=pager.limit, after=after)
        names = await usernames_of(pg, {event.actor_id for event in events if event.actor_id is not None})
    rows = [AuditListed.of(event, names.get(event.actor_id)) for event in events]
    return AuditPage(**pager.page(rows, lambda row: orjson.dumps([row.occurred_at, str(row.id)])))


def _position_of(packed: bytes) -> EventPosition:
    occurred_at, id_ = orjson.loads(packed)
    return EventPosition(datetime.fromisoformat(occurred_at), UUID(id_))
