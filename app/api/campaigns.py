"""Campaigns and what each region should reach in them."""

from typing import Annotated

import asyncpg
from fastapi import APIRouter, Path, Query, Response

from app.api.deps import Admin, Officer, ServicesDep, Staff, TraceId, limited, problems
from app.api.faults import told_of_row
from app.api.limits import Asked
from app.campaigns import administration
from app.campaigns.queries import CampaignRow, campaign_by_code, current_campaign
from app.campaigns.schemas import CampaignIn, CampaignsOut, TargetChanged, TargetIn, TargetsOut, TargetValue
from app.core.bulk import Line
from app.core.problems import Code, Problem
from app.regions.region_code import NATION, is_region_code, local_date

router = APIRouter(prefix="/v1", tags=["campaigns"])

_WRITE = problems(400, 401, 403, 404, 409, 413, 422, 429, 503)
RegionPath = Annotated[str, Path(description="Kemendagri code; `ID` is the nation.", max_length=20)]
Campaign = Annotated[Line | None, Query(description="Code; by default the current one.", max_length=60)]


@router.get(
    "/campaigns", summary="Campaigns", dependencies=[limited(Asked.LIST)], responses=problems(401, 403, 429, 503)
)
async def get_campaigns(_: Staff, held: ServicesDep) -> CampaignsOut:
    """All campaigns, the newest first."""
    async with held.database.snapshot() as pg:
        return CampaignsOut(items=await administration.list_campaigns(pg))


@router.put(
    "/campaigns/{code}",
    summary="Make or change a campaign",
    dependencies=[limited(Asked.CHANGE)],
    responses=_WRITE,
    status_code=200,
)
async def put_campaign(
    code: str, principal: Admin, held: ServicesDep, trace_id: TraceId, told: CampaignIn, response: Response
) -> CampaignIn:
    """201 where it is new. Days must be in order; left out, `answers_until` stays as it is."""
    if code != told.code:
        raise Problem(Code.NOT_FOUND)
    with told_of_row():
        created, campaign = await held.database.run(
            lambda pg: administration.put_campaign(pg, principal, told, trace_id=trace_id)
        )
    response.status_code = 201 if created else 200
    return campaign


@router.get(
    "/targets",
    summary="Targets of a region and of those below",
    dependencies=[limited(Asked.LIST)],
    responses=problems(401, 403, 404, 422, 429, 503),
)
async def get_targets(
    principal: Officer,
    held: ServicesDep,
    region: Annotated[str | None, Query(description="By default the caller's own.", max_length=20)] = None,
    campaign: Campaign = None,
) -> TargetsOut:
    """Each target beside what its children add up to."""
    code = principal.territory.narrowed_to(region or principal.territory.region_code).region_code
    async with held.database.snapshot() as pg:
        found = await _campaign(pg, held, campaign)
        return await administration.targets_below(pg, found.id, found.code, code)


@router.put("/targets/{region_code}", summary="Set a target", dependencies=[limited(Asked.CHANGE)], responses=_WRITE)
async def put_target(
    region_code: RegionPath,
    principal: Officer,
    held: ServicesDep,
    trace_id: TraceId,
    told: TargetValue,
    campaign: Campaign = None,
) -> TargetChanged:
    """Of a region below one's own. Warns where children do not add up to their parent."""
    if not is_region_code(region_code) or not administration.may_set(principal, region_code):
        raise Problem(Code.NOT_FOUND)

    async def work(pg: asyncpg.Connection) -> TargetChanged:
        found = await _campaign(pg, held, campaign)
        row = TargetIn(campaign=found.code, region_code=region_code, businesses=told.businesses)
        await administration.enter_targets(pg, principal, [row], trace_id=trace_id)
        return await administration.target_changed(pg, found.id, region_code)

    with told_of_row():
        return await held.database.run(work)


@router.delete(
    "/targets/{region_code}",
    summary="Take a target away",
    status_code=204,
    dependencies=[limited(Asked.CHANGE)],
    responses=_WRITE,
)
async def delete_target(
    region_code: RegionPath, principal: Officer, held: ServicesDep, trace_id: TraceId, campaign: Campaign = None
) -> None:
    """Of a region below one's own."""

    async def work(pg: asyncpg.Connection) -> None:
        found = await _campaign(pg, held, campaign)
        await administration.remove_target(pg, principal, found.id, region_code, trace_id=trace_id)

    if not is_region_code(region_code):
        raise Problem(Code.NOT_FOUND)
    await held.database.run(work)


async def _campaign(pg: asyncpg.Connection, held: ServicesDep, code: str | None) -> CampaignRow:
    today = local_date(held.clock.now(), NATION)
    found = await (current_campaign(pg, today) if code is None else campaign_by_code(pg, code))
    if found is None:
        raise Problem(Code.NOT_FOUND)
    return found
