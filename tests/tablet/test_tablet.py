"""The reference client keeps the contract: whatever the network does, nothing is lost and nothing is doubled."""

import contextlib
import gzip
import json
import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from ageing import earlier
from field import CAMPAIGN, Field, decide, once, problem, sent_item, states, stored
from shapes import Json, the
from world import World, nib, nik

from app.core.clock import SetClock
from kumkm_tablet.network import Offline
from kumkm_tablet.outbox import State, Verdict
from kumkm_tablet.tablet import Tablet

EMBEDDED_IS_ENOUGH = True
VECTORS = json.loads((Path(__file__).parents[2] / "openapi/vectors/outcomes.json").read_text(encoding="utf-8"))
MOMENTS = ("before", "after")
HTML = httpx.Response(200, headers={"Content-Type": "text/html"}, content="<html>Masuk Wi-Fi</html>")


class Crash(BaseException):
    """The app dies."""


async def test_what_is_recorded_is_sent_made_sure_of_and_let_go(field: Field, pg: asyncpg.Connection) -> None:
    tablet = await field.enrolled(keep_for=timedelta(0))
    for _ in range(5):
        tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    report = await tablet.sync()
    assert (report.sent, report.outcomes, report.purged) == (5, {"accepted": 5}, 5)
    assert states(tablet) == [State.PURGED] * 5
    assert all(row.content is None for row in tablet.outbox.rows())
    assert await stored(pg) == 5


async def test_nothing_goes_before_its_time(field: Field) -> None:
    tablet = await field.enrolled()
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    await tablet.sync()
    assert states(tablet) == [State.CONFIRMED]
    assert tablet.outbox.rows()[0].content


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_cut_before_or_after_the_commit_is_the_same_batch_again(
    field: Field, pg: asyncpg.Connection, when: str
) -> None:
    tablet = await field.enrolled()
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    setattr(tablet.wire, when, once(httpx.ReadError("cut"), httpx.ConnectError("none")))
    report = await tablet.sync()
    assert report.outcomes == {"accepted": 1}
    one, *others = tablet.wire.batches()
    assert len(others) == 2
    assert {other.url for other in others} == {one.url}
    items = [json.loads(gzip.decompress(each.content))["items"] for each in (one, *others)]
    assert items[0] == items[1] == items[2]
    assert await stored(pg) == 1


async def test_a_portal_that_answers_200_is_no_receipt(field: Field, pg: asyncpg.Connection) -> None:
    tablet = await field.enrolled()
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    tablet.wire.before = lambda request: HTML if "/batches/" in request.url.path else None
    with pytest.raises(Offline):
        await tablet.sync()
    assert states(tablet) == [State.SENDING]
    tablet.wire.before = lambda _: HTML
    with pytest.raises(Offline):
        await tablet.sync()
    tablet.wire.before = lambda _: None
    assert (await tablet.sync()).outcomes == {"accepted": 1}
    assert await stored(pg) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda receipt: {**receipt, "batch_id": str(uuids.uuid7())},
        lambda receipt: {**receipt, "items": receipt["items"][:-1]},
        lambda receipt: {**receipt, "items": receipt["items"][::-1]},
        lambda receipt: [receipt],
        lambda receipt: {},
    ],
)
async def test_a_receipt_of_something_else_is_none(field: Field, change: Callable[[Json], Any]) -> None:
    tablet = await field.enrolled()
    for _ in range(3):
        tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    inner = tablet.wire.inner.handle_async_request
    tampered: list[bool] = []

    async def tamper(request: httpx.Request) -> httpx.Response:
        answer = await inner(request)
        if "/batches/" not in request.url.path or tampered:
            return answer
        tampered.append(True)
        body = json.loads(await answer.aread())
        return httpx.Response(answer.status_code, headers={"Content-Type": "application/json"}, json=change(body))

    tablet.wire.inner.handle_async_request = tamper
    report = await tablet.sync()
    assert len(tablet.wire.batches()) == 2
    assert report.outcomes == {"accepted": 3}


