"""The coding queue: businesses whose activity code is not in its edition of KBLI, and who found the right one."""

from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import Path, Query

from app.api.calls import SignedCall, Supervisor
from app.api.endpoints import Endpoints
from app.api.pages import Page
from app.core.paging import ByRegion, Paged
from app.kbli.queries import search_activities
from app.review.coding import Deciding, code_activity, undo_activity
from app.review.coding_list import list_to_code, read_to_code
from app.review.coding_schemas import (
    ActivitiesOut,
    ActivityFilters,
    ActivityOut,
    CodingFilters,
    CodingIn,
    CodingUndoIn,
    ToCode,
)
from app.workforce.reach import Reach

router = Endpoints("coding")

BusinessId = Annotated[UUID, Path(description="The business.")]


class CodingPage(Paged[ToCode]):
    """A page of the coding queue."""


@router.endpoint("GET /v1/coding", "The coding queue", [404], reader=True)
async def get_coding(call: Supervisor, filters: Annotated[CodingFilters, Query()], page: Page) -> CodingPage:
    """By region. Businesses of the coordinator's own team, or of the territory, that were recorded with a code that is
    not in its edition of KBLI; or those that were coded already. The number may be an activity of the other edition:
    that is shown, and never taken over without a person.
    """
    pager = call.pager(page, "coding", filters)
    after = None if pager.after is None else ByRegion.unpack(pager.after)
    async with call.snapshot() as pg:
        reach = await call.reach(pg)
        rows = await list_to_code(pg, reach, filters, call.today, limit=pager.limit, after=after)
    return CodingPage(**pager.page(rows, lambda row: ByRegion(row.region_code, row.business_id).pack()))


@router.endpoint("GET /v1/coding/activities", "Search activities by words", reader=True)
async def get_activities(call: Supervisor, filters: Annotated[ActivityFilters, Query()]) -> ActivitiesOut:
    """Five-digit activities of both editions of KBLI, or of one: those whose titles have all the words, in any order;
    or whose code begins with the digits. What fits best comes first.
    """
    async with call.snapshot() as pg:
        found = await search_activities(pg, filters.q, filters.kbli_version, limit=filters.limit)
    return ActivitiesOut(items=[ActivityOut(**each._asdict()) for each in found])


@router.endpoint("POST /v1/coding/{business_id}/decision", "Code an activity", [404, 409])
async def post_coding(call: Supervisor, business_id: BusinessId, coding: CodingIn) -> ToCode:
    """By the coordinator of the record's enumerator, or an officer of its region. The register, exports and the feed
    say the coded activity from then on; the answers stay as they were sent. It holds for later revisions that say the
    same code. 409 if somebody else decided otherwise, or another revision came.
    """

    async def work(pg: asyncpg.Connection, reach: Reach) -> ToCode:
        await code_activity(pg, _deciding(call, reach), business_id, coding)
        return await read_to_code(pg, business_id)

    return await call.run_within_reach(work)


@router.endpoint("POST /v1/coding/{business_id}/decision/undo", "Undo a coding", [404, 409])
async def post_coding_undo(call: Supervisor, business_id: BusinessId, undo: CodingUndoIn) -> ToCode:
    """The business says the code of its record again, and waits."""

    async def work(pg: asyncpg.Connection, reach: Reach) -> ToCode:
        await undo_activity(pg, _deciding(call, reach), business_id, undo)
        return await read_to_code(pg, business_id)

    return await call.run_within_reach(work)


def _deciding(call: SignedCall, reach: Reach) -> Deciding:
    return Deciding(call.principal, reach, call.now, call.trace_id)
