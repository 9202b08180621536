"""Scenarios: a batch that is interrupted, doubled, answered by another server, refused, or too large."""

import gzip
import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from kumkm_tablet.canonical import uuid7
from kumkm_tablet.conformance.lies import Verdict
from kumkm_tablet.conformance.proxy import Answer, Forward, Seen
from kumkm_tablet.conformance.stage import (
    Broken,
    Stage,
    cut,
    cut_behind,
    in_turn,
    is_batch,
    of,
    page,
    same_batch_again,
    says,
    scenario,
)


def _once_more(stage: Stage, act: Any, rule: str, when: str) -> None:
    """The first attempt fails in some way; the batch must come again unchanged, and everything must arrive."""
    items = stage.record(3)
    with stage.nasty(act, of(items), times=1):
        stage.sync(2)
    same_batch_again([each for each in stage.batches if of(items)(each)], rule, when)
    stage.must_arrive(items, rule)


@scenario("R22", "R19")
def cut_before_the_commit(stage: Stage) -> None:
    """The batch does not arrive."""
    _once_more(stage, cut, "R22", "after a cut before the commit")


@scenario("R22", "R19")
def cut_after_the_commit(stage: Stage) -> None:
    """The batch arrives, its receipt does not."""
    _once_more(stage, cut_behind, "R22", "after a cut behind the commit")


@scenario("R22", "R19")
def answer_cut_in_the_middle(stage: Stage) -> None:
    """Half of the receipt arrives."""

    async def half(_: Seen, forward: Forward) -> Answer:
        answer: Answer = await forward()
        answer.cut_at = len(answer.body) // 2
        return answer

    _once_more(stage, half, "R22", "after half a receipt")


@scenario("R22", "R19")
def server_in_trouble(stage: Stage) -> None:
    """Statuses that promise nothing: in flight, overloaded, a fault of the server, of a proxy."""
    items = stage.record(3)
    troubles = (
        says(409, "batch_in_flight"),
        says(500, "internal"),
        page(502),
        says(503, "overloaded"),
        page(504),
        page(500),
        says(429, "too_many_requests"),
    )
    for some in (troubles[:3], troubles[3:]):
        with stage.nasty(in_turn(*some, _as_it_is), of(items), times=len(some)):
            stage.sync(3)
        sent = [each for each in stage.batches if of(items)(each)]
        for sooner, later in pairwise(sent):
            same_batch_again((sooner, later), "R22", f"after a {sooner.status}")
        same_batch_again(sent, "R22", "after faults of the server")
        stage.must_arrive(items, "R22")
        items = stage.record(3)


@scenario("R28")
def delivered_twice(stage: Stage) -> None:
    """The batch arrives twice, and the second answer is the one that comes: 200 with the same bytes."""

    async def twice(_: Seen, forward: Forward) -> Answer:
        await forward()
        answer: Answer = await forward()
        return answer

    items = stage.record(2)
    with stage.nasty(twice, is_batch, times=1):
        stage.sync(2)
    if len([each for each in stage.batches if of(items)(each)]) > 1:
        raise Broken("R28", "it did not take the receipt that came with 200")
    stage.must_arrive(items, "R28")


@scenario("R22")
def slow_drip(stage: Stage) -> None:
    """The answer comes slowly, piece by piece."""

    async def drip(_: Seen, forward: Forward) -> Answer:
        answer: Answer = await forward()
        answer.drip_s = 1.5
        return answer

    items = stage.record()
    with stage.nasty(drip, is_batch, times=1) as seen:
        stage.sync()
    if len([each for each in seen if each.is_batch]) > 1:
        raise Broken("R22", "it gave up on an answer that was coming")
    stage.must_arrive(items, "R22")


def _receipt_of(items: list[dict[str, Any]], batch_id: str) -> dict[str, Any]:
    lines = [
        {
            "record_id": item["record_id"],
            "revision": item["revision"],
            "outcome": "accepted",
            "client_action": "purge",
            "business_id": None,
            "matched_on": [],
            "warnings": [],
            "errors": [],
        }
        for item in items
    ]
    return {"batch_id": batch_id, "item_count": len(lines), "counts": {"accepted": len(lines)}, "items": lines}


@scenario("R20")
def captive_portal(stage: Stage) -> None:
    """A portal answers 200 to every batch: a page, its own JSON, a page declared as JSON."""
    for act in (
        page(200),
        page(200, "application/json", '{"status": "ok"}'),
        page(200, "application/json"),
        page(201, "application/json", "[]"),
        page(204, text=""),
    ):
        _untrusted(stage, act, "R20", "a portal answered 200 to a batch")


