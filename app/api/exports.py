"""Exports: the register, or the part that filters select, as a file; and the meaning of its columns."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import date
from typing import Annotated, Any, Literal

import structlog
from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Message, Send

from app.accounts.permissions import Access
from app.api.answers import CSV, CSV_TEXT, FOR_EXCEL, JSON
from app.api.businesses import FiltersQuery
from app.api.calls import AccessReason, AnyRole, Exporter, SignedCall
from app.api.endpoints import Endpoints, files
from app.api.feed import feed_pager
from app.api.limits import Rate
from app.api.negotiation import media_type
from app.audit.actions import Action
from app.core.excel import MEDIA_TYPE as EXCEL
from app.core.redaction import without_numbers
from app.core.table_schema import Type, data_package
from app.core.text import Said
from app.exchange.codebook import ddi, page
from app.exchange.columns import COLUMNS
from app.exchange.export_request import ExportRequest, export_of
from app.exchange.exporting import ENDINGS, MEDIA_TYPES, Format
from app.exchange.manifest import SOURCE_EN, SOURCE_ID
from app.exchange.streaming import Consumer
from app.exchange.table import register_schema
from app.exchange.to_package import CSV_NAME

router = Endpoints("exchange")

_log = structlog.get_logger("kumkm.export")
_STALLED_S = 60
_LOOK_AGAIN_S = 5


class Shape(BaseModel):
    """Options of an export, beside its filters."""

    model_config = ConfigDict(frozen=True)

    q: Said | None = Field(default=None, description="Words of a name.", min_length=2, max_length=100)
    excel: bool = Field(default=False, description=FOR_EXCEL)
    unmasked: bool = Field(default=False, description="With personal data; by `pii:read` and `X-Access-Reason`.")


FILES: dict[str, Any] = {
    **{kind: {**content, "example": ""} for kind, content in files(*MEDIA_TYPES.values()).items()},
    MEDIA_TYPES["geojson"]: {"schema": {"type": "object"}, "example": {"type": "FeatureCollection", "features": []}},
}
"""The documentation of a file, of any form."""


_SCHEMA_PATH = "/v1/exports/businesses/datapackage.json"
TOLD: dict[str, Any] = {
    "X-Export-Made-At": {"schema": {"type": "string"}, "description": "The moment that all of it shows."},
    "X-Export-Rows": {"schema": {"type": "integer"}, "description": "Rows that a whole file has, without the heading."},
    "Link": {"schema": {"type": "string"}, "description": "`describedby`: what its columns are."},
}
"""The documentation of headers that say what the file is, for forms that have no place for it."""


class ColumnOut(BaseModel):
    """What a column means, as Satu Data Indonesia requires it for all data."""

    name: str
    type: Type
    label_id: str
    label_en: str
    concept: str
    definition_id: str
    definition_en: str
    unit: str | None
    classification: str | None = Field(description="The list that its codes are of.")
    codes: list[str] = Field(description="All possible values, if they are few.")
    personal: bool = Field(
        description="Whether it is masked or empty unless the caller has the right and gives a reason."
    )


class MetadataOut(BaseModel):
    """Every column of exports and of the feed."""

    title: str
    producer: str
    items: list[ColumnOut]


@router.endpoint(
    "GET /v1/metadata",
    "Meaning of the columns",
    [406, 429],
    unlimited=True,
    model=MetadataOut,
    answers={200: {"content": CSV_TEXT}},
)
async def get_metadata(call: AnyRole, response: Response) -> Any:
    """Concept, definition, unit, classification and type of every exported column; CSV on `Accept: text/csv`."""
    items = [
        ColumnOut(
            **{name: getattr(each, name) for name in ColumnOut.model_fields if name != "personal"},
            personal=bool(each.sealed),
        )
        for each in COLUMNS
    ]
    response.headers["Vary"] = "Accept"
    if media_type(call.request, JSON, CSV) == CSV:
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, fieldnames=list(ColumnOut.model_fields))
        writer.writeheader()
        writer.writerows(item.model_dump() for item in items)
        return Response(out.getvalue(), headers=response.headers, media_type=CSV)
    return MetadataOut(title="Basis Data Tunggal KUMKM", producer="Kementerian Koperasi dan UKM", items=items)


@router.endpoint(
    "GET /v1/exports/businesses.{format}",
    "The register as a file",
    [400, 404],
    limit=Rate.EXPORT,
    reader=True,
    answers={
        200: {
            "description": "The file. If the connection ends before the chunked body does, the file is not complete.",
            "headers": {
                "X-Feed-Cursor": {
                    "schema": {"type": "string"},
                    "description": "Where the feed continues; present if `region` is the only filter.",
                },
                "Content-Disposition": {"schema": {"type": "string"}, "description": "A name for the file."},
                **TOLD,
            },
            "content": FILES,
        },
    },
)
async def get_export(
    call: Exporter,
    format: Format,  # noqa: A002  (the contract's word)
    filters: FiltersQuery,
    shape: Annotated[Shape, Query()],
    reason: AccessReason = None,
) -> Response:
    """Streams the register as of one moment. Takes the filters of the list, and has all columns of `GET /v1/metadata`.
    Every text is as it was stored; in XLSX, and in CSV with `excel=true`, a spreadsheet takes no text for a formula, a
    number or a date. `zip` is the CSV with `datapackage.json`, which has rows and checksum; `geoparquet` has points,
    `dta` and `sav` are for Stata and SPSS, with at most 100,000 rows. Every file says when it was made, by which
    filters, and whether personal data are masked: by itself, or, as CSV and NDJSON cannot, by the headers. Every export
    is in the audit trail.
    """
    access, services = call.access(reason), call.services
    if shape.unmasked:
        access.reason_given()
    asking = ExportRequest.by(call.principal, format=format, **dict(filters), **dict(shape))
    stack, consumer = AsyncExitStack(), Consumer(call.principal.account_id, _STALLED_S)
    try:
        position, manifest, chunks = await stack.enter_async_context(
            services.exports.open(
                consumer,
                lambda pg: export_of(pg, asking, services.ingest.ring, call.today),
                lambda: call.snapshot(services.readers.staleness_s),
            )
        )
        await call.refuse_if_less()  # the first bytes may take their time
        await note_export(call, access, asking)  # before the first byte is sent, and of what is sent alone
    except BaseException:
        await stack.aclose()
        raise
    headers = {
        "Content-Disposition": f'attachment; filename="{_file_name(asking, call.today)}"',
        "X-Export-Made-At": manifest.made_at.isoformat(),
        "X-Export-Rows": str(manifest.rows),
        "Link": f'<{_SCHEMA_PATH}>; rel="describedby"; type="application/json"',
    }
    if shape.q is None and filters.only_region:
        headers["X-Feed-Cursor"] = feed_pager(call, filters.region).written(position.pack())
    allowed_chunks = _while_allowed(call, chunks)
    return _Patient(consumer, _closing(stack, allowed_chunks), media_type=media_type_of(asking), headers=headers)


def media_type_of(asking: ExportRequest) -> str:
    """What the file is of."""
    return EXCEL if asking.excel and asking.format == "csv" else MEDIA_TYPES[asking.format]


@router.endpoint("GET /v1/exports/businesses/datapackage.json", "Schema of the CSV")
async def get_schema(call: Exporter) -> dict[str, Any]:  # noqa: ARG001  (who is signed in)
    """How plain CSV of the register is written, and types, labels, codes and constraints of its columns: a data package
    of the Frictionless specifications, with a Table Schema. What a file is of, its rows and its checksum are in the one
    of a finished export, and in `zip`.
    """
    return data_package("businesses", CSV_NAME, register_schema(), title=SOURCE_EN, more={"title_id": SOURCE_ID})


@router.endpoint(
    "GET /v1/exports/businesses/codebook.{form}",
    "Codebook",
    [],
    answers={
        200: {
            "description": "The codebook.",
            "content": {
                "application/xml": {"schema": {"type": "string"}, "example": "<codeBook/>"},
                "text/html": {"schema": {"type": "string"}, "example": "<!doctype html>"},
            },
        }
    },
)
async def get_codebook(call: Exporter, form: Literal["xml", "html"]) -> Response:  # noqa: ARG001  (who is signed in)
    """Every column of exports with its question, type, codes with labels and who sees it: as DDI Codebook 2.5 (`xml`),
    which data archives take, or as a page to read and print (`html`).
    """
    headers = {"Content-Disposition": f'attachment; filename="codebook.{form}"'}
    content, kind = (ddi(), "application/xml") if form == "xml" else (page().encode(), "text/html; charset=utf-8")
    return Response(content, headers=headers, media_type=kind)


async def note_export(call: SignedCall, access: Access, asking: ExportRequest) -> None:
    """Write the export into the audit trail before the first byte is sent; unmasked ones with their reason."""
    subject = ("region", without_numbers(asking.region or asking.territory))
    filters = [without_numbers(each) for each in asking.values if each is not None]
    detail: dict[str, Any] = {"format": asking.format, "filters": filters}
    if asking.unmasked:
        detail["reason"] = access.reason or ""
    action = Action.EXPORT_UNMASKED if asking.unmasked else Action.EXPORT_MADE
    await call.note(action, subject, detail)


async def _closing(stack: AsyncExitStack, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks. A fault ends the connection before the end of the body, so that no client takes the part for the
    whole.
    """
    async with stack:
        async for chunk in cut_on_fault(chunks):
            yield chunk


