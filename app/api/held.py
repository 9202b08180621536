"""Held items: what waits for a supervisor's word."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Path

from app.accounts.schemas import Reason
from app.api.calls import Supervisor
from app.api.endpoints import Endpoints
from app.api.pages import Page
from app.intake.held_items import HeldItemPosition, HeldItems, list_held
from app.intake.schemas import HeldDecision, HeldItem, HeldPage

router = Endpoints("held")

RawId = Annotated[UUID, Path(alias="id", description="The held item's id.")]


@router.endpoint("GET /v1/held", "What waits", [404])
async def get_held(call: Supervisor, page: Page) -> HeldPage:
    """Of a coordinator's own team, or of the territory's places and people; also from places beyond it."""
    pager = call.pager(page, "held")
    after = None if pager.after is None else HeldItemPosition._make(orjson.loads(pager.after))
    async with call.snapshot() as pg:
        rows = await list_held(pg, await call.reach(pg), call.language, limit=pager.limit, after=after)
    return HeldPage(**pager.page(rows, lambda row: orjson.dumps([row.region_code, str(row.id)])))


@router.endpoint("GET /v1/held/{id}", "One held item", [400, 404])
async def get_held_item(call: Supervisor, raw_id: RawId) -> HeldItem:
    """With its answers, all of them masked."""
    async with call.snapshot() as pg:
        return await HeldItems(call.services.ingest).look(pg, await call.reach(pg), raw_id, call.language)


@router.endpoint("POST /v1/held/{id}/release", "Let it in", [404, 409])
async def release(call: Supervisor, raw_id: RawId) -> HeldDecision:
    """It is judged as if it came today, with its tablet's clock corrected as it was then.

    By somebody in whose territory its place lies; the others who see it may refuse it.
    """
    items, language = HeldItems(call.services.ingest), call.language
    return await call.run_within_reach(
        lambda pg, reach: items.release(pg, call.principal, reach, raw_id, language=language, trace_id=call.trace_id)
    )


@router.endpoint("POST /v1/held/{id}/refuse", "Refuse it", [404, 409])
async def refuse(call: Supervisor, raw_id: RawId, body: Reason) -> HeldDecision:
    """It counts nowhere, but stays sealed where it is: collected work is never thrown away."""
    items = HeldItems(call.services.ingest)
    return await call.run_within_reach(
        lambda pg, reach: items.refuse(pg, call.principal, reach, raw_id, body.reason, trace_id=call.trace_id)
    )
