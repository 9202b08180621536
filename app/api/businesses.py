"""The register: lists and searches, single businesses and records, corrections."""

from typing import Annotated
from uuid import UUID

import asyncpg
import orjson
from fastapi import Path, Query, Response
from fastapi.responses import RedirectResponse

from app.api.calls import AccessReason, Officer, Reader
from app.api.endpoints import Endpoints
from app.api.limits import Rate
from app.api.pages import Page
from app.core.paging import ByRegion, Paged
from app.core.problems import Code, Problem
from app.corrections.correcting import Correcting
from app.corrections.schemas import CorrectionIn, CorrectionOut
from app.register.filters import Filters
from app.register.listing import BusinessListed, list_businesses
from app.register.lookup import LookupIn, LookupOut, look_up
from app.register.searching import ByLikeness, search_businesses
from app.review.dossier import BusinessOut, Merged, read_business
from app.submissions.records import RecordOut, read_record, record_of
from app.workforce.reach import Reach

router = Endpoints("businesses")

BusinessId = Annotated[UUID, Path(description="The business's id, which never changes.")]
RecordId = Annotated[UUID, Path(description="The record's id.")]
FiltersQuery = Annotated[Filters, Query()]
NameWords = Annotated[
    str | None,
    Query(
        description="Words of a name; the most similar names come first, at most 1,000.",
        min_length=2,
        max_length=100,
    ),
]
_MERGED = {
    "description": "The business was merged into the one at `Location`; a merger may be undone.",
    "headers": {"Location": {"schema": {"type": "string"}, "description": "Its survivor."}},
}


class BusinessPage(Paged[BusinessListed]):
    """A page of the register."""


@router.endpoint("GET /v1/businesses", "The register, page by page", [404], model=BusinessPage, reader=True)
async def get_businesses(call: Reader, q: NameWords = None, *, filters: FiltersQuery, page: Page) -> Response:
    """Ordered by region and id, or with `q` by similarity of the name: spelling does not matter much (`Achmad`,
    `Ahmad`). Numbers are masked. Enumerators see what they recorded, coordinators what their team recorded.
    """
    pager = call.pager(page, "businesses", q, *filters.values)
    async with call.snapshot() as pg:
        reach = await call.reach(pg)
        if q is None:
            after = None if pager.after is None else ByRegion.unpack(pager.after)
            rows = await list_businesses(pg, filters, reach, limit=pager.limit, after=after)
            body = pager.page(rows, lambda row: ByRegion(row["region_code"], row["id"]).pack())
        else:
            near = None if pager.after is None else ByLikeness.unpack(pager.after)
            rows, places = await search_businesses(pg, filters, reach, q, limit=pager.limit, after=near)
            places_by_id = {place.id: place for place in places}
            body = pager.page(rows, lambda row: places_by_id[row["id"]].pack())
    return Response(orjson.dumps(body, default=str), media_type="application/json")


@router.endpoint(
    "GET /v1/businesses/{business_id}", "One business whole", [404], model=BusinessOut, answers={307: _MERGED}
)
async def get_business(call: Reader, business_id: BusinessId, reason: AccessReason = None) -> BusinessOut | Response:
    """Its answers and the source of each, every revision of its records, and all decisions on it. Vulnerable answers
    are masked, unless the account has `pii:read` and gives a reason in `X-Access-Reason`.
    """
    ingest, access = call.services.ingest, call.access(reason)
    try:
        return await call.run_within_reach(
            lambda pg, reach: read_business(
                pg, ingest.ring, ingest.digester, business_id, reach, access, trace_id=call.trace_id
            )
        )
    except Merged as exc:
        return RedirectResponse(f"/v1/businesses/{exc.survivor_id}", status_code=307)


@router.endpoint("POST /v1/businesses/{business_id}/corrections", "Correct a business", [404, 409], status=201)
async def post_correction(call: Officer, business_id: BusinessId, correction: CorrectionIn) -> CorrectionOut:
    """By an officer, with a reason. The record in force gets a new revision, judged by the same rules as every other. A
    correction that would make the record another business's is refused (409). Idempotent by `revision`: sent again it
    is 409, since another one is in force.
    """
    account_id, reason = call.principal.account_id, correction.reason
    correcting = Correcting(call.services.ingest, account_id, reason, call.trace_id, call.language)
    return await call.run_within_reach(
        lambda pg, reach: correcting.correct_business(pg, reach, business_id, correction)
    )


@router.endpoint("POST /v1/businesses/lookup", "Look up a number", limit=Rate.LOOKUP)
async def post_lookup(call: Reader, number: LookupIn) -> LookupOut:
    """Whether a NIK, NIB or cooperative number is in the register, and nothing about its owner. Limited, and in the
    audit trail."""
    digester, a_day = call.services.ingest.digester, call.services.settings.lookups_a_day
    return await call.run(
        lambda pg: look_up(pg, digester, call.principal, number, now=call.now, a_day=a_day, trace_id=call.trace_id)
    )


@router.endpoint("GET /v1/submissions/{record_id}", "One record with its revisions", [404])
async def get_record(call: Reader, record_id: RecordId, reason: AccessReason = None) -> RecordOut:
    """Enumerators may see their own records, coordinators those of their team, others those of their territory.
    Vulnerable answers are masked, unless the account has `pii:read` and gives a reason in `X-Access-Reason`; then the
    audit trail shows that the account saw them.
    """
    access = call.access(reason)

    async def work(pg: asyncpg.Connection, reach: Reach) -> RecordOut:
        record = await record_of(pg, record_id)
        if record is None or not reach.covers(record.enumerator_id, record.region_code):
            raise Problem(Code.NOT_FOUND)
        return await read_record(pg, call.services.ingest.ring, record, access, trace_id=call.trace_id)

    return await call.run_within_reach(work)
