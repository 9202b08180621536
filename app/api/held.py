"""Held items: what waits for a supervisor's word."""

from typing import Annotated
from uuid import UUID

import asyncpg
import orjson
from fastapi import APIRouter, Path

from app.accounts.schemas import Reason
from app.api.deps import Language, ServicesDep, Supervisor, TraceId, limited, problems
from app.api.limits import Asked
from app.api.pages import PageDep, Pager
from app.intake.held_items import HeldItemPosition, HeldItems, list_held
from app.intake.schemas import HeldDecision, HeldItem, HeldPage
from app.regions.region_code import NATION, local_date
from app.workforce.reach import Reach, reach_of

router = APIRouter(prefix="/v1/held", tags=["held"])

_READ = problems(400, 401, 403, 404, 422, 429, 503)
_WRITE = problems(400, 401, 403, 404, 409, 413, 422, 429, 503)
RawId = Annotated[UUID, Path(alias="id", description="The held item's id.")]


@router.get("", summary="What waits", dependencies=[limited(Asked.LIST)], responses=_READ)
async def get_held(principal: Supervisor, held: ServicesDep, asked: PageDep, language: Language) -> HeldPage:
    """Of a coordinator's own team, or of the territory's places and people; also from places beyond it."""
    pager = Pager(held.settings, principal, asked, "held")
    packed = pager.after
    after = None if packed is None else HeldItemPosition._make(orjson.loads(packed))
    async with held.database.snapshot() as pg:
        reach = await _reach(pg, principal, held)
        rows = await list_held(pg, reach, language, limit=pager.limit, after=after)
    return HeldPage(**pager.page(rows, lambda row: orjson.dumps([row.region_code, str(row.id)])))


@router.get("/{id}", summary="One held item", dependencies=[limited(Asked.LIST)], responses=_READ)
async def get_held_item(raw_id: RawId, principal: Supervisor, held: ServicesDep, language: Language) -> HeldItem:
    """With its answers, all of them masked."""
    async with held.database.snapshot() as pg:
        return await HeldItems(held.ingest).look(pg, await _reach(pg, principal, held), raw_id, language)


@router.post("/{id}/release", summary="Let it in", dependencies=[limited(Asked.CHANGE)], responses=_WRITE)
async def release(
    raw_id: RawId, principal: Supervisor, held: ServicesDep, language: Language, trace_id: TraceId
) -> HeldDecision:
    """It is judged as if it came today, with its tablet's clock corrected as it was then.

    By somebody in whose territory its place lies; the others who see it may refuse it.
    """

    async def work(pg: asyncpg.Connection) -> HeldDecision:
        reach = await _reach(pg, principal, held)
        return await HeldItems(held.ingest).release(pg, principal, reach, raw_id, language=language, trace_id=trace_id)

    return await held.database.run(work)


@router.post("/{id}/refuse", summary="Refuse it", dependencies=[limited(Asked.CHANGE)], responses=_WRITE)
async def refuse(
    raw_id: RawId, principal: Supervisor, held: ServicesDep, trace_id: TraceId, told: Reason
) -> HeldDecision:
    """It counts nowhere, but stays sealed where it is: collected work is never thrown away."""

    async def work(pg: asyncpg.Connection) -> HeldDecision:
        reach = await _reach(pg, principal, held)
        return await HeldItems(held.ingest).refuse(pg, principal, reach, raw_id, told.reason, trace_id=trace_id)

    return await held.database.run(work)


async def _reach(pg: asyncpg.Connection, principal: Supervisor, held: ServicesDep) -> Reach:
    return await reach_of(pg, principal, local_date(held.clock.now(), NATION))
