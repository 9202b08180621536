"""Teams and assignments: who leads whom, and who works where and when."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated
from uuid import UUID

import asyncpg
import orjson
from fastapi import APIRouter, Query
from pydantic import BaseModel

from app.accounts.permissions import Role
from app.api.deps import Officer, ServicesDep, Staff, Supervisor, TraceId, limited, problems
from app.api.faults import told_of_row
from app.api.limits import Asked
from app.api.pages import PageDep, Pager
from app.core.bulk import Entered, Line
from app.regions.region_code import NATION, local_date
from app.workforce import rosters, staffing
from app.workforce.reach import reach_of
from app.workforce.schemas import AssignmentIn, AssignmentListed, AssignmentsOut, HandoverIn, MemberIn, TeamIn, TeamsOut

router = APIRouter(prefix="/v1", tags=["workforce"])

_READ = problems(400, 401, 403, 422, 429, 503)
_WRITE = problems(400, 401, 403, 413, 422, 429, 503)
_LIST, _CHANGE = [limited(Asked.LIST)], [limited(Asked.CHANGE)]
Campaign = Annotated[Line | None, Query(description="Only this campaign's code.", max_length=60)]


class EnteredOut(BaseModel):
    """What came of it."""

    created: int
    changed: int
    unchanged: int


@router.get("/teams", summary="Teams", dependencies=_LIST, responses=_READ)
async def get_teams(principal: Supervisor, held: ServicesDep, asked: PageDep, campaign: Campaign = None) -> TeamsOut:
    """A coordinator's own teams, or those of the territory, with their members."""
    pager = Pager(held.settings, principal, asked, "teams", campaign)
    after, own = pager.after_id, principal.account_id if principal.role is Role.COORDINATOR else None
    async with held.database.snapshot() as pg:
        reach = await reach_of(pg, principal, local_date(held.clock.now(), NATION))
        rows = await rosters.list_teams(pg, reach, own, campaign, limit=pager.limit, after=after)
    return TeamsOut(**pager.page(rows, lambda row: row.id.bytes))


@router.put("/teams", summary="Make a team or change who leads it", dependencies=_CHANGE, responses=_WRITE)
async def put_team(principal: Officer, held: ServicesDep, trace_id: TraceId, row: TeamIn) -> EnteredOut:
    """Idempotent by campaign, region and name."""
    return await _enter(held, lambda pg: staffing.enter_teams(pg, principal, [row], trace_id=trace_id))


@router.put("/teams/members", summary="Put an enumerator into a team", dependencies=_CHANGE, responses=_WRITE)
async def put_member(principal: Officer, held: ServicesDep, trace_id: TraceId, row: MemberIn) -> EnteredOut:
    """Idempotent by team, enumerator and first day; a last day ends it."""
    return await _enter(held, lambda pg: staffing.enter_members(pg, principal, [row], trace_id=trace_id))


@router.get("/assignments", summary="Assignments", dependencies=_LIST, responses=_READ)
async def get_assignments(
    principal: Staff, held: ServicesDep, asked: PageDep, campaign: Campaign = None
) -> AssignmentsOut:
    """An enumerator's own, a coordinator's team's, or those of the territory."""
    pager = Pager(held.settings, principal, asked, "assignments", campaign)
    after = _position_of(pager.after)
    async with held.database.snapshot() as pg:
        reach = await reach_of(pg, principal, local_date(held.clock.now(), NATION))
        rows = await rosters.list_assignments(pg, reach, campaign, limit=pager.limit, after=after)
    page = pager.page(rows, _position)
    return AssignmentsOut(items=[row for _, row in page["items"]], next_cursor=page["next_cursor"])


@router.put("/assignments", summary="Assign an enumerator to a region", dependencies=_CHANGE, responses=_WRITE)
async def put_assignment(principal: Officer, held: ServicesDep, trace_id: TraceId, row: AssignmentIn) -> EnteredOut:
    """Idempotent by campaign, enumerator, region and first day; a last day ends it."""
    return await _enter(held, lambda pg: staffing.enter_assignments(pg, principal, [row], trace_id=trace_id))


@router.post("/assignments/handover", summary="Replace an enumerator", dependencies=_CHANGE, responses=_WRITE)
async def post_handover(principal: Officer, held: ServicesDep, trace_id: TraceId, told: HandoverIn) -> EnteredOut:
    """From that day on the successor has the area; what was recorded before stays the predecessor's."""
    return await _enter(held, lambda pg: staffing.hand_over(pg, principal, told, trace_id=trace_id))


async def _enter(held: ServicesDep, work: Callable[[asyncpg.Connection], Awaitable[Entered]]) -> EnteredOut:
    with told_of_row():
        done = await held.database.run(work)
    return EnteredOut(created=done.created, changed=done.changed, unchanged=done.unchanged)


def _position(row: tuple[int, AssignmentListed]) -> bytes:
    campaign_id, listed = row
    return orjson.dumps([str(listed.enumerator.id), listed.region_code, campaign_id, listed.starts_on])


def _position_of(packed: bytes | None) -> tuple[UUID, str, int, date] | None:
    if packed is None:
        return None
    enumerator, region, campaign_id, starts_on = orjson.loads(packed)
    return UUID(enumerator), region, campaign_id, date.fromisoformat(starts_on)
