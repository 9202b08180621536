"""Scenarios: changes, their cursor, a restored server, and decisions on a tablet's records."""

from typing import Any

from kumkm_tablet.conformance.lies import CHANGES, FILTER, FILTER_TYPE, HANDSHAKE, RECONCILE, REFERENCE, News, Verdict
from kumkm_tablet.conformance.photos import SMALL_JPEG, Photos, is_photo
from kumkm_tablet.conformance.proxy import Answer, Seen
from kumkm_tablet.conformance.stage import Broken, NotJudged, Stage, at, in_turn, of, page, says, scenario

_GONE = 410


def _returned(stage: Stage, item: dict[str, Any]) -> dict[str, Any]:
    """Let the server return a record; gives the change."""
    reason = "Alamat salah"
    given = {**item, "started_at": None, "location": None}
    stage.lies.returned[item["record_id"]] = {"campaign": stage.campaign, "reason": reason, "item": given}
    return {
        "kind": "review",
        "record_id": item["record_id"],
        "revision": item["revision"],
        "decision": "returned",
        "reason": reason,
        "decided_at": stage.captured_at,
    }


def _cursors(seen: list[Seen]) -> list[str]:
    """The queries of the pulls."""
    return [each.query for each in seen if each.path == CHANGES]


_MOMENTS_S = (0.0, 0.004, 0.015, 0.05, 0.2)
"""Seconds after a page was sent, at which the client is probably storing it."""


@scenario("R41", "R46")
def ended_between_pages(stage: Stage) -> None:
    """It is ended while it takes in a page: when it asks for the next one, when it fetches what the page names, some
    moments after the page came."""
    items = stage.record(4 + len(_MOMENTS_S))
    stage.must_arrive(items, "R41")
    first, second, third, fourth, *others = items
    _ended_at_the_next(stage, first, second)
    stage.lies.news = News(third["record_id"], [_returned(stage, third)], [_returned(stage, fourth)])
    for item in (third, fourth):
        stage.sync_killed(at(f"/v1/sync/returned/{item['record_id']}"), "received")
    stage.sync()
    stage.lies.news = News(others[0]["record_id"], *([_returned(stage, item)] for item in others))
    for after_s in _MOMENTS_S:
        stage.sync_killed(at(CHANGES), "answered", after_s)
    stage.sync(2)
    states = stage.states()
    if any(states.get(item["record_id"]) != "returned" for item in items):
        raise Broken("R41", "ended while it took in a page, it went on behind the page without what it brought")


def _ended_at_the_next(stage: Stage, first: dict[str, Any], second: dict[str, Any]) -> None:
    """It is ended when it asks for the second page: the first one, and its cursor, must be there."""
    news = News(first["record_id"], [_returned(stage, first)], [_returned(stage, second)])
    stage.lies.news = news
    came = stage.sync_killed(lambda request: request.path == CHANGES and news.cursor(1) in request.query, "received")
    if came and stage.state_of(first["record_id"]) != "returned":
        raise Broken("R41", "ended when it asked for the next page, it has lost what the page before brought")
    start = len(stage.seen)
    stage.sync()
    if came and news.cursor(1) not in "".join(_cursors(stage.seen[start:])[:1]):
        raise Broken("R41", "ended when it asked for the next page, it has lost the cursor of the page before")


@scenario("R54")
def pages_follow_pages(stage: Stage) -> None:
    """Changes come in several pages, one of them empty: the client must read them in one sync."""
    first, last = stage.record(2)
    stage.must_arrive([first, last], "R54")
    stage.lies.news = News(first["record_id"], [_returned(stage, first)], [], [], [_returned(stage, last)])
    stage.sync()
    states = stage.states()
    if any(states.get(item["record_id"]) != "returned" for item in (first, last)):
        raise Broken("R54", "there were more pages of changes, and it did not read the last one in the same sync")


@scenario("R42")
def unknown_change(stage: Stage) -> None:
    """Kinds of changes of a later version, before and after a known one."""
    first, second = stage.record(2)
    stage.must_arrive([first, second], "R42")
    strange: list[dict[str, Any]] = [
        {"kind": "weather", "rain": True},
        {"kind": "record", "record_id": first["record_id"], "gone": True},
    ]
    pages = [*strange, _returned(stage, first), *strange], [*strange], [_returned(stage, second)]
    stage.lies.news = News(first["record_id"], *pages)
    stage.sync(3)
    for item in (first, second):
        if stage.state_of(item["record_id"]) != "returned":
            raise Broken("R42", "beside an unknown kind of change, it does not process the others")


