"""Photos of places and products: tablets send them in parts, supervisors look at them."""

import asyncio
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Header, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.calls import HandingOver, SignedCall, Staff
from app.api.endpoints import Endpoints, files, sent
from app.api.negotiation import IDENTITY
from app.api.services import Services
from app.attachments.images import FORMATS, Size
from app.attachments.metadata import assembled, examine
from app.attachments.queries import AttachmentOut, attachments_of, stored_as
from app.attachments.uploading import MAX_PART, Part, progress_of, take_part
from app.core.bodies import read_body
from app.core.bulk import Digits
from app.core.problems import Code, Problem
from app.submissions.records import record_of

router = Endpoints("attachments")

Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="Of the whole photo, in hexadecimal.")]
RecordId = Annotated[UUID, Path(description="The record's id.")]
Purpose = Literal["place", "product"]
_UPLOAD = {
    "Upload-Offset": {"description": "Bytes that have come.", "schema": {"type": "integer"}},
    "Upload-Length": {"description": "Bytes of the whole photo.", "schema": {"type": "integer"}},
    "Upload-Complete": {"description": "`?1` where it is whole.", "schema": {"type": "string"}},
}
_CONTINUE = {
    "Upload-Offset": {
        "description": "Of `upload_out_of_order`: the byte to continue from.",
        "schema": {"type": "integer"},
    },
    "Upload-Length": {
        "description": "Of `upload_out_of_order`: bytes of the whole photo.",
        "schema": {"type": "integer"},
    },
    "Upload-Complete": {"description": "Of `upload_out_of_order`: `?0`.", "schema": {"type": "string"}},
}


class LinkedTo(BaseModel):
    """What a photo belongs to."""

    model_config = ConfigDict(frozen=True)

    record_id: UUID = Field(description="The record that it belongs to; it may come before or after it.")
    purpose: Purpose = Field(description="What it shows.")


class MaybeLinkedTo(BaseModel):
    """What a photo may belong to."""

    model_config = ConfigDict(frozen=True)

    record_id: UUID | None = Field(default=None, description="How far it is for this record.")
    purpose: Purpose | None = Field(default=None, description="And for this purpose.")


@router.endpoint(
    "HEAD /v1/sync/attachments/{sha256}",
    "How far a photo has come",
    [404],
    unlimited=True,
    answers={200: {"description": "Something of it has come.", "headers": _UPLOAD}},
)
async def head_attachment(call: HandingOver, sha256: Sha256, link: Annotated[MaybeLinkedTo, Query()]) -> Response:
    """Where to continue after a lost connection: `Upload-Offset` is the next byte to send. If `Upload-Length` is not
    the length of the photo, it was first declared wrongly: send the photo from byte 0. 404 if the server has no byte of
    the photo. For a complete photo that is not linked to the given record and purpose, the offset is 0: its
    first part links it.
    """
    photo, record_id, purpose = bytes.fromhex(sha256), link.record_id, link.purpose
    async with call.snapshot() as pg:
        progress = await progress_of(pg, call.principal, photo, record_id=record_id, purpose=purpose)
    return Response(headers=progress.headers)


