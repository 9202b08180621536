"""Sync: what a tablet reads. A tablet that was revoked reads nothing."""

import hashlib
from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Path, Query, Request, Response

from app.api.answers import CONDITIONAL, unless_known
from app.api.deps import ServicesDep, Tablet, TraceId, limited, problems
from app.api.limits import Asked
from app.api.pages import PageDep, Pager
from app.core.bulk import Line
from app.regions.region_code import NATION, is_region_code, local_date
from app.sync.changes import ChangesPage, read_changes
from app.sync.known_identities import Edition, additions, current, earlier, key_of, regency_at, whole
from app.sync.reference import ReferenceOut, reference_for
from app.sync.returned import ReturnedOut, read_returned

router = APIRouter(prefix="/v1/sync", tags=["sync"])

_KEPT = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Accept-Encoding"}
KNOWN_IDENTITIES = "application/vnd.kumkm.known-identities"


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
    "/returned/{record_id}", summary="A returned record, to mend it",
    dependencies=[limited(Asked.LIST)], responses=problems(401, 403, 404, 422, 429, 503),
)  # fmt: skip
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
    "/reference", summary="What forms are checked against", dependencies=[limited(Asked.LIST)],
    response_model=ReferenceOut, responses={**CONDITIONAL, **problems(401, 403, 422, 429, 503)},
)  # fmt: skip
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
            "description": "The filter, or what is new since the edition that `since` names.",
            "content": {KNOWN_IDENTITIES: {"schema": {"type": "string", "format": "binary"}}},
        },
        **CONDITIONAL,
        **problems(401, 403, 404, 422, 429, 503),
    },
)
async def get_known_identities(
    request: Request,
    principal: Tablet,
    held: ServicesDep,
    region: Annotated[str, Query(max_length=20, description="A regency where the enumerator works, e.g. `16.01`.")],
    campaign: Annotated[Line | None, Query(max_length=60, description="By default the current one.")] = None,
    since: Annotated[
        str | None, Query(pattern="^[0-9a-f]{32}$", description="The `ETag` of the edition that the tablet has.")
    ] = None,
) -> Response:
    """A small filter by which the tablet warns at the doorstep, offline, that a NIK, NIB or cooperative number of the
    regency is probably recorded already: wrong about once in a hundred numbers, and no list of numbers.

    Its bytes are described in `openapi/README.md`. Made anew every ten minutes at most.
    """
    ring, secret = held.ingest.ring, held.settings.digest_key_bytes()
    today = local_date(held.clock.now(), region if is_region_code(region) else NATION)

    async def work(pg: asyncpg.Connection) -> tuple[Edition, bytes | None]:
        asked = await regency_at(pg, principal, campaign, region, today)
        now = await current(pg, ring, secret, asked.id, region, refresh_s=held.settings.filter_refresh_s)
        if f'"{now.tag.hex()}"' in request.headers.get("if-none-match", ""):
            return now, None
        before = await earlier(pg, asked.id, region, bytes.fromhex(since)) if since else None
        key = key_of(secret, asked.id, region)
        return now, (before and additions(key, before, now)) or whole(key, now)

    edition, content = await held.database.run(work)
    headers = {**_KEPT, "ETag": f'"{edition.tag.hex()}"'}
    if content is None:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=KNOWN_IDENTITIES)