@scenario("R43", "R44")
def cursor_outdated(stage: Stage) -> None:
    """The server was restored: the cursor is refused, one record is still there and one is not; the client is killed
    halfway."""
    there, lost, kept, bad = stage.record(4)
    stage.lies.verdicts[kept["record_id"], 1] = Verdict("held", "keep")
    stage.lies.verdicts[bad["record_id"], 1] = Verdict("invalid", "fix")
    stage.lies.news = News(f"before-{there['record_id']}", [])
    stage.must_arrive([there, lost], "R43")
    stage.sync()
    held = {name for name, state in stage.states().items() if state != "purged"}
    stage.lies.news = News(f"after-{there['record_id']}", [], outdated=True)
    stage.lies.states[lost["record_id"]] = "missing"
    before = {item["record_id"]: len(stage.sendings(item["record_id"])) for item in (there, lost, kept, bad)}
    start = len(stage.seen)

    def behind_410(request: Seen) -> bool:
        refused = any(each.status == _GONE for each in stage.seen[start:])
        return request.path == RECONCILE and refused

    stage.sync_killed(behind_410, "received")
    start = len(stage.seen)
    with stage.nasty(_answered(stage, lost), at(RECONCILE)):
        stage.sync()
    seen = stage.seen[start:]
    pulls = _cursors(seen)
    if not any("cursor=" not in each for each in pulls):
        raise Broken("R43", "its cursor was refused, and it did not start over without one")
    fresh = next(each for each in seen if each.path == CHANGES and "cursor=" not in each.query)
    asked = b"".join(each.plain for each in seen if each.path == RECONCILE and each.at < fresh.at)
    mine = [item["record_id"] for item in (there, lost, kept, bad) if item["record_id"] in held]
    if any(record_id.encode() not in asked for record_id in mine):
        raise Broken("R43", "its cursor was refused, and it did not reconcile what it still has before it went on")
    if lost["record_id"] in held and len(stage.sendings(lost["record_id"])) == before[lost["record_id"]]:
        stage.sync()
        if len(stage.sendings(lost["record_id"])) == before[lost["record_id"]]:
            raise Broken("R43", "after a restore a record is missing on the server, and it was not sent again")
    again = stage.sendings(lost["record_id"])[before[lost["record_id"]] :]
    if lost["record_id"] in held and again[0].at > fresh.at:
        raise Broken("R43", "after a restore it read changes before it sent again the missing records")
    for item in (there, kept, bad):
        if len(stage.sendings(item["record_id"])) > before[item["record_id"]]:
            raise Broken("R44", "after 410 it sent again what the server has")


def _answered(stage: Stage, lost: dict[str, Any]) -> Any:
    """The server does not have the record at first, and has it after it was sent again."""

    async def act(_: Seen, forward: Any) -> Any:
        answer = await forward()
        if len(stage.sendings(lost["record_id"])) > 1:
            stage.lies.states.clear()
        return answer

    return act


@scenario("R44")
def nothing_goes_after_410(stage: Stage) -> None:
    """The cursor is refused and reconciling cannot be reached, for long: what was confirmed stays."""
    items = stage.record(2)
    stage.lies.news = News(f"before-{items[0]['record_id']}", [])
    stage.must_arrive(items, "R44")
    stage.sync()
    held = [item for item in items if stage.state_of(item["record_id"]) not in (None, "purged")]
    stage.lies.news = News(f"after-{items[0]['record_id']}", [], outdated=True)
    with stage.nasty(says(503, "overloaded"), at(RECONCILE)):
        stage.much_later()
        stage.must_hold(held, "R44", "its cursor was refused, and before it could reconcile")


