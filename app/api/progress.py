"""Progress: how far the campaign is, by region, by enumerator and by day."""

from collections.abc import Callable
from typing import Annotated, Any

import asyncpg
from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.answers import CSV_PATH, CSV_TEXT, FOR_EXCEL, answer, columns, next_page
from app.api.calls import AnyRole, SignedCall
from app.api.endpoints import Answers, Endpoint, Endpoints
from app.api.pages import Page
from app.core.bulk import Day
from app.core.text import Line
from app.progress import reports
from app.progress.models import RESULTS
from app.progress.reports import View
from app.progress.schemas import Basis, DatesAnswer, EnumeratorsAnswer, RegionAnswer, RegionsAnswer
from app.regions.region_code import NATION


class Figures(Endpoints):
    """Endpoints of progress."""

    def __init__(self) -> None:
        super().__init__("progress")

    def table(
        self, address: str, summary: str, model: type, rows: str, *, unlimited: bool = False
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare one whose answer is a table, as JSON or CSV, and one beside it that answers CSV alone, for tools that
        send no `Accept`. `rows`: what its rows are."""
        answers: Answers = {200: {"description": rows, "content": CSV_TEXT}}
        csv = self.csv(f"{address}{CSV_PATH}", f"{summary}, as CSV", rows, unlimited=unlimited)
        both = self.endpoint(
            address, summary, (304, 404, 406), model=model, answers=answers, reader=True, unlimited=unlimited
        )
        return lambda endpoint: both(csv(endpoint))  # CSV first: `{code}` would take its path, too

    def csv(self, address: str, summary: str, rows: str, *, unlimited: bool = False) -> Callable[[Endpoint], Endpoint]:
        """Declare one whose answer is CSV."""
        answers: Answers = {200: {"description": rows, "content": CSV_TEXT}}

        def declare(endpoint: Endpoint) -> Endpoint:
            name = f"{endpoint.__name__.removesuffix('_csv')}_csv"
            return self.endpoint(
                address, summary, (304, 404), answers=answers, reader=True, unlimited=unlimited, operation_id=name
            )(endpoint)

        return declare


router = Figures()

COUNTS = (
    *("submissions", "duplicates", "conflicts", "invalid", "verified", "returned"),
    *("doors", *RESULTS, "response_rate"),
    *("listed", "listed_done", "new_found", "percent_of_listing"),
)
# What is counted and the cut-off are in every row, so that a figure keeps them when it is pasted elsewhere.
SAID = ("campaign", "as_of", "basis")
REGION = {
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
PEOPLE = (
    "enumerator_id",
    "enumerator_username",
    "enumerator_name",
    "coordinator_id",
    "coordinator_username",
    "coordinator_name",
)
ENUMERATOR = columns(
    *PEOPLE,
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
Parent = Annotated[str, Query(description="Code of a region; by default the nation.")]
Name = Annotated[Line | None, Query(description="Account id or user name.", max_length=200)]


class Days(BaseModel):
    """Which days are asked for, and whose."""

    model_config = ConfigDict(frozen=True)

    region: str | None = Field(default=None, description="Kemendagri code; by default the caller's whole territory.")
    since: Day | None = Field(default=None, alias="from", description="First day; by default the campaign's first.")
    until: Day | None = Field(
        default=None,
        alias="to",
        description="Last day; by default the last on which the campaign takes batches.",
    )
    enumerator: Line | None = Field(default=None, description="Account id or user name.", max_length=200)


class Asked(BaseModel):
    """The parameters of every question about progress."""

    model_config = ConfigDict(frozen=True)

    campaign: Line | None = Field(default=None, description="Code of a campaign; by default the current one.")
    as_of: Day | None = Field(default=None, description="The last day that counts; by default today in the region.")
    basis: Basis = Field(default="received", description="Which day counts: of receipt or of capture.")
    excel: bool = Field(default=False, description=FOR_EXCEL)


AskedQuery = Annotated[Asked, Query()]


@router.table(
    "GET /v1/progress/regions",
    "Progress of the regions below a region",
    RegionsAnswer,
    "The regions, by code.",
    unlimited=True,
)
async def get_regions(call: AnyRole, parent: Parent = NATION, *, asked: AskedQuery) -> Response:
    """The children of a region, provinces without `parent`.

    An invalid record that names no village counts in its enumerator's own region, so a region can show more invalid
    records than the sum of its children.
    """
    async with call.snapshot() as pg:
        view = await look_at(pg, call, asked, parent)
        rows = await reports.regions_below(pg, view)
    return answer_of(call, asked, view, {"items": rows}, REGION)


@router.table("GET /v1/progress/regions/{code}", "Progress of one region", RegionAnswer, "The region.", unlimited=True)
async def get_region(call: AnyRole, code: str, asked: AskedQuery) -> Response:
    """One region of any level; `ID` is the nation."""
    async with call.snapshot() as pg:
        view = await look_at(pg, call, asked, code)
        row = await reports.one_region(pg, view)
    return answer_of(call, asked, view, {"item": row}, REGION)


@router.table(
    "GET /v1/progress/enumerators",
    "Progress of the enumerators of a region",
    EnumeratorsAnswer,
    "The enumerators, by id.",
    unlimited=True,
)
async def get_enumerators(
    call: AnyRole, region: RegionCode = None, coordinator: Name = None, *, asked: AskedQuery, page: Page
) -> Response:
    """All enumerators who are or were assigned in the region by `as_of`, or of whom something is counted there.
    Enumerators see themselves, coordinators their own team as it was on `as_of`. In CSV the next page is in the `Link`
    header.
    """
    pager = call.pager(page, "enumerators", region, coordinator, asked.campaign, asked.as_of, asked.basis)
    after = pager.after_id
    async with call.snapshot() as pg:
        view = await look_at(pg, call, asked, region)
        rows, last = await reports.enumerators(pg, view, coordinator=coordinator, limit=page.limit, after=after)
    content = {"items": rows, "next_cursor": pager.cursor_after(last)}
    return answer_of(call, asked, view, content, ENUMERATOR)


@router.table("GET /v1/progress/dates", "Progress day by day", DatesAnswer, "The days, oldest first.", unlimited=True)
async def get_dates(call: AnyRole, days: Annotated[Days, Query()], asked: AskedQuery) -> Response:
    """A row for every day, also those with nothing, but none after `as_of`. At most 1,000 days.

    `entered_total` includes everything before the first row.
    """
    async with call.snapshot() as pg:
        view = await look_at(pg, call, asked, days.region)
        rows = await reports.dates(pg, view, since=days.since, until=days.until, enumerator=days.enumerator)
    return answer_of(call, asked, view, {"items": rows}, _DATE)


async def look_at(pg: asyncpg.Connection, call: SignedCall, asked: Asked, region_code: str | None) -> View:
    """What is asked about, by default the caller's whole territory."""
    return await reports.look(
        pg,
        call.principal,
        call.now,
        region_code=call.principal.territory.region_code if region_code is None else region_code,
        campaign_code=asked.campaign,
        as_of=asked.as_of,
        basis=asked.basis,
    )


def cut_off(view: View) -> dict[str, Any]:
    """What every answer says of what was asked: the campaign, the last day that counts, and which day that is."""
    return {"campaign": view.campaign.code, "as_of": view.question.as_of, "basis": view.question.basis}


def answer_of(call: SignedCall, asked: Asked, view: View, content: dict[str, Any], table: dict[str, str]) -> Response:
    """The answer in its envelope, as JSON or CSV, or 304."""
    return answer(
        call.request,
        {**cut_off(view), **content},
        unhashed={"generated_at": call.now},
        columns=table,
        links=next_page(call.request, content.get("next_cursor")),
        excel=asked.excel,
    )
