"""Reviews: what supervisors decide on records, and on who is one business with whom."""

from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import Path, Query
from pydantic import BaseModel, Field

from app.api.calls import AccessReason, SignedCall, Supervisor
from app.api.endpoints import Endpoints
from app.api.pages import Page
from app.register.listing import ByRegion
from app.review.cases import CaseFilters, CaseOut, Looking, list_cases, read_case
from app.review.deciding import decide
from app.review.resolving import Resolving
from app.review.schemas import ResolutionIn, ReviewIn, ReviewOut, UndoIn
from app.workforce.reach import Reach

router = Endpoints("reviews")

RecordId = Annotated[UUID, Path(description="The record's id.")]
CaseId = Annotated[UUID, Path(alias="id", description="The case's id.")]


class CasePage(BaseModel):
    """A page of the queue of duplicates."""

    items: list[CaseOut]
    next_cursor: str | None = Field(description="Where the next page begins; null after the last.")


@router.endpoint("POST /v1/submissions/{record_id}/review", "Verify or return a record", [404, 409])
async def post_review(call: Supervisor, record_id: RecordId, review: ReviewIn) -> ReviewOut:
    """By the coordinator of the record's enumerator, or an officer of its region. The enumerator's tablet is told with
    its next changes; a returned record comes back as a higher revision, which is to be looked at anew.
    """
    return await call.run_within_reach(
        lambda pg, reach: decide(pg, call.principal, reach, record_id, review, now=call.now, trace_id=call.trace_id)
    )


@router.endpoint("GET /v1/duplicates", "The queue of duplicates", [404])
async def get_duplicates(
    call: Supervisor, filters: Annotated[CaseFilters, Query()], page: Page, reason: AccessReason = None
) -> CasePage:
    """By region and age, both records side by side, vulnerable answers masked: what matched, what is the same, and a
    hint how likely they are one business. Vulnerable answers are compared only for who has `pii:read` and says why.
    """
    pager = call.pager(page, "duplicates", filters)
    after = None if pager.after is None else ByRegion.unpack(pager.after)

    async def work(pg: asyncpg.Connection) -> list[CaseOut]:
        looking = _looking(call, await call.reach(pg), reason)
        return await list_cases(pg, looking, filters, limit=pager.limit, after=after)

    cases = await call.read(work, noted=call.access(reason).unmasked)
    return CasePage(**pager.page(cases, lambda case: ByRegion(case.region_code, case.id).pack()))


@router.endpoint("GET /v1/duplicates/{id}", "One case", [404])
async def get_duplicate(call: Supervisor, case_id: CaseId, reason: AccessReason = None) -> CaseOut:
    """As the queue shows it, whatever its state."""

    async def work(pg: asyncpg.Connection) -> CaseOut:
        return await read_case(pg, _looking(call, await call.reach(pg), reason), case_id)

    return await call.read(work, noted=call.access(reason).unmasked)


@router.endpoint("POST /v1/duplicates/{id}/resolution", "Resolve a case", [404, 409])
async def post_resolution(call: Supervisor, case_id: CaseId, resolution: ResolutionIn) -> CaseOut:
    """By who reaches all sides: the coordinator whose team recorded them, or an officer of their regions. Progress
    follows at once, the enumerators' tablets are told, and it can be undone.
    """

    async def work(pg: asyncpg.Connection, reach: Reach) -> CaseOut:
        await _resolving(call, reach).resolve(pg, case_id, resolution)
        return await read_case(pg, _looking(call, reach), case_id)

    return await call.run_within_reach(work)


@router.endpoint("POST /v1/duplicates/{id}/resolution/undo", "Undo a resolution", [404, 409])
async def post_undo(call: Supervisor, case_id: CaseId, undo: UndoIn) -> CaseOut:
    """Everything is as it was before, but for what came since, and the case is open again. What something else rests on
    by now cannot be undone (409) before that is decided otherwise.
    """

    async def work(pg: asyncpg.Connection, reach: Reach) -> CaseOut:
        await _resolving(call, reach).undo(pg, case_id, undo.reason)
        return await read_case(pg, _looking(call, reach), case_id)

    return await call.run_within_reach(work)


def _looking(call: SignedCall, reach: Reach, reason: str | None = None) -> Looking:
    return Looking(call.services.ingest.ring, reach, call.access(reason), call.trace_id)


def _resolving(call: SignedCall, reach: Reach) -> Resolving:
    ingest = call.services.ingest
    return Resolving(ingest.ring, ingest.digester, call.principal, reach, call.now, call.trace_id)
