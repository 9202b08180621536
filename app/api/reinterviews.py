"""Re-interviews: the sample, who asks again, and how far both interviews agree."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import BaseModel, Field

from app.api.answers import CSV_TEXT, Excel, columns, listed
from app.api.calls import Supervisor
from app.api.endpoints import Answers, Endpoints
from app.api.pages import Page
from app.core.paging import ByRegion, NextCursor, Paged
from app.reinterviews.described import Opening
from app.reinterviews.giving import Assigning, assign
from app.reinterviews.listing import (
    ByShare,
    agreement_of_all,
    agreement_of_people,
    agreement_of_questions,
    list_reinterviews,
)
from app.reinterviews.schemas import (
    AgreementSums,
    By,
    EnumeratorAgreement,
    QuestionAgreement,
    ReinterviewAssignmentIn,
    ReinterviewerAgreement,
    ReinterviewFilters,
    ReinterviewOut,
)
from app.workforce.supervised import WorkFilters, work_asked

router = Endpoints("quality")

ReinterviewId = Annotated[UUID, Path(description="The re-interview's id.")]
_LISTED: Answers = {200: {"description": "The re-interviews, by region and id.", "content": CSV_TEXT}}
_AGREED: Answers = {200: {"description": "How far both interviews agree.", "content": CSV_TEXT}}
_REINTERVIEW = columns(
    *("id", "record_id", "business_id", "campaign", "region_code", "region_name", "enumerator", "enumerator_name"),
    *("drawn_by", "drawn_at", "state", "withdrawn_for", "is_overdue", "assignee", "assignee_name", "assigned_at"),
    *("is_automatic", "due_on", "result", "answered_at", "version", "agreed", "compared", "different"),
)
_FIGURES = ("agreed", "compared", "share", "low", "high")
_SUMS = ("drawn", "waiting", "overdue", "done", "interviewed", "not_found", *_FIGURES)
_BY = {
    "question": columns("question", "label", "is_shown", *_FIGURES),
    "enumerator": columns("enumerator_id", "enumerator", "enumerator_name", *_SUMS),
    "reinterviewer": columns("reinterviewer_id", "reinterviewer", "reinterviewer_name", *_SUMS),
}


class ReinterviewPage(Paged[ReinterviewOut]):
    """A page of re-interviews, by region and id."""


class AgreementPage(BaseModel):
    """A page of enumerators or of those who ask again, who agrees least first; or all questions, by their pointers."""

    items: list[EnumeratorAgreement] | list[ReinterviewerAgreement] | list[QuestionAgreement]
    sums: AgreementSums = Field(description="Of everybody within reach, on whatever page.")
    next_cursor: NextCursor


@router.endpoint(
    "GET /v1/quality/reinterviews",
    "Records that are asked again",
    [304, 404, 406],
    model=ReinterviewPage,
    answers=_LISTED,
    reader=True,
)
async def get_reinterviews(
    call: Supervisor, filters: Annotated[ReinterviewFilters, Query()], page: Page, *, excel: Excel = False
) -> Response:
    """The sample: what was drawn of the coordinator's own team, or of the territory; who asks again, until when, and in
    which questions both interviews differ. No answers are in it.
    """
    pager = call.pager(page, "reinterviews", filters)
    after = None if pager.after is None else ByRegion.unpack(pager.after)
    async with call.snapshot() as pg:
        rows = await list_reinterviews(pg, await call.reach(pg), filters, call.today, limit=pager.limit, after=after)
    content = pager.page(rows, lambda row: ByRegion(row.region_code, row.id).pack())
    return listed(call.request, content, columns=_REINTERVIEW, cells=_cells, excel=excel)


@router.endpoint(
    "GET /v1/quality/agreement",
    "How far re-interviews agree",
    [304, 404, 406],
    model=AgreementPage,
    answers=_AGREED,
    reader=True,
)
async def get_agreement(
    call: Supervisor,
    filters: Annotated[WorkFilters, Query()],
    page: Page,
    *,
    by: Annotated[By, Query(description="A row for each whose records were drawn, who asks again, or question.")] = (
        "enumerator"
    ),
    excel: Excel = False,
) -> Response:
    """In how many of the questions that both interviews answered they agree, with the interval in which the true share
    lies. Of enumerators, questions that the second one was shown do not count; a business that was not found counts by
    itself. Withdrawn ones count nowhere.

    An answer that the second one left empty is not compared. Who asks again and compares far fewer answers in an
    interview than others do, or agrees far less, is to be looked at, too.
    """
    pager = call.pager(page, "agreement", filters, by)
    after = None if pager.after is None else ByShare.unpack(pager.after)
    async with call.snapshot() as pg:
        asked = await work_asked(pg, await call.reach(pg), filters, call.today)
        sums = await agreement_of_all(pg, asked, call.today)
        if by == "question":
            found = await agreement_of_questions(pg, asked, call.language)
            content: dict[str, Any] = {"items": found, "next_cursor": None}
        else:
            people = await agreement_of_people(pg, asked, call.today, by, limit=pager.limit, after=after)
            content = pager.page(people, lambda row: row[0].pack())
            content["items"] = [row for _, row in content["items"]]
    content["sums"] = sums.model_dump(mode="json")
    return listed(call.request, content, columns=_BY[by], cells=_cells, excel=excel)


@router.endpoint(
    "PUT /v1/quality/reinterviews/{reinterview_id}/assignment",
    "Give a re-interview to somebody",
    [404, 409],
    status=204,
)
async def put_reinterview_assignment(
    call: Supervisor, reinterview_id: ReinterviewId, asked: ReinterviewAssignmentIn
) -> None:
    """To an enumerator who works in the regency; also if another one has it. What that one already sent stays; what
    comes later from there is refused with `reinterview_taken_away`.

    Refused with a pointer to `enumerator`: `same_enumerator`, whose record it is; `enumerator_not_there`, where no
    active enumerator of that name works in the regency today; `answers_known`, who sent a record of the business or of
    another one of its owner, however that counts, or an item of it that is held or invalid; who asked it again in
    another round; on whose list its answers stand; and who has another business of its owner to ask again.
    """
    ingest = call.services.ingest
    opening = Opening(ingest.ring, ingest.digester, call.today)
    await call.run_within_reach(
        lambda pg, reach: assign(
            pg,
            Assigning(call.principal, reach, opening, call.now, call.trace_id),
            reinterview_id,
            asked.enumerator,
        )
    )


def _cells(row: Mapping[str, Any]) -> dict[str, str]:
    """The questions that differ, as text."""
    return {"different": " ".join(row.get("different", ()))}