async def test_never_sooner_than_the_server_asks(field: Field) -> None:
    tablet = await field.enrolled()
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    busy = problem(503, "overloaded", retryable=True, **{"Retry-After": "17"})
    tablet.wire.before = once(busy, busy)
    field.waits.clear()
    await tablet.sync()
    assert [wait >= 17 for wait in field.waits] == [True, True]


async def test_the_waits_that_a_handshake_told_hold_at_the_next_start(field: Field) -> None:
    tablet = await field.enrolled()
    told = {**tablet.outbox.get("handshake"), "retry": {"first_s": 0.5, "factor": 3, "longest_s": 9}}
    tablet.outbox.set("handshake", told)
    started = Tablet(tablet.http, tablet.outbox)
    assert (started.policy.first_s, started.policy.factor, started.policy.longest_s) == (0.5, 3, 9)


async def test_waits_are_random_and_grow_to_a_bound(field: Field) -> None:
    tablet = await field.enrolled()
    tablet.policy.rng = random.Random(1)
    waits = [[tablet.policy.wait(attempt, None) for _ in range(200)] for attempt in range(12)]
    for attempt, drawn in enumerate(waits):
        longest = min(300, 2 * 2**attempt)
        assert 0 <= min(drawn) < 0.2 * longest
        assert 0.8 * longest < max(drawn) <= longest


@pytest.mark.parametrize(
    "answers",
    [
        [problem(413, "body_too_large")],
        [httpx.Response(413, content=b"<html>")],
        [httpx.ReadTimeout("slow"), httpx.ReadTimeout("slow")],
    ],
)
async def test_what_is_too_much_is_halved(
    field: Field, pg: asyncpg.Connection, answers: Sequence[httpx.Response | Exception]
) -> None:
    tablet = await field.enrolled()
    for _ in range(9):
        tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    tablet.wire.before = once(*answers)
    report = await tablet.sync()
    sizes = [len(json.loads(gzip.decompress(each.content))["items"]) for each in tablet.wire.batches()]
    assert sizes[-2:] == [5, 4]
    assert report.outcomes == {"accepted": 9}
    assert await stored(pg) == 9


async def test_a_poison_batch_is_bisected_and_the_others_get_through(
    field: Field, pg: asyncpg.Connection, clock: SetClock
) -> None:
    tablet = await field.enrolled()
    rows = [tablet.outbox.add(CAMPAIGN, sent_item(nik=nik())) for _ in range(8)]
    poison = rows[5].record_id

    def refuse(request: httpx.Request) -> httpx.Response | None:
        clock.moment += timedelta(seconds=1)  # no two batches come at the same moment
        told = b"" if "/batches/" not in request.url.path else gzip.decompress(request.content)
        return problem(400, "malformed_json") if poison.encode() in told else None

    tablet.wire.before = refuse
    report = await tablet.sync()
    assert report.outcomes == {"accepted": 7}
    assert [row.record_id for row in tablet.outbox.rows(State.TO_FIX)] == [poison]
    tablet.wire.before = lambda _: None
    assert (await tablet.sync()).sent == 0, "it waits for a person"
    assert await stored(pg) == 7


@pytest.mark.proof
async def test_a_crash_at_any_moment_is_taken_up_by_the_next_sync(field: Field, pg: asyncpg.Connection) -> None:
    """The app dies at the n-th request, before it goes out or after its answer came, and is opened again."""
    total = 0
    for at in range(14):
        for when in MOMENTS:
            tablet = await field.enrolled(name="crashing")
            for _ in range(3):
                tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
            total += 3
            count = 0

            def crash(_: httpx.Request, at: int = at) -> Crash | None:
                nonlocal count
                count += 1
                return Crash() if count == at + 1 else None

            tablet.most_items = 2
            setattr(tablet.wire, when, crash)
            with contextlib.suppress(Crash):
                await tablet.sync()
            tablet.outbox.close()
            reopened = field.tablet("crashing")
            await reopened.sync()
            assert reopened.outbox.unsent == 0
            reopened.outbox.close()
    assert await stored(pg) == total
    assert await pg.fetchval("SELECT sum(entered) FROM progress_cell") == total


