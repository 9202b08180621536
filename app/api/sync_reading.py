"""Sync: what tablets read. A revoked tablet reads nothing."""

import hashlib
from functools import partial
from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.answers import unless_known
from app.api.calls import Tablet
from app.api.endpoints import Endpoints, files
from app.api.negotiation import has_tag, names
from app.api.pages import Page, PageQuery
from app.audit import trail
from app.audit.actions import Action
from app.core.problems import Code, Problem
from app.core.text import Line
from app.listing.schemas import ListingPage
from app.regions.region_code import NATION, is_region_code, local_date
from app.sync.changes import ChangesPage, read_changes
from app.sync.known_identities import FilterAnswer, asked_by
from app.sync.listing import Asked, read_listing
from app.sync.reference import ReferenceOut, reference_for
from app.sync.returned import ReturnedOut, read_returned

router = Endpoints("sync")

_KEPT = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Accept, Accept-Encoding"}
KNOWN_IDENTITIES = "application/vnd.kumkm.known-identities.v2"
RecordId = Annotated[UUID, Path(description="The record's id.")]


class WantedFilter(BaseModel):
    """Which filter is requested."""

    model_config = ConfigDict(frozen=True)

    region: str = Field(max_length=20, description="A regency where the enumerator works, e.g. `16.01`.")
    campaign: Line | None = Field(default=None, max_length=60, description="By default the current one.")
    since: str | None = Field(
        default=None, pattern="^[0-9a-f]{32}$", deprecated=True, description="Ignored: a filter always comes whole."
    )


@router.endpoint("GET /v1/sync/changes", "Changes for a tablet", [410], unlimited=True)
async def get_changes(call: Tablet, page: Page) -> ChangesPage:
    """Decisions on own records, assignments, campaigns, reference data, tombstones: in commit order, nothing skipped.

    Without a cursor from the start. Every answer has a `next_cursor`, which never expires. After a restore of the
    database an older cursor is answered 410: then the tablet reconciles everything that it still has, and starts over.
    """
    pager = call.pager(page, "changes")
    async with call.statement() as pg:
        items, found = await read_changes(pg, call.principal.account_id, pager.after, page.limit)
    return ChangesPage(items=items, next_cursor=pager.written(found.position.pack()), more=found.more)


class WantedListing(PageQuery):
    """Which part of the listing is requested."""

    cursor: str | None = Field(default=None, description="`next_cursor` of the page before.", max_length=6_000)
    campaign: Line | None = Field(default=None, max_length=60, description="By default the current one.")


@router.endpoint("GET /v1/sync/listing", "The listing of a tablet's areas", [400, 404, 410], unlimited=True)
async def get_sync_listing(call: Tablet, wanted: Annotated[WantedListing, Query()]) -> ListingPage:
    """The doors that the round begins from, in the areas where the enumerator works, with the answers of the round
    before to be confirmed; then what changed since the cursor: new doors, and what became of each. Nothing is skipped.

    Without a cursor from the start. Every answer has a `next_cursor`. An area that is assigned later comes with all its
    entries, and one that is taken away is in `forget`. After a restore of the database, and after three months without
    a request, a cursor is answered 410: then the tablet removes its listing and starts over.
    """
    pager = call.pager(wanted, "listing of a tablet", wanted.campaign)
    asked = Asked(call.principal.account_id, wanted.campaign, wanted.limit)
    async with call.snapshot() as pg:
        found, behind, begun = await read_listing(pg, call.services.ingest.ring, asked, pager.after, call.today)
    if begun:  # going on is not another one
        await call.note(Action.LISTING_READ, ("campaign", found.campaign), {"areas": begun})
    return found.model_copy(update={"next_cursor": pager.written(behind)})


@router.endpoint("GET /v1/sync/returned/{record_id}", "A returned record, to correct it", [404])
async def get_returned(call: Tablet, record_id: RecordId) -> ReturnedOut:
    """The enumerator's own record as it was sent, while it is returned. So nobody has to type a form a second time,
    also if the record was deleted from the tablet or recorded on another one. The audit trail records who fetched it.
    """
    ring, account_id = call.services.ingest.ring, call.principal.account_id
    return await call.run(lambda pg: read_returned(pg, ring, account_id, record_id, trace_id=call.trace_id))


@router.endpoint("GET /v1/sync/reference", "Reference data for forms", [304], model=ReferenceOut)
async def get_reference(call: Tablet) -> Response:
    """Regions, KBLI and questionnaires, to keep on the tablet. With an `ETag`: an unchanged answer is not sent
    again."""
    async with call.snapshot() as pg:
        reference = await reference_for(pg, call.principal.account_id, call.today)
    content = reference.model_dump_json().encode()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return unless_known(call.request, tag, _KEPT) or Response(content, 200, {**_KEPT, "ETag": tag}, "application/json")


@router.endpoint(
    "GET /v1/sync/known-identities",
    "Which numbers are probably recorded already",
    [304, 404, 406],
    answers={200: {"description": "The filter.", "content": files(KNOWN_IDENTITIES)}},
)
async def get_known_identities(call: Tablet, wanted: Annotated[WantedFilter, Query()]) -> Response:
    """A small filter with which the tablet warns at the doorstep, offline, that a NIK, NIB or cooperative number is
    probably recorded already for an owner of this name. Of the owners who are not recorded, one or two in a hundred get
    a warning. The filter is not a list of numbers. It contains the numbers recorded in the areas that the enumerator is
    assigned to. Each download is in the audit trail.

    Its bytes are described in `openapi/README.md`. `Accept` **must** name its type; a request without it means the
    filter of version 1, which no longer exists (404 `known_filter_retired`). The server builds the filter again every
    ten minutes at most.
    """
    if not names(call.request, "accept", KNOWN_IDENTITIES):
        raise Problem(Code.KNOWN_FILTER_RETIRED)
    today = local_date(call.now, wanted.region if is_region_code(wanted.region) else NATION)

    async def work(pg: asyncpg.Connection) -> FilterAnswer:
        asked = await asked_by(pg, call.principal, wanted.campaign, wanted.region, today)
        given = await call.services.known_identities.give(pg, asked, partial(has_tag, call.request))
        if given.content is not None:
            await trail.record(
                pg,
                Action.KNOWN_IDENTITIES_READ,
                actor_id=call.principal.account_id,
                subject=("region", wanted.region),
                occurred_at=call.now,
                trace_id=call.trace_id,
                detail={"campaign": asked.campaign.code, "areas": asked.areas, "numbers": given.numbers},
            )
        return given

    given = await call.run(work)
    headers = {**_KEPT, "ETag": f'"{given.tag}"'}
    if given.content is None:
        return Response(status_code=304, headers=headers)
    return Response(given.content, headers=headers, media_type=KNOWN_IDENTITIES)
