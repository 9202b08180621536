"""The feed, by which other systems keep a copy of the register."""

import asyncio
from contextlib import suppress
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from app.accounts.permissions import Territory
from app.api.answers import JSON
from app.api.calls import Mirror, SignedCall
from app.api.endpoints import Endpoints
from app.api.limits import Rate
from app.api.negotiation import media_type
from app.api.pages import Page, PageQuery, Pager
from app.audit.actions import Action
from app.core.bulk import Digits
from app.exchange.feed import FeedPage, FeedPosition, anything_behind, read_feed
from app.regions.region_code import LONGEST

router = Endpoints("exchange")

NDJSON = "application/x-ndjson"
_LINES = '{"kind":"position","next_cursor":"q2k0X7m9cE1uYyJ0b2tlbiI6MX0","more":false}\n'
_LOOK_S = 0.5
_MOST_WAITING = 200  # requests of one process; more are answered at once


class BusinessChange(BaseModel):
    """A business is new or has changed."""

    kind: Literal["business"]
    business_id: UUID
    business: dict[str, Any] = Field(description="All its columns, as `GET /v1/metadata` explains them; masked.")


class MergedChange(BaseModel):
    """A business was merged into another one: remove it from your copy. If the merger is undone, it comes again."""

    kind: Literal["merged"]
    business_id: UUID
    into: UUID


class MovedOutChange(BaseModel):
    """A business is no longer in the territory: remove it from your copy."""

    kind: Literal["moved_out"]
    business_id: UUID


class FeedOut(BaseModel):
    """Changes after a cursor."""

    items: list[BusinessChange | MergedChange | MovedOutChange]
    next_cursor: str = Field(
        description="Where to continue; store it in the same transaction as the items of the page."
    )
    more: bool = Field(description="Whether there is more at this moment. A page may be short although there is more.")


class Wanted(BaseModel):
    """Of which region, and how long to wait."""

    model_config = ConfigDict(frozen=True)

    region: str | None = Field(
        default=None, description="Kemendagri code; by default the caller's whole territory.", max_length=LONGEST
    )
    wait: Annotated[Digits, Field(ge=0, le=30, description="Seconds to wait for something new.")] = 0


def feed_pager(call: SignedCall, region: str | None, page: PageQuery | None = None) -> Pager:
    """A feed's cursors are valid for one account and one region."""
    return call.pager(page or PageQuery(), "feed", region)


@router.endpoint(
    "GET /v1/feed",
    "What changed in the register",
    [404, 406, 410],
    limit=Rate.FEED,
    model=FeedOut,
    answers={200: {"content": {NDJSON: {"schema": {"type": "string"}, "example": _LINES}}}},
)
async def get_feed(call: Mirror, wanted: Annotated[Wanted, Query()], page: Page) -> Response:
    """Every business that changed, once, in its present state, in the order of the transactions that changed them last;
    no change is skipped. Without a cursor it begins with the first business; with `X-Feed-Cursor` of an export it
    continues after that export. With `Accept: application/x-ndjson` each change is a line, and the last line contains
    the cursor.
    """
    form = media_type(call.request, JSON, NDJSON)
    territory = call.principal.territory.narrowed_to(wanted.region)
    pager = feed_pager(call, wanted.region, page)
    position = FeedPosition() if pager.after is None else FeedPosition.unpack(pager.after)
    if pager.after is None:  # bulk reads are logged; going on is not another one
        await call.note(Action.FEED_BEGUN, ("region", territory.region_code), {})
    found = await _wait(call, territory, position, page.limit, wanted.wait)
    cursor = pager.written(found.position.pack())
    last = b'"next_cursor":"%s","more":%s' % (cursor.encode(), b"true" if found.more else b"false")
    if form == NDJSON:
        content = b"\n".join([*found.lines, b'{"kind":"position",' + last + b"}\n"])
    else:
        content = b'{"items":[' + b",".join(found.lines) + b"]," + last + b"}"
    return Response(content, headers={"Vary": "Accept"}, media_type=form)


async def _wait(call: SignedCall, territory: Territory, position: FeedPosition, limit: int, seconds: int) -> FeedPage:
    """The page after a position, as soon as it has something, or when the time is over. No connection to the database
    is used while waiting. After the wait, the account's rights are checked again.
    """
    loop, waiting = asyncio.get_running_loop(), call.services.waiting
    until = loop.time() + (seconds if waiting.feed < _MOST_WAITING else 0)
    waiting.feed += 1
    try:
        while True:
            async with call.snapshot() as pg:
                found = await read_feed(pg, territory, position, limit)
            if found.lines or found.more or loop.time() >= until or waiting.ending.is_set():
                return found
            position = found.position
            await _until_news(call, position, until)
            await call.refuse_if_less()
    finally:
        waiting.feed -= 1


async def _until_news(call: SignedCall, position: FeedPosition, until: float) -> None:
    loop = asyncio.get_running_loop()
    ending = call.services.waiting.ending
    while loop.time() < until and not ending.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(ending.wait(), _LOOK_S)
        async with call.snapshot() as pg:
            if await anything_behind(pg, position):
                return
