"""Cut-offs (*rilis*): figures that were published, and stay as they were."""

from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
from fastapi import Path, Query, Response

from app.api.answers import Excel, answer, columns, next_page, wants_csv
from app.api.calls import AnyRole, Officer, SignedCall
from app.api.limits import Rate
from app.api.pages import Page
from app.api.progress import COUNTS, ENUMERATOR, PEOPLE, REGION, SAID, Figures
from app.core.problems import Code, Problem
from app.cutoffs.comparing import COMPARED, changes_between, compare_enumerators, compare_regions, pair_of
from app.cutoffs.publishing import Publishing, publish
from app.cutoffs.queries import (
    ByMoment,
    ByMonth,
    CutoffRow,
    cutoff_within,
    enumerators_of,
    list_cutoffs,
    month_row,
    months_of,
    region_of,
    regions_below,
    seen_in,
)
from app.cutoffs.schemas import (
    ComparisonOut,
    CutoffDetail,
    CutoffEnumeratorsOut,
    CutoffFilters,
    CutoffIn,
    CutoffMonthsOut,
    CutoffOut,
    CutoffPage,
    CutoffRegionsOut,
)

router = Figures()

CutoffId = Annotated[UUID, Path(alias="id", description="The cut-off's id.")]
_ROWS = "The rows as they were published."
_OF_CUTOFF = columns("cutoff_id", "cutoff_name")
_SIDES = (
    *(f"{side}_{name}" for side in ("before", "after") for name in ("goal", "entered", "percent", "rank")),
    *(f"difference_{name}" for name in COMPARED),
    *("before_id", "after_id"),
)
_COMPARED_BY = {
    "region": columns("region_code", "region_name", *_SIDES),
    "enumerator": columns(*PEOPLE, *_SIDES),
}
_MONTH = columns(*PEOPLE[:3], "month", "entered", *COUNTS, "active_days", *SAID)


@router.endpoint(
    "POST /v1/progress/cutoffs",
    "Publish a cut-off",
    [404],
    limit=Rate.EXPORT,
    status=201,
    answers={200: {"description": "It was published by the same request before.", "model": CutoffOut}},
)
async def post_cutoff(call: Officer, asked: CutoffIn, response: Response) -> CutoffOut:
    """Keep the figures of a region and of all regions, enumerators, months and days in it, as they are at this moment
    or were at the end of a day. They never change from then on, whatever is corrected later. Idempotent by `id`.
    """
    who = Publishing(call.principal, call.now, call.trace_id)

    async def work(pg: asyncpg.Connection) -> tuple[bool, CutoffRow]:
        published = await publish(pg, who, asked)
        return published.is_new, await cutoff_within(pg, published.id, call.principal.territory)

    is_new, row = await call.run(work)
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = f"/v1/progress/cutoffs/{row.id}"
    return row.out()


@router.endpoint("GET /v1/progress/cutoffs", "Cut-offs", [404], reader=True)
async def get_cutoffs(call: AnyRole, filters: Annotated[CutoffFilters, Query()], page: Page) -> CutoffPage:
    """Of a region and those below it, the newest first."""
    pager = call.pager(page, "cutoffs", filters)
    after = None if pager.after is None else ByMoment.unpack(pager.after)
    async with call.snapshot() as pg:
        rows = await list_cutoffs(pg, call.principal.territory, filters, limit=pager.limit, after=after)
    found = pager.page(rows, lambda row: ByMoment(row.published_at, row.id).pack())
    return CutoffPage(items=[row.out() for row in found["items"]], next_cursor=found["next_cursor"])


@router.endpoint("GET /v1/progress/cutoffs/{id}", "A cut-off", [404], reader=True)
async def get_cutoff(call: AnyRole, cutoff_id: CutoffId) -> CutoffDetail:
    """With the figures of its region."""
    async with call.snapshot() as pg:
        row = await cutoff_within(pg, cutoff_id, call.principal.territory)
        item = await region_of(pg, row.id, row.region_code)
    return CutoffDetail.model_validate({**row.out().model_dump(), "item": item})


@router.table("GET /v1/progress/cutoffs/{id}/regions", "Regions of a cut-off", CutoffRegionsOut, _ROWS)
async def get_cutoff_regions(
    call: AnyRole,
    cutoff_id: CutoffId,
    parent: Annotated[str | None, Query(description="Code of a region; by default the cut-off's own.")] = None,
    *,
    excel: Excel = False,
) -> Response:
    """The regions right below one, as `GET /v1/progress/regions` had them."""
    async with call.snapshot() as pg:
        row = await cutoff_within(pg, cutoff_id, call.principal.territory)
        items = await regions_below(pg, row.id, row.region_code if parent is None else parent)
        if not items and parent is not None and await region_of(pg, row.id, parent) is None:
            raise Problem(Code.NOT_FOUND)
    return _answer(call, row, {"items": items}, REGION, excel=excel)


