"""Photos of places and products: sent by tablets in parts, looked at by supervisors."""

import asyncio
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Request, Response

from app.accounts.permissions import Principal
from app.api.deps import HandingOver, Services, ServicesDep, Staff, limited, problems, still_allowed
from app.api.limits import Asked
from app.attachments.images import FORMATS, Size
from app.attachments.metadata import assembled, examine
from app.attachments.queries import AttachmentOut, attachments_of, stored_as
from app.attachments.uploading import MAX_PART, Part, progress_of, take_part
from app.core.bodies import read_body
from app.core.bulk import Digits
from app.core.problems import Code, Problem
from app.regions.region_code import NATION, local_date
from app.submissions.records import record_of
from app.workforce.reach import reach_of

router = APIRouter(prefix="/v1", tags=["attachments"])

Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="Of the whole photo, in hexadecimal.")]
_UPLOAD = {
    "Upload-Offset": {"description": "Bytes that have come.", "schema": {"type": "integer"}},
    "Upload-Length": {"description": "Bytes of the whole photo.", "schema": {"type": "integer"}},
    "Upload-Complete": {"description": "`?1` where it is whole.", "schema": {"type": "string"}},
}


@router.head(
    "/sync/attachments/{sha256}",
    summary="How far a photo has come",
    response_class=Response,
    responses={
        200: {"description": "Something of it has come.", "headers": _UPLOAD},
        **problems(401, 403, 404, 422, 503),
    },
)
async def head_attachment(
    sha256: Sha256,
    principal: HandingOver,
    held: ServicesDep,
    record_id: Annotated[UUID | None, Query(description="How far it is for this record.")] = None,
    purpose: Annotated[Literal["place", "product"] | None, Query(description="And for this purpose.")] = None,
) -> Response:
    """Where to go on after a cut: `Upload-Offset` is the next byte to send. 404 where nothing of it has come. A photo
    that is whole, but not linked to the record and purpose that are told, begins at 0: its first part links it.
    """
    async with held.database.snapshot() as pg:
        progress = await progress_of(pg, principal, bytes.fromhex(sha256), record_id=record_id, purpose=purpose)
    return Response(headers=progress.headers)


@router.put(
    "/sync/attachments/{sha256}",
    summary="Send a photo, or a part of it",
    dependencies=[limited(Asked.CHANGE)],
    response_class=Response,
    status_code=201,
    responses={
        200: {"description": "It is whole already.", "headers": _UPLOAD},
        201: {"description": "It is whole with this part, decoded and kept.", "headers": _UPLOAD},
        204: {"description": "The part is kept; go on at `Upload-Offset`.", "headers": _UPLOAD},
        **problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "The bytes from `Upload-Offset` on, at most a mebibyte of them.",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in FORMATS},
        }
    },
)
async def put_attachment(
    sha256: Sha256,
    request: Request,
    principal: HandingOver,
    held: ServicesDep,
    record_id: Annotated[UUID, Query(description="The record that it belongs to; it may come before or after it.")],
    purpose: Annotated[Literal["place", "product"], Query(description="What it shows.")],
    upload_length: Annotated[Digits, Header(ge=1, description="Bytes of the whole photo.")],
    upload_offset: Annotated[Digits, Header(ge=0, description="Where these bytes begin.")] = 0,
    content_type: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Parts come in order; one that came before is only answered with how far the photo is, one from further on is
    refused (409) with the byte to go on from. When the last byte is in, the whole is held against its SHA-256 and
    decoded; where it is not what it is said to be, it has to come anew from its first byte. So has one whose length was
    told wrong: 409 names byte 0. The same photo of another record or purpose is linked by its first part. What is kept
    is the picture without metadata: place, camera, comments, previews.
    """
    if upload_length > held.settings.max_attachment_bytes:
        raise Problem(Code.BODY_TOO_LARGE)
    media_type = content_type.split(";")[0].strip().lower()
    if media_type not in FORMATS:
        raise Problem(Code.NOT_A_PHOTO_TYPE)
    content = await read_body(request.stream(), coding="", max_bytes=MAX_PART)
    await still_allowed(held, principal, hand_over=True)  # a body may take its time
    if not content or upload_offset + len(content) > upload_length:
        raise Problem(Code.MALFORMED_REQUEST)
    part = Part(bytes.fromhex(sha256), record_id, purpose, media_type, upload_offset, upload_length, content)

    progress = await take_part(
        held.database, held.storage, partial(_looked_at, held), principal, part, now=held.clock.now()
    )
    status = 201 if progress.new else 200 if progress.complete else 204
    return Response(status_code=status, headers=progress.headers)


@router.get(
    "/submissions/{record_id}/attachments",
    summary="The photos of a record",
    dependencies=[limited(Asked.LIST)],
    responses=problems(401, 403, 404, 422, 429, 503),
)
async def get_attachments(
    record_id: Annotated[UUID, Path(description="The record's id.")], principal: Staff, held: ServicesDep
) -> list[AttachmentOut]:
    """Of one's own record, of one's team, or of the territory."""
    photos, _ = await _attachments(record_id, principal, held)
    return photos


@router.get(
    "/submissions/{record_id}/attachments/{sha256}",
    summary="A photo",
    dependencies=[limited(Asked.LIST)],
    response_class=Response,
    responses={
        200: {
            "description": "The photo.",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in FORMATS},
        },
        **problems(401, 403, 404, 422, 429, 503),
    },
)
async def get_attachment(
    record_id: Annotated[UUID, Path(description="The record's id.")],
    sha256: Sha256,
    principal: Staff,
    held: ServicesDep,
) -> Response:
    """The picture as the tablet sent it, without metadata."""
    photos, enumerator_id = await _attachments(record_id, principal, held)
    found = [each for each in photos if each.sha256 == sha256]
    if not found:
        raise Problem(Code.NOT_FOUND)
    async with held.database.snapshot() as pg:
        stored = await stored_as(pg, bytes.fromhex(sha256), enumerator_id)
    content = await held.storage.get(stored.name)
    if content is None:
        raise Problem(Code.NOT_FOUND)
    if not stored.bare:
        _, content = await _looked_at(held, content, found[0].media_type)
    return Response(content, media_type=found[0].media_type, headers={"Content-Disposition": "attachment"})


async def _looked_at(held: Services, whole: bytes, media_type: str) -> tuple[Size, bytes]:
    """A photo's size, and what is kept of it."""
    width, height, pieces = await held.photos.call(examine, whole, media_type, refused=Code.ATTACHMENT_NOT_AN_IMAGE)
    return Size(width, height), await asyncio.to_thread(assembled, whole, pieces)


async def _attachments(record_id: UUID, principal: Principal, held: Services) -> tuple[list[AttachmentOut], UUID]:
    """The photos of a record, and whose they are."""
    async with held.database.snapshot() as pg:
        reach = await reach_of(pg, principal, local_date(held.clock.now(), NATION))
        record = await record_of(pg, record_id)
        if record is None or not reach.covers(record.enumerator_id, record.region_code):
            raise Problem(Code.NOT_FOUND)
        return await attachments_of(pg, record_id, record.enumerator_id), record.enumerator_id
