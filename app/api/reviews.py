"""Reviews: what supervisors decide on records, and on who is one business with whom."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from app.accounts.permissions import Access, Principal
from app.api.deps import AccessReason, Services, ServicesDep, Supervisor, TraceId, access_of, limited, problems
from app.api.limits import Asked
from app.api.pages import PageDep, Pager
from app.core.bulk import Line
from app.regions.region_code import NATION, local_date
from app.register.listing import ByRegion
from app.review.cases import CaseFilters, CaseKind, CaseOut, CaseState, Looking, list_cases, read_case
from app.review.deciding import decide
from app.review.resolving import Resolving
from app.review.schemas import ResolutionIn, ReviewIn, ReviewOut, UndoIn
from app.workforce.reach import Reach, reach_of

router = APIRouter(prefix="/v1", tags=["reviews"])

_T = TypeVar("_T")
CaseId = Annotated[UUID, Path(alias="id", description="The case's id.")]


class CasePage(BaseModel):
    """A page of the queue of duplicates."""

    items: list[CaseOut]
    next_cursor: str | None = Field(description="Where the next page begins; null after the last.")


@router.post(
    "/submissions/{record_id}/review",
    summary="Verify or return a record",
    dependencies=[limited(Asked.CHANGE)],
    responses=problems(400, 401, 403, 404, 409, 413, 422, 429, 503),
)
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


@router.get(
    "/duplicates",
    summary="The queue of duplicates",
    dependencies=[limited(Asked.LIST)],
    responses=problems(400, 401, 403, 404, 422, 429, 503),
)
async def get_duplicates(
    page: PageDep,
    principal: Supervisor,
    held: ServicesDep,
    trace_id: TraceId,
    region: Annotated[
        str | None, Query(description="Kemendagri code; by default the caller's whole territory.", max_length=13)
    ] = None,
    campaign: Annotated[Line | None, Query(description="Code of a campaign.", max_length=60)] = None,
    kind: Annotated[CaseKind | None, Query(description="Of what kind.")] = None,
    state: Annotated[CaseState, Query(description="By default those that wait.")] = "open",
    reason: AccessReason = None,
) -> CasePage:
    """By region and age, both records side by side, vulnerable answers masked: what matched, what is the same, and a
    hint how likely they are one business. Vulnerable answers are compared only for who has `pii:read` and says why.
    """
    pager = Pager(held.settings, principal, page, "duplicates", region, campaign, kind, state)
    after = None if pager.after is None else ByRegion.unpack(pager.after)
    filters = CaseFilters(region, campaign, kind, state)

    async def work(pg: asyncpg.Connection) -> list[CaseOut]:
        looking = await _looking(pg, principal, held, trace_id, reason)
        return await list_cases(pg, looking, filters, limit=pager.limit, after=after)

    cases = await _read(held, access_of(principal, reason), work)
    return CasePage(**pager.page(cases, lambda case: ByRegion(case.region_code, case.id).pack()))


@router.get(
    "/duplicates/{id}",
    summary="One case",
    dependencies=[limited(Asked.LIST)],
    responses=problems(401, 403, 404, 422, 429, 503),
)
async def get_duplicate(
    case_id: CaseId, principal: Supervisor, held: ServicesDep, trace_id: TraceId, reason: AccessReason = None
) -> CaseOut:
    """As the queue shows it, whatever its state."""

    async def work(pg: asyncpg.Connection) -> CaseOut:
        return await read_case(pg, await _looking(pg, principal, held, trace_id, reason), case_id)

    return await _read(held, access_of(principal, reason), work)


@router.post(
    "/duplicates/{id}/resolution",
    summary="Resolve a case",
    dependencies=[limited(Asked.CHANGE)],
    responses=problems(400, 401, 403, 404, 409, 413, 422, 429, 503),
)
async def post_resolution(
    case_id: CaseId, told: ResolutionIn, principal: Supervisor, held: ServicesDep, trace_id: TraceId
) -> CaseOut:
    """By who reaches all sides: the coordinator whose team recorded them, or an officer of their regions. Progress
    follows at once, the enumerators' tablets are told, and it can be undone.
    """

    async def work(pg: asyncpg.Connection) -> CaseOut:
        resolving = await _resolving(pg, principal, held, trace_id)
        await resolving.resolve(pg, case_id, told)
        return await read_case(pg, await _looking(pg, principal, held, trace_id), case_id)

    return await held.database.run(work)


@router.post(
    "/duplicates/{id}/resolution/undo",
    summary="Undo a resolution",
    dependencies=[limited(Asked.CHANGE)],
    responses=problems(400, 401, 403, 404, 409, 413, 422, 429, 503),
)
async def post_undo(
    case_id: CaseId, told: UndoIn, principal: Supervisor, held: ServicesDep, trace_id: TraceId
) -> CaseOut:
    """Everything is as it was before, but for what came since, and the case is open again. What something else rests on
    by now cannot be undone (409) before that is decided otherwise.
    """

    async def work(pg: asyncpg.Connection) -> CaseOut:
        resolving = await _resolving(pg, principal, held, trace_id)
        await resolving.undo(pg, case_id, told.reason)
        return await read_case(pg, await _looking(pg, principal, held, trace_id), case_id)

    return await held.database.run(work)


async def _reach(pg: asyncpg.Connection, principal: Principal, held: Services) -> Reach:
    return await reach_of(pg, principal, local_date(held.clock.now(), NATION))


async def _read(held: Services, access: Access, work: Callable[[asyncpg.Connection], Awaitable[_T]]) -> _T:
    """As of one moment; what is compared unmasked is written into the trail."""
    if access.unmasked:
        return await held.database.run(work)
    async with held.database.snapshot() as pg:
        return await work(pg)


async def _looking(
    pg: asyncpg.Connection, principal: Principal, held: Services, trace_id: str, reason: str | None = None
) -> Looking:
    return Looking(held.ingest.ring, await _reach(pg, principal, held), access_of(principal, reason), trace_id)


async def _resolving(pg: asyncpg.Connection, principal: Principal, held: Services, trace_id: str) -> Resolving:
    reach = await _reach(pg, principal, held)
    return Resolving(held.ingest.ring, held.ingest.digester, principal, reach, held.clock.now(), trace_id)