@scenario("R56")
def lost_without_a_lost_change(stage: Stage) -> None:
    """The server lost a batch that it gave a receipt for, as in a failover, and the cursor is as good as before.
    Reconciling cannot be reached at first."""
    there, lost, kept = stage.record(3)
    stage.lies.verdicts[kept["record_id"], 1] = Verdict("held", "keep")
    stage.must_arrive([there, lost], "R56")
    stage.sync()
    held = [item for item in (there, lost, kept) if stage.state_of(item["record_id"]) not in (None, "purged")]
    before = {item["record_id"]: len(stage.sendings(item["record_id"])) for item in held}
    stage.lies.forgets_batches = True
    stage.lies.states[lost["record_id"]] = "missing"
    with stage.nasty(says(503, "overloaded"), at(RECONCILE)):
        stage.sync()
        stage.must_hold(held, "R56", "the server has lost a batch, and before it could reconcile")
    start = len(stage.seen)
    with stage.nasty(_answered(stage, lost), at(RECONCILE)):
        stage.sync(2)
    asked = b"".join(each.plain for each in stage.seen[start:] if each.path == RECONCILE)
    if any(item["record_id"].encode() not in asked for item in held):
        raise Broken("R56", "the server has lost a batch, and it did not reconcile everything that it still has")
    if lost in held and len(stage.sendings(lost["record_id"])) == before[lost["record_id"]]:
        raise Broken("R56", "the server has lost a record without losing a change, and it was not sent again")
    for item in held:
        if item is not lost and len(stage.sendings(item["record_id"])) > before[item["record_id"]]:
            raise Broken("R56", "the server had lost one record, and it sent again one that the server has")


@scenario("R56")
def lost_behind_a_batch_under_way(stage: Stage) -> None:
    """In the middle of a sync another database takes over, which lacks the batch before: the batch under way fails, and
    once it is repeated the server has a newest batch again, which the client knows."""
    (lost,) = stage.record()
    stage.must_arrive([lost], "R56")
    if stage.state_of(lost["record_id"]) in (None, "purged"):
        raise NotJudged("it deletes what was confirmed at once")
    (late,) = stage.record()
    before = len(stage.sendings(lost["record_id"]))

    async def take_over(_: Seen, __: Any) -> Answer:
        stage.lies.forgets_batches = True
        stage.lies.states[lost["record_id"]] = "missing"
        return Answer.problem(503, "database_unavailable", retryable=True)

    async def store(_: Seen, forward: Any) -> Any:
        stage.lies.forgets_batches = False
        return await forward()

    with stage.nasty(in_turn(take_over, store), of([late])):
        stage.sync()
    with stage.nasty(_answered(stage, lost), at(RECONCILE)):
        stage.sync(2)
    if len(stage.sendings(lost["record_id"])) == before:
        raise Broken(
            "R56", "a batch failed, it was repeated without a handshake, and what the server had lost stayed lost"
        )


@scenario("R45")
def tombstone(stage: Stage) -> None:
    """Records are erased at the request of their owners; others stay."""
    confirmed, kept, other, waiting = stage.record(4)
    erased_photo = f"record_id={kept['record_id']}"
    stage.lies.verdicts |= {(each["record_id"], 1): Verdict("held", "keep") for each in (kept, waiting)}
    stage.must_arrive([confirmed, other], "R45")
    stage.sync()
    change = {"kind": "tombstone", "reason": "erased"}
    gone = [{**change, "record_id": each["record_id"]} for each in (confirmed, kept)]
    stage.lies.news = News(confirmed["record_id"], gone)
    before = stage.states()
    with stage.nasty(says(503, "overloaded"), is_photo):
        stage.driver.photo(kept["record_id"], SMALL_JPEG)
        stage.sync()
    heard = stage.state_of(kept["record_id"]) in (None, "purged")  # some stop where a photo does not go out
    with stage.nasty(Photos().act, is_photo) as seen:
        stage.sync()
    if heard and any(is_photo(each) and erased_photo in each.query for each in seen):
        raise Broken("R45", "a tombstone came for a record, and its photo was sent afterwards")
    states = stage.states()
    for item, what in ((confirmed, "that was stored"), (kept, "that was kept")):
        if states.get(item["record_id"]) not in (None, "purged"):
            raise Broken("R45", f"a tombstone came for a record {what}, and it is still here")
    for item in (other, waiting):
        if before.get(item["record_id"]) != states.get(item["record_id"]):
            raise Broken("R45", "a tombstone came for one record, and another one was touched")