@router.endpoint(
    "PUT /v1/sync/attachments/{sha256}",
    "Send a photo, or a part of it",
    [404, 409, 415],
    status=201,
    answers={
        200: {"description": "It is whole already.", "headers": _UPLOAD},
        201: {"description": "It is whole with this part, decoded and kept.", "headers": _UPLOAD},
        204: {"description": "The part is stored; continue at `Upload-Offset`.", "headers": _UPLOAD},
        409: {"headers": _CONTINUE},
    },
    openapi_extra=sent("The bytes from `Upload-Offset` on, at most a mebibyte of them.", files(*FORMATS)),
)
async def put_attachment(
    call: HandingOver,
    sha256: Sha256,
    link: Annotated[LinkedTo, Query()],
    upload_length: Annotated[Digits, Header(ge=1, description="Bytes of the whole photo.")],
    upload_offset: Annotated[Digits, Header(ge=0, description="Where these bytes begin.")] = 0,
) -> Response:
    """Send the parts in order. A part that the server already has is answered with the present offset; a part from
    further on is refused (409) with the byte to continue from in `Upload-Offset`: no `HEAD` is needed. When all bytes
    are there, the server checks the SHA-256 and decodes the photo. If either fails, send the photo again from byte 0.
    Do the same if the declared length was wrong: then 409 names byte 0. The same photo of another record or purpose is
    linked by its first part. 404 for the record of another enumerator, and for one whose answers were erased or are
    past their time: do not send the photo again. The server stores the picture without metadata: place, camera,
    comments, previews, colour profiles.
    """
    services = call.services
    if upload_length > services.settings.max_attachment_bytes:
        raise Problem(Code.BODY_TOO_LARGE)
    if call.media_type not in FORMATS:
        raise Problem(Code.NOT_A_PHOTO_TYPE)
    if call.request.headers.get("content-encoding", IDENTITY) != IDENTITY:  # bytes are counted as they are in the photo
        raise Problem(Code.UNSUPPORTED_MEDIA_TYPE)
    content = await read_body(call.request.stream(), coding="", max_bytes=MAX_PART)
    await call.refuse_if_less(hand_over=True)  # a body may take its time
    if not content or upload_offset + len(content) > upload_length:
        raise Problem(Code.MALFORMED_REQUEST)
    part = Part(
        bytes.fromhex(sha256), link.record_id, link.purpose, call.media_type, upload_offset, upload_length, content
    )
    progress = await take_part(
        services.database, services.storage, partial(_looked_at, services), call.principal, part, now=call.now
    )
    status = 201 if progress.new else 200 if progress.complete else 204
    return Response(status_code=status, headers=progress.headers)


@router.endpoint("GET /v1/submissions/{record_id}/attachments", "The photos of a record", [404])
async def get_attachments(call: Staff, record_id: RecordId) -> list[AttachmentOut]:
    """Enumerators may see those of their own records, coordinators those of their team, others those of their
    territory."""
    photos, _ = await _attachments(call, record_id)
    return photos


@router.endpoint(
    "GET /v1/submissions/{record_id}/attachments/{sha256}",
    "A photo",
    [404],
    answers={200: {"description": "The photo.", "content": files(*FORMATS)}},
)
async def get_attachment(call: Staff, record_id: RecordId, sha256: Sha256) -> Response:
    """The picture that the tablet sent, without metadata."""
    photos, enumerator_id = await _attachments(call, record_id)
    found = [each for each in photos if each.sha256 == sha256]
    if not found:
        raise Problem(Code.NOT_FOUND)
    async with call.snapshot() as pg:
        stored = await stored_as(pg, bytes.fromhex(sha256), enumerator_id)
    content = await call.services.storage.get(stored.name)
    if content is None:
        raise Problem(Code.NOT_FOUND)
    if not stored.bare:
        _, content = await _looked_at(call.services, content, found[0].media_type)
    return Response(content, media_type=found[0].media_type, headers={"Content-Disposition": "attachment"})


async def _looked_at(services: Services, whole: bytes, media_type: str) -> tuple[Size, bytes]:
    """A photo's size, and what is kept of it."""
    width, height, pieces = await services.photos.call(examine, whole, media_type, refused=Code.ATTACHMENT_NOT_AN_IMAGE)
    return Size(width, height), await asyncio.to_thread(assembled, whole, pieces)


async def _attachments(call: SignedCall, record_id: UUID) -> tuple[list[AttachmentOut], UUID]:
    """The photos of a record, and its enumerator."""
    async with call.snapshot() as pg:
        reach = await call.reach(pg)
        record = await record_of(pg, record_id)
        if record is None or not reach.covers(record.enumerator_id, record.region_code):
            raise Problem(Code.NOT_FOUND)
        return await attachments_of(pg, record_id, record.enumerator_id), record.enumerator_id
