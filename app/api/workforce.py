"""Teams and assignments: which coordinator leads whom, and which enumerator works where and when."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated
from uuid import UUID

import asyncpg
import orjson
from fastapi import Query
from pydantic import BaseModel

from app.accounts.permissions import Role
from app.api.calls import Call, Officer, Staff, Supervisor
from app.api.endpoints import Endpoints
from app.api.faults import told_of_row
from app.api.pages import Page
from app.core.bulk import Entered
from app.core.text import Line
from app.workforce import handing_over, rosters, staffing
from app.workforce.schemas import AssignmentIn, AssignmentListed, AssignmentsOut, HandoverIn, MemberIn, TeamIn, TeamsOut

router = Endpoints("workforce")

Campaign = Annotated[Line | None, Query(description="Only this campaign's code.", max_length=60)]


class EnteredOut(BaseModel):
    """What the change did."""

    created: int
    changed: int
    unchanged: int


@router.endpoint("GET /v1/teams", "Teams")
async def get_teams(call: Supervisor, campaign: Campaign = None, *, page: Page) -> TeamsOut:
    """A coordinator's own teams, or those of the territory, with their members."""
    pager, who = call.pager(page, "teams", campaign), call.principal
    after, own = pager.after_id, who.account_id if who.role is Role.COORDINATOR else None
    async with call.snapshot() as pg:
        rows = await rosters.list_teams(pg, await call.reach(pg), own, campaign, limit=pager.limit, after=after)
    return TeamsOut(**pager.page(rows, lambda row: row.id.bytes))


@router.endpoint("PUT /v1/teams", "Make a team or change who leads it")
async def put_team(call: Officer, row: TeamIn) -> EnteredOut:
    """Idempotent by campaign, region and name."""
    return await _enter(call, lambda pg: staffing.enter_teams(pg, call.principal, [row], trace_id=call.trace_id))


@router.endpoint("PUT /v1/teams/members", "Put an enumerator into a team")
async def put_member(call: Officer, row: MemberIn) -> EnteredOut:
    """Idempotent by team, enumerator and first day; a last day ends it."""
    return await _enter(call, lambda pg: staffing.enter_members(pg, call.principal, [row], trace_id=call.trace_id))


@router.endpoint("GET /v1/assignments", "Assignments")
async def get_assignments(call: Staff, campaign: Campaign = None, *, page: Page) -> AssignmentsOut:
    """An enumerator's own, a coordinator's team's, or those of the territory."""
    pager = call.pager(page, "assignments", campaign)
    after = _position_of(pager.after)
    async with call.snapshot() as pg:
        rows = await rosters.list_assignments(pg, await call.reach(pg), campaign, limit=pager.limit, after=after)
    listed = pager.page(rows, _position)
    return AssignmentsOut(items=[row for _, row in listed["items"]], next_cursor=listed["next_cursor"])


@router.endpoint("PUT /v1/assignments", "Assign an enumerator to a region")
async def put_assignment(call: Officer, row: AssignmentIn) -> EnteredOut:
    """Idempotent by campaign, enumerator, region and first day; a last day ends it."""
    return await _enter(call, lambda pg: staffing.enter_assignments(pg, call.principal, [row], trace_id=call.trace_id))


@router.endpoint("POST /v1/assignments/handover", "Replace an enumerator")
async def post_handover(call: Officer, handover: HandoverIn) -> EnteredOut:
    """From that day on the successor has the area. Earlier records remain the predecessor's."""
    return await _enter(call, lambda pg: handing_over.hand_over(pg, call.principal, handover, trace_id=call.trace_id))


async def _enter(call: Call, work: Callable[[asyncpg.Connection], Awaitable[Entered]]) -> EnteredOut:
    with told_of_row():
        done = await call.run(work)
    return EnteredOut(created=done.created, changed=done.changed, unchanged=done.unchanged)


def _position(row: tuple[int, AssignmentListed]) -> bytes:
    campaign_id, listed = row
    return orjson.dumps([str(listed.enumerator.id), listed.region_code, campaign_id, listed.starts_on])


def _position_of(packed: bytes | None) -> tuple[UUID, str, int, date] | None:
    if packed is None:
        return None
    enumerator, region, campaign_id, starts_on = orjson.loads(packed)
    return UUID(enumerator), region, campaign_id, date.fromisoformat(starts_on)
