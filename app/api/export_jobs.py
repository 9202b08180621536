"""Exports in the background: asked for, followed, and fetched in pieces, as often as the line breaks."""

import re
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
import orjson
from fastapi import APIRouter, Header, Path, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from app.accounts.permissions import Principal
from app.api.deps import (
    AccessReason,
    Services,
    ServicesDep,
    TraceId,
    access_of,
    limited,
    problems,
    still_allowed,
)
from app.api.exports import FILES, Exporter, cut_on_fault, note_export
from app.api.feed import feed_pager
from app.api.limits import Asked
from app.api.pages import PageAsked
from app.audit import trail
from app.audit.actions import Action
from app.core.bulk import Flag, Said
from app.core.problems import Code, Problem
from app.exchange.export_request import ExportRequest, export_of, refuse_file
from app.exchange.exporting import MEDIA_TYPES, Format
from app.exchange.feed import FeedPosition
from app.exchange.jobs import JobRow, job_of, jobs_of
from app.regions.region_code import NATION, local_date
from app.register.filters import Filters

router = APIRouter(prefix="/v1/exports", tags=["exchange"])

JobId = Annotated[UUID, Path(alias="id", description="The export's id.")]
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII)


class ExportIn(Filters):
    """What is to be exported: the filters of the list, and the form."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    format: Format
    q: Said | None = Field(default=None, min_length=2, max_length=100)
    excel: Flag = False
    unmasked: Flag = False


class PartOut(BaseModel):
    """Some of the file's bytes, in order."""

    size: int = Field(description="Bytes.")
    sha256: str


class ExportJobOut(BaseModel):
    """An export and how far it is."""

    id: UUID
    state: Literal["queued", "running", "done", "failed"]
    format: Format
    rows_total: int | None = Field(description="Rows that there are; null until it is begun.")
    rows_done: int = Field(description="About how many are written.")
    size: int = Field(description="Bytes that are there.")
    sha256: str | None = Field(description="Of the whole file; null until it is done.")
    parts: list[PartOut]
    feed_cursor: str | None = Field(description="Where the feed goes on, where nothing but `region` narrows it.")
    created_at: datetime
    finished_at: datetime | None = Field(description="A day later it is removed.")


class ExportJobs(BaseModel):
    """One's own exports, the newest first."""

    items: list[ExportJobOut]


@router.post(
    "",
    summary="Have an export made",
    dependencies=[limited(Asked.EXPORT)],
    status_code=202,
    responses=problems(400, 401, 403, 404, 413, 422, 429, 503),
)
async def post_export(
    told: ExportIn,
    principal: Exporter,
    held: ServicesDep,
    trace_id: TraceId,
    response: Response,
    reason: AccessReason = None,
) -> ExportJobOut:
    """For large ones: made in the background, kept for a day, fetched by range and held against its checksums."""
    access = access_of(principal, reason)
    if told.unmasked and not access.unmasked:
        raise Problem(Code.NOT_ALLOWED)
    asking = ExportRequest.by(principal, **told.model_dump())
    await note_export(held, access, asking, trace_id)

    async def work(pg: asyncpg.Connection) -> UUID:
        await export_of(pg, asking, held.ingest.ring, _today(held))  # tells what is wrong with it at once
        return await held.jobs.add(pg, principal.account_id, asking.model_dump(mode="json"), access.reason)

    id_ = await held.database.run(work)
    response.headers["Location"] = f"/v1/exports/{id_}"
    return _out(held, principal, await _row(held, principal, id_))


@router.get("", summary="One's own exports", dependencies=[limited(Asked.LIST)], responses=problems(401, 403, 429, 503))
async def get_exports(principal: Exporter, held: ServicesDep) -> ExportJobs:
    """At most a hundred."""
    async with held.database.snapshot() as pg:
        rows = await jobs_of(pg, principal.account_id)
    return ExportJobs(items=[_out(held, principal, row) for row in rows])


@router.get(
    "/{id}",
    summary="How far an export is",
    dependencies=[limited(Asked.LIST)],
    responses=problems(401, 403, 404, 422, 429, 503),
)
async def get_export_job(job_id: JobId, principal: Exporter, held: ServicesDep) -> ExportJobOut:
    """One's own."""
    return _out(held, principal, await _row(held, principal, job_id))


