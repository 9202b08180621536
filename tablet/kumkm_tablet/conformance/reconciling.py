"""Scenarios: asking whether a record is really stored, and deleting it."""

from typing import Any

from kumkm_tablet.canonical import uuid7
from kumkm_tablet.conformance.lies import RECONCILE, Verdict
from kumkm_tablet.conformance.proxy import Answer, Forward, Seen
from kumkm_tablet.conformance.stage import Broken, Stage, at, of, page, rewritten, says, scenario


def _asked(stage: Stage, record_id: str, start: int = 0) -> bool:
    return any(each.path == RECONCILE and record_id.encode() in each.plain for each in stage.seen[start:])


@scenario("R36")
def asks_before_it_lets_go(stage: Stage) -> None:
    """The receipt answers purge for everything; reconciling cannot be reached, for long."""
    items = stage.record(2)
    with stage.nasty(says(503, "overloaded"), at(RECONCILE)):
        stage.sync()
        stage.much_later()
        stage.must_hold(items, "R36", "before the server said that it is stored")
    stage.must_arrive(items, "R36")
    stage.much_later()
    gone = [item for item in items if stage.states().get(item["record_id"]) in (None, "purged")]
    if any(not _asked(stage, item["record_id"]) for item in gone):
        raise Broken("R36", "it deleted a record without asking whether the server has it")


@scenario("R36", "R15", "R14")
def reconcile_says_otherwise(stage: Stage) -> None:
    """The receipt answered purge; reconciling answers stored, with keep or fix."""
    kept, bad = stage.record(2)

    def change(told: Any) -> Any:
        for line in told["items"]:
            if line["record_id"] == kept["record_id"]:
                line |= {"outcome": "conflict", "client_action": "keep"}
            if line["record_id"] == bad["record_id"]:
                line |= {"outcome": "invalid", "client_action": "fix"}
        return told

    with stage.nasty(rewritten(change), at(RECONCILE)):
        stage.sync(2)
        stage.much_later()
        for item, what in ((kept, "keep"), (bad, "fix")):
            stage.must_hold([item], "R36", f"after reconciling said stored and {what}")
            stage.must_be_sent(item, "R15" if what == "keep" else "R14", f"after reconciling said stored and {what}")


@scenario("R37", "R36")
def reconcile_says_missing(stage: Stage) -> None:
    """The server lost records after their receipt; the client is killed before it learns of it, and once more after."""
    first, second, third = stage.record(3)
    _send(stage, [first, second, third])
    for item in (first, second, third):
        stage.lies.states[item["record_id"]] = "missing"
    stage.sync_killed(at(RECONCILE), "received")
    stage.sync_killed(at(RECONCILE), "answered", 0.05)
    stage.much_later(1)
    if not _asked(stage, first["record_id"]):
        raise Broken("R36", "it did not ask whether the record is stored before it deleted it")
    stage.lies.states.clear()
    stage.sync()
    for item in (first, second, third):
        if len(stage.sendings(item["record_id"])) < 2:  # noqa: PLR2004  (once, and once again)
            raise Broken("R37", "the server answered that a record is missing, and it was not sent again")
    stage.must_arrive([first, second, third], "R37")


def _send(stage: Stage, items: list[dict[str, Any]]) -> None:
    """Sync until the receipt has arrived, and no further."""
    with stage.nasty(page(502), at(RECONCILE)):
        stage.sync()
    if not any(of(items)(each) for each in stage.batches):
        stage.sync()


@scenario("R38")
def reconcile_says_different(stage: Stage) -> None:
    """The server has another content under this revision."""
    (item,) = stage.record()
    stage.lies.states[item["record_id"]] = "different"
    stage.sync(2)
    stage.much_later()
    stage.must_hold([item], "R38", "after the answer that the server has another content")
    stage.must_be_sent(item, "R38", "after the answer that the server has another content")
    stage.lies.states.clear()
    better = {**item, "revision": 2, "answers": {**item["answers"], "legal_name": "Uji Baru"}}
    stage.record_items([better])
    stage.must_arrive([better], "R38")


@scenario("R39", "R37")
def reconcile_is_no_answer(stage: Stage) -> None:
    """Reconciling gets something that is not an answer; afterwards the server answers that the record is missing."""

    def line(each: dict[str, Any], **other: Any) -> dict[str, Any]:
        told = {"record_id": each["record_id"], "revision": each["revision"]}
        return {**told, "state": "stored", "outcome": "accepted", "client_action": "purge", **other}

    def answering(change: Any) -> Any:
        async def act(request: Seen, __: Forward) -> Answer:
            return Answer.of_json(200, {"items": change((request.json() or {}).get("items", []))})

        return act

    for act, what in (
        (page(200), "a portal's page"),
        (page(200, "application/json", '{"ok": true}'), "a portal's JSON"),
        (answering(lambda _: []), "an answer without lines"),
        (answering(lambda asked: [line(each, record_id=uuid7()) for each in asked]), "lines of other records"),
        (
            answering(lambda asked: [line(each, revision=each["revision"] + 1) for each in asked]),
            "lines of other revisions",
        ),
        (answering(lambda asked: [line(each, state=None) for each in asked]), "lines without a state"),
    ):
        (item,) = stage.record()
        with stage.nasty(act, at(RECONCILE)):
            stage.sync()
            stage.much_later(1)
            stage.must_hold([item], "R39", f"when {what} came for an answer to reconciling")
        stage.lies.states[item["record_id"]] = "missing"
        start = len(stage.seen)
        stage.sync(2)
        stage.lies.states.clear()
        if len(stage.sendings(item["record_id"])) < 2:  # noqa: PLR2004  (once, and once again)
            if _asked(stage, item["record_id"], start):
                raise Broken("R37", "the server answered that a record is missing, and it was not sent again")
            raise Broken("R39", f"{what} came for an answer to reconciling, and it took the record for stored")
        stage.must_arrive([item], "R39")


@scenario("R36", "R39")
def asked_once_more_it_says_nothing(stage: Stage) -> None:
    """A record is confirmed; when it is about to be deleted, the answer has no line of it, and then says missing."""

    async def act(_: Seen, __: Forward) -> Answer:
        return Answer.of_json(200, {"items": []})

    (item,) = stage.record()
    stage.must_arrive([item], "R36")
    stage.sync()
    if stage.state_of(item["record_id"]) in (None, "purged"):
        return  # it keeps nothing that is confirmed, which it should
    with stage.nasty(act, at(RECONCILE)):
        stage.much_later()
        stage.must_hold([item], "R39", "when the answer before deleting had no line of it")
    sent = len(stage.sendings(item["record_id"]))
    stage.lies.states[item["record_id"]] = "missing"
    stage.much_later()
    stage.lies.states.clear()
    stage.sync()
    if len(stage.sendings(item["record_id"])) == sent:
        raise Broken("R36", "a record was missing when it was about to be deleted, and it was not sent again")


@scenario("R36", "R37")
def lost_receipt_is_no_loss(stage: Stage) -> None:
    """The receipt of a record that must be kept is lost: the action comes with the repeated answer."""
    held, good = stage.record(2)
    stage.lies.verdicts[held["record_id"], 1] = Verdict("held", "keep")
    for moment in ("stored", "half"):
        stage.sync_killed(of([held]), moment)
    stage.sync(2)
    stage.much_later()
    stage.must_hold([held], "R36", "after an answer to keep a record, in a receipt that was lost at first")
    stage.must_arrive([good], "R37")
