"""For reviewers: the records that wait, and many decisions at once."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel, Field

from app.api.answers import as_json
from app.api.calls import SignedCall, Supervisor
from app.api.endpoints import Endpoints
from app.api.pages import Page
from app.core.bulk import Row
from app.core.paging import Paged
from app.core.problems import Problem
from app.intake.held_items import count_held
from app.review.cases import count_open
from app.review.coding_list import count_to_code
from app.review.deciding import decide
from app.review.schemas import ReviewIn, ReviewOut
from app.review.waiting import MOST, QueueFilters, QueuePosition, RecordWaiting, count_waiting, list_waiting

router = Endpoints("reviews")

_MANY = 100
_FAULT = 500


class QueuePage(Paged[RecordWaiting]):
    """A page of the records that wait for review. It may be short, though another one follows."""


class DecisionIn(ReviewIn):
    """What is decided on one of several records."""

    record_id: UUID


class DecisionsIn(Row):
    """Decisions on several records."""

    items: list[DecisionIn] = Field(min_length=1, max_length=_MANY)


class Refusal(BaseModel):
    """Why the decision on a record was refused."""

    status: int = Field(description="The status that the same decision alone would have been answered with.")
    code: str = Field(description="Stable, as in problems.")
    title: str
    detail: str
    current: dict[str, str] | None = Field(description="The present state, if it is known.")


class DecisionOut(BaseModel):
    """The result of one decision."""

    record_id: UUID
    review: ReviewOut | None = Field(description="The decision that is in force; null where it was refused.")
    problem: Refusal | None = Field(description="Why it was refused; null where it was not.")


class DecisionsOut(BaseModel):
    """The result of each decision, in their order."""

    items: list[DecisionOut]


class QueuesOut(BaseModel):
    """How many wait in each queue. A count stops at `counted_to`: then there are as many, or more."""

    unreviewed: int = Field(description="Records without a decision, as in `GET /v1/reviews`.")
    returned: int = Field(
        description="Records that were returned and not corrected yet, as in `GET /v1/reviews?state=returned`. A"
        " returned duplicate is not among them, as its answers are not in force: it is in `GET /v1/duplicates`."
    )
    duplicates: int = Field(description="Cases of duplicates that are open.")
    held: int = Field(description="Items that are held.")
    coding: int = Field(description="Businesses whose activity waits for coding, as in `GET /v1/coding`.")
    counted_to: int = Field(description="No count is higher.")


@router.endpoint("GET /v1/reviews", "The queue of records for review", [404])
async def get_reviews(call: Supervisor, filters: Annotated[QueueFilters, Query()], page: Page) -> QueuePage:
    """Records that wait for a decision, and whose answers are in force: of the coordinator's own team, or of the
    territory. A duplicate is in `GET /v1/duplicates`, also one that was returned, which progress counts as `returned`.
    What was erased waits for nobody. Numbers and other vulnerable answers are not in it;
    `GET /v1/submissions/{record_id}` has the answers, masked.
    """
    pager = call.pager(page, "reviews", filters)
    after = None if pager.after is None else QueuePosition.unpack(pager.after)
    async with call.snapshot() as pg:
        reach = await call.reach(pg)
        rows, ended_at = await list_waiting(pg, reach, filters, call.today, limit=page.limit, after=after)
    return QueuePage(items=rows, next_cursor=pager.cursor(None if ended_at is None else ended_at.pack()))


@router.endpoint("POST /v1/reviews", "Decide on several records")
async def post_reviews(call: Supervisor, decisions: DecisionsIn) -> DecisionsOut:
    """Each decision by itself, in order, as if it had been sent alone to `POST /v1/submissions/{record_id}/review`: a
    refused one does not stop the others. Idempotent: if no answer comes, send the same again.
    """
    return DecisionsOut(items=[await _decided(call, each) for each in decisions.items])


@router.endpoint("GET /v1/queues", "How many wait in each queue", [304], model=QueuesOut)
async def get_queues(call: Supervisor) -> Response:
    """Of the coordinator's own team, or of the territory. With an `ETag`: request again with `If-None-Match`, every few
    seconds at most.
    """
    async with call.snapshot() as pg:
        reach = await call.reach(pg)
        counted = QueuesOut(
            unreviewed=await count_waiting(pg, reach, "unreviewed"),
            returned=await count_waiting(pg, reach, "returned"),
            duplicates=await count_open(pg, reach, MOST),
            held=await count_held(pg, reach, MOST),
            coding=await count_to_code(pg, reach, MOST),
            counted_to=MOST,
        )
    return as_json(call.request, counted.model_dump())


async def _decided(call: SignedCall, asked: DecisionIn) -> DecisionOut:
    try:
        review = await call.run_within_reach(
            lambda pg, reach: decide(
                pg, call.principal, reach, asked.record_id, asked, now=call.now, trace_id=call.trace_id
            )
        )
        return DecisionOut(record_id=asked.record_id, review=review, problem=None)
    except Problem as exc:
        if exc.code.value.status >= _FAULT:
            raise
        return DecisionOut(record_id=asked.record_id, review=None, problem=refusal(call, exc))


def refusal(call: SignedCall, exc: Problem) -> Refusal:
    """Why one of several decisions was refused, in the caller's language."""
    said = exc.code.value
    return Refusal(
        status=said.status,
        code=exc.code.code,
        title=said.title.in_language(call.language),
        detail=said.detail.in_language(call.language),
        current=None if exc.current is None else dict(exc.current),
    )