@scenario("R20")
def receipt_of_something_else(stage: Stage) -> None:
    """A receipt of another batch; one whose compressed bytes a cache has cut."""

    async def other(request: Seen, __: Forward) -> Answer:
        return Answer.of_json(200, _receipt_of(request.items, uuid7()))

    async def broken_coding(request: Seen, __: Forward) -> Answer:
        body = gzip.compress(json.dumps(_receipt_of(request.items, request.batch_id)).encode())
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        return Answer(200, body[: len(body) // 2], headers)

    async def nameless(request: Seen, __: Forward) -> Answer:
        told = _receipt_of(request.items, request.batch_id)
        del told["batch_id"]
        return Answer.of_json(200, told)

    for act, what in (
        (other, "the receipt of another batch came"),
        (broken_coding, "a receipt that was cut in its coding came"),
        (nameless, "a receipt without a batch_id came"),
    ):
        _untrusted(stage, act, "R20", what)


@scenario("R21")
def receipt_does_not_fit(stage: Stage) -> None:
    """The receipt has this batch's id, and too few lines, too many, another order, other records or revisions."""

    def without_the_last(lines: list[Any]) -> list[Any]:
        return lines[:-1]

    def backwards(lines: list[Any]) -> list[Any]:
        return [{**lines[-1], "client_action": "keep", "outcome": "held"}, *lines[1:-1], lines[0]]

    changes: tuple[tuple[Callable[[list[Any]], list[Any]], str], ...] = (
        (without_the_last, "a receipt with a line too few came"),
        (lambda lines: [*lines, lines[0]], "a receipt with a line too many came"),
        (backwards, "a receipt in another order came"),
        (lambda lines: [{**each, "record_id": uuid7()} for each in lines], "a receipt of other records came"),
        (lambda lines: [{**each, "revision": 7} for each in lines], "a receipt of other revisions came"),
        (lambda _: [], "a receipt without lines came"),
    )
    for change, what in changes:

        async def act(request: Seen, __: Forward, change: Any = change) -> Answer:
            told = _receipt_of(request.items, request.batch_id)
            return Answer.of_json(200, {**told, "items": change(told["items"])})

        _untrusted(stage, act, "R21", what)


def _untrusted(stage: Stage, act: Any, rule: str, what: str) -> None:
    items = stage.record(3)
    chosen = of(items)
    with stage.nasty(act, chosen, times=1):
        stage.sync()
    sent = [each for each in stage.batches if chosen(each)]
    if len(sent) < 2 or not stage.stored(items):  # noqa: PLR2004  (once, and once again)
        stage.sync()
        sent = [each for each in stage.batches if chosen(each)]
    if len(sent) < 2 or sent[0].batch_id != sent[1].batch_id:  # noqa: PLR2004  (likewise)
        raise Broken(rule, f"{what}, and it took that for the receipt: the batch did not come again under its id")
    if not stage.stored(items):
        stage.must_arrive(items, rule)


@scenario("R23", "R19")
def too_large(stage: Stage) -> None:
    """More than two items are too large, or take too long to read."""
    small = 2
    for status, code in ((413, "body_too_large"), (408, "request_timeout")):
        items = stage.record(7)
        chosen = of(items)

        def too_much(request: Seen, chosen: Callable[[Seen], bool] = chosen) -> bool:
            return chosen(request) and len(request.items) > small

        with stage.nasty(says(status, code), too_much):
            stage.sync(2)
            states = stage.states()
        if not any(0 < len(each.items) <= small for each in stage.batches if chosen(each)):
            raise Broken("R23", f"after {status} its batches did not become smaller")
        if any(states.get(item["record_id"]) in (None, "purged") and not stage.stored([item]) for item in items):
            raise Broken("R23", f"after {status} it deleted records that the server does not have")
        stage.must_arrive(items, "R23")


@scenario("R24", "R25")
def poison(stage: Stage) -> None:
    """The server cannot accept one of several items."""
    for status, code in ((400, "malformed_json"), (422, "invalid_fields"), (415, "unsupported_media_type")):
        items = stage.record(6)
        bad = items[3]
        with stage.nasty(says(status, code), of([bad])):
            stage.sync()
            if not stage.stored([item for item in items if item is not bad]):
                raise Broken("R24", f"one item that is refused with {status} keeps the others from the server")
            _set_aside(stage, bad, status)


@scenario("R25")
def refused_alone(stage: Stage) -> None:
    """An item is refused that is alone in its batch."""
    for status, code in ((400, "malformed_json"), (413, "body_too_large"), (422, "invalid_fields")):
        (bad,) = stage.record()
        with stage.nasty(says(status, code), of([bad])):
            stage.sync()
            _set_aside(stage, bad, status)


def _set_aside(stage: Stage, bad: dict[str, Any], status: int) -> None:
    stage.much_later()
    stage.must_hold([bad], "R25", f"its item was refused with {status}")
    alone = [each for each in stage.sendings(bad["record_id"]) if len(each.items) == 1]
    most = 2  # some make sure once more
    if len(alone) > most:
        raise Broken("R25", f"an item that was refused alone with {status} was sent {len(alone)} times")


@scenario("R26", "R19")
def id_is_taken(stage: Stage) -> None:
    """The server already has another batch under this id."""
    items = stage.record(3)
    with stage.nasty(says(422, "batch_id_reused"), is_batch, times=1) as seen:
        stage.sync(2)
    sent = [each for each in seen if each.is_batch]
    if len(sent) < 2 or sent[1].batch_id == sent[0].batch_id:  # noqa: PLR2004  (once, and once again)
        raise Broken("R26", "after the answer that its batch id is taken, it did not send the items under another one")
    if {item["record_id"] for item in sent[1].items} != {item["record_id"] for item in items}:
        raise Broken("R26", "after the answer that its batch id is taken, it did not send the same items again")
    stage.must_arrive(items, "R26")


@scenario("R55")
def large_and_small(stage: Stage) -> None:
    """A small batch and a large one, both with letters beyond ASCII: some clients compress only large bodies."""
    stage.record(catatan="é")
    stage.sync()
    stage.record(12, catatan="é漢🍜" * 300)
    stage.sync()
    stage.must_arrive([*map(stage.recorded.__getitem__, stage.recorded)], "R55")


@scenario("R27")
def limits(stage: Stage) -> None:
    """The handshake contains the limits of a batch."""
    most = 3
    stage.lies.limits = {"max_items": most}
    items = stage.record(7)
    stage.sync()
    if (largest := max((len(each.items) for each in stage.batches), default=0)) > most:
        raise Broken("R27", f"with a limit of {most} items, it sent {largest}")
    size = 12_000
    stage.lies.limits = {"max_bytes": size}
    items += stage.record(16, catatan="é" * 500)
    stage.sync()
    if (heaviest := max((len(each.plain) for each in stage.batches), default=0)) > size:
        raise Broken("R27", f"with a limit of {size} bytes, it sent {heaviest}")
    stage.must_arrive(items, "R27")


@scenario("R29")
def something_else_says_no(stage: Stage) -> None:
    """403, 404 and 405, from a proxy in between or from the server: the records wait."""
    for act, what in (
        (page(403), "a page with 403"),
        (page(404), "a page with 404"),
        (page(405), "a page with 405"),
        (says(403, "forbidden"), "a 403"),
        (says(404, "not_found"), "a 404"),
        (says(405, "method_not_allowed"), "a 405"),
    ):
        items = stage.record(2)
        with stage.nasty(act, of(items), times=2):
            stage.sync()
        stage.must_hold(items, "R29", f"{what} answered to a batch")
        try:
            stage.must_arrive(items, "R29")
        except Broken as exc:
            raise Broken("R29", f"{what} answered to a batch, and its records never came again") from exc


@scenario("R53")
def may_not_send(stage: Stage) -> None:
    """The server refuses every batch with 403: trying again at once helps nobody."""
    items = stage.record(2)
    for code in ("device_revoked", "account_deactivated"):
        with stage.nasty(says(403, code), is_batch) as seen:
            stage.sync()
        tries = sum(each.is_batch for each in seen)
        if tries > 1:
            raise Broken("R53", f"refused with 403 {code}, it sent {tries} batches in the same sync")
    stage.must_arrive(items, "R53")


@scenario("R15", "R14", "R22")
def lines_differ(stage: Stage) -> None:
    """A receipt with a line of each kind: each record is treated by its own line."""
    held, bad, good = stage.record(3)
    stage.lies.verdicts |= {
        (held["record_id"], 1): Verdict("held", "keep"),
        (bad["record_id"], 1): Verdict("invalid", "fix"),
    }
    with stage.nasty(in_turn(cut_behind, _as_it_is), is_batch):
        stage.sync(2)
    stage.much_later()
    stage.must_hold([held], "R15", "after an answer to keep one record of three")
    stage.must_hold([bad], "R14", "after an answer to fix one record of three")
    stage.must_arrive([good], "R22")


async def _as_it_is(_: Seen, forward: Forward) -> Any:
    return await forward()
