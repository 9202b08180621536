"""The register: whether a number is known, and single records for those who answer for them."""

from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, Path

from app.accounts.permissions import Principal, Role, Scope
from app.api.deps import AccessReason, ServicesDep, TraceId, access_of, allowed, limited, problems
from app.api.limits import Asked
from app.core.problems import Code, Problem
from app.regions.region_code import NATION, local_date
from app.register.lookup import LookupIn, LookupOut, look_up
from app.submissions.records import RecordOut, read_record, record_of
from app.workforce.reach import reach_of

router = APIRouter(prefix="/v1", tags=["businesses"])

Reader = Annotated[Principal, Depends(allowed(*Role, scope=Scope.BUSINESSES_READ, at_once=True))]


@router.post(
    "/businesses/lookup", summary="Is a number known", dependencies=[limited(Asked.LOOKUP)],
    responses=problems(400, 401, 403, 413, 422, 429, 503),
)  # fmt: skip
async def post_lookup(told: LookupIn, principal: Reader, held: ServicesDep, trace_id: TraceId) -> LookupOut:
    """One NIK, NIB or cooperative number: known or not, and nothing of whose it is. Limited, and in the audit trail."""
    today = local_date(held.clock.now(), NATION)
    return await held.database.run(
        lambda pg: look_up(pg, held.ingest.digester, principal, told, today=today, trace_id=trace_id)
    )


@router.get(
    "/submissions/{record_id}", summary="One record with its revisions", dependencies=[limited(Asked.LIST)],
    responses=problems(401, 403, 404, 422, 429, 503),
)  # fmt: skip
async def get_record(
    record_id: Annotated[UUID, Path(description="The record's id.")],
    principal: Reader,
    held: ServicesDep,
    trace_id: TraceId,
    reason: AccessReason = None,
) -> RecordOut:
    """One's own, of one's team, or of the territory. Vulnerable answers are masked, unless the account has `pii:read`
    and says in `X-Access-Reason` why; then the trail says who saw them.
    """
    access = access_of(principal, reason)

    async def work(pg: asyncpg.Connection) -> RecordOut:
        reach = await reach_of(pg, principal, local_date(held.clock.now(), NATION))
        record = await record_of(pg, record_id)
        if record is None or not reach.covers(record["enumerator_id"], record["region_code"]):
            raise Problem(Code.NOT_FOUND)
        return await read_record(pg, held.ingest.ring, record, access, trace_id=trace_id)

    return await held.database.run(work)
