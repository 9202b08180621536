"""Reviews: what supervisors decide on records."""

from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Path

from app.api.deps import ServicesDep, Supervisor, TraceId, limited, problems
from app.api.limits import Asked
from app.regions.region_code import NATION, local_date
from app.review.deciding import decide
from app.review.schemas import ReviewIn, ReviewOut
from app.workforce.reach import reach_of

router = APIRouter(prefix="/v1", tags=["reviews"])


@router.post(
    "/submissions/{record_id}/review", summary="Verify or return a record", dependencies=[limited(Asked.CHANGE)],
    responses=problems(400, 401, 403, 404, 409, 413, 422, 429, 503),
)  # fmt: skip
async def post_review(
    record_id: Annotated[UUID, Path(description="The record's id.")],
    told: ReviewIn,
    principal: Supervisor,
    held: ServicesDep,
    trace_id: TraceId,
) -> ReviewOut:
    """By the coordinator of the record's enumerator, or an officer of its region. The enumerator's tablet is told with
    its next changes; a returned record comes back as a higher revision, which is to be looked at anew.
    """
    now = held.clock.now()

    async def work(pg: asyncpg.Connection) -> ReviewOut:
        reach = await reach_of(pg, principal, local_date(now, NATION))
        return await decide(pg, principal, reach, record_id, told, now=now, trace_id=trace_id)

    return await held.database.run(work)
