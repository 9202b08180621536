"""Exports in the background: request one, ask how far it is, fetch its file in pieces."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
import orjson
from fastapi import Header, Path, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from app.api.calls import AccessReason, ExportOwner, SignedCall
from app.api.endpoints import Endpoints
from app.api.exports import FILES, TOLD, begun, cut_on_fault, media_type_of, note_export
from app.api.feed import feed_pager
from app.api.limits import Rate
from app.audit.actions import Action
from app.core.bulk import Flag
from app.core.problems import Code, Problem
from app.core.text import Said
from app.exchange.export_request import ExportRequest, export_of, refuse_file
from app.exchange.exporting import ENDINGS, Format
from app.exchange.feed import FeedPosition
from app.exchange.jobs import JobRow, job_of, jobs_of
from app.exchange.manifest import Manifest
from app.register.filters import Filters

router = Endpoints("exchange")

JobId = Annotated[UUID, Path(alias="id", description="The export's id.")]
Range = Annotated[str | None, Header(alias="Range", description="`bytes=` first and last.", max_length=60)]
IfRange = Annotated[str | None, Header(description="The file's `ETag`; another one gets it whole.")]
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII)


class ExportIn(Filters):
    """What to export: the filters of the list, and the form."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    id: UUID | None = Field(
        default=None, description="The client's own (UUIDv7), so that it may send the same again; by default a new one."
    )
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
    feed_cursor: str | None = Field(description="Where the feed continues, if `region` is the only filter.")
    made_at: datetime | None = Field(description="The moment that all of it shows; null until it is begun.")
    filters: dict[str, str] = Field(description="What was asked for beside the region, without long numbers.")
    personal_data: Literal["shown", "masked"]
    created_at: datetime
    finished_at: datetime | None = Field(description="A day later it is removed.")


class ExportJobs(BaseModel):
    """The caller's own exports, the newest first."""

    items: list[ExportJobOut]


@router.endpoint("POST /v1/exports", "Begin an export", [404, 409], limit=Rate.EXPORT, status=202)
async def post_export(
    call: ExportOwner, wanted: ExportIn, response: Response, reason: AccessReason = None
) -> ExportJobOut:
    """For large exports. The server makes the file in the background and keeps it for a day; fetch it by range, and
    compare it with its checksums. Idempotent by `id`, as long as the export is there: the same request is the same
    export; another one of that id is 409 `already_exists`. Without `id` each request makes one more. When a person's
    data are erased, every file that was made before is withdrawn: the job is `failed`, then gone. Ask for a new one.
    """
    access, services = call.access(reason), call.services
    if wanted.unmasked:
        access.reason_given()
    asking = ExportRequest.by(call.principal, **{name: value for name, value in wanted if name != "id"})
    async with call.snapshot() as pg:
        await export_of(pg, asking, services.ingest.ring, call.today)  # refuses a wrong request at once
        is_new = wanted.id is None or await job_of(pg, wanted.id) is None
    if is_new:
        await note_export(call, access, asking)

    async def work(pg: asyncpg.Connection) -> UUID:
        said = asking.model_dump(mode="json")
        return await services.jobs.add(pg, asking.account_id, said, access.reason, job_id=wanted.id)

    id_ = await call.run(work)
    response.headers["Location"] = f"/v1/exports/{id_}"
    return _out(call, await _row(call, id_))


@router.endpoint("GET /v1/exports", "Own exports")
async def get_exports(call: ExportOwner) -> ExportJobs:
    """At most a hundred."""
    async with call.snapshot() as pg:
        rows = await jobs_of(pg, call.principal.account_id)
    return ExportJobs(items=[_out(call, row) for row in rows])


@router.endpoint("GET /v1/exports/{id}", "How far an export is", [404])
async def get_export_job(call: ExportOwner, job_id: JobId) -> ExportJobOut:
    """The caller's own."""
    return _out(call, await _row(call, job_id))


@router.endpoint("DELETE /v1/exports/{id}", "Remove an export", [404, 409], status=204)
async def delete_export_job(call: ExportOwner, job_id: JobId) -> Response:
    """The caller's own: with its file when it is done or has failed, and one that still waits is not begun any more.
    While it is being made it is 409 `state_changed`; ask again when it is done. What is not removed goes after a day.
    """
    row = await _row(call, job_id)
    if not await call.services.jobs.discard(row.id):
        row = await _row(call, job_id)
        raise Problem(Code.STATE_CHANGED, current={"state": row.state})
    return Response(status_code=204)


