"""Reviews: supervisors' decisions on records, and on whether records are of one business."""

from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import Path, Query

from app.api.calls import AccessReason, SignedCall, Supervisor
from app.api.endpoints import Endpoints
from app.api.pages import Page
from app.core.paging import Paged
from app.review.case_schemas import CaseFilters, CaseOut
from app.review.cases import Looking, list_cases, read_case
from app.review.deciding import decide
from app.review.resolving import Resolving
from app.review.schemas import ResolutionIn, ReviewIn, ReviewOut, UndoIn
from app.workforce.reach import Reach

router = Endpoints("reviews")

RecordId = Annotated[UUID, Path(description="The record's id.")]
CaseId = Annotated[UUID, Path(alias="id", description="The case's id.")]


class CasePage(Paged[CaseOut]):
    """A page of the queue of duplicates."""


@router.endpoint("POST /v1/submissions/{record_id}/review", "Verify or return a record", [404, 409])
async def post_review(call: Supervisor, record_id: RecordId, review: ReviewIn) -> ReviewOut:
    """By the coordinator of the record's enumerator, or an officer of its region. The enumerator's tablet gets the
    decision with its next changes. A returned record comes back as a higher revision, which has to be reviewed again.
    409 `state_changed` also where its answers are no longer kept: a person had them erased, or their time is over.
    """
    return await call.run_within_reach(
        lambda pg, reach: decide(pg, call.principal, reach, record_id, review, now=call.now, trace_id=call.trace_id)
    )


@router.endpoint("GET /v1/duplicates", "The queue of duplicates", [404])
async def get_duplicates(
    call: Supervisor, filters: Annotated[CaseFilters, Query()], page: Page, reason: AccessReason = None
) -> CasePage:
    """Ordered by region and age, or the most probable first (`order`); those with a NIK that is probably somebody
    else's come before all others. Each case has both records side by side with vulnerable answers masked, what matched,
    what is the same, and a hint how likely they are one business. Vulnerable answers are compared only if the account
    has `pii:read` and gives a reason.
    """
    pager = call.pager(page, "duplicates", filters)

    async def work(pg: asyncpg.Connection) -> tuple[list[CaseOut], list[bytes]]:
        looking = looking_of(call, await call.reach(pg), reason)
        return await list_cases(pg, looking, filters, limit=pager.limit, after=pager.after)

    cases, positions = await call.read(work, noted=call.access(reason).unmasked)
    at = {case.id: position for case, position in zip(cases, positions, strict=True)}
    return CasePage(**pager.page(cases, lambda case: at[case.id]))


@router.endpoint("GET /v1/duplicates/{id}", "One case", [404])
async def get_duplicate(call: Supervisor, case_id: CaseId, reason: AccessReason = None) -> CaseOut:
    """As in the queue, in every state."""

    async def work(pg: asyncpg.Connection) -> CaseOut:
        return await read_case(pg, looking_of(call, await call.reach(pg), reason), case_id)

    return await call.read(work, noted=call.access(reason).unmasked)


@router.endpoint("POST /v1/duplicates/{id}/resolution", "Resolve a case", [404, 409])
async def post_resolution(call: Supervisor, case_id: CaseId, resolution: ResolutionIn) -> CaseOut:
    """By somebody whose reach covers all sides: the coordinator whose team recorded them, or an officer of their
    regions. Progress changes at once, the enumerators' tablets get the decision with their next changes, and it can be
    undone.
    """

    async def work(pg: asyncpg.Connection, reach: Reach) -> CaseOut:
        await resolving_of(call, reach).resolve(pg, case_id, resolution)
        return await read_case(pg, looking_of(call, reach), case_id, with_group=False)

    return await call.run_within_reach(work)


@router.endpoint("POST /v1/duplicates/{id}/resolution/undo", "Undo a resolution", [404, 409])
async def post_undo(call: Supervisor, case_id: CaseId, undo: UndoIn) -> CaseOut:
    """Restores the state before the decision, keeps everything stored since, and opens the case again. 409 if a later
    decision or revision depends on it; a later decision has to be undone first.
    """

    async def work(pg: asyncpg.Connection, reach: Reach) -> CaseOut:
        await resolving_of(call, reach).undo(pg, case_id, undo.reason)
        return await read_case(pg, looking_of(call, reach), case_id, with_group=False)

    return await call.run_within_reach(work)


def looking_of(call: SignedCall, reach: Reach, reason: str | None = None) -> Looking:
    """The caller as a reader of the queue."""
    return Looking(call.services.ingest.ring, reach, call.access(reason), call.trace_id, call.now)


def resolving_of(call: SignedCall, reach: Reach) -> Resolving:
    """The caller as somebody who decides."""
    ingest = call.services.ingest
    return Resolving(ingest.ring, ingest.digester, call.principal, reach, call.now, call.trace_id)