@router.table("GET /v1/progress/cutoffs/{id}/enumerators", "Enumerators of a cut-off", CutoffEnumeratorsOut, _ROWS)
async def get_cutoff_enumerators(call: AnyRole, cutoff_id: CutoffId, page: Page, *, excel: Excel = False) -> Response:
    """All that each brought in the cut-off's region. Enumerators see themselves, coordinators those whom they led."""
    pager = call.pager(page, "cutoff_enumerators", cutoff_id)
    async with call.snapshot() as pg:
        row = await cutoff_within(pg, cutoff_id, call.principal.territory)
        seen = await seen_in(pg, row.id, call.principal)
        items, last = await enumerators_of(pg, row.id, seen, limit=page.limit, after=pager.after_id)
    content = {"items": items, "next_cursor": pager.cursor_after(last)}
    return _answer(call, row, content, ENUMERATOR, excel=excel)


@router.table("GET /v1/progress/cutoffs/{id}/months", "Months of the enumerators of a cut-off", CutoffMonthsOut, _ROWS)
async def get_cutoff_months(call: AnyRole, cutoff_id: CutoffId, page: Page, *, excel: Excel = False) -> Response:
    """What each enumerator brought in each month; what payments are made of. A month's figure is negative where more
    was taken back than came. Enumerators see themselves, coordinators those whom they led.
    """
    pager = call.pager(page, "cutoff_months", cutoff_id)
    after = None if pager.after is None else ByMonth.unpack(pager.after)
    async with call.snapshot() as pg:
        row = await cutoff_within(pg, cutoff_id, call.principal.territory)
        seen = await seen_in(pg, row.id, call.principal)
        rows = await months_of(pg, row.id, seen, limit=pager.limit, after=after)
    content = pager.page(rows, lambda each: ByMonth(each.enumerator_id, each.month).pack())
    content["items"] = [month_row(each) for each in content["items"]]
    return _answer(call, row, content, _MONTH, excel=excel)


@router.table(
    "GET /v1/progress/cutoffs/{id}/comparison", "Compare two cut-offs", ComparisonOut, "What differs, row by row."
)
async def get_cutoff_comparison(
    call: AnyRole,
    cutoff_id: CutoffId,
    other: Annotated[UUID, Query(alias="with", description="Id of the other one, of the same region.")],
    by: Annotated[Literal["region", "enumerator"], Query(description="Rows of regions, or of enumerators.")] = "region",
    parent: Annotated[str | None, Query(description="Code of a region; by default the cut-off's own.")] = None,
    *,
    page: Page,
    excel: Excel = False,
) -> Response:
    """The earlier one is `before`, whichever is named first. Of regions, the region and those right below it. `changes`
    names what people decided between both, such as records that were merged away. Enumerators see themselves,
    coordinators those whom they led at the later one.
    """
    pager = call.pager(page, "comparison", cutoff_id, other, by, parent)
    async with call.snapshot() as pg:
        pair = await pair_of(pg, cutoff_id, other, call.principal.territory)
        last = None
        if by == "region":
            code = pair.after.region_code if parent is None else parent
            items = await compare_regions(pg, pair, code)
        else:
            seen = await seen_in(pg, pair.after.id, call.principal)
            items, last = await compare_enumerators(pg, pair, seen, limit=page.limit, after=pager.after_id)
        changes = await changes_between(pg, pair, call.language)
    cursor = pager.cursor_after(last)
    content = {
        "before": pair.before.out().model_dump(mode="json"),
        "after": pair.after.out().model_dump(mode="json"),
        "changes": [each.model_dump() for each in changes],
        "items": items,
        "next_cursor": cursor,
    }
    if wants_csv(call.request):
        said = {"before_id": str(pair.before.id), "after_id": str(pair.after.id)}
        content["items"] = [{**row, **said} for row in items]
    table = _COMPARED_BY[by]
    links = next_page(call.request, cursor)
    return answer(call.request, content, unhashed={}, columns=table, links=links, excel=excel)


def _answer(
    call: SignedCall, row: CutoffRow, content: dict[str, Any], table: dict[str, str], *, excel: bool
) -> Response:
    """Rows in the envelope of their cut-off, as JSON or CSV, where each row names it, or 304."""
    out = row.out().model_dump(mode="json")
    if wants_csv(call.request):
        said = {**{each: out[each] for each in SAID}, "cutoff": {"id": out["id"], "name": out["name"]}}
        content = {**content, "items": [{**each, **said} for each in content["items"]]}
    links = next_page(call.request, content.get("next_cursor"))
    return answer(
        call.request,
        {"cutoff": out, **content},
        unhashed={},
        columns={**table, **_OF_CUTOFF},
        links=links,
        excel=excel,
    )