async def test_a_returned_record_comes_back_even_where_it_was_purged(field: Field, pg: asyncpg.Connection) -> None:
    tablet = await field.enrolled(keep_for=timedelta(0))
    row = tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    await tablet.sync()
    assert states(tablet) == [State.PURGED]
    await decide(field, row.record_id, "returned", reason="Nama usaha salah")
    await tablet.sync()
    (returned,) = tablet.outbox.rows(State.RETURNED)
    item = json.loads(the(returned.content))
    assert item["answers"]["owner"]["nik"]
    assert json.loads(the(returned.told))["reason"] == "Nama usaha salah"
    mended = tablet.outbox.add(CAMPAIGN, {**item, "answers": {**item["answers"], "legal_name": "Warung Bu Sari 2"}})
    assert mended.revision == 2
    assert (await tablet.sync()).outcomes == {"updated": 1}
    assert await pg.fetchval("SELECT sum(entered) FROM progress_cell") == 1
    assert await pg.fetchval("SELECT sum(returned) FROM progress_cell") == 0


async def test_what_is_invalid_waits_for_a_person_and_its_next_revision_counts(
    field: Field, pg: asyncpg.Connection
) -> None:
    tablet = await field.enrolled()
    row = tablet.outbox.add(CAMPAIGN, sent_item(nik="1"))
    assert (await tablet.sync()).outcomes == {"invalid": 1}
    (bad,) = tablet.outbox.rows(State.TO_FIX)
    assert json.loads(the(bad.told))["errors"][0]["code"] == "nik_not_16_digits"
    assert (await tablet.sync()).sent == 0
    item = json.loads(the(bad.content))
    item["answers"]["owner"]["nik"] = nik()
    assert tablet.outbox.add(CAMPAIGN, item).revision == 2
    assert (await tablet.sync()).outcomes == {"accepted": 1}
    assert [each.state for each in tablet.outbox.revisions(row.record_id)] == [State.SUPERSEDED, State.CONFIRMED]


@pytest.mark.parametrize("case", VECTORS["after_reconcile"]["cases"], ids=str)
async def test_what_reconciling_says_becomes_of_what_is_kept_as_the_vectors_say(field: Field, case: Json) -> None:
    tablet = await field.enrolled()
    row = tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    tablet.outbox.settle([(row, Verdict(State.KEPT))])
    line = {
        "record_id": row.record_id,
        "revision": 1,
        "outcome": None,
        "state": case["state"],
        "client_action": case["client_action"],
    }
    answer = httpx.Response(200, headers={"Content-Type": "application/json"}, json={"items": [line]})
    tablet.wire.before = once(answer, only="/reconcile")
    await tablet.reconcile()
    assert states(tablet) == [case["then"]]


async def test_what_was_kept_goes_once_a_higher_revision_is_here_without_any_change_to_tell_it(field: Field) -> None:
    tablet = await field.enrolled()
    early = sent_item(nik=nik(), captured_at="2022-03-15T09:00:00+07:00")
    row = tablet.outbox.add(CAMPAIGN, early)
    await tablet.sync()
    assert states(tablet) == [State.KEPT]
    tablet.outbox.add(CAMPAIGN, {**early, "record_id": row.record_id, "captured_at": "2022-09-12T09:00:00+07:00"})
    await tablet.sync()
    assert states(tablet) == [State.CONFIRMED] * 2


