"""Sync: what a tablet reads. A tablet that was revoked reads nothing."""

import hashlib
from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Path, Query, Request, Response

from app.api.answers import CONDITIONAL, unless_known
from app.api.deps import ServicesDep, Tablet, TraceId, limited, problems
from app.api.limits import Asked
from app.api.negotiation import names
from app.api.pages import PageDep, Pager
from app.audit import trail
from app.audit.actions import Action
from app.core.bulk import Line
from app.core.problems import Code, Problem
from app.regions.region_code import NATION, is_region_code, local_date
from app.sync.changes import ChangesPage, read_changes
from app.sync.known_identities import FilterAnswer, asked_by
from app.sync.reference import ReferenceOut, reference_for
from app.sync.returned import ReturnedOut, read_returned

router = APIRouter(prefix="/v1/sync", tags=["sync"])

_KEPT = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Accept, Accept-Encoding"}
KNOWN_IDENTITIES = "application/vnd.kumkm.known-identities.v2"


@router.get("/changes", summary="What changed since", responses=problems(400, 401, 403, 410, 422, 503))
async def get_changes(principal: Tablet, held: ServicesDep, asked: PageDep) -> ChangesPage:
    """Decisions on own records, assignments, campaigns, reference data, tombstones: in commit order, nothing skipped.

    Without a cursor from the start. Every answer has a `next_cursor`, which is good for ever, but for one that is from
    before the database was restored (410): then the tablet starts over and reconciles whatever it still holds.
    """
    pager = Pager(held.settings, principal, asked, "changes")
    async with held.database.snapshot() as pg:
        items, page = await read_changes(pg, principal.account_id, pager.after, asked.limit)
    return ChangesPage(items=items, next_cursor=pager.written(page.position.pack()), more=page.more)


@router.get(
    "/returned/{record_id}",
    summary="A returned record, to mend it",
    dependencies=[limited(Asked.LIST)],
    responses=problems(401, 403, 404, 422, 429, 503),
)
async def get_returned(
    record_id: Annotated[UUID, Path(description="The record's id.")],
    principal: Tablet,
    held: ServicesDep,
    trace_id: TraceId,
) -> ReturnedOut:
    """The enumerator's own record as it was sent, while it is returned: nobody types a form a second time, also where
    the tablet let go of the record long ago or is another one by now. Whoever fetches it is in the audit trail.
    """
    return await held.database.run(
        lambda pg: read_returned(pg, held.ingest.ring, principal.account_id, record_id, trace_id=trace_id)
    )


@router.get(
    "/reference",
    summary="What forms are checked against",
    dependencies=[limited(Asked.LIST)],
    response_model=ReferenceOut,
    responses={**CONDITIONAL, **problems(401, 403, 422, 429, 503)},
)
async def get_reference(request: Request, principal: Tablet, held: ServicesDep) -> Response:
    """Regions, KBLI and questionnaires, to keep on the tablet; with an `ETag`: it comes only when it changed."""
    async with held.database.snapshot() as pg:
        told = await reference_for(pg, principal.account_id)
    content = told.model_dump_json().encode()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return unless_known(request, tag, _KEPT) or Response(content, 200, {**_KEPT, "ETag": tag}, "application/json")


@router.get(
    "/known-identities",
    summary="Which numbers are probably recorded already",
    dependencies=[limited(Asked.LIST)],
    response_class=Response,
    responses={
        200: {
            "description": "The filter.",
            "content": {KNOWN_IDENTITIES: {"schema": {"type": "string", "format": "binary"}}},
        },
        **CONDITIONAL,
        **problems(401, 403, 404, 406, 422, 429, 503),
    },
)
async def get_known_identities(
    request: Request,
    principal: Tablet,
    held: ServicesDep,
    trace_id: TraceId,
    region: Annotated[str, Query(max_length=20, description="A regency where the enumerator works, e.g. `16.01`.")],
    campaign: Annotated[Line | None, Query(max_length=60, description="By default the current one.")] = None,
    since: Annotated[
        str | None, Query(pattern="^[0-9a-f]{32}$", deprecated=True, description="Passed over: filters come whole.")
    ] = None,
) -> Response:
    """A small filter by which the tablet warns at the doorstep, offline, that a NIK, NIB or cooperative number is
    probably recorded already, under the name of the owner at hand: wrong about once in a hundred times, and no list of
    numbers. It knows what is recorded where the enumerator is assigned to; each download is in the audit trail.

    Its bytes are described in `openapi/README.md`. `Accept` **must** name its type: who does not, wants the filter of
    version 1, which is no longer given (404 `known_filter_retired`). Made anew every ten minutes at most.
    """
    del since
    if not names(request, "accept", KNOWN_IDENTITIES):
        raise Problem(Code.KNOWN_FILTER_RETIRED)
    today = local_date(held.clock.now(), region if is_region_code(region) else NATION)

    async def work(pg: asyncpg.Connection) -> FilterAnswer:
        asked = await asked_by(pg, principal, campaign, region, today)
        given = await held.known_identities.give(pg, asked, request.headers.get("if-none-match", ""))
        if given.content is not None:
            await trail.record(
                pg,
                Action.KNOWN_IDENTITIES_READ,
                actor_id=principal.account_id,
                subject=("region", region),
                occurred_at=held.clock.now(),
                trace_id=trace_id,
                detail={"campaign": asked.campaign.code, "areas": asked.areas, "numbers": given.numbers},
            )
        return given

    given = await held.database.run(work)
    headers = {**_KEPT, "ETag": f'"{given.tag}"'}
    if given.content is None:
        return Response(status_code=304, headers=headers)
    return Response(given.content, headers=headers, media_type=KNOWN_IDENTITIES)