@router.endpoint(
    "GET /v1/exports/{id}/file",
    "The file of an export",
    [404, 409],
    answers={
        200: {"description": "The whole file.", "headers": TOLD, "content": FILES},
        206: {"description": "The bytes that `Range` names."},
        416: {"description": "No byte of the file is in that range."},
    },
)
async def get_export_file(call: ExportOwner, job_id: JobId, range_: Range = None, if_range: IfRange = None) -> Response:
    """Available when the job is done, to its owner, as long as the owner still has the rights for such an export.
    `Range` (RFC 9110) continues an interrupted download. Each time is in the audit trail.
    """
    row = await _row(call, job_id)
    if row.state != "done":
        raise Problem(Code.STATE_CHANGED, current={"state": row.state})
    asking = ExportRequest.model_validate_json(row.asked)
    async with call.snapshot() as pg:
        await refuse_file(pg, asking, row.enumerator_ids, call.principal, call.today)
    size, tag = row.size, f'"{row.sha256}"'
    format_ = asking.format
    ending = ENDINGS.get(format_, format_)
    headers = {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'attachment; filename="businesses-{row.created_at:%Y%m%d}.{ending}"',
    }
    if row.manifest is not None:
        manifest = Manifest.model_validate_json(row.manifest)
        headers |= {"X-Export-Made-At": manifest.made_at.isoformat(), "X-Export-Rows": str(manifest.rows)}
        if format_ == "csv" and not asking.excel:
            headers["Link"] = f'</v1/exports/{row.id}/datapackage.json>; rel="describedby"; type="application/json"'
    asked = None if range_ is None or if_range not in (None, tag) else _span(range_, size)
    if asked is not None and asked[0] >= size:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    first, last = asked or (0, size - 1)
    headers["Content-Length"] = str(last + 1 - first)
    if asked is not None:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    detail = {"format": format_, "unmasked": asking.unmasked, "first": first, "last": last, "size": size}
    await call.note(Action.EXPORT_FETCHED, ("export", str(row.id)), detail)
    chunks = await begun(call.services.jobs.read(row.id, first, last, call.refuse_if_less))
    return StreamingResponse(
        cut_on_fault(chunks), status_code=206 if asked else 200, headers=headers, media_type=media_type_of(asking)
    )


@router.endpoint("GET /v1/exports/{id}/datapackage.json", "What a finished CSV is", [404, 409])
async def get_export_package(call: ExportOwner, job_id: JobId) -> dict[str, Any]:
    """Of the caller's own export as plain CSV, when it is done: when it was made and by which filters, how many rows
    and bytes it has and their checksum, and the schema of its columns. Saved beside the file, it is a data package of
    the Frictionless specifications, which `frictionless validate` checks.
    """
    row = await _row(call, job_id)
    asking = ExportRequest.model_validate_json(row.asked)
    if asking.format != "csv" or asking.excel:
        raise Problem(Code.NOT_FOUND)
    if row.state != "done" or row.sha256 is None or row.manifest is None:
        raise Problem(Code.STATE_CHANGED, current={"state": row.state})
    manifest = Manifest.model_validate_json(row.manifest)
    name = f"businesses-{row.created_at:%Y%m%d}.csv"
    return manifest.package(name, rows=manifest.rows, size=row.size, sha256=row.sha256)


def _span(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range; None if the header is to be ignored (RFC 9110, section 14.2)."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:  # the last so many
        return max(0, size - int(found[2])), size - 1
    first = int(found[1])
    if found[2] and int(found[2]) < first:
        return None
    return first, min(int(found[2] or size - 1), size - 1)


async def _row(call: SignedCall, job_id: UUID) -> JobRow:
    async with call.snapshot() as pg:
        row = await job_of(pg, job_id)
    if row is None or row.account_id != call.principal.account_id:
        raise Problem(Code.NOT_FOUND)
    return row


def _out(call: SignedCall, row: JobRow) -> ExportJobOut:
    asking = ExportRequest.model_validate_json(row.asked)
    cursor = None
    if row.feed_position and asking.q is None and asking.only_region:
        position = FeedPosition.unpack(bytes.fromhex(row.feed_position))
        cursor = feed_pager(call, asking.region).written(position.pack())
    columns = {name: value for name, value in row.named().items() if name in ExportJobOut.model_fields}
    return ExportJobOut.model_validate(
        columns
        | {
            "format": asking.format,
            "parts": orjson.loads(row.parts),
            "feed_cursor": cursor,
            "made_at": None if row.manifest is None else Manifest.model_validate_json(row.manifest).made_at,
            "filters": asking.named,
            "personal_data": "shown" if asking.unmasked else "masked",
        }
    )
