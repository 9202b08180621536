"""Held items: they wait for a supervisor's decision."""

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


@router.endpoint("GET /v1/held", "Held items", [404])
async def get_held(call: Supervisor, page: Page) -> HeldPage:
    """Coordinators see items of their own team; others see items from their territory, and items of its enumerators,
    wherever they were captured."""
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


@router.endpoint("POST /v1/held/{id}/release", "Release a held item", [404, 409])
async def release(call: Supervisor, raw_id: RawId) -> HeldDecision:
    """The item is judged as if it came today, with the clock correction of its batch. Only a supervisor whose territory
    contains the item's village may release it. Others who see it may only refuse it.
    """
    items, language = HeldItems(call.services.ingest), call.language
    return await call.run_within_reach(
        lambda pg, reach: items.release(pg, call.principal, reach, raw_id, language=language, trace_id=call.trace_id)
    )


@router.endpoint("POST /v1/held/{id}/refuse", "Refuse a held item", [404, 409])
async def refuse(call: Supervisor, raw_id: RawId, body: Reason) -> HeldDecision:
    """The item counts nowhere, but the server keeps it sealed: collected work is never thrown away."""
    items = HeldItems(call.services.ingest)
    return await call.run_within_reach(
        lambda pg, reach: items.refuse(pg, call.principal, reach, raw_id, body.reason, trace_id=call.trace_id)
    )
