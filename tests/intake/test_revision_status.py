"""What receipts and reconciling say of each revision is one table; each row of it, by the real server."""

import hashlib
from typing import Any

import asyncpg
import httpx
import orjson
import pytest
from shapes import Json
from world import PALEMBANG_VILLAGE, World, item, nib, nik, put
from world import batch as batch_of

from app.intake.revision_status import (
    CLIENT_ACTION,
    StoredRevision,
    find,
    is_superseded,
    newest_of,
    status_if_sent_again,
    status_of,
)
from app.register.verdicts import Outcome

EMBEDDED_IS_ENOUGH = True


class Desk:
    """One enumerator's tablet and everybody's desk, in few words."""

    def __init__(self, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection) -> None:
        self.client, self.world, self.pg = client, world, pg

    async def send(self, *items: Json, who: str = "enumerator.1", **kwargs: Any) -> list[tuple[str, str]]:
        answer = await put(self.client, self.world, who, batch_of(*items, **kwargs))
        assert answer.status_code == 201, answer.text
        return [(line["outcome"], line["client_action"]) for line in answer.json()["items"]]

    async def line(self, one: Json, who: str = "enumerator.1") -> Json:
        return (await put(self.client, self.world, who, batch_of(one))).json()["items"][0]

    async def ask(self, *items: Json, who: str = "enumerator.1") -> list[tuple[str, str | None, str | None]]:
        asked = [
            {
                "record_id": each["record_id"],
                "revision": each["revision"],
                "content_sha256": hashlib.sha256(orjson.dumps(each, option=orjson.OPT_SORT_KEYS)).hexdigest(),
            }
            for each in items
        ]
        answer = await self.client.post("/v1/sync/reconcile", json={"items": asked}, headers=self.world.auth(who))
        return [(line["state"], line["outcome"], line["client_action"]) for line in answer.json()["items"]]

    async def waiting(self) -> list[Json]:
        return (await self.client.get("/v1/held", headers=self.world.auth("admin"))).json()["items"]

    async def decide(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.post(f"/v1/{path}", json=body or None, headers=self.world.auth("admin"))


@pytest.fixture
def desk(client: httpx.AsyncClient, world: World, pg: asyncpg.Connection) -> Desk:
    return Desk(client, world, pg)


def mended(one: Json, revision: int, **other: Any) -> Json:
    return {**one, "revision": revision, "answers": {**one["answers"], "legal_name": f"Revisi {revision}"}, **other}


def outside(**kwargs: Any) -> Json:
    return item(nik=nik(), region=PALEMBANG_VILLAGE, **kwargs)


WAITS = ("stored", "held", "keep")
MAY_GO = ("stored", "held", "purge")


async def test_the_newest_held_revision_waits_in_whatever_order_they_come(desk: Desk) -> None:
    one, two = (first := outside()), mended(first, 2)
    assert await desk.send(two) == [("held", "keep")]
    late = await desk.line(one)
    assert (late["outcome"], late["client_action"], late["warnings"][-1]["code"], late["errors"]) == (
        "unchanged",
        "purge",
        "revision_superseded",
        [],
    )
    assert await desk.ask(one, two) == [MAY_GO, WAITS]
    assert await desk.send(one, two, one) == [("unchanged", "purge"), ("held", "keep"), ("unchanged", "purge")]
    assert await desk.ask(one, two) == [MAY_GO, WAITS]
    (row,) = await desk.waiting()
    assert (row["revision"], row["state"]) == (2, "waiting")
    three = mended(first, 3)
    assert await desk.send(three) == [("held", "keep")]
    assert await desk.ask(one, two, three) == [MAY_GO, MAY_GO, WAITS]
    stale = await desk.decide(f"held/{row['id']}/release")
    assert (stale.status_code, stale.json()["code"], stale.json()["current"]) == (
        409,
        "state_changed",
        {"state": "superseded"},
    )
    (row,) = await desk.waiting()
    assert row["revision"] == 3
    assert (await desk.decide(f"held/{row['id']}/release")).json()["item"]["revision"] == 3
    assert await desk.ask(one, three) == [MAY_GO, ("stored", "accepted", "purge")]


async def test_a_batch_that_is_cut_anywhere_says_of_held_revisions_what_one_by_one_says(desk: Desk) -> None:
    one = outside()
    revisions = [mended(one, n) for n in (2, 1, 3, 3, 1)]
    other = [{**each, "record_id": item()["record_id"]} for each in revisions]
    other = [{**each, "record_id": other[0]["record_id"]} for each in other]
    assert await desk.send(*revisions) == [line for each in other for line in await desk.send(each)]


async def test_held_one_then_accepted_two_lets_one_go(desk: Desk) -> None:
    one = outside()
    two = mended(one, 2, region_code=item()["region_code"])
    assert await desk.send(one) == [("held", "keep")]
    assert await desk.send(two) == [("accepted", "purge")]
    assert await desk.ask(one, two) == [MAY_GO, ("stored", "accepted", "purge")]
    assert await desk.send(one) == [("unchanged", "purge")]
    assert await desk.waiting() == []


async def test_what_is_sent_again_does_not_take_a_newer_held_revision_out_of_the_queue(desk: Desk) -> None:
    one = item(nik=nik())
    two = mended(one, 2, region_code=PALEMBANG_VILLAGE)
    assert await desk.send(one, two, one) == [("accepted", "purge"), ("held", "keep"), ("unchanged", "purge")]
    assert await desk.ask(one, two) == [("stored", "accepted", "purge"), WAITS]
    faulty = mended(one, 3, answers={**one["answers"], "owner": {"nik": "1"}})
    assert await desk.send(faulty) == [("invalid", "fix")]
    assert await desk.ask(two, faulty) == [WAITS, ("stored", "invalid", "fix")]
    (row,) = await desk.waiting()
    assert (await desk.decide(f"held/{row['id']}/release")).json()["item"]["outcome"] == "updated"


async def test_a_held_revision_has_one_content(desk: Desk) -> None:
    one = outside()
    other = {**one, "answers": {**one["answers"], "legal_name": "Lain"}}
    assert await desk.send(one) == [("held", "keep")]
    assert await desk.ask(other) == [("different", None, None)]
    line = await desk.line(other)
    assert (line["client_action"], [each["code"] for each in line["errors"]]) == ("fix", ["revision_reused"])
    assert await desk.ask(one, other) == [WAITS, ("stored", "invalid", "fix")]
    assert await desk.send({**other, "region_code": item()["region_code"]}) == [("invalid", "fix")]


async def test_what_was_refused_stays_refused_and_a_higher_revision_is_judged_again(desk: Desk) -> None:
    one = outside()
    await desk.send(one)
    (row,) = await desk.waiting()
    await desk.decide(f"held/{row['id']}/refuse", reason="Bukan tugasnya")
    for _ in range(2):
        line = await desk.line(one)
        assert (line["outcome"], line["client_action"], [each["code"] for each in line["errors"]]) == (
            "held",
            "purge",
            ["item_refused"],
        )
        assert await desk.ask(one) == [MAY_GO]
        assert await desk.waiting() == []
    await desk.pg.execute("UPDATE assignment SET region_code = '16'")
    assert await desk.send(one) == [("held", "purge")], "also once there is nothing to hold it for"
    assert await desk.send(mended(one, 2)) == [("accepted", "purge")]
    assert await desk.ask(one) == [MAY_GO]


@pytest.mark.parametrize("why", ["conflict", "wrong_number"])
async def test_a_conflict_is_kept_until_it_is_decided_and_again_when_that_is_undone(desk: Desk, why: str) -> None:
    a, b = nik(), nib()
    await desk.send(item(nik=a), item(nib=b), who="enumerator.2")
    one = item(nik=a, nib=b)
    if why == "wrong_number":
        one = item(nik=a, legal_name="Bengkel Maju", kbli="45407")
        one["answers"]["owner"]["name"] = "Hendra Gunawan"
    assert await desk.send(one, one) == [("conflict", "keep")] * 2
    assert await desk.send(one) == [("conflict", "keep")]
    assert await desk.ask(one) == [("stored", "conflict", "keep")]
    case = await desk.pg.fetchval("SELECT id FROM duplicate_case WHERE state = 'open' AND kind = $1", why)
    answer = await desk.decide(f"duplicates/{case}/resolution", decision="separate", reason="Pemilik yang sama")
    assert answer.status_code == 200, answer.text
    assert await desk.ask(one) == [("stored", "conflict", "purge")]
    assert await desk.send(one) == [("unchanged", "purge")]
    await desk.decide(f"duplicates/{case}/resolution/undo", reason="Ternyata bukan")
    assert await desk.ask(one) == [("stored", "conflict", "keep")]
    assert await desk.send(one) == [("conflict", "keep")]


async def test_conflict_one_then_accepted_two_lets_one_go(desk: Desk) -> None:
    a, b = nik(), nib()
    await desk.send(item(nik=a), item(nib=b), who="enumerator.2")
    one = item(nik=a, nib=b)
    two = {**item(nik=nik()), "record_id": one["record_id"], "revision": 2}
    assert await desk.send(one, two, one) == [("conflict", "keep"), ("accepted", "purge"), ("unchanged", "purge")]
    assert await desk.ask(one, two) == [("stored", "conflict", "purge"), ("stored", "accepted", "purge")]


async def test_a_taken_revision_is_reused_also_by_what_is_faulty(desk: Desk) -> None:
    one, waits = item(nik=nik()), outside()
    await desk.send(one, mended(one, 2), waits, mended(waits, 2))
    for each in (one, waits):
        faulty = {**each, "answers": {**each["answers"], "owner": {"nik": "1"}}}
        assert await desk.ask(faulty) == [("different", None, None)]
        line = await desk.line(faulty)
        assert (line["outcome"], line["client_action"]) == ("invalid", "fix")
        assert {error["code"] for error in line["errors"]} == {"nik_not_16_digits", "revision_reused"}
        assert await desk.ask(faulty) == [("stored", "invalid", "fix")]


async def test_a_copy_of_anothers_record_is_stored_once_it_was_sent_and_never_before(desk: Desk) -> None:
    one = item(nik=nik())
    await desk.send(one)
    assert await desk.ask(one, who="enumerator.2") == [("missing", None, None)]
    for _ in range(2):
        assert await desk.send(one, who="enumerator.2") == [("unchanged", "purge")]
        assert await desk.ask(one, who="enumerator.2") == [("stored", "unchanged", "purge")]
    assert await desk.pg.fetchval("SELECT count(*) FROM raw_item") == 1
    two = mended(one, 2, region_code=PALEMBANG_VILLAGE)
    line = await desk.line(two, who="enumerator.2")
    assert (line["client_action"], [each["code"] for each in line["errors"]]) == ("fix", ["record_of_another"])
    assert await desk.waiting() == []


async def test_a_faulty_revision_that_comes_after_a_higher_one_may_go(desk: Desk) -> None:
    one = item(nik="1")
    two = {**item(nik=nik()), "record_id": one["record_id"], "revision": 2}
    assert await desk.send(two, one) == [("accepted", "purge"), ("unchanged", "purge")]
    assert await desk.ask(one) == [("stored", "invalid", "purge")]
    assert await desk.pg.fetchval("SELECT sum(invalid) FROM progress_cell") == 0


# The table itself.

KEPT = [
    StoredRevision(revision, digest, outcome, waits, refused, contradicts)
    for revision in (None, 1, 2)
    for digest in (b"x", b"y")
    for outcome in Outcome
    for waits in (False, True)
    for refused in (False, True)
    for contradicts in (False, True)
]


def test_a_receipt_sent_again_never_says_another_action_than_reconciling() -> None:
    for kept in KEPT:
        for newest in range(4):
            now, again = status_of(kept, newest), status_if_sent_again(kept, newest)
            assert now.client_action == again.client_action
            assert again.outcome in (now.outcome, Outcome.UNCHANGED)
            assert now.client_action in (CLIENT_ACTION[now.outcome], "purge")
            assert kept.refused or again.client_action == CLIENT_ACTION[again.outcome]


def test_a_higher_revision_lets_go_of_everything_but_what_contradicts() -> None:
    for kept in KEPT:
        if kept.revision is not None and not kept.contradicts:
            assert is_superseded(kept, kept.revision + 1)
        assert not is_superseded(kept, kept.revision or 0)


def test_what_is_not_stored_is_different_only_where_its_revision_is_taken() -> None:
    for kept in KEPT:
        state, found = find([kept], 1, b"x")
        taken = kept.revision == 1 and kept.outcome is not Outcome.INVALID
        assert (state, found) == (
            ("stored", kept) if kept.digest == b"x" else ("different" if taken else "missing", None)
        )
    assert newest_of(KEPT) == 2
    assert newest_of(each for each in KEPT if each.outcome is Outcome.INVALID) == 0


# When a mended revision was captured.

TOLD = "2022-09-12T10:00:00+07:00"
AHEAD, RIGHT = "2022-09-12T13:00:00+07:00", "2022-09-12T12:00:00+07:00"  # the server says 12


async def captured(pg: asyncpg.Connection) -> list[str]:
    rows = await pg.fetch("SELECT captured_at FROM submission ORDER BY record_id, revision")
    return [row[0].isoformat() for row in rows]


async def test_a_returned_record_that_comes_back_is_corrected_once_by_the_clock_it_was_told_by(desk: Desk) -> None:
    one = item(nik=nik(), captured_at=TOLD)
    await desk.send(one, sent_at=AHEAD)
    at = ["2022-09-12T02:00:00+00:00"]
    assert await captured(desk.pg) == at
    for revision, sent_at in ((2, AHEAD), (3, RIGHT), (4, "2022-09-11T12:00:00+07:00")):
        returned = {"decision": "returned", "reason": "Nama usaha salah"}
        await desk.decide(f"submissions/{one['record_id']}/review", **returned)
        answer = await desk.client.get(f"/v1/sync/returned/{one['record_id']}", headers=desk.world.auth("enumerator.1"))
        given = answer.json()["item"]
        assert given["captured_at"] == "2022-09-12T03:00:00Z", "the tablet's own"
        assert await desk.send(mended(given, revision), sent_at=sent_at) == [("updated", "purge")]
        assert await captured(desk.pg) == at * revision


async def test_a_corrected_time_that_an_older_tablet_sends_back_is_left_alone(desk: Desk) -> None:
    one = item(nik=nik(), captured_at=TOLD)
    await desk.send(one, sent_at=AHEAD)
    await desk.send(mended(one, 2, captured_at="2022-09-12T02:00:00Z"), sent_at=AHEAD)
    assert await captured(desk.pg) == ["2022-09-12T02:00:00+00:00"] * 2


async def test_the_time_of_another_visit_is_corrected_by_the_clock_of_that_day(desk: Desk) -> None:
    one = item(nik=nik(), captured_at=TOLD)
    await desk.send(one, sent_at=RIGHT)
    await desk.send(mended(one, 2, captured_at="2022-09-12T11:00:00+07:00"), sent_at=AHEAD)
    assert await captured(desk.pg) == ["2022-09-12T03:00:00+00:00"] * 2


async def test_what_was_held_or_faulty_keeps_the_clock_of_its_first_telling(desk: Desk) -> None:
    """Mended or let in after the clock was set right."""
    faulty, held = item(nik="1", captured_at=TOLD), outside(captured_at=TOLD)
    await desk.send(faulty, held, sent_at=AHEAD)
    await desk.send({**item(nik=nik(), captured_at=TOLD), "record_id": faulty["record_id"], "revision": 2})
    assert await desk.send(mended(held, 2)) == [("held", "keep")]
    (row,) = await desk.waiting()
    assert (await desk.decide(f"held/{row['id']}/release")).status_code == 200
    assert await captured(desk.pg) == ["2022-09-12T02:00:00+00:00"] * 2


async def test_a_clock_that_jumped_to_the_end_of_the_calendar_is_no_fault_of_the_server(desk: Desk) -> None:
    one = item(nik=nik(), captured_at=TOLD)
    await desk.send(one, sent_at=AHEAD)
    for revision, at in ((2, "9999-12-31T23:59:59-12:00"), (3, "0001-01-01T00:00:00+14:00")):
        ((outcome, action),) = await desk.send(mended(one, revision, captured_at=at), sent_at=AHEAD)
        assert (outcome, action) == ("invalid", "fix")
