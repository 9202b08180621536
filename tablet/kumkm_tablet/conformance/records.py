"""Scenarios: the states of one record on the tablet, and that it is sent as it was recorded."""

from datetime import datetime, timedelta
from typing import Any

from kumkm_tablet.conformance.lies import HANDSHAKE, RECONCILE, News, Verdict
from kumkm_tablet.conformance.stage import Broken, Stage, at, is_batch, scenario

_TROUBLE: dict[str, Any] = {
    "nib": None,
    "trade_name": "Warung “Cafe\u0301” \U0001f35c\t\\ /",
    "annual_sales_idr": 9007199254740993,
    "catatan": {"\uff5e": 1, "\U0001f35c": 2, "z": ["007", " 8 ", "", None, True, [], {}]},
    "luas_m2": 12.5,
    "berat_kg": [6.0, 1e-7, -0.0],
    "jarak": [0.1, -4.1266, 104.17025],
    "kode": "0012",
    "npwp": "09.254.294.3-407.000",
    "owner": {"name": " Sari  Dewi ", "sex": "female", "phone": "+62 812-3456 7890"},
}
"""Answers that are easily changed on the way: no number that identifies, unknown fields."""


@scenario("R11", "R12", "R40")
def sent_as_recorded(stage: Stage) -> None:
    """Odd letters, numbers, nulls and fields, times of another zone; sent twice, and reconciled."""
    item = stage.item(**_TROUBLE)
    item["started_at"] = "2022-09-12T08:55:10.250+09:00"
    item["location"] = {"latitude": -4.1266, "longitude": 104.17025, "accuracy_m": 6.5}
    plain = {**stage.item(), "started_at": None, "location": None}
    items = stage.record_items([item, plain]) + stage.record()
    with stage.nasty(_lost, is_batch, times=1):
        stage.sync(2)
    stage.must_arrive(items, "R11")


async def _lost(_: Any, forward: Any) -> Any:
    answer = await forward()
    answer.cut_at = 0
    return answer


@scenario("R10")
def recorded_is_on_disk(stage: Stage) -> None:
    """It is ended before it has sent anything, and again while it sends."""
    items = stage.record(2)
    stage.sync_killed(at(HANDSHAKE), "received")
    items += stage.record(1)
    stage.sync_killed(is_batch, "received")
    stage.sync_killed(is_batch, "answered")
    stage.must_arrive(items, "R10")


@scenario("R14", "R13")
def mended(stage: Stage) -> None:
    """A record that the receipt answers with fix waits; then a person corrects it."""
    bad, good = stage.record(2)
    stage.lies.verdicts[bad["record_id"], 1] = Verdict("invalid", "fix")
    stage.sync(3)
    stage.must_hold([bad], "R14", "after an answer to fix a record")
    stage.must_be_sent(bad, "R14", "after an answer to fix a record")
    _mend(stage, bad)
    stage.must_arrive([good], "R14")


def _mend(stage: Stage, bad: dict[str, Any]) -> None:
    """A person corrects it; the next revision must be sent, and the old one never again."""
    before = len(stage.sendings(bad["record_id"], bad["revision"]))
    better = {**bad, "revision": bad["revision"] + 1}
    better["answers"] = {**bad["answers"], "legal_name": bad["answers"]["legal_name"] + " Baru"}
    stage.record_items([better])
    stage.sync(2)
    if not stage.sendings(better["record_id"], better["revision"]):
        raise Broken("R13", f"a corrected record was not sent as revision {better['revision']}")
    stage.must_arrive([better], "R13")
    if len(stage.sendings(bad["record_id"], bad["revision"])) > before:
        raise Broken("R14", "after a record was corrected, its old revision was sent again")


@scenario("R46", "R14", "R13")
def returned(stage: Stage) -> None:
    """A supervisor returns a record, also after the tablet deleted it, and a person corrects it."""
    (item,) = stage.record()
    stage.must_arrive([item], "R46")
    stage.much_later()
    reason = "Nama usaha salah"
    change = {
        "kind": "review",
        "record_id": item["record_id"],
        "revision": 1,
        "decision": "returned",
        "reason": reason,
        "decided_at": stage.captured_at,
    }
    given = {**item, "started_at": None, "location": None}
    stage.lies.returned[item["record_id"]] = {"campaign": stage.campaign, "reason": reason, "item": given}
    stage.lies.news = News(f"{item['record_id']}", [change])
    stage.sync()
    state = stage.state_of(item["record_id"])
    stage.sync(2)
    stage.must_be_sent(item, "R14", "after a record was returned")
    if state != "returned":
        raise Broken("R46", "a record was returned, and the client does not show it as returned")
    if stage.state_of(item["record_id"]) != "returned":
        raise Broken("R46", "a returned record did not stay returned until it was corrected")
    _mend(stage, item)


