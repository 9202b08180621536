"""The desk of who reviews: what waits, and many decisions at once."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from app.api.answers import CONDITIONAL, as_json
from app.api.deps import Language, ServicesDep, Supervisor, TraceId, limited, problems
from app.api.limits import Asked
from app.api.pages import PageDep, Pager
from app.core.bulk import Handle, Line, Row
from app.core.problems import Problem
from app.core.timestamps import Moment
from app.intake.held_items import count_held
from app.regions.region_code import NATION, local_date
from app.register.filters import Kind, ReviewState
from app.review.cases import count_open
from app.review.deciding import decide
from app.review.schemas import ReviewIn, ReviewOut
from app.review.waiting import MOST, Order, Position, QueueFilters, RecordWaiting, count_waiting, list_waiting
from app.workforce.reach import reach_of

router = APIRouter(prefix="/v1", tags=["reviews"])

_MANY = 100
_FAULT = 500


@dataclass(frozen=True, slots=True)
class QueueAsked:
    """What the queue may be narrowed by."""

    state: Annotated[ReviewState, Query(description="By default what waits.")] = "unreviewed"
    order: Annotated[
        Order,
        Query(description="The oldest first (of a place, regency after regency), or before them what has warnings."),
    ] = "oldest"
    region: Annotated[
        Line | None, Query(description="Kemendagri code; by default the caller's whole territory.", max_length=13)
    ] = None
    campaign: Annotated[Line | None, Query(description="Code of a campaign in which it is entered.", max_length=60)] = (
        None
    )
    coordinator: Annotated[Handle | None, Query(description="User name of who leads the team.", max_length=200)] = None
    enumerator: Annotated[Handle | None, Query(description="User name of who recorded it.", max_length=200)] = None
    kind: Annotated[Kind | None, Query(description="Which form: enterprise or cooperative.")] = None
    warnings: Annotated[bool | None, Query(description="Only what has warnings, or has none.")] = None
    updated_since: Annotated[Moment | None, Query(description="Came or changed at that time or later.")] = None

    @property
    def filters(self) -> QueueFilters:
        """As the queue knows them."""
        since: datetime | None = self.updated_since
        return QueueFilters(
            state=self.state,
            order=self.order,
            region=self.region,
            campaign=self.campaign,
            enumerator=self.enumerator,
            coordinator=self.coordinator,
            kind=self.kind,
            warnings=self.warnings,
            since=None if since is None else since.astimezone(UTC),
        )


class QueuePage(BaseModel):
    """A page of the records that wait for review. It may be short, though another one follows."""

    items: list[RecordWaiting]
    next_cursor: str | None = Field(description="Where the next page begins; null after the last.")


class DecisionIn(ReviewIn):
    """What is decided on one of several records."""

    record_id: UUID


class DecisionsIn(Row):
    """Decisions on several records."""

    items: list[DecisionIn] = Field(min_length=1, max_length=_MANY)


class Refusal(BaseModel):
    """Why nothing was decided on a record."""

    status: int = Field(description="The status that the same decision alone would have been answered with.")
    code: str = Field(description="Stable, as in problems.")
    title: str
    detail: str


class DecisionOut(BaseModel):
    """What came of one decision."""

    record_id: UUID
    review: ReviewOut | None = Field(description="The decision that is in force; null where it was refused.")
    problem: Refusal | None = Field(description="Why it was refused; null where it was not.")


class DecisionsOut(BaseModel):
    """What came of each decision, in their order."""

    items: list[DecisionOut]


class QueuesOut(BaseModel):
    """How many wait where. A count ends at `counted_to`: there are as many, or more."""

    unreviewed: int = Field(description="Records that nobody decided on.")
    returned: int = Field(description="Records that were returned and not mended yet.")
    duplicates: int = Field(description="Cases of duplicates that are open.")
    held: int = Field(description="Items that are held.")
    counted_to: int = Field(description="No count is higher.")


@router.get(
    "/reviews",
    summary="The queue of records for review",
    dependencies=[limited(Asked.LIST)],
    responses=problems(400, 401, 403, 404, 422, 429, 503),
)
async def get_reviews(
    asked: Annotated[QueueAsked, Depends()], page: PageDep, principal: Supervisor, held: ServicesDep
) -> QueuePage:
    """What waits for a decision, of the own team or of the territory: the records whose answers are in force. Numbers
    and other vulnerable answers are not in it; `GET /v1/submissions/{record_id}` has the answers, masked.
    """
    filters = asked.filters
    pager = Pager(held.settings, principal, page, "reviews", *filters)
    after = None if pager.after is None else Position.unpack(pager.after)
    today = local_date(held.clock.now(), NATION)
    async with held.database.snapshot() as pg:
        reach = await reach_of(pg, principal, today)
        rows, ended_at = await list_waiting(pg, reach, filters, today, limit=page.limit, after=after)
    return QueuePage(items=rows, next_cursor=pager.cursor(None if ended_at is None else ended_at.pack()))


@router.post(
    "/reviews",
    summary="Decide on several records",
    dependencies=[limited(Asked.CHANGE)],
    responses=problems(400, 401, 403, 413, 422, 429, 503),
)
async def post_reviews(
    told: DecisionsIn, principal: Supervisor, held: ServicesDep, language: Language, trace_id: TraceId
) -> DecisionsOut:
    """Each for itself, in order, as if it had been sent alone to `POST /v1/submissions/{record_id}/review`: one that is
    refused stops no other. Idempotent: after an answer that did not come, send the same again.
    """
    return DecisionsOut(items=[await _decided(each, principal, held, language, trace_id) for each in told.items])


@router.get(
    "/queues",
    summary="How much waits",
    dependencies=[limited(Asked.LIST)],
    response_model=QueuesOut,
    responses={**CONDITIONAL, **problems(401, 403, 422, 429, 503)},
)
async def get_queues(request: Request, principal: Supervisor, held: ServicesDep) -> Response:
    """Of the own team, or of the territory; with an `ETag`: ask again with `If-None-Match`, not more often than
    every few seconds.
    """
    async with held.database.snapshot() as pg:
        reach = await reach_of(pg, principal, local_date(held.clock.now(), NATION))
        told = QueuesOut(
            unreviewed=await count_waiting(pg, reach, "unreviewed"),
            returned=await count_waiting(pg, reach, "returned"),
            duplicates=await count_open(pg, reach, MOST),
            held=await count_held(pg, reach, MOST),
            counted_to=MOST,
        )
    return as_json(request, told.model_dump())


async def _decided(
    told: DecisionIn, principal: Supervisor, held: ServicesDep, language: str, trace_id: str
) -> DecisionOut:
    now = held.clock.now()

    async def work(pg: asyncpg.Connection) -> ReviewOut:
        reach = await reach_of(pg, principal, local_date(now, NATION))
        return await decide(pg, principal, reach, told.record_id, told, now=now, trace_id=trace_id)

    try:
        return DecisionOut(record_id=told.record_id, review=await held.database.run(work), problem=None)
    except Problem as exc:
        said = exc.code.value
        if said.status >= _FAULT:
            raise
        problem = Refusal(
            status=said.status,
            code=exc.code.code,
            title=said.title.in_language(language),
            detail=said.detail.in_language(language),
        )
        return DecisionOut(record_id=told.record_id, review=None, problem=problem)
