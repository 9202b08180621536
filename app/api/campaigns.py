"""Campaigns, and the targets of regions."""

from typing import Annotated

import asyncpg
from fastapi import Path, Query, Response

from app.api.calls import Admin, Officer, Staff
from app.api.endpoints import Endpoints
from app.api.faults import told_of_row
from app.campaigns import administration, targets
from app.campaigns.asked import campaign_or_current
from app.campaigns.schemas import (
    CampaignIn,
    CampaignOut,
    CampaignPatch,
    CampaignsOut,
    TargetChanged,
    TargetEnd,
    TargetIn,
    TargetsOut,
    TargetValue,
)
from app.core.bulk import Day
from app.core.distribution import node_after_node
from app.core.problems import Code, Problem
from app.core.text import Line
from app.progress.queries import anything_counted
from app.regions.region_code import is_region_code, local_date
from app.register.claims import keep_batches_out

router = Endpoints("campaigns")

RegionPath = Annotated[str, Path(description="Kemendagri code; `ID` is the nation.", max_length=20)]
Region = Annotated[str | None, Query(description="By default the caller's own.", max_length=20)]
Campaign = Annotated[Line | None, Query(description="Code; by default the current one.", max_length=60)]
AsOf = Annotated[Day | None, Query(description="The day whose targets are asked for; by default today.")]


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
async def get_targets(
    call: Officer, region: Region = None, campaign: Campaign = None, as_of: AsOf = None
) -> TargetsOut:
    """Each target as of a day, beside the sum of the targets of the regions below it, with all that was ever set."""
    territory = call.principal.territory
    code = territory.narrowed_to(region or territory.region_code).region_code
    async with call.snapshot() as pg:
        found = await campaign_or_current(pg, campaign, call.today)
        return await targets.targets_below(pg, found, code, as_of or local_date(call.now, code))


@router.endpoint("PUT /v1/targets/{region_code}", "Set a target", [404, 409])
async def put_target(
    call: Officer, region_code: RegionPath, target: TargetValue, campaign: Campaign = None
) -> TargetChanged:
    """Of a region below the caller's own, from `valid_from` on; what holds from later days stays. Figures as of days
    before do not change. Warns if the targets of the regions below do not add up to it on that day. Idempotent.
    """
    if not is_region_code(region_code) or not targets.may_set(call.principal, region_code):
        raise Problem(Code.NOT_FOUND)

    async def work(pg: asyncpg.Connection) -> TargetChanged:
        found = await campaign_or_current(pg, campaign, call.today)
        row = TargetIn(campaign=found.code, region_code=region_code, **target.model_dump())
        await targets.enter_targets(pg, call.principal, [row], now=call.now, trace_id=call.trace_id)
        return await targets.target_changed(pg, found, region_code, target.valid_from, call.now)

    with told_of_row():
        return await call.run(work)


@router.endpoint("DELETE /v1/targets/{region_code}", "Remove a target", [400, 404, 409, 413], status=204)
async def delete_target(
    call: Officer, region_code: RegionPath, end: Annotated[TargetEnd, Query()], campaign: Campaign = None
) -> None:
    """Of a region below the caller's own, from `valid_from` on; figures as of days before do not change."""

    async def work(pg: asyncpg.Connection) -> None:
        found = await campaign_or_current(pg, campaign, call.today)
        await targets.remove_target(
            pg,
            call.principal,
            found,
            region_code,
            end.valid_from,
            end.reason,
            now=call.now,
            trace_id=call.trace_id,
        )

    if not is_region_code(region_code):
        raise Problem(Code.NOT_FOUND)
    with told_of_row("query"):
        await call.run(work)
