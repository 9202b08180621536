"""Reports that people ask for: the recap for a messenger, and the sheets of the coordination meeting."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Query, Response

from app.api.answers import JSON, as_json
from app.api.calls import AnyRole, SignedCall
from app.api.endpoints import Answers, Endpoint, Endpoints, files
from app.api.limits import Rate
from app.api.negotiation import media_type
from app.reports.documents import MEDIA_TYPES, Form, make
from app.reports.gathering import Asked, Report, gather
from app.reports.looking import lagging, silent
from app.reports.recap import MOST_LAGGING, recap
from app.reports.schemas import RecapOut, ReportQuery

router = Endpoints("reports")

Wanted = Annotated[ReportQuery, Query()]
_PLAIN = "text/plain"
_RECAP: Answers = {
    200: {"description": "The recap.", "content": {_PLAIN: {"schema": {"type": "string"}}}},
}


@router.endpoint(
    "GET /v1/reports/recap", "The daily recap", [304, 404, 406], model=RecapOut, answers=_RECAP, reader=True
)
async def get_recap(call: AnyRole, wanted: Wanted) -> Response:
    """As text for a messenger, in Indonesian or English (`Accept-Language`), or on `Accept: application/json` with its
    figures: what is in, what is needed, which regions lag, who is silent. Coordinators see of people their own team,
    enumerators themselves.
    """
    report = await read_report(call, wanted)
    text = recap(report, call.language)
    if media_type(call.request, _PLAIN, JSON) == JSON:
        body = _figures(report) | {"text": text}
        return as_json(call.request, body, generated_at=report.read_at)
    return Response(text, media_type=_PLAIN, headers={"Cache-Control": "private, no-cache"})


def _file(form: Form, what: str) -> Callable[[Endpoint], Endpoint]:
    """Declare the meeting report in one form."""
    return router.endpoint(
        f"GET /v1/reports/meeting.{form}",
        f"The report for a coordination meeting, as {what}",
        [404],
        limit=Rate.EXPORT,
        answers={200: {"description": "The file.", "content": files(MEDIA_TYPES[form])}},
        reader=True,
    )


@_file("pdf", "PDF")
async def get_meeting_pdf(call: AnyRole, wanted: Wanted) -> Response:
    """The first page with figures and charts, then tables by region and by enumerator, in Indonesian or English
    (`Accept-Language`). It says on each page of which moment its figures are, and of which cut-off. Figures are those
    of progress, to the last digit. Of people, everybody sees as many as in progress; more than 2,000 are left out.
    """
    return await _made(call, wanted, "pdf")


@_file("xlsx", "workbook")
async def get_meeting_xlsx(call: AnyRole, wanted: Wanted) -> Response:
    """The same as sheets: numbers as numbers, days as days, with charts of Excel's own."""
    return await _made(call, wanted, "xlsx")


async def _made(call: SignedCall, wanted: ReportQuery, form: Form) -> Response:
    report = await read_report(call, wanted)
    made = await make(call.services.documents, report, form=form, language=call.language)
    name = f"laporan-{report.item['region']['code']}-{report.as_of:%Y%m%d}.{form}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(made, media_type=MEDIA_TYPES[form], headers=headers)


async def read_report(call: SignedCall, wanted: ReportQuery) -> Report:
    """What the report shows, as of one moment."""
    asked = Asked(wanted.region, wanted.campaign, wanted.as_of, wanted.cutoff)
    async with call.snapshot() as pg:
        return await gather(pg, call.principal, call.now, asked)


def _figures(report: Report) -> dict[str, Any]:
    people = report.enumerators
    code = report.item["region"]["code"]
    found = None if people is None else silent(people, report.assigned, report.counted_until, code)
    return {
        "campaign": report.campaign,
        "as_of": report.as_of,
        "counted_until": report.counted_until,
        "basis": report.basis,
        "cutoff": None if report.cutoff is None else report.cutoff.model_dump(mode="json"),
        "item": report.item,
        "lagging": lagging(report.item, report.parts, MOST_LAGGING),
        "silent": None if found is None else [each._asdict() for each in found],
    }
