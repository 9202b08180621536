"""Statistics: how many businesses there are, by what they are, as of an edition; small cells suppressed."""

import hashlib
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import orjson
from fastapi import Path, Query, Response

from app.api.answers import CSV_PATH, CSV_TEXT, Excel, answer, as_table, columns, wants_csv
from app.api.calls import Admin, SignedCall, StatisticsReader, Unauthenticated
from app.api.endpoints import Answers, Endpoints
from app.campaigns.asked import campaign_or_current
from app.campaigns.queries import campaign_codes
from app.core.problems import Code, Problem
from app.core.text import Handle
from app.statistics.asking import RETRY_S, Asking, EditionState, ask_for_edition, edition_state
from app.statistics.files import columns_of, package_of
from app.statistics.metadata import variables
from app.statistics.queries import businesses_of, edition_by_id, editions_of, read_table
from app.statistics.schemas import (
    EditionIn,
    EditionOut,
    EditionsOut,
    EditionStateOut,
    StatisticsOut,
    TableAsked,
    VariablesOut,
)
from app.statistics.store import Edition, last_edition
from app.statistics.tabulating import Named, Table, body_of, refuse_unless_given, table_asked

router = Endpoints("statistics")

Campaign = Annotated[Handle | None, Query(description="Code of a campaign; by default the current one.", max_length=60)]
_PACKAGE = "/v1/statistics/businesses/datapackage.json"
_LATER = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds; while it is not done."}}
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
        has = await businesses_of(pg, [each.id for each in editions], call.principal.territory.region_code)
    return EditionsOut(items=[_shown(each, found.code, has[each.id]) for each in editions])


@router.endpoint(
    "POST /v1/statistics/editions",
    "Ask for an edition of the statistics",
    [404, 409],
    status=202,
    answers={
        200: {"description": "It was asked for by the same request before.", "model": EditionStateOut},
        202: {"headers": _LATER},
    },
)
async def post_statistics_edition(call: Admin, asked: EditionIn, response: Response) -> EditionStateOut:
    """Made in the background, one at a time, from the register as of the moment when it is begun; `Location` says how
    far it is. Another one of the campaign that is not done yet is answered with `edition_in_work`. An edition that
    follows another one closely hides small changes since then, and so shows less. Idempotent by `id`.
    """
    who = Asking(call.principal.account_id, call.now, call.trace_id)

    async def work(pg: asyncpg.Connection) -> tuple[EditionStateOut, bool]:
        campaign = await campaign_or_current(pg, asked.campaign, call.today)
        state, is_new = await ask_for_edition(pg, who, campaign, asked.id)
        return _state(state, campaign.code, state.businesses), is_new  # an admin's territory is the nation

    out, is_new = await call.run(work)
    response.status_code = 202 if is_new else 200
    response.headers["Location"] = f"/v1/statistics/editions/{out.id}"
    return _not_yet(out, response)


@router.endpoint(
    "GET /v1/statistics/editions/{id}",
    "How far an edition of the statistics is",
    [404],
    answers={200: {"headers": _LATER}},
)
async def get_statistics_edition(
    call: StatisticsReader,
    edition_id: Annotated[UUID, Path(alias="id", description="The edition's id.")],
    response: Response,
) -> EditionStateOut:
    """With `Retry-After` until it is made or failed. One that is due is gone when it failed, and begun again later."""
    async with call.snapshot() as pg:
        state, codes = await edition_state(pg, edition_id), await campaign_codes(pg)
        has = await businesses_of(pg, [edition_id], call.principal.territory.region_code)
    if state is None:
        raise Problem(Code.NO_EDITION)
    return _not_yet(_state(state, codes[state.campaign_id], has[edition_id]), response)


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


def _state(row: EditionState, campaign: str, businesses: int | None) -> EditionStateOut:
    return EditionStateOut.model_validate(
        row.named()
        | {
            "campaign": campaign,
            "as_of": None if row.state == "queued" else row.as_of,
            "businesses": businesses if row.state == "made" else None,
        }
    )


def _not_yet(out: EditionStateOut, response: Response) -> EditionStateOut:
    if out.state in ("queued", "in_work"):
        response.headers["Retry-After"] = str(RETRY_S)
    return out


def _shown(edition: Edition, campaign: str, businesses: int | None) -> EditionOut:
    given: dict[str, list[str]] = orjson.loads(edition.given)
    return EditionOut(
        id=edition.id,
        campaign=campaign,
        as_of=edition.as_of,
        threshold=edition.threshold,
        businesses=businesses,
        given={level: [each.split(",") if each else [] for each in sets] for level, sets in given.items()},
    )