@scenario("R47", "R15")
def kept_is_decided(stage: Stage) -> None:
    """A held record is released, a conflict is decided, another stays one; at first, reconciling cannot be reached."""
    held, decided, still = stage.record(3)
    for item, outcome in ((held, "held"), (decided, "conflict"), (still, "conflict")):
        stage.lies.verdicts[item["record_id"], 1] = Verdict(outcome, "keep")
    stage.sync(2)
    for item in (held, decided):
        stage.lies.verdicts[item["record_id"], 1] = Verdict("accepted", "purge")
    told = {"revision": 1, "decided_at": stage.captured_at}
    stage.lies.news = News(
        held["record_id"],
        [
            {
                "kind": "held",
                "record_id": held["record_id"],
                "decision": "released",
                "outcome": "accepted",
                "reason": None,
                **told,
            },
            {
                "kind": "resolution",
                "record_id": decided["record_id"],
                "decision": "separate",
                "outcome": "accepted",
                **told,
            },
            {
                "kind": "resolution",
                "record_id": still["record_id"],
                "decision": "undone",
                "outcome": "conflict",
                **told,
            },
        ],
    )
    with stage.nasty(says(503, "overloaded"), at(RECONCILE)):
        stage.sync()
        stage.much_later()
        stage.must_hold([held, decided], "R47", "a decision came, and before it could reconcile")
    stage.sync()
    stage.much_later()
    stage.must_hold([still], "R47", "after the answer that a record is still in conflict")
    stage.must_hold([still], "R15", "after an answer to keep a record that is in conflict")
    asked = b"".join(each.plain for each in stage.seen if each.path == RECONCILE)
    if any(item["record_id"].encode() not in asked for item in (held, decided)):
        raise Broken("R47", "a decision came for what it kept, and it did not reconcile it")


@scenario("R48", "R41")
def changes_are_no_answer(stage: Stage) -> None:
    """A portal answers for changes: a page, its own JSON, a page of changes without a cursor."""
    (item,) = stage.record()
    stage.must_arrive([item], "R48")
    stage.lies.news = News(item["record_id"], [], [_returned(stage, item)])
    for act in (
        page(200),
        page(200, "application/json", '{"ok": true}'),
        page(200, "application/json", '{"items": []}'),
        page(200, "application/json", '{"next_cursor": "x"}'),
    ):
        with stage.nasty(act, at(CHANGES)):
            stage.sync()
    start = len(stage.seen)
    stage.sync(2)
    if any("cursor=x" in each for each in _cursors(stage.seen[start:])):
        raise Broken("R48", "it took a cursor from an answer without changes")
    if stage.state_of(item["record_id"]) != "returned":
        raise Broken("R48", "after a portal answered for changes, it does not read them any more")


@scenario("R48")
def handshake_is_no_answer(stage: Stage) -> None:
    """A portal answers for the handshake and for reference data."""
    items = stage.record(2)
    for text in ("<html>", "{}", '{"server_time": "2022-09-12T12:00:00+07:00"}', "[]"):
        kind = "text/html" if text.startswith("<") else "application/json"
        with stage.nasty(page(200, kind, text), at(HANDSHAKE, REFERENCE)):
            stage.sync()
    stage.must_arrive(items, "R48")
    stage.record()
    stage.must_arrive(list(stage.recorded.values()), "R48")
    stage.lies.news = News(items[0]["record_id"], [{"kind": "reference", "list": "regions"}])
    with stage.nasty(page(200, "application/json", "{}"), at(REFERENCE)) as seen:
        stage.sync()
    start = len(stage.seen)
    stage.sync(2)
    after = stage.seen[start:]
    if any(each.path == REFERENCE for each in seen) and not any(each.path == REFERENCE for each in after):
        raise Broken("R48", "something without villages and questionnaires came, and it took that for reference data")


@scenario("R51", "R15")
def kept_is_asked_about(stage: Stage) -> None:
    """A held record is released, and the change never comes: days later the client asks by itself."""
    (item,) = stage.record()
    stage.lies.verdicts[item["record_id"], 1] = Verdict("held", "keep")
    stage.lies.news = News(item["record_id"], [])
    stage.sync(2)
    for _ in range(2):
        stage.lies.days += 1.5
        start = len(stage.seen)
        stage.sync(2)
        asked = b"".join(each.plain for each in stage.seen[start:] if each.path == RECONCILE)
        if item["record_id"].encode() not in asked:
            raise Broken("R51", "a day went by, and it did not ask about the record that it keeps")
    stage.must_hold([item], "R15", "after repeated answers to keep a record")


@scenario("R52")
def filter_has_a_version(stage: Stage) -> None:
    """It gets the filter for the doorstep, if it gets one."""
    stage.sync()
    asked = [each for each in stage.seen if each.path == FILTER]
    if not asked:
        raise NotJudged("the client did not ask for the filter")
    if any(FILTER_TYPE not in each.headers.get("accept", "") for each in asked):
        raise Broken("R52", f"it asked for the known-identities filter without naming {FILTER_TYPE}")
