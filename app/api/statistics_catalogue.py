"""The catalogue of the statistics, for portals that harvest."""

import hashlib
from typing import Annotated, Literal
from urllib.parse import urlencode

import asyncpg
import orjson
from fastapi import Query, Response
from pydantic import Field

from app.api.answers import as_table, columns, unless_known
from app.api.calls import SignedCall, StatisticsReader
from app.api.endpoints import Answers, Endpoints
from app.api.limits import Rate
from app.api.negotiation import media_type
from app.api.own_pages import site_of
from app.api.pages import PageQuery
from app.campaigns.asked import campaign_id_asked
from app.core.bulk import Digits
from app.core.linked_data import JSON_LD, RDF_XML, TURTLE, written
from app.core.offload import offload
from app.core.problems import Code, Problem
from app.core.text import Handle, Line
from app.regions.queries import region_names
from app.regions.region_code import LONGEST
from app.statistics.catalogue import (
    PATH,
    Dataset,
    DatasetPosition,
    Form,
    House,
    Measured,
    Place,
    catalogue,
    query_of,
)
from app.statistics.files import columns_of
from app.statistics.queries import list_datasets, read_table
from app.statistics.schemas import TableAsked
from app.statistics.tabulating import Named, Table, body_of, table_asked

router = Endpoints("statistics")

_MOST = 100
_ENDINGS = {"jsonld": JSON_LD, "ttl": TURTLE, "rdf": RDF_XML}
_BYTES_OF_ROW = 2_000  # of work, as `offload` counts it: a row is made, and written twice
_CATALOGUE: Answers = {
    200: {
        "description": "A page of the catalogue; `hydra:next` names the next one.",
        "content": {
            JSON_LD: {"schema": {"type": "object"}, "example": {"@context": {}, "@graph": []}},
            TURTLE: {"schema": {"type": "string"}, "example": "<…> a dcat:Catalog ."},
            RDF_XML: {"schema": {"type": "string"}, "example": "<rdf:RDF/>"},
        },
    }
}


class CatalogueAsked(PageQuery):
    """Which part of the catalogue is asked for."""

    region: Line | None = Field(
        default=None, max_length=LONGEST, description="Kemendagri code; by default the caller's whole territory."
    )
    campaign: Handle | None = Field(default=None, max_length=60, description="Code of a campaign; by default all.")
    limit: Annotated[Digits, Field(ge=1, le=_MOST)] = 25


@router.endpoint(
    "GET /v1/statistics/catalogue",
    "Catalogue of the statistics",
    [304, 400, 404, 406],
    answers=_CATALOGUE,
    limit=Rate.EXPORT,
    reader=True,
)
async def get_catalogue(call: StatisticsReader, asked: Annotated[CatalogueAsked, Query()]) -> Response:
    """DCAT-AP 3, for portals that harvest, such as CKAN: JSON-LD, Turtle or RDF/XML, by `Accept`. Each attribute of
    each edition is a dataset, the newest first; its distributions are the tables of the two levels below the region, as
    CSV and JSON, with size and checksum. A portal may show a read-only key as the password of `Basic`.
    """
    return await _catalogue(call, asked, PATH, media_type(call.request, JSON_LD, TURTLE, RDF_XML))


@router.endpoint(
    "GET /v1/statistics/catalogue.{ending}",
    "Catalogue of the statistics, by ending",
    [304, 400, 404],
    answers=_CATALOGUE,
    limit=Rate.EXPORT,
    reader=True,
)
async def get_catalogue_as(
    call: StatisticsReader, ending: Literal["jsonld", "ttl", "rdf"], asked: Annotated[CatalogueAsked, Query()]
) -> Response:
    """The same, for tools that go by the ending."""
    return await _catalogue(call, asked, f"{PATH}.{ending}", _ENDINGS[ending])


async def _catalogue(call: SignedCall, asked: CatalogueAsked, path: str, kind: str) -> Response:
    code = call.principal.territory.narrowed_to(asked.region).region_code
    pager = call.pager(asked, "catalogue", code, asked.campaign)
    after = None if pager.after is None else DatasetPosition.unpack(pager.after)
    async with call.snapshot() as pg:
        names = await region_names(pg, [code])
        if code not in names:
            raise Problem(Code.NOT_FOUND)
        place = Place(code, names[code])
        campaign_id = await campaign_id_asked(pg, asked.campaign)
        rows = await list_datasets(pg, campaign_id, code, limit=pager.limit, after=after)
        found = pager.page(rows, lambda each: each.position.pack())
        sizes: dict[tuple[Dataset, str, Form], Measured] = {}
        for dataset in found["items"]:
            for level in dataset.levels:
                sizes |= await _measured(pg, dataset, level, place)
    house = _house(call)
    query = {"region": code} | ({} if asked.campaign is None else {"campaign": asked.campaign}) | {"limit": asked.limit}

    def page(cursor: str | None) -> str:
        return f"{house.address}{path}?{urlencode(query | ({} if cursor is None else {'cursor': cursor}))}"

    following = found["next_cursor"]
    statements = catalogue(
        house, place, found["items"], sizes, page(asked.cursor), None if following is None else page(following)
    )
    content = await offload(len(sizes) * _BYTES_OF_ROW * 10, lambda: written(statements, kind))
    tag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Accept, Accept-Encoding"}
    if following is not None:
        headers["Link"] = f'<{page(following)}>; rel="next"'
    return unless_known(call.request, tag, headers) or Response(content, headers=headers, media_type=kind)


async def _measured(
    pg: asyncpg.Connection, dataset: Dataset, level: str, place: Place
) -> dict[tuple[Dataset, str, Form], Measured]:
    """The bytes of a table in both forms, as they are answered in Indonesian; nothing where it has too many rows."""
    asked = TableAsked.model_validate(query_of(dataset, level, place))
    table = table_asked(asked, place.code)
    try:
        rows = await read_table(pg, dataset.edition.id, table, place.code, "id")
    except Problem:
        return {}
    edition = dataset.edition
    named = Named(edition.campaign, edition.id, edition.as_of, edition.threshold)
    body = body_of(named, asked.by, table, place.code, rows)
    csv, json = await offload(len(rows) * _BYTES_OF_ROW, _both, body, table)
    return {(dataset, level, "csv"): csv, (dataset, level, "json"): json}


def _both(body: dict[str, object], table: Table) -> tuple[Measured, Measured]:
    contents = as_table(body, columns(*columns_of(table))), orjson.dumps(body)
    csv, json = (Measured(len(each), hashlib.sha256(each).hexdigest()) for each in contents)
    return csv, json


def _house(call: SignedCall) -> House:
    settings = call.services.settings
    site = site_of(call.request, settings)
    return House(
        f"{site.origin}{site.root}",
        settings.publisher,
        settings.publisher_homepage,
        settings.contact_name,
        settings.contact_email,
        settings.statistics_licence,
    )
