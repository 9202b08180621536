"""Sync: the handshake, batches and reconciling of tablets."""

import time
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.accounts.devices import seen
from app.api.calls import HandingOver, Sender
from app.api.endpoints import Endpoints, sent
from app.api.negotiation import content_coding
from app.attachments.uploading import MAX_OPEN, MAX_PART
from app.core.bodies import unpack
from app.core.bulk import Digits
from app.core.problems import Code, Problem
from app.core.text import Said
from app.intake.schemas import BatchIn, Receipt
from app.sync.handshake import HandshakeOut, LimitsOut, handshake
from app.sync.reconcile import ReconcileIn, ReconcileOut, reconcile

router = Endpoints("sync")

_BODY = sent(
    "Plain, or coded with `gzip` or `zstd` (`Content-Encoding`).",
    {"application/json": {"schema": {"$ref": "#/components/schemas/BatchIn"}}},
)
_RECEIPT: dict[str, Any] = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}}


class TabletState(BaseModel):
    """What a tablet reports about itself."""

    model_config = ConfigDict(frozen=True)

    app_version: Said | None = Field(default=None, max_length=60, description="The tablet's app.")
    unsent: Digits | None = Field(default=None, ge=0, le=2**31 - 1, description="Records that it has not sent yet.")


@router.endpoint("GET /v1/sync/handshake", "Handshake of a tablet", unlimited=True)
async def get_handshake(call: HandingOver, tablet: Annotated[TabletState, Query()]) -> HandshakeOut:
    """What a tablet needs to know to work offline: the time, limits, questionnaires, its own state, campaigns with the
    enumerator's assignments, how to repeat requests, and the newest batch that the server has of it. Supervisors see
    what the tablet reports about itself. A revoked tablet gets neither campaigns nor assignments, only what it needs to
    hand over its records.
    """
    await call.services.database.write(seen(call.principal, tablet.app_version, tablet.unsent))
    settings = call.services.settings
    limits = LimitsOut(
        max_items=settings.max_batch_items,
        max_bytes=settings.max_body_bytes,
        max_item_bytes=settings.max_item_bytes,
        max_photo_bytes=settings.max_attachment_bytes,
        max_photo_part_bytes=MAX_PART,
        max_photos_begun=MAX_OPEN,
    )
    async with call.statement() as pg:
        return await handshake(pg, call.principal, call.now, limits)


@router.endpoint(
    "PUT /v1/sync/batches/{batch_id}",
    "Send a batch",
    [409, 415],
    unlimited=True,
    answers={
        201: {"description": "The receipt; the batch is stored.", **_RECEIPT},
        200: {"description": "The same receipt again, byte for byte.", **_RECEIPT},
    },
    openapi_extra=_BODY,
)
async def put_batch(
    call: Sender,
    batch_id: UUID,
    content_encoding: Annotated[str, Header()] = "",
) -> Response:
    """Send a batch under an id that the tablet chooses; repeat it until the receipt arrives.

    Items are judged one by one, in order; a bad item does not affect the others. The answer is sent after the commit.
    """
    if call.media_type not in ("application/json", ""):
        raise Problem(Code.UNSUPPORTED_MEDIA_TYPE)
    services = call.services
    body = await call.body(content_encoding)
    began = time.perf_counter()
    taken = await services.ingest.take(call.proof, batch_id, body, language=call.language, trace_id=call.trace_id)
    if taken.outcomes is not None:
        services.metrics.took_batch(taken.outcomes, time.perf_counter() - began)
    return _receipt(taken.packed, call.request, status=201 if taken.outcomes else 200)


@router.endpoint(
    "GET /v1/sync/batches/{batch_id}",
    "The receipt of a batch",
    [404],
    unlimited=True,
    answers={200: {"description": "The receipt.", **_RECEIPT}},
)
async def get_batch(call: HandingOver, batch_id: UUID) -> Response:
    """The receipt of a batch that this account sent, the same bytes as the first answer."""
    return _receipt(await call.services.ingest.receipt(call.principal, batch_id), call.request, status=200)


@router.endpoint("POST /v1/sync/reconcile", "Whether revisions are stored", [429], unlimited=True)
async def post_reconcile(call: HandingOver, asked: ReconcileIn) -> ReconcileOut:
    """What the server has of the revisions on a tablet. The tablet may delete only what is `stored` with `purge`.

    Also for a revoked tablet, which must know what it still has to hand over. A record of another enumerator is
    `missing`, unless this enumerator sent the same content.
    """
    digester = call.services.ingest.digester
    async with call.statement() as pg:
        return ReconcileOut(items=await reconcile(pg, digester, call.principal.account_id, asked.items))


def _receipt(packed: bytes, request: Request, *, status: int) -> Response:
    """The receipt as it is stored if the client accepts zstd; otherwise unpacked, and the gzip layer compresses it or
    not."""
    headers = {"Vary": "Accept-Encoding"}
    if content_coding(request, "zstd", "gzip") == "zstd":
        return Response(packed, status, {**headers, "Content-Encoding": "zstd"}, media_type="application/json")
    return Response(unpack(packed), status, headers, media_type="application/json")


SCHEMAS = (BatchIn, Receipt)
"""Models that the documentation refers to by name, since bodies and receipts pass as bytes."""