@scenario("R15")
def keep_is_kept(stage: Stage) -> None:
    """Records are held and in conflict, in the receipt and when reconciling, for long."""
    items = stage.record(3)
    for item, outcome in zip(items, ("held", "conflict"), strict=False):
        stage.lies.verdicts[item["record_id"], 1] = Verdict(outcome, "keep")
    stage.sync(2)
    stage.much_later()
    for item, outcome in zip(items, ("held", "in conflict"), strict=False):
        stage.must_hold([item], "R15", f"after an answer to keep a record that is {outcome}")
        stage.must_be_sent(item, "R15", f"after an answer to keep a record that is {outcome}")
    stage.must_arrive(items[2:], "R15")


@scenario("R16")
def unknown_words(stage: Stage) -> None:
    """Outcomes and actions of a later version, in receipts and when reconciling."""
    strange = (Verdict("postponed", "purge"), Verdict("accepted", "wait_for_the_moon"), Verdict("postponed", "later"))
    items = stage.record(5)
    for item, said in zip(items, strange, strict=False):
        stage.lies.verdicts[item["record_id"], 1] = said
    with stage.nasty(_then(stage, items[3]), is_batch, times=1):
        stage.sync(2)
    stage.much_later()
    start = len(stage.seen)
    stage.sync()
    asked = b"".join(each.plain for each in stage.seen[start:] if each.path == RECONCILE)
    for item, said in zip(items, (*strange, Verdict("postponed", "purge")), strict=False):
        when = f"after the outcome {said.outcome} with {said.client_action}, which it cannot know"
        stage.must_hold([item], "R16", when)
        stage.must_be_sent(item, "R16", when)
        if item["record_id"].encode() not in asked:
            raise Broken("R16", f"{when}, it does not ask about the record any more, as it does about what it keeps")
    stage.must_arrive(items[4:], "R16")


def _then(stage: Stage, item: dict[str, Any]) -> Any:
    """The receipt knows the words; reconciling does not."""

    async def act(_: Any, forward: Any) -> Any:
        answer = await forward()
        stage.lies.verdicts[item["record_id"], 1] = Verdict("postponed", "purge")
        return answer

    return act


@scenario("R17")
def newer_questionnaire(stage: Stage) -> None:
    """The server has newer questionnaires than that of the record."""
    items = stage.record()
    stage.lies.questionnaires = ["umkm@2", "koperasi@2"]
    stage.must_arrive(items, "R17")


@scenario("R58")
def visited_again_and_again(stage: Stage) -> None:
    """A door is visited twice in vain and then interviewed, before the tablet has a signal."""
    interview = stage.item()
    door = [_visit(interview, 1), _visit(interview, 2), {**interview, "revision": 3}]
    for each in door:
        stage.record_items([each])
    stage.sync(2)
    sent = [
        item["revision"]
        for batch in stage.batches
        for item in batch.items
        if item.get("record_id") == interview["record_id"]
    ]
    for each in door:
        if each["revision"] not in sent:
            raise Broken(
                "R58", f"of a door that was visited twice and interviewed, revision {each['revision']} was not sent"
            )
    if list(dict.fromkeys(sent)) != [1, 2, 3]:
        raise Broken("R58", f"the visits of a door were sent in the order {', '.join(map(str, dict.fromkeys(sent)))}")
    stage.must_arrive(door, "R58")


def _visit(interview: dict[str, Any], revision: int) -> dict[str, Any]:
    """Nobody is home, on one of the days before the interview."""
    day = datetime.fromisoformat(interview["captured_at"]) - timedelta(days=3 - revision)
    answers = {"result": "absent", "visited_at": day.isoformat()}
    return {**interview, "revision": revision, "questionnaire": "visit@1", "answers": answers}