@router.delete(
    "/{id}",
    summary="Remove an export",
    dependencies=[limited(Asked.CHANGE)],
    status_code=204,
    response_class=Response,
    responses=problems(401, 403, 404, 409, 422, 429, 503),
)
async def delete_export_job(job_id: JobId, principal: Exporter, held: ServicesDep) -> Response:
    """One's own, once it is done or failed; else it goes by itself after a day."""
    row = await _row(held, principal, job_id)
    if row.state == "running":
        raise Problem(Code.STATE_CHANGED, current={"state": row.state})
    await held.jobs.remove(row.id, row.parts)
    return Response(status_code=204)


@router.get(
    "/{id}/file",
    summary="The file of an export",
    dependencies=[limited(Asked.LIST)],
    response_class=Response,
    responses={
        200: {
            "description": "The whole file.",
            "content": FILES,
        },
        206: {"description": "The bytes that `Range` names."},
        416: {"description": "No byte of the file is in that range."},
        **problems(401, 403, 404, 409, 422, 429, 503),
    },
)
async def get_export_file(
    job_id: JobId,
    principal: Exporter,
    held: ServicesDep,
    trace_id: TraceId,
    range_: Annotated[str | None, Header(alias="Range", description="`bytes=` first and last.", max_length=60)] = None,
    if_range: Annotated[str | None, Header(description="The file's `ETag`; another one gets it whole.")] = None,
) -> Response:
    """Once it is done, for who may have made it at this moment, too. `Range` (RFC 9110) takes up again what was cut.
    Each time is in the audit trail.
    """
    row = await _row(held, principal, job_id)
    if row.state != "done":
        raise Problem(Code.STATE_CHANGED, current={"state": row.state})
    asking = ExportRequest.model_validate_json(row.asked)
    async with held.database.snapshot() as pg:
        await refuse_file(pg, asking, row.enumerator_ids, principal, _today(held))
    size, tag = row.size, f'"{row.sha256}"'
    format_ = asking.format
    headers = {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'attachment; filename="businesses-{row.created_at:%Y%m%d}.{format_}"',
    }
    asked = None if range_ is None or if_range not in (None, tag) else _span(range_, size)
    if asked is not None and asked[0] >= size:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    first, last = asked or (0, size - 1)
    headers["Content-Length"] = str(last + 1 - first)
    if asked is not None:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    detail = {"format": format_, "unmasked": asking.unmasked, "first": first, "last": last, "size": size}
    await held.database.run(
        lambda pg: trail.record_many(
            pg,
            Action.EXPORT_FETCHED,
            actor_id=principal.account_id,
            trace_id=trace_id,
            subjects=[("export", str(row.id), detail)],
        )
    )
    chunks = held.jobs.read(row.id, first, last, lambda: still_allowed(held, principal))
    return StreamingResponse(
        cut_on_fault(chunks), status_code=206 if asked else 200, headers=headers, media_type=MEDIA_TYPES[format_]
    )


def _span(told: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range; None where it is to be passed over (RFC 9110, section 14.2)."""
    found = _RANGE.fullmatch(told.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:  # the last so many
        return max(0, size - int(found[2])), size - 1
    first = int(found[1])
    if found[2] and int(found[2]) < first:
        return None
    return first, min(int(found[2] or size - 1), size - 1)


def _today(held: Services) -> date:
    return local_date(held.clock.now(), NATION)


async def _row(held: Services, principal: Principal, job_id: UUID) -> JobRow:
    async with held.database.snapshot() as pg:
        row = await job_of(pg, job_id)
    if row is None or row.account_id != principal.account_id:
        raise Problem(Code.NOT_FOUND)
    return row


def _out(held: Services, principal: Principal, row: JobRow) -> ExportJobOut:
    asking = ExportRequest.model_validate_json(row.asked)
    cursor = None
    if row.feed_position and asking.q is None and asking.only_region:
        position = FeedPosition.unpack(bytes.fromhex(row.feed_position))
        cursor = feed_pager(held, principal, PageAsked(), asking.region).written(position.pack())
    told = {name: value for name, value in row.named().items() if name in ExportJobOut.model_fields}
    return ExportJobOut.model_validate(
        told | {"format": asking.format, "parts": orjson.loads(row.parts), "feed_cursor": cursor}
    )
