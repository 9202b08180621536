"""Sync: what a tablet speaks."""

import time
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from app.accounts.devices import note_seen
from app.api.deps import HandingOver, Language, Sender, ServicesDep, TraceId, problems
from app.api.negotiation import content_coding
from app.attachments.uploading import MAX_OPEN, MAX_PART
from app.core.bodies import read_body, unpack
from app.core.bulk import Digits, Said
from app.core.problems import Code, Problem
from app.intake.schemas import BatchIn, Receipt
from app.sync.handshake import HandshakeOut, LimitsOut, handshake
from app.sync.reconcile import ReconcileIn, ReconcileOut, reconcile

router = APIRouter(prefix="/v1/sync", tags=["sync"])

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "Plain, or coded with `gzip` or `zstd` (`Content-Encoding`).",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/BatchIn"}}},
    }
}
_RECEIPT: dict[str, Any] = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}}


@router.get("/handshake", summary="Before going out", responses=problems(401, 403, 422, 503))
async def get_handshake(
    principal: HandingOver,
    held: ServicesDep,
    app_version: Annotated[Said | None, Query(max_length=60, description="The tablet's app.")] = None,
    unsent: Annotated[Digits | None, Query(ge=0, le=2**31 - 1, description="Records that it has not sent yet.")] = None,
) -> HandshakeOut:
    """What a tablet needs to know to work offline: the time, limits, questionnaires, its own state, campaigns with
    the enumerator's assignments, and how to try again. What the tablet tells of itself, its supervisors see. One that
    was revoked is told neither campaigns nor assignments, only what it needs to hand over.
    """
    await held.database.run(lambda pg: note_seen(pg, principal, app_version, unsent))
    settings = held.settings
    limits = LimitsOut(
        max_items=settings.max_batch_items,
        max_bytes=settings.max_body_bytes,
        max_item_bytes=settings.max_item_bytes,
        max_photo_bytes=settings.max_attachment_bytes,
        max_photo_part_bytes=MAX_PART,
        max_photos_begun=MAX_OPEN,
    )
    async with held.database.snapshot() as pg:
        return await handshake(pg, principal, held.clock.now(), limits)


@router.put(
    "/batches/{batch_id}",
    summary="Send a batch",
    response_class=Response,
    responses={
        201: {"description": "The receipt; the batch is stored.", **_RECEIPT},
        200: {"description": "The same receipt again, byte for byte.", **_RECEIPT},
        **problems(400, 401, 403, 409, 413, 415, 422, 503),
    },
    openapi_extra=_BODY,
)
async def put_batch(
    batch_id: UUID,
    request: Request,
    sender: Sender,
    held: ServicesDep,
    language: Language,
    trace_id: TraceId,
    content_type: Annotated[str, Header(include_in_schema=False)] = "application/json",
    content_encoding: Annotated[str, Header()] = "",
) -> Response:
    """Send a batch under an id of the tablet's own, as often as it takes to see the receipt.

    Items are judged one by one, in order; one bad item never sinks the others. The answer goes out after the commit.
    """
    if content_type.split(";")[0].strip().lower() not in ("application/json", ""):
        raise Problem(Code.UNSUPPORTED_MEDIA_TYPE)
    body = await read_body(
        request.stream(), coding=content_encoding, max_bytes=held.settings.max_body_bytes, hold=request.state.hold
    )
    began = time.perf_counter()
    taken = await held.ingest.take(sender, batch_id, body, language=language, trace_id=trace_id)
    if taken.outcomes is not None:
        held.metrics.took_batch(taken.outcomes, time.perf_counter() - began)
    return _receipt(taken.packed, request, status=201 if taken.outcomes else 200)


@router.get(
    "/batches/{batch_id}",
    summary="The receipt of a batch",
    response_class=Response,
    responses={200: {"description": "The receipt.", **_RECEIPT}, **problems(401, 403, 404, 503)},
)
async def get_batch(batch_id: UUID, request: Request, principal: HandingOver, held: ServicesDep) -> Response:
    """The receipt of a batch that this account sent, the same bytes as the first answer."""
    return _receipt(await held.ingest.receipt(principal, batch_id), request, status=200)


@router.post("/reconcile", summary="Is it really stored", responses=problems(400, 401, 403, 413, 422, 429, 503))
async def post_reconcile(told: ReconcileIn, principal: HandingOver, held: ServicesDep) -> ReconcileOut:
    """What the server has of the revisions that a tablet holds; it deletes only what is `stored`.

    Also for a tablet that was revoked, which must know what it still has to hand over. What belongs to another
    enumerator is `missing`.
    """
    async with held.database.snapshot() as pg:
        return ReconcileOut(items=await reconcile(pg, held.ingest.digester, principal.account_id, told.items))


def _receipt(packed: bytes, request: Request, *, status: int) -> Response:
    """The receipt as it is kept, where the client takes zstd; else unpacked, for the gzip layer to code or not."""
    headers = {"Vary": "Accept-Encoding"}
    if content_coding(request, "zstd", "gzip") == "zstd":
        return Response(packed, status, {**headers, "Content-Encoding": "zstd"}, media_type="application/json")
    return Response(unpack(packed), status, headers, media_type="application/json")


SCHEMAS = (BatchIn, Receipt)
"""Models that the documentation refers to by name, since bodies and receipts pass as bytes."""
