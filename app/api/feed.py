"""The feed: what other systems mirror the register by."""

import asyncio
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from app.accounts.permissions import Principal, Role, Scope, Territory
from app.api.answers import JSON
from app.api.deps import Services, ServicesDep, TraceId, allowed, limited, problems, still_allowed
from app.api.limits import Asked
from app.api.negotiation import media_type
from app.api.pages import PageAsked, PageDep, Pager
from app.audit import trail
from app.audit.actions import Action
from app.core.bulk import Digits
from app.exchange.feed import FeedPage, FeedPosition, anything_behind, read_feed

router = APIRouter(prefix="/v1", tags=["exchange"])

NDJSON = "application/x-ndjson"
_LINES = '{"kind":"position","next_cursor":"q2k0X7m9cE1uYyJ0b2tlbiI6MX0","more":false}\n'
_LOOK_S = 0.5
_MOST_WAITING = 200  # of one process; who comes beyond that is answered at once
Consumer = Annotated[Principal, Depends(allowed(Role.OFFICER, Role.ADMIN, Role.SYSTEM, scope=Scope.FEED_READ))]


class BusinessChange(BaseModel):
    """A business is new, or says something else."""

    kind: Literal["business"]
    business_id: UUID
    business: dict[str, Any] = Field(description="All its columns, as `GET /v1/metadata` explains them; masked.")


class MergedChange(BaseModel):
    """A business was found to be another: let go of it. A merger may be undone; then it comes again."""

    kind: Literal["merged"]
    business_id: UUID
    into: UUID


class MovedOutChange(BaseModel):
    """A business is no longer in the territory: let go of it."""

    kind: Literal["moved_out"]
    business_id: UUID


class FeedOut(BaseModel):
    """Changes behind a cursor, in commit order."""

    items: list[BusinessChange | MergedChange | MovedOutChange]
    next_cursor: str = Field(description="Where to go on; keep it in the same transaction as what the page brought.")
    more: bool = Field(description="Whether there is more at this moment; a page may be short all the same.")


def feed_pager(held: Services, principal: Principal, page: PageAsked, region: str | None) -> Pager:
    """A feed's cursors are good for one account and one region."""
    return Pager(held.settings, principal, page, "feed", region)


@router.get(
    "/feed",
    summary="What changed in the register",
    dependencies=[limited(Asked.FEED)],
    response_model=FeedOut,
    responses={
        200: {"content": {NDJSON: {"schema": {"type": "string"}, "example": _LINES}}},
        **problems(400, 401, 403, 404, 406, 410, 422, 429, 503),
    },
)
async def get_feed(
    request: Request,
    page: PageDep,
    principal: Consumer,
    held: ServicesDep,
    trace_id: TraceId,
    region: Annotated[
        str | None, Query(description="Kemendagri code; by default the caller's whole territory.", max_length=13)
    ] = None,
    wait: Annotated[Digits, Query(ge=0, le=30, description="Seconds to wait for something new.")] = 0,
) -> Response:
    """Every change in commit order, nothing skipped: each business stands where it changed last and is told as it is
    now. Without a cursor from the beginning, or from a snapshot (`X-Feed-Cursor` of an export). With
    `Accept: application/x-ndjson` a change to a line, and last a line with the cursor.
    """
    form = media_type(request, JSON, NDJSON)
    territory = principal.territory if region is None else principal.territory.narrowed_to(region)
    pager = feed_pager(held, principal, page, region)
    position = FeedPosition() if pager.after is None else FeedPosition.unpack(pager.after)
    if pager.after is None:  # bulk reads are logged; going on is not another one
        await held.database.run(
            lambda pg: trail.record_many(
                pg,
                Action.FEED_BEGUN,
                actor_id=principal.account_id,
                trace_id=trace_id,
                subjects=[("region", territory.region_code, {})],
            )
        )
    found = await _wait(held, principal, territory, position, page.limit, wait)
    cursor = pager.written(found.position.pack())
    last = b'"next_cursor":"%s","more":%s' % (cursor.encode(), b"true" if found.more else b"false")
    if form == NDJSON:
        content = b"\n".join([*found.lines, b'{"kind":"position",' + last + b"}\n"])
    else:
        content = b'{"items":[' + b",".join(found.lines) + b"]," + last + b"}"
    return Response(content, headers={"Vary": "Accept"}, media_type=form)


async def _wait(
    held: Services, principal: Principal, territory: Territory, position: FeedPosition, limit: int, seconds: int
) -> FeedPage:
    """The page behind a position, as soon as it has something, or the time is over. Nothing is held while it waits;
    after it, only who still may is told something.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + (seconds if held.waiting.feed < _MOST_WAITING else 0)
    held.waiting.feed += 1
    try:
        while True:
            async with held.database.snapshot() as pg:
                found = await read_feed(pg, territory, position, limit)
            if found.lines or found.more or loop.time() >= until:
                return found
            position = found.position
            await _until_news(held, position, until)
            await still_allowed(held, principal)
    finally:
        held.waiting.feed -= 1


async def _until_news(held: Services, position: FeedPosition, until: float) -> None:
    loop = asyncio.get_running_loop()
    while loop.time() < until:
        await asyncio.sleep(_LOOK_S)
        async with held.database.snapshot() as pg:
            if await anything_behind(pg, position):
                return
