"""Statistics: how many businesses there are, by what they are, as of an edition; small cells suppressed."""

import hashlib
from typing import Annotated, Any

import orjson
from fastapi import Query, Response

from app.api.answers import CSV_PATH, CSV_TEXT, Excel, answer, as_table, columns, wants_csv
from app.api.calls import SignedCall, StatisticsReader, Unauthenticated
from app.api.endpoints import Answers, Endpoints
from app.campaigns.asked import campaign_or_current
from app.core.problems import Code, Problem
from app.core.text import Handle
from app.statistics.files import columns_of, package_of
from app.statistics.metadata import variables
from app.statistics.queries import edition_by_id, editions_of, read_table
from app.statistics.schemas import (
    EditionOut,
    EditionsOut,
    StatisticsOut,
    TableAsked,
    VariablesOut,
)
from app.statistics.store import Edition, last_edition
from app.statistics.tabulating import Named, Table, body_of, refuse_unless_given, table_asked

router = Endpoints("statistics")

Campaign = Annotated[Handle | None, Query(description="Code of a campaign; by default the current one.", max_length=60)]
_PACKAGE = "/v1/statistics/businesses/datapackage.json"
_ROWS: Answers = {200: {"description": "The cells, by region.", "content": CSV_TEXT}}
_VARIABLES: Answers = {200: {"description": "The variables.", "content": CSV_TEXT}}
_METADATA = columns(
    *("name", "label", "role", "concept", "definition", "classification"),
    *("measure", "unit", "period", "question", "source"),
)


@router.endpoint(
    f"GET /v1/statistics/businesses{CSV_PATH}",
    "Businesses by up to three dimensions, as CSV",
    [304, 404],
    answers=_ROWS,
    reader=True,
    operation_id="get_statistics_businesses_csv",
)
@router.endpoint(
    "GET /v1/statistics/businesses",
    "Businesses by up to three dimensions",
    [304, 404, 406],
    model=StatisticsOut,
    answers=_ROWS,
    reader=True,
)
async def get_statistics_businesses(
    call: StatisticsReader, asked: Annotated[TableAsked, Query()], *, excel: Excel = False
) -> Response:
    """Counted once for an edition, from the register as of one moment. Cells of fewer businesses than the threshold are
    suppressed, and as many others that no small cell can be found from all tables, levels, filters and editions
    together, for nobody. A row that is not there is zero. Villages and districts are given by one attribute, regencies
    and what is above by up to three, as far as few of their cells are small: `GET /v1/statistics/editions` lists them.
    """
    table, body = await _read(call, asked)
    # What the columns of a CSV are: nothing else has a place for it.
    links = None if excel or not wants_csv(call.request) else {"describedby": f"{_PACKAGE}?{call.request.url.query}"}
    return answer(call.request, body, unhashed={}, columns=columns(*columns_of(table)), links=links, excel=excel)


@router.endpoint(f"GET {_PACKAGE}", "What the CSV of a table is", [404], reader=True)
async def get_statistics_package(call: StatisticsReader, asked: Annotated[TableAsked, Query()]) -> dict[str, Any]:
    """Of the CSV that the same parameters give: types, labels and codes of its columns, how many rows and bytes it has
    and their checksum, in the language of the request. Saved beside the file, it is a data package of the Frictionless
    specifications, which `frictionless validate` checks.
    """
    table, body = await _read(call, asked)
    content = as_table(body, columns(*columns_of(table)))
    digest = hashlib.sha256(content).hexdigest()
    return package_of(table, "businesses.csv", body, size=len(content), sha256=digest)


@router.endpoint("GET /v1/statistics/editions", "Editions of the statistics", [404], reader=True)
async def get_statistics_editions(call: StatisticsReader, campaign: Campaign = None) -> EditionsOut:
    """All editions of a campaign, the newest first, each with the tables that it has. They never change."""
    async with call.snapshot() as pg:
        found = await campaign_or_current(pg, campaign, call.today)
        editions = await editions_of(pg, found.id)
    return EditionsOut(items=[_shown(each, found.code) for each in editions])


@router.endpoint(
    f"GET /v1/statistics/variables{CSV_PATH}",
    "Variables of the statistics, as CSV",
    [304],
    answers=_VARIABLES,
    operation_id="get_statistics_variables_csv",
)
@router.endpoint(
    "GET /v1/statistics/variables", "Variables of the statistics", [304, 406], model=VariablesOut, answers=_VARIABLES
)
async def get_statistics_variables(call: Unauthenticated, *, excel: Excel = False) -> Response:
    """Each with concept, definition, classification, measure, unit, period, question and source, as Satu Data Indonesia
    asks (Perpres 39/2019). Open to everybody: it says what there is, and no figure.
    """
    rows: list[dict[str, Any]] = [each.model_dump() for each in variables(call.language)]
    return answer(call.request, {"items": rows}, unhashed={}, columns=_METADATA, excel=excel)


async def _read(call: SignedCall, asked: TableAsked) -> tuple[Table, dict[str, Any]]:
    """The table that is asked for, and what is answered of it."""
    region_code = call.principal.territory.narrowed_to(asked.region).region_code
    table = table_asked(asked, region_code)
    async with call.snapshot() as pg:
        campaign = await campaign_or_current(pg, asked.campaign, call.today)
        if asked.edition is None:
            edition = await last_edition(pg, campaign.id)
        else:
            edition = await edition_by_id(pg, campaign.id, asked.edition)
        if edition is None:
            raise Problem(Code.NO_EDITION)
        refuse_unless_given(table, orjson.loads(edition.given))
        rows = await read_table(pg, edition.id, table, region_code, call.language)
    named = Named(campaign.code, edition.id, edition.as_of, edition.threshold)
    return table, body_of(named, asked.by, table, region_code, rows)


def _shown(edition: Edition, campaign: str) -> EditionOut:
    given: dict[str, list[str]] = orjson.loads(edition.given)
    return EditionOut(
        id=edition.id,
        campaign=campaign,
        as_of=edition.as_of,
        threshold=edition.threshold,
        businesses=edition.businesses,
        given={level: [each.split(",") if each else [] for each in sets] for level, sets in given.items()},
    )