async def begun(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks, of which the first is there: a fault before it is answered as every other one."""
    first = await anext(chunks, b"")

    async def all_of_them() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return all_of_them()


async def cut_on_fault(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks; a fault ends the connection if the answer has begun."""
    try:
        async for chunk in chunks:
            yield chunk
    except Exception as exc:
        _log.warning("export_cut", fault=type(exc).__qualname__)
        raise ClientDisconnect from exc


async def _while_allowed(call: SignedCall, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks, as long as the account has the right: this is checked every few seconds."""
    loop = asyncio.get_running_loop()
    looked_at = loop.time()
    async for chunk in chunks:
        if loop.time() - looked_at >= _LOOK_AGAIN_S:
            await call.refuse_if_less()
            looked_at = loop.time()
        yield chunk


def _file_name(asking: ExportRequest, today: date) -> str:
    place = f"-{asking.region}" if asking.region else ""
    return f"businesses{place}-{today:%Y%m%d}.{ENDINGS.get(asking.format, asking.format)}"


class _Patient(StreamingResponse):
    """A stream whose reader may be slow. If the reader stops for too long, the connection is closed and the stream's
    file is freed."""

    def __init__(self, consumer: Consumer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._consumer = consumer

    async def stream_response(self, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            try:
                async with self._consumer.given():
                    await send(message)
            except TimeoutError as exc:
                raise ClientDisconnect from exc

        try:
            await super().stream_response(send_in_time)
        finally:
            await self.body_iterator.aclose()  # type: ignore[attr-defined]  # it is a generator
