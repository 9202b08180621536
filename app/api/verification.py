"""Numbers that others can confirm: requests, their files, the answers, and how many numbers are in which state."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import Header, Path, Query, Response
from fastapi.responses import StreamingResponse

from app.accounts.permissions import Access
from app.api.answers import CSV_TEXT, FOR_EXCEL
from app.api.calls import AccessReason, Officer, SignedCall, Supervisor
from app.api.endpoints import Endpoints, files, sent
from app.api.errors import FieldProblem
from app.api.exports import begun, cut_on_fault
from app.api.faults import told_of_file
from app.api.limits import Rate
from app.api.pages import Page
from app.audit.actions import Action
from app.core.bulk import Faulty
from app.core.excel import MEDIA_TYPE as FOR_SPREADSHEETS
from app.core.paging import Paged
from app.core.problems import Code, FieldError, Problem, Text
from app.core.table_files import XLSX, read_table
from app.core.text import Line as TextLine
from app.regions.region_code import LONGEST
from app.verification.entering import Entered, enter_answers, report
from app.verification.files import FileFormat, csv_file, xlsx_file
from app.verification.lines import Line, next_items, opened
from app.verification.listing import list_requests, read_request, summarise
from app.verification.reading import MOST_LINES, Headings, answer_sheet
from app.verification.requesting import Asking, make_request, note_fetched
from app.verification.schemas import AnswersReport, RequestIn, RequestOut, VerificationSummary

router = Endpoints("verification")

RequestId = Annotated[UUID, Path(description="The request's id.")]
_NO_VERIFIER = Text(
    "Server ini tidak terhubung ke pemverifikasi dari sumber itu; pakai berkas.",
    "This server is set up with no verifier of that source; use a file.",
)
_ANSWER_FILE = sent(
    "The request's file with the answers in its last column, or a table of `referensi` and `jawaban`; beside them"
    " `tanggal_jawaban` may say of which day each is.",
    {**CSV_TEXT, **files(XLSX)},
)
_MEDIA = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}


class RequestPage(Paged[RequestOut]):
    """A page of requests, the newest first."""


class AnswersOut(AnswersReport):
    """What an answer file changed, or would change, and what is wrong with it."""

    faults: list[FieldProblem]


@router.endpoint("GET /v1/verification/summary", "States of numbers", [404], reader=True)
async def get_summary(
    call: Supervisor,
    region: Annotated[
        TextLine | None,
        Query(description="Kemendagri code; by default the caller's whole territory.", max_length=LONGEST),
    ] = None,
    campaign: Annotated[TextLine | None, Query(description="Code; by default all.", max_length=60)] = None,
    *,
    below: Annotated[bool, Query(description="Also of each region right below.")] = False,
) -> VerificationSummary:
    """How many NIK, NIB and cooperative numbers of a region are confirmed, and how many are not known to who should
    know them; with `below` the same of each region right below it. Coordinators see those of their team, as in the
    register."""
    verifier = _verifier_of(call)
    async with call.snapshot() as pg:
        reach = await call.reach(pg)
        reach = reach._replace(territory=reach.territory.narrowed_to(region))
        return await summarise(pg, reach, campaign, verifier, below=below)


@router.endpoint("GET /v1/verification/requests", "Requests for confirmation", [404])
async def get_requests(call: Officer, page: Page) -> RequestPage:
    """Those of the territory, and how far each is answered."""
    pager = call.pager(page, "verification_requests")
    before = None if pager.after is None else UUID(bytes=pager.after)
    async with call.snapshot() as pg:
        rows = await list_requests(pg, call.principal.territory, limit=pager.limit, before=before)
    return RequestPage(**pager.page(rows, lambda row: row.id.bytes))


@router.endpoint("POST /v1/verification/requests", "Ask for confirmation", [404], status=201, limit=Rate.EXPORT)
async def post_request(call: Officer, asked: RequestIn, reason: AccessReason = None) -> RequestOut:
    """Choose numbers that an agency is to confirm, at most 100,000, each under a random reference. The account needs
    `pii:read`, and gives a reason in `X-Access-Reason`. The numbers themselves leave only with the file; by
    `via: verifier` they go to the verifier that the server is set up with. Idempotent by `id`.
    """
    asking = Asking(call.principal, call.now, call.access(reason).reason_given(), call.trace_id)
    if asked.via == "verifier" and _verifier_of(call) != asked.source:
        raise Problem(Code.INVALID_FIELDS, errors=(FieldError("/body/source", "verifier_missing", _NO_VERIFIER),))

    async def work(pg: asyncpg.Connection) -> RequestOut:
        id_ = await make_request(pg, asking, asked)
        return await read_request(pg, call.principal.territory, id_)

    return await call.run(work)


@router.endpoint("GET /v1/verification/requests/{request_id}", "One request", [404])
async def get_request(call: Officer, request_id: RequestId) -> RequestOut:
    """What was asked, by whom and why, and how far it is answered."""
    async with call.snapshot() as pg:
        return await read_request(pg, call.principal.territory, request_id)


@router.endpoint(
    "GET /v1/verification/requests/{request_id}/file.{format}",
    "The file for the agency",
    [404],
    limit=Rate.EXPORT,
    answers={
        200: {
            "description": "The numbers without an answer, in a random order. If the connection ends before the chunked"
            " body does, the file is not complete.",
            "content": {**CSV_TEXT, **files(XLSX)},
        }
    },
)
async def get_file(
    call: Officer,
    request_id: RequestId,
    format: FileFormat,  # noqa: A002  (the contract's word)
    reason: AccessReason = None,
    *,
    excel: Annotated[bool, Query(description=FOR_EXCEL)] = False,
) -> Response:
    """Numbers and names, unmasked: the account needs `pii:read`, and gives a reason in `X-Access-Reason`; each fetch is
    in the audit trail. A number that was answered, or that changed since it was asked about, is not in it.
    """
    why = call.access(reason).reason_given()
    async with call.snapshot() as pg:
        request = await read_request(pg, call.principal.territory, request_id)
    if request.state == "forgotten":
        raise Problem(Code.NOT_FOUND)
    await call.run(lambda pg: note_fetched(pg, request_id, call.now))
    detail = {"format": format, "count": request.asked - request.answered, "reason": why}
    await call.note(Action.VERIFICATION_FETCHED, ("verification", str(request_id)), detail)
    lines = _lines(call, request_id)
    chunks = xlsx_file(lines, request.columns) if format == "xlsx" else csv_file(lines, request.columns, excel=excel)
    name = f"konfirmasi-{request.kind.replace('_', '-')}-{request.source}-{call.today:%Y%m%d}.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    media_type = FOR_SPREADSHEETS if excel and format == "csv" else _MEDIA[format]
    return StreamingResponse(cut_on_fault(await begun(chunks)), media_type=media_type, headers=headers)


async def _lines(call: SignedCall, request_id: UUID) -> AsyncIterator[Sequence[Line]]:
    """The lines, some at a time, each time read again, as long as the account has the right."""
    ingest, after = call.services.ingest, ""
    while True:
        async with call.snapshot() as pg:
            items = await next_items(pg, request_id, after)
            lines = await opened(pg, ingest.ring, ingest.digester, items, call.now)
        if not items:
            return
        await call.refuse_if_less()
        after = items[-1].reference
        yield lines


@router.endpoint(
    "POST /v1/verification/requests/{request_id}/answers",
    "Enter an answer file",
    [404, 415],
    limit=Rate.EXPORT,
    model=AnswersOut,
    openapi_extra=_ANSWER_FILE,
)
async def post_answers(
    call: Officer,
    request_id: RequestId,
    content_encoding: Annotated[str, Header()] = "",
    *,
    dry_run: Annotated[bool, Query(description="Only report what the file would change.")] = False,
) -> Any:
    """All answers of a file, or none: `SESUAI`, `TIDAK SESUAI`, `TIDAK DITEMUKAN` (also `match`, `mismatch`,
    `not_found`). Lines without an answer wait for a later file. With faults, a dry run reports them; otherwise the
    answer is 422 with the same list. The same file again changes nothing. The account needs `pii:read`.
    """
    if not Access(call.principal, "").unmasked:
        raise Problem(Code.NOT_ALLOWED)
    async with call.snapshot() as pg:
        request = await read_request(pg, call.principal.territory, request_id)
    if request.state == "forgotten":
        raise Problem(Code.NOT_FOUND)
    body, headings = await call.body(content_encoding), Headings.of(request.columns)
    said = await call.services.files.call(
        read_table, body, call.media_type, headings.columns, MOST_LINES, refused=Code.UNREADABLE_FILE
    )
    await call.refuse_if_less()  # a body and its parsing may take long
    file = answer_sheet(said, headings)
    try:
        found = await enter_answers(
            call.run, call.principal, request, file, now=call.now, dry_run=dry_run, trace_id=call.trace_id
        )
    except Faulty as exc:
        errors = told_of_file(exc, file.sheet)
        if not dry_run:
            raise Problem(Code.INVALID_FIELDS, errors=errors) from exc
        faults = [
            FieldProblem(pointer=e.pointer, code=e.code, detail=e.text.in_language(call.language)) for e in errors
        ]
        nothing = report(file, Entered(None, 0, 0), dry_run=True, fault_count=len(exc.faults))
        return AnswersOut(**nothing.model_dump(), faults=faults)
    return AnswersOut(**found.model_dump(), faults=[])


def _verifier_of(call: SignedCall) -> str | None:
    settings = call.services.settings
    return None if settings.verifier == "off" else settings.verifier_source
