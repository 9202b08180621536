"""Quality: which records and enumerators to look at first, and why; flags that are dismissed."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import BaseModel

from app.api.answers import CSV_TEXT, Excel, columns, listed
from app.api.calls import SignedCall, Supervisor
from app.api.endpoints import Answers, Endpoints
from app.api.pages import Page
from app.core.paging import ByRegion, Paged
from app.quality.dismissing import (
    Deciding,
    dismiss_of_enumerator,
    dismiss_of_record,
    undo_of_enumerator,
    undo_of_record,
)
from app.quality.listing import ByScore, count_codes, list_enumerators, list_records
from app.quality.schemas import (
    CodeCount,
    DismissalIn,
    EnumeratorDismissalIn,
    QualityEnumeratorOut,
    QualityRecordOut,
    RecordFilters,
)
from app.workforce.reach import Reach
from app.workforce.supervised import WorkFilters

router = Endpoints("quality")

RecordId = Annotated[UUID, Path(description="The record's id.")]
EnumeratorId = Annotated[UUID, Path(description="The enumerator's account.")]
_RECORDS: Answers = {200: {"description": "The records, by region and id.", "content": CSV_TEXT}}
_ENUMERATORS: Answers = {200: {"description": "The enumerators, the first to look at first.", "content": CSV_TEXT}}
_RECORD = columns(
    *("record_id", "revision", "campaign", "region_code", "region_name", "enumerator", "enumerator_name"),
    *("captured_at", "flags", "texts", "dismissed", "warnings"),
)
_ENUMERATOR = columns(
    *("enumerator_id", "enumerator", "enumerator_name", "campaign", "region_code", "records", "flagged_records"),
    *("score", "flags", "texts", "dismissed"),
)


class QualityRecordPage(Paged[QualityRecordOut]):
    """A page of records to look at."""


class QualityEnumeratorPage(Paged[QualityEnumeratorOut]):
    """A page of enumerators, who is to be looked at first before the others."""


class QualityCounts(BaseModel):
    """How many records have each flag and each warning."""

    campaign: str
    flags: list[CodeCount]
    warnings: list[CodeCount]


@router.endpoint(
    "GET /v1/quality/records",
    "Records to look at",
    [304, 404, 406],
    model=QualityRecordPage,
    answers=_RECORDS,
    reader=True,
)
async def get_quality_records(
    call: Supervisor, filters: Annotated[RecordFilters, Query()], page: Page, *, excel: Excel = False
) -> Response:
    """Records of the coordinator's own team, or of the territory, with flags that are open; or with a warning. Each
    flag has the numbers that explain it. A flag says that something is unusual, not that somebody cheated. They are
    some minutes old at most while a regency is small, some hours where it is very large.
    """
    pager = call.pager(page, "quality_records", filters)
    after = None if pager.after is None else ByRegion.unpack(pager.after)
    async with call.snapshot() as pg:
        reach = await call.reach(pg)
        rows = await list_records(
            pg, reach, filters, call.today, limit=pager.limit, after=after, language=call.language
        )
    content = pager.page(rows, lambda row: ByRegion(row.region_code, row.record_id).pack())
    return listed(call.request, content, columns=_RECORD, cells=_cells, excel=excel)


@router.endpoint(
    "GET /v1/quality/enumerators",
    "Enumerators to look at first",
    [304, 404, 406],
    model=QualityEnumeratorPage,
    answers=_ENUMERATORS,
    reader=True,
)
async def get_quality_enumerators(
    call: Supervisor, filters: Annotated[WorkFilters, Query()], page: Page, *, excel: Excel = False
) -> Response:
    """Enumerators of the coordinator's own team, or who work in the territory; those whose records differ most from the
    others' first. It is a list of whom to visit or accompany, and no ground for a punishment by itself.
    """
    pager = call.pager(page, "quality_enumerators", filters)
    after = None if pager.after is None else ByScore.unpack(pager.after)
    async with call.snapshot() as pg:
        reach = await call.reach(pg)
        rows = await list_enumerators(
            pg, reach, filters, call.today, limit=pager.limit, after=after, language=call.language
        )
    content = pager.page(rows, lambda row: row[0].pack())
    content["items"] = [row for _, row in content["items"]]
    return listed(call.request, content, columns=_ENUMERATOR, cells=_cells, excel=excel)


@router.endpoint("GET /v1/quality/counts", "How often each flag and warning is there", [404], reader=True)
async def get_quality_counts(call: Supervisor, filters: Annotated[WorkFilters, Query()]) -> QualityCounts:
    """Of records of the coordinator's own team, or of the territory."""
    async with call.snapshot() as pg:
        reach = await call.reach(pg)
        campaign, flags, warnings = await count_codes(pg, reach, filters, call.today, call.language)
    return QualityCounts(campaign=campaign, flags=flags, warnings=warnings)


@router.endpoint("POST /v1/quality/records/{record_id}/dismissal", "Dismiss a record's flag", [404, 409], status=204)
async def post_dismissal(call: Supervisor, record_id: RecordId, asked: DismissalIn) -> None:
    """By the coordinator of the record's enumerator, or an officer of its region. The flag does not come back for this
    revision, and no longer counts for the enumerator. It is in the audit trail, and can be undone.
    """
    await call.run_within_reach(lambda pg, reach: dismiss_of_record(pg, _deciding(call, reach), record_id, asked))


@router.endpoint(
    "POST /v1/quality/records/{record_id}/dismissal/undo", "Undo a record's dismissal", [404, 409], status=204
)
async def post_dismissal_undo(call: Supervisor, record_id: RecordId, asked: DismissalIn) -> None:
    """The flag is open again."""
    await call.run_within_reach(lambda pg, reach: undo_of_record(pg, _deciding(call, reach), record_id, asked))


@router.endpoint(
    "POST /v1/quality/enumerators/{enumerator_id}/dismissal", "Dismiss an enumerator's flag", [404, 409], status=204
)
async def post_enumerator_dismissal(
    call: Supervisor, enumerator_id: EnumeratorId, asked: EnumeratorDismissalIn
) -> None:
    """By the enumerator's coordinator, or an officer of all districts in which the records are. It holds until there
    are a quarter more records.
    """
    await call.run_within_reach(
        lambda pg, reach: dismiss_of_enumerator(pg, _deciding(call, reach), enumerator_id, asked)
    )


@router.endpoint(
    "POST /v1/quality/enumerators/{enumerator_id}/dismissal/undo",
    "Undo an enumerator's dismissal",
    [404, 409],
    status=204,
)
async def post_enumerator_dismissal_undo(
    call: Supervisor, enumerator_id: EnumeratorId, asked: EnumeratorDismissalIn
) -> None:
    """The flag is open again."""
    await call.run_within_reach(lambda pg, reach: undo_of_enumerator(pg, _deciding(call, reach), enumerator_id, asked))


def _deciding(call: SignedCall, reach: Reach) -> Deciding:
    return Deciding(call.principal, reach, call.now, call.today, call.trace_id)


def _cells(row: Mapping[str, Any]) -> dict[str, str]:
    """What a row has several of, as text."""
    flags = row["flags"]
    return {
        "flags": " ".join(flag["code"] for flag in flags),
        "texts": " ".join(flag["text"] for flag in flags),
        "dismissed": " ".join(flag["code"] for flag in flags if flag["dismissal"]),
        "warnings": " ".join(row.get("warnings", ())),
    }