async def test_what_is_held_is_kept_until_somebody_decides(
    field: Field, pg: asyncpg.Connection, client: httpx.AsyncClient, world: World
) -> None:
    tablet = await field.enrolled()
    early = sent_item(nik=nik(), captured_at="2022-03-15T09:00:00+07:00")
    tablet.outbox.add(CAMPAIGN, early)
    tablet.outbox.add(CAMPAIGN, {**early, "answers": {**early["answers"], "owner": {"nik": nik()}}})
    assert (await tablet.sync()).outcomes == {"held": 2}
    assert states(tablet) == [State.KEPT] * 2
    raw = [row[0] for row in await pg.fetch("SELECT id FROM raw_item ORDER BY id")]
    officer = world.auth("officer")
    await client.post(f"/v1/held/{raw[0]}/release", headers=officer)
    await client.post(f"/v1/held/{raw[1]}/refuse", json={"reason": "Sudah lewat"}, headers=officer)
    await tablet.sync()
    assert states(tablet) == [State.CONFIRMED] * 2


async def test_a_tombstone_removes_everything_of_a_record(field: Field, pg: asyncpg.Connection) -> None:
    from app.changes.log import News, publish  # noqa: PLC0415  (as erasure does)
    from app.changes.news import TombstoneChange  # noqa: PLC0415  (likewise)

    tablet = await field.enrolled()
    row = tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    await tablet.sync()
    who = await pg.fetchval("SELECT id FROM account WHERE username = 'enumerator.1'")
    await publish(pg, [News(who, TombstoneChange(kind="tombstone", record_id=row.record_id, reason="erased"))])
    await tablet.sync()
    assert tablet.outbox.rows() == []


async def test_a_batch_id_that_is_taken_gets_another_one(field: Field) -> None:
    tablet = await field.enrolled()
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    tablet.wire.before = once(problem(422, "batch_id_reused"))
    assert (await tablet.sync()).outcomes == {"accepted": 1}
    assert len({each.url for each in tablet.wire.batches()}) == 2


async def test_the_doorstep_warning_works_without_a_signal(field: Field, pg: asyncpg.Connection) -> None:
    first, second = await field.enrolled(), await field.enrolled("enumerator.2")
    number, other = nik(), nib()
    first.outbox.add(CAMPAIGN, sent_item(nik=number, nib=other))
    await first.sync()
    await pg.execute(f"UPDATE known_filter SET {earlier(timedelta(hours=1), 'made_at')}")
    await second.sync()
    second.wire.before = lambda _: httpx.ConnectError("no signal")
    spaced = f"{number[:6]} {number[6:12]} {number[12:]}"
    answers = {"owner": {"nik": spaced, "name": "Ibu Sarie"}, "nib": other}
    assert set(second.probably_recorded("umkm@1", answers)) == {"nik", "nib"}
    assert second.probably_recorded("umkm@1", {"owner": {"nik": spaced}}) == []
    strangers = [second.probably_recorded("umkm@1", {"owner": {"nik": nik(), "name": "Sari"}}) for _ in range(100)]
    assert strangers.count([]) > 90, "one of them in a hundred may look like a known one"


async def test_a_server_without_the_filter_harms_no_sync(field: Field) -> None:
    """As a server of another version answers: the records are sent, the tablet warns of nothing."""
    tablet = await field.enrolled()
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    tablet.wire.before = once(problem(404, "known_filter_retired"), only="known-identities")
    assert (await tablet.sync()).outcomes == {"accepted": 1}
    assert tablet.probably_recorded("umkm@1", {"owner": {"nik": nik(), "name": "Sari"}}) == []


async def test_clocks_that_are_days_off_change_nothing_but_the_warning(
    field: Field, pg: asyncpg.Connection, clock: SetClock
) -> None:
    tablet = await field.enrolled(clock=lambda: clock.now() + timedelta(days=9))
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik(), captured_at="2022-09-21T09:00:00+07:00"))
    assert (await tablet.sync()).outcomes == {"accepted": 1}
    assert str(await pg.fetchval("SELECT captured_on FROM submission")) == "2022-09-12"
