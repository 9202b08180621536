"""Scenarios: the listing, page by page, and a restored server."""

import json
from typing import Any
from urllib.parse import parse_qs

from kumkm_tablet.conformance.proxy import Answer, Forward, Seen
from kumkm_tablet.conformance.stage import Broken, NotJudged, Stage, at, scenario

_LISTING = "/v1/sync/listing"
_PAGES = {None: ("uji-1", True), "uji-1": ("uji-2", True), "uji-2": ("uji-3", False), "uji-3": ("uji-3", False)}
"""By the cursor that is sent: the next one, and whether there is more."""


@scenario("R59")
def the_listing_comes_in_pages(stage: Stage) -> None:
    """Three pages of doors; then nothing new; then the server was restored, and no cursor is known."""

    async def pages(request: Seen, _: Forward) -> Answer:
        cursor = _cursor(request)
        if cursor not in _PAGES:
            return Answer.problem(410, "cursor_outdated", retryable=False)
        return _page(stage, cursor)

    with stage.nasty(pages, at(_LISTING)) as seen:
        stage.sync()
    asked = _cursors(stage, seen)
    if not asked:
        raise NotJudged("it does not ask for the listing")
    if asked[-3:] != [None, "uji-1", "uji-2"]:
        raise Broken("R59", f"of three pages of the listing it asked for {len(asked)}, not each by the cursor before")
    with stage.nasty(pages, at(_LISTING)) as seen:
        stage.sync()
    if _cursors(stage, seen)[:1] != ["uji-3"]:
        raise Broken("R59", "the next sync does not go on from the cursor of the last page of the listing")

    async def restored(request: Seen, _: Forward) -> Answer:
        if _cursor(request) is not None:
            return Answer.problem(410, "cursor_outdated", retryable=False)
        return _page(stage, "uji-3")

    with stage.nasty(restored, at(_LISTING)) as seen:
        stage.sync()
    if None not in _cursors(stage, seen):
        raise Broken("R59", "its cursor of the listing was refused with 410, and it did not start over without one")
    items = stage.record()
    stage.must_arrive(items, "R59")


def _page(stage: Stage, cursor: str | None) -> Answer:
    following, more = _PAGES[cursor]
    entry: dict[str, Any] = {
        "listing_id": "8d1f3b70-5c1e-8a44-9b0e-6f1c52d7a3e9",
        "region_code": stage.village,
        "name": f"Uji {following}",
        "owner": "Sari",
        "address": None,
        "kind": None,
        "kbli": None,
        "kbli_version": None,
        "location": None,
        "nik_masked": None,
        "state": "open",
        "own": False,
        "answers": {"legal_name": "Uji"},
    }
    told = {
        "campaign": stage.campaign,
        "areas": [stage.village],
        "forget": [],
        "items": [entry] if cursor != following else [],
        "next_cursor": following,
        "more": more,
    }
    return Answer(200, json.dumps(told).encode(), {"Content-Type": "application/json"})


def _cursors(stage: Stage, seen: list[Seen]) -> list[str | None]:
    """The cursors of the requests for this campaign's listing."""
    mine = [each for each in seen if each.path == _LISTING]
    return [
        _cursor(each) for each in mine if parse_qs(each.query).get("campaign", [stage.campaign]) == [stage.campaign]
    ]


def _cursor(request: Seen) -> str | None:
    return next(iter(parse_qs(request.query).get("cursor", ())), None)
