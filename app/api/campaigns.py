"""Campaigns, and the targets of regions."""

from typing import Annotated

import asyncpg
from fastapi import Path, Query, Response

from app.api.calls import Admin, Officer, Staff
from app.api.endpoints import Endpoints
from app.api.faults import told_of_row
from app.campaigns import administration
from app.campaigns.asked import campaign_or_current
from app.campaigns.schemas import (
    CampaignIn,
    CampaignOut,
    CampaignPatch,
    CampaignsOut,
    TargetChanged,
    TargetIn,
    TargetsOut,
    TargetValue,
)
from app.core.distribution import node_after_node
from app.core.problems import Code, Problem
from app.core.text import Line
from app.progress.queries import anything_counted
from app.regions.region_code import is_region_code
from app.register.claims import keep_batches_out

router = Endpoints("campaigns")

RegionPath = Annotated[str, Path(description="Kemendagri code; `ID` is the nation.", max_length=20)]
Region = Annotated[str | None, Query(description="By default the caller's own.", max_length=20)]
Campaign = Annotated[Line | None, Query(description="Code; by default the current one.", max_length=60)]


@router.endpoint("GET /v1/campaigns", "Campaigns")
async def get_campaigns(call: Staff) -> CampaignsOut:
    """All campaigns, the newest first."""
    async with call.snapshot() as pg:
        return CampaignsOut(items=await administration.list_campaigns(pg, call.principal))


@router.endpoint("PUT /v1/campaigns/{code}", "Make or change a campaign", [404, 409])
async def put_campaign(call: Admin, code: str, campaign: CampaignIn, response: Response) -> CampaignIn:
    """201 if it is new. The days must be in order. If `answers_until` is missing, it does not change."""
    if code != campaign.code:
        raise Problem(Code.NOT_FOUND)
    with told_of_row():
        created, entered = await call.run(
            lambda pg: administration.put_campaign(pg, call.principal, campaign, trace_id=call.trace_id)
        )
    response.status_code = 201 if created else 200
    return entered


@router.endpoint("PATCH /v1/campaigns/{code}", "Change a campaign's documents", [404, 409])
async def patch_campaign(call: Admin, code: str, change: CampaignPatch) -> CampaignOut:
    """A part of `quality` that is given takes the place of the old one; null puts back its default. All records of the
    campaign are judged again by the new thresholds, in the background. So it is with the fields of `reinterviews`: what
    was drawn stays drawn, and the records that came before are drawn from, too. Of `activities`, the first edition of
    KBLI stays once there are records: they were read by it (`edition_in_use`); another one can be added.
    """

    async def work(pg: asyncpg.Connection) -> CampaignOut:
        used = False
        if "activities" in change.model_fields_set:
            await node_after_node(pg)  # it looks at what is spread, and then changes what every node has
            await keep_batches_out(pg)  # they are read by the editions that they find
            used = await anything_counted(pg, code)
        return await administration.change_campaign(pg, call.principal, code, change, used=used, trace_id=call.trace_id)

    return await call.run(work)


@router.endpoint("GET /v1/targets", "Targets of a region and of those below", [404])
async def get_targets(call: Officer, region: Region = None, campaign: Campaign = None) -> TargetsOut:
    """Each target, beside the sum of the targets of the regions below it."""
    territory = call.principal.territory
    code = territory.narrowed_to(region or territory.region_code).region_code
    async with call.snapshot() as pg:
        found = await campaign_or_current(pg, campaign, call.today)
        return await administration.targets_below(pg, found.id, found.code, code)


@router.endpoint("PUT /v1/targets/{region_code}", "Set a target", [404, 409])
async def put_target(
    call: Officer, region_code: RegionPath, target: TargetValue, campaign: Campaign = None
) -> TargetChanged:
    """Of a region below the caller's own. Warns if the targets of the regions below do not add up to it."""
    if not is_region_code(region_code) or not administration.may_set(call.principal, region_code):
        raise Problem(Code.NOT_FOUND)

    async def work(pg: asyncpg.Connection) -> TargetChanged:
        found = await campaign_or_current(pg, campaign, call.today)
        row = TargetIn(campaign=found.code, region_code=region_code, businesses=target.businesses)
        await administration.enter_targets(pg, call.principal, [row], trace_id=call.trace_id)
        return await administration.target_changed(pg, found.id, region_code)

    with told_of_row():
        return await call.run(work)


@router.endpoint("DELETE /v1/targets/{region_code}", "Remove a target", [400, 404, 409, 413], status=204)
async def delete_target(call: Officer, region_code: RegionPath, campaign: Campaign = None) -> None:
    """Of a region below the caller's own."""

    async def work(pg: asyncpg.Connection) -> None:
        found = await campaign_or_current(pg, campaign, call.today)
        await administration.remove_target(pg, call.principal, found.id, region_code, trace_id=call.trace_id)

    if not is_region_code(region_code):
        raise Problem(Code.NOT_FOUND)
    await call.run(work)
