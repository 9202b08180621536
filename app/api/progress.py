"""Progress: how far the campaign is, by region, by enumerator and by day."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Depends, Query, Request, Response

from app.accounts.permissions import Principal
from app.api.answers import CONDITIONAL, answer, columns
from app.api.deps import Anyone, ServicesDep, problems
from app.api.pages import PageDep, Pager
from app.core.bulk import Day
from app.progress import reports
from app.progress.reports import View
from app.progress.schemas import Basis, DatesAnswer, EnumeratorsAnswer, RegionAnswer, RegionsAnswer
from app.regions.region_code import NATION

router = APIRouter(prefix="/v1/progress", tags=["progress"])

COUNTS = ("submissions", "duplicates", "conflicts", "invalid", "verified", "returned")
# What is counted and the cut-off stand in every row, so that a figure keeps them when it is pasted elsewhere.
SAID = ("campaign", "as_of", "basis")
_REGION = {
    **columns("region_code", "region_name"),
    "level": "region_level",
    **columns(
        "target",
        "entered",
        "percent",
        *COUNTS,
        "enumerators",
        "enumerators_active",
        "coordinators",
        "pace_days_left",
        "pace_needed_per_day",
        "pace_needed_per_enumerator_per_day",
        "pace_average_per_day",
        "pace_last_7_days_per_day",
        "pace_projected_total",
        "pace_projected_finish_on",
        "rank",
        "rank_of",
        *SAID,
    ),
}
_ENUMERATOR = columns(
    "enumerator_id",
    "enumerator_username",
    "enumerator_name",
    "coordinator_id",
    "coordinator_username",
    "coordinator_name",
    "quota",
    "entered",
    "percent",
    *COUNTS,
    "active_days",
    "last_received_at",
    *SAID,
)
_DATE = columns("date", "entered", *COUNTS, "entered_total", *SAID)

RegionCode = Annotated[str | None, Query(description="Kemendagri code; by default the caller's whole territory.")]
Name = Annotated[str | None, Query(description="Account id or user name.", max_length=200)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What every question of progress says."""

    campaign: Annotated[str | None, Query(description="Code of a campaign; by default the current one.")] = None
    as_of: Annotated[Day | None, Query(description="The last day that counts; by default today in the region.")] = None
    basis: Annotated[Basis, Query(description="Which day counts: of receipt or of capture.")] = "received"
    excel: Annotated[
        bool, Query(description="CSV as Excel in Indonesia reads it: `;`, decimal commas, BOM, codes as text.")
    ] = False


AskedDep = Annotated[Asked, Depends()]


def documented(model: type, description: str, *statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documentation of an answer of progress."""
    as_csv = {"text/csv": {"schema": {"type": "string"}}}
    return {
        200: {"model": model, "description": description, "content": as_csv},
        **CONDITIONAL,
        **problems(*statuses, 401, 403, 404, 406, 422, 503),
    }


@router.get(
    "/regions",
    summary="Progress of the regions below a region",
    response_class=Response,
    responses=documented(RegionsAnswer, "The regions, by code."),
)
async def get_regions(
    request: Request,
    principal: Anyone,
    held: ServicesDep,
    asked: AskedDep,
    parent: Annotated[str, Query(description="Code of a region; by default the nation.")] = NATION,
) -> Response:
    """The children of a region, provinces without `parent`.

    An invalid record that names no village counts at its enumerator's own region, so a region may have more
    of them than its children together.
    """
    now = held.clock.now()
    async with held.database.snapshot() as pg:
        view = await look_at(pg, principal, now, asked, parent)
        rows = await reports.regions_below(pg, view)
    return answer_of(request, asked, view, now, {"items": rows}, _REGION)


@router.get(
    "/regions/{code}",
    summary="Progress of one region",
    response_class=Response,
    responses=documented(RegionAnswer, "The region."),
)
async def get_region(code: str, request: Request, principal: Anyone, held: ServicesDep, asked: AskedDep) -> Response:
    """One region of any level; `ID` is the nation."""
    now = held.clock.now()
    async with held.database.snapshot() as pg:
        view = await look_at(pg, principal, now, asked, code)
        row = await reports.one_region(pg, view)
    return answer_of(request, asked, view, now, {"item": row}, _REGION)


@router.get(
    "/enumerators",
    summary="Progress of the enumerators of a region",
    response_class=Response,
    responses=documented(EnumeratorsAnswer, "The enumerators, by id.", 400),
)
async def get_enumerators(
    request: Request,
    principal: Anyone,
    held: ServicesDep,
    asked: AskedDep,
    paged: PageDep,
    region: RegionCode = None,
    coordinator: Name = None,
) -> Response:
    """All who are or were assigned in the region by then, or of whom anything is counted there.

    An enumerator sees itself, a coordinator its own team. As CSV the next page is in the `Link` header.
    """
    now = held.clock.now()
    said = (region, coordinator, asked.campaign, asked.as_of, asked.basis)
    pager = Pager(held.settings, principal, paged, "enumerators", *said)
    after = pager.after_id
    async with held.database.snapshot() as pg:
        view = await look_at(pg, principal, now, asked, region)
        rows, last = await reports.enumerators(pg, view, coordinator=coordinator, limit=paged.limit, after=after)
    next_cursor = pager.cursor(None if last is None else last.bytes)
    return answer_of(request, asked, view, now, {"items": rows, "next_cursor": next_cursor}, _ENUMERATOR)


@router.get(
    "/dates",
    summary="Progress day by day",
    response_class=Response,
    responses=documented(DatesAnswer, "The days, oldest first."),
)
async def get_dates(
    request: Request,
    principal: Anyone,
    held: ServicesDep,
    asked: AskedDep,
    region: RegionCode = None,
    since: Annotated[Day | None, Query(alias="from", description="First day; by default the campaign's first.")] = None,
    until: Annotated[
        Day | None,
        Query(alias="to", description="Last day; by default the last on which the campaign takes batches."),
    ] = None,
    enumerator: Name = None,
) -> Response:
    """A row for every day, also those with nothing, but none after `as_of`. At most 1,000 days.

    `entered_total` goes on from everything before the first row.
    """
    now = held.clock.now()
    async with held.database.snapshot() as pg:
        view = await look_at(pg, principal, now, asked, region)
        rows = await reports.dates(pg, view, since=since, until=until, enumerator=enumerator)
    return answer_of(request, asked, view, now, {"items": rows}, _DATE)


async def look_at(
    pg: asyncpg.Connection, principal: Principal, now: datetime, asked: Asked, region_code: str | None
) -> View:
    """What is asked about, by default the caller's whole territory."""
    return await reports.look(
        pg,
        principal,
        now,
        region_code=principal.territory.region_code if region_code is None else region_code,
        campaign_code=asked.campaign,
        as_of=asked.as_of,
        basis=asked.basis,
    )


def answer_of(
    request: Request, asked: Asked, view: View, now: datetime, content: dict[str, Any], table: dict[str, str]
) -> Response:
    """The answer in its envelope, as JSON or CSV, or 304."""
    said = {"campaign": view.campaign.code, "as_of": view.question.as_of, "basis": view.question.basis}
    cursor, links = content.get("next_cursor"), {}
    if cursor is not None:
        links["next"] = f"?{request.url.include_query_params(cursor=cursor).query}"
    return answer(
        request, {**said, **content}, unhashed={"generated_at": now}, columns=table, links=links, excel=asked.excel
    )
