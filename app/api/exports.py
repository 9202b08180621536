"""Exports: the register, or what filters leave of it, as a file; and what its columns mean."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Message, Send

from app.accounts.permissions import Access, Principal, Scope
from app.api.answers import CSV, JSON
from app.api.businesses import FiltersAsked, FiltersDep
from app.api.deps import (
    AccessReason,
    Anyone,
    Services,
    ServicesDep,
    TraceId,
    access_of,
    allowed,
    limited,
    problems,
    still_allowed,
)
from app.api.feed import feed_pager
from app.api.limits import Asked
from app.api.negotiation import media_type
from app.api.pages import PageAsked
from app.audit import trail
from app.audit.actions import Action
from app.core.bulk import Said
from app.core.problems import Code, Problem
from app.core.redaction import without_numbers
from app.exchange.columns import COLUMNS, Type
from app.exchange.export_request import EXPORTERS, ExportRequest, export_of
from app.exchange.exporting import MEDIA_TYPES, Format
from app.exchange.streaming import Consumer
from app.regions.region_code import NATION, local_date

router = APIRouter(prefix="/v1", tags=["exchange"])

_log = structlog.get_logger("kumkm.export")
_STALLED_S = 60
_LOOK_AGAIN_S = 5
Exporter = Annotated[Principal, Depends(allowed(*EXPORTERS, scope=Scope.BUSINESSES_READ))]


@dataclass(frozen=True, slots=True)
class Shape:
    """How an export is to be, beside its filters."""

    q: Annotated[Said | None, Query(description="Words of a name.", min_length=2, max_length=100)] = None
    excel: Annotated[
        bool, Query(description="CSV as Excel in Indonesia reads it: `;`, decimal commas, BOM, codes as text.")
    ] = False
    unmasked: Annotated[bool, Query(description="With personal data; by `pii:read` and `X-Access-Reason`.")] = False


ShapeDep = Annotated[Shape, Depends()]
FILES: dict[str, Any] = {
    **{kind: {"schema": {"type": "string", "format": "binary"}, "example": ""} for kind in MEDIA_TYPES.values()},
    MEDIA_TYPES["geojson"]: {"schema": {"type": "object"}, "example": {"type": "FeatureCollection", "features": []}},
}
"""The documentation of a file of whichever form."""


class ColumnOut(BaseModel):
    """What a column means, as Satu Data Indonesia asks for it with all data."""

    name: str
    type: Type
    label_id: str
    label_en: str
    concept: str
    definition_id: str
    definition_en: str
    unit: str | None
    classification: str | None = Field(description="The list that its codes are of.")
    codes: list[str] = Field(description="All values that there are, where they are few.")
    personal: bool = Field(description="Whether it is masked or empty unless asked for with a right and a reason.")


class MetadataOut(BaseModel):
    """Every column of exports and of the feed."""

    title: str
    producer: str
    items: list[ColumnOut]


@router.get(
    "/metadata",
    summary="What the columns mean",
    response_model=MetadataOut,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}, **problems(401, 403, 406, 429, 503)},
)
async def get_metadata(request: Request, response: Response, _: Anyone) -> Any:
    """Concept, definition, unit, classification and type of every exported column; CSV on `Accept: text/csv`."""
    items = [
        ColumnOut(
            **{name: getattr(each, name) for name in ColumnOut.model_fields if name != "personal"},
            personal=bool(each.sealed),
        )
        for each in COLUMNS
    ]
    response.headers["Vary"] = "Accept"
    if media_type(request, JSON, CSV) == CSV:
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, fieldnames=list(ColumnOut.model_fields))
        writer.writeheader()
        writer.writerows(item.model_dump() for item in items)
        return Response(out.getvalue(), headers=response.headers, media_type=CSV)
    return MetadataOut(title="Basis Data Tunggal KUMKM", producer="Kementerian Koperasi dan UKM", items=items)


@router.get(
    "/exports/businesses.{format}",
    summary="The register as a file",
    dependencies=[limited(Asked.EXPORT)],
    response_class=Response,
    responses={
        200: {
            "description": "The file. Where the connection ends before the chunked body does, it is not whole.",
            "headers": {
                "X-Feed-Cursor": {
                    "schema": {"type": "string"},
                    "description": "Where the feed goes on from; told where nothing but `region` narrows it.",
                },
                "Content-Disposition": {"schema": {"type": "string"}, "description": "A name for the file."},
            },
            "content": FILES,
        },
        **problems(400, 401, 403, 404, 422, 429, 503),
    },
)
async def get_export(
    format: Format,  # noqa: A002  (the contract's word)
    asked: FiltersDep,
    shape: ShapeDep,
    principal: Exporter,
    held: ServicesDep,
    trace_id: TraceId,
    reason: AccessReason = None,
) -> Response:
    """Streamed from one moment, in constant memory: the list's filters, all columns of `GET /v1/metadata`. Every
    text is as it was stored; in XLSX, and in CSV with `excel=true`, a spreadsheet takes none for a formula, a number or
    a day.
    Every export is in the audit trail.
    """
    access = access_of(principal, reason)
    if shape.unmasked and not access.unmasked:
        raise Problem(Code.NOT_ALLOWED)
    today = local_date(held.clock.now(), NATION)
    shaped = {"q": shape.q, "excel": shape.excel, "unmasked": shape.unmasked}
    asking = ExportRequest.by(principal, format=format, **asked.filters.model_dump(), **shaped)
    await note_export(held, access, asking, trace_id)
    stack, consumer = AsyncExitStack(), Consumer(principal.account_id, _STALLED_S)
    try:
        position, chunks = await stack.enter_async_context(
            held.exports.open(consumer, lambda pg: export_of(pg, asking, held.ingest.ring, today))
        )
        await still_allowed(held, principal)  # the first bytes may take their time
    except BaseException:
        await stack.aclose()
        raise
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(asked, format, today)}"'}
    if shape.q is None and asked.filters.only_region:
        headers["X-Feed-Cursor"] = feed_pager(held, principal, PageAsked(), asked.region).written(position.pack())
    told = _while_allowed(held, principal, chunks)
    return _Patient(consumer, _closing(stack, told), media_type=MEDIA_TYPES[format], headers=headers)


async def note_export(held: Services, access: Access, asking: ExportRequest, trace_id: str) -> None:
    """Bulk reads are in the trail before the first byte goes out; unmasked ones with their reason."""
    # Whatever was typed as a region, before anybody has looked whether it is one.
    subject = ("region", without_numbers(asking.region or asking.territory))
    filters = [without_numbers(each) for each in asking.values if each is not None]
    detail: dict[str, Any] = {"format": asking.format, "filters": filters}
    if asking.unmasked:
        detail["reason"] = access.reason or ""
    action = Action.EXPORT_UNMASKED if asking.unmasked else Action.EXPORT_MADE
    await held.database.run(
        lambda pg: trail.record_many(
            pg, action, actor_id=asking.account_id, trace_id=trace_id, subjects=[(*subject, detail)]
        )
    )


async def _closing(stack: AsyncExitStack, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks; a fault among them ends the connection before the body has its end, so that nobody takes what came
    for the whole.
    """
    async with stack:
        async for chunk in cut_on_fault(chunks):
            yield chunk


async def cut_on_fault(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks; a fault ends the connection where the answer has begun."""
    try:
        async for chunk in chunks:
            yield chunk
    except Exception as exc:
        _log.warning("export_cut", fault=type(exc).__qualname__)
        raise ClientDisconnect from exc


async def _while_allowed(held: Services, principal: Principal, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks, as long as the account may have them: it is looked at every few seconds."""
    loop = asyncio.get_running_loop()
    looked_at = loop.time()
    async for chunk in chunks:
        if loop.time() - looked_at >= _LOOK_AGAIN_S:
            await still_allowed(held, principal)
            looked_at = loop.time()
        yield chunk


def _file_name(asked: FiltersAsked, format_: Format, today: date) -> str:
    place = f"-{asked.region}" if asked.region else ""
    return f"businesses{place}-{today:%Y%m%d}.{format_}"


class _Patient(StreamingResponse):
    """A stream whose reader may be slow, but not stand still: then it is cut, and what it holds is let go."""

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
