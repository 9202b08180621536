"""The register: lists and searches, single businesses and records for those who answer for them, corrections."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import asyncpg
import orjson
from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from app.accounts.permissions import Principal, Role, Scope
from app.api.deps import (
    AccessReason,
    Language,
    Officer,
    ServicesDep,
    TraceId,
    access_of,
    allowed,
    limited,
    problems,
)
from app.api.limits import Asked
from app.api.pages import PageDep, Pager
from app.core.bulk import Handle, Line
from app.core.problems import Code, Problem
from app.core.timestamps import Moment
from app.corrections.correcting import Correcting
from app.corrections.schemas import CorrectionIn, CorrectionOut
from app.regions.region_code import NATION, local_date
from app.register.filters import Filters, Kind, ReviewState, SizeClass
from app.register.listing import BusinessListed, ByRegion, list_businesses
from app.register.lookup import LookupIn, LookupOut, look_up
from app.register.searching import ByLikeness, search_businesses
from app.review.dossier import BusinessOut, Merged, read_business
from app.submissions.records import RecordOut, read_record, record_of
from app.workforce.reach import reach_of

router = APIRouter(prefix="/v1", tags=["businesses"])

Reader = Annotated[Principal, Depends(allowed(*Role, scope=Scope.BUSINESSES_READ))]
BusinessId = Annotated[UUID, Path(description="The business's id, which never changes.")]


@dataclass(frozen=True, slots=True)
class FiltersAsked:
    """What lists and exports of the register may be narrowed by."""

    region: Annotated[
        Line | None, Query(description="Kemendagri code; by default the caller's whole territory.", max_length=13)
    ] = None
    campaign: Annotated[
        Handle | None, Query(description="Code of a campaign in which it is entered.", max_length=60)
    ] = None
    kind: Annotated[Kind | None, Query(description="Enterprise or cooperative.")] = None
    kbli: Annotated[str | None, Query(description="KBLI code, or its first digits.", pattern="^[0-9]{2,5}$")] = None
    size_class: Annotated[SizeClass | None, Query(description="PP 7/2021, article 35.")] = None
    review_state: Annotated[ReviewState | None, Query(description="What was decided on the record in force.")] = None
    enumerator: Annotated[
        Handle | None, Query(description="User name of who recorded the answers in force.", max_length=200)
    ] = None
    updated_since: Annotated[
        Moment | None, Query(description="Changed at that time or later. To mirror the register, use the feed.")
    ] = None

    @property
    def filters(self) -> Filters:
        """As the register knows them."""
        since: datetime | None = self.updated_since
        return Filters(
            region=self.region,
            campaign=self.campaign,
            kind=self.kind,
            kbli=self.kbli,
            size_class=self.size_class,
            review_state=self.review_state,
            enumerator=self.enumerator,
            updated_since=None if since is None else since.astimezone(UTC),
        )


FiltersDep = Annotated[FiltersAsked, Depends()]


class BusinessPage(BaseModel):
    """A page of the register."""

    items: list[BusinessListed]
    next_cursor: str | None = Field(description="Where the next page begins; null after the last.")


@router.get(
    "/businesses",
    summary="The register, page by page",
    dependencies=[limited(Asked.LIST)],
    response_model=BusinessPage,
    responses=problems(400, 401, 403, 404, 422, 429, 503),
)
async def get_businesses(
    asked: FiltersDep,
    page: PageDep,
    principal: Reader,
    held: ServicesDep,
    q: Annotated[
        str | None,
        Query(description="Words of a name; then the nearest come first, at most 1,000.", min_length=2, max_length=100),
    ] = None,
) -> Response:
    """By region and id, or with `q` by likeness of the name: spelling does not matter much (`Achmad`, `Ahmad`). Numbers
    are masked. An enumerator sees what it recorded, a coordinator what its team did.
    """
    filters = asked.filters
    pager = Pager(held.settings, principal, page, "businesses", q, *filters.values)
    today = local_date(held.clock.now(), NATION)
    async with held.database.snapshot() as pg:
        reach = await reach_of(pg, principal, today)
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


@router.get(
    "/businesses/{business_id}",
    summary="One business whole",
    dependencies=[limited(Asked.LIST)],
    response_model=BusinessOut,
    responses={
        307: {
            "description": "It was merged into the business at `Location`; a merger may be undone.",
            "headers": {"Location": {"schema": {"type": "string"}, "description": "Its survivor."}},
        },
        **problems(401, 403, 404, 422, 429, 503),
    },
)
async def get_business(
    business_id: BusinessId,
    principal: Reader,
    held: ServicesDep,
    trace_id: TraceId,
    reason: AccessReason = None,
) -> BusinessOut | Response:
    """Its answers and where each comes from, every revision of its records, and what was decided on it. Vulnerable
    answers are masked, unless the account has `pii:read` and says in `X-Access-Reason` why.
    """
    access = access_of(principal, reason)

    async def work(pg: asyncpg.Connection) -> BusinessOut:
        reach = await reach_of(pg, principal, local_date(held.clock.now(), NATION))
        return await read_business(
            pg, held.ingest.ring, held.ingest.digester, business_id, reach, access, trace_id=trace_id
        )

    try:
        return await held.database.run(work)
    except Merged as exc:
        return RedirectResponse(f"/v1/businesses/{exc.survivor_id}", status_code=307)


@router.post(
    "/businesses/{business_id}/corrections",
    summary="Correct a business",
    dependencies=[limited(Asked.CHANGE)],
    status_code=201,
    responses=problems(400, 401, 403, 404, 409, 413, 422, 429, 503),
)
async def post_correction(
    business_id: BusinessId,
    told: CorrectionIn,
    principal: Officer,
    held: ServicesDep,
    trace_id: TraceId,
    language: Language,
) -> CorrectionOut:
    """By an officer, with a reason: the record in force gets a new revision, judged by the rules of every other. What
    would make it another business's is not entered (409).
    """

    correcting = Correcting(held.ingest, principal.account_id, told.reason, trace_id, language)

    async def work(pg: asyncpg.Connection) -> CorrectionOut:
        reach = await reach_of(pg, principal, local_date(held.clock.now(), NATION))
        return await correcting.correct_business(pg, reach, business_id, told)

    return await held.database.run(work)


@router.post(
    "/businesses/lookup",
    summary="Is a number known",
    dependencies=[limited(Asked.LOOKUP)],
    responses=problems(400, 401, 403, 413, 422, 429, 503),
)
async def post_lookup(told: LookupIn, principal: Reader, held: ServicesDep, trace_id: TraceId) -> LookupOut:
    """One NIK, NIB or cooperative number: known or not, and nothing of whose it is. Limited, and in the audit trail."""
    now, a_day = held.clock.now(), held.settings.lookups_a_day
    return await held.database.run(
        lambda pg: look_up(pg, held.ingest.digester, principal, told, now=now, a_day=a_day, trace_id=trace_id)
    )


@router.get(
    "/submissions/{record_id}",
    summary="One record with its revisions",
    dependencies=[limited(Asked.LIST)],
    responses=problems(401, 403, 404, 422, 429, 503),
)
async def get_record(
    record_id: Annotated[UUID, Path(description="The record's id.")],
    principal: Reader,
    held: ServicesDep,
    trace_id: TraceId,
    reason: AccessReason = None,
) -> RecordOut:
    """One's own, of one's team, or of the territory. Vulnerable answers are masked, unless the account has `pii:read`
    and says in `X-Access-Reason` why; then the trail says who saw them.
    """
    access = access_of(principal, reason)

    async def work(pg: asyncpg.Connection) -> RecordOut:
        reach = await reach_of(pg, principal, local_date(held.clock.now(), NATION))
        record = await record_of(pg, record_id)
        if record is None or not reach.covers(record.enumerator_id, record.region_code):
            raise Problem(Code.NOT_FOUND)
        return await read_record(pg, held.ingest.ring, record, access, trace_id=trace_id)

    return await held.database.run(work)
