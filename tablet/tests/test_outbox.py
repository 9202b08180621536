"""The outbox: what was recorded is on disk, and every change of state is whole or not at all."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from kumkm_tablet.outbox import Outbox, State, Verdict

ITEM = {"questionnaire": "umkm@1", "region_code": "16.01.14.1003", "answers": {"legal_name": "x", "kbli": "47112"}}


Found = TypeVar("Found")


def the(found: Found | None) -> Found:
    """What a test knows to be there."""
    assert found is not None
    return found


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    made = Outbox(tmp_path / "outbox.db")
    yield made
    made.close()


def test_records_get_an_id_and_revisions_that_go_up(outbox: Outbox) -> None:
    first = outbox.add("c", ITEM)
    second = outbox.add("c", {**ITEM, "record_id": first.record_id})
    assert (first.revision, second.revision) == (1, 2)
    assert json.loads(the(second.content))["revision"] == 2
    assert [row.state for row in outbox.rows()] == [State.QUEUED] * 2


def test_batches_are_bounded_by_items_and_by_bytes(outbox: Outbox) -> None:
    for _ in range(7):
        outbox.add("c", ITEM)
    size = len(the(outbox.rows()[0].content)) + 1
    assert len(outbox.next_batch(max_items=3, max_bytes=10**6).rows) == 3
    assert len(outbox.next_batch(max_items=100, max_bytes=2 * size).rows) == 2
    assert len(outbox.next_batch(max_items=100, max_bytes=1).rows) == 1, "one that is too large is sent all the same"
    assert len(outbox.next_batch(max_items=100, max_bytes=10**6).rows) == 1
    assert outbox.next_batch(max_items=100, max_bytes=10**6) is None


def test_a_batch_is_of_one_campaign(outbox: Outbox) -> None:
    for campaign in ("a", "b", "a"):
        outbox.add(campaign, ITEM)
    assert [row.campaign for row in outbox.next_batch(max_items=9, max_bytes=10**6).rows] == ["a", "a"]


def test_an_open_batch_is_the_same_after_the_app_was_closed(tmp_path: Path, outbox: Outbox) -> None:
    for _ in range(3):
        outbox.add("c", ITEM)
    batch = outbox.next_batch(max_items=2, max_bytes=10**6)
    again = Outbox(tmp_path / "outbox.db")
    assert [each.id for each in again.open_batches()] == [batch.id]
    assert again.open_batches()[0].rows == batch.rows
    again.close()


def test_halves_have_every_item_once_and_other_ids(outbox: Outbox) -> None:
    for _ in range(5):
        outbox.add("c", ITEM)
    batch = the(outbox.next_batch(max_items=9, max_bytes=10**6))
    halves = outbox.split(batch)
    assert [len(half.rows) for half in halves] == [3, 2]
    assert batch.id not in {half.id for half in halves}
    assert {half.id for half in halves} == {each.id for each in outbox.open_batches()}
    assert [row.record_id for half in halves for row in half.rows] == [row.record_id for row in batch.rows]


def test_a_receipt_is_written_whole_or_not_at_all(outbox: Outbox) -> None:
    rows = [outbox.add("c", ITEM) for _ in range(2)]
    with pytest.raises(TypeError):
        outbox.settle([(rows[0], Verdict(State.KEPT)), (rows[1], Verdict(State.KEPT, None, object()))])
    assert [row.state for row in outbox.rows()] == [State.QUEUED] * 2


def test_what_is_confirmed_goes_when_its_time_is_over(outbox: Outbox) -> None:
    early, late = (outbox.add("c", ITEM) for _ in range(2))
    outbox.confirm([early], 100.0)
    outbox.confirm([late], 200.0)
    assert outbox.purge(150.0) == 1
    assert [(row.state, row.content is None) for row in outbox.rows()] == [
        (State.PURGED, True),
        (State.CONFIRMED, False),
    ]


def test_what_is_returned_keeps_what_is_here(outbox: Outbox) -> None:
    row = outbox.add("c", ITEM)
    outbox.give_back(row.record_id, 1, "c", {**ITEM, "record_id": row.record_id, "revision": 1}, "Nama salah")
    (returned,) = outbox.rows(State.RETURNED)
    assert (returned.content, json.loads(the(returned.told))) == (row.content, {"reason": "Nama salah"})


def test_an_app_that_is_killed_while_it_records_loses_nothing_that_it_said_was_recorded(tmp_path: Path) -> None:
    """SIGKILL at any moment: every record whose id was printed is there, whole."""
    program = (
        "import sys; from kumkm_tablet.outbox import Outbox; o = Outbox(sys.argv[1])\n"
        f"while True: print(o.add('c', {ITEM!r}).record_id, flush=True)"
    )
    told = []
    for round_ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", program, tmp_path / "o.db"], stdout=subprocess.PIPE, text=True
        )
        process.stdout.readline()
        time.sleep(0.1 * (round_ + 1))
        os.kill(process.pid, signal.SIGKILL)
        told += [line.strip() for line in process.communicate()[0].splitlines() if len(line.strip()) == 36]
    outbox = Outbox(tmp_path / "o.db")
    there = {row.record_id: row for row in outbox.rows()}
    assert len(told) > 10
    assert set(told) <= set(there)
    assert all(json.loads(the(row.content))["answers"] == ITEM["answers"] for row in there.values())
    outbox.close()


OF_VERSION_1_0 = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE record (
    record_id TEXT NOT NULL, revision INTEGER NOT NULL, campaign TEXT NOT NULL, content TEXT, sha256 TEXT NOT NULL,
    state TEXT NOT NULL, batch_id TEXT, outcome TEXT, told TEXT, confirmed_at REAL,
    PRIMARY KEY (record_id, revision)
) STRICT;
CREATE TABLE photo (
    sha256 TEXT PRIMARY KEY, record_id TEXT NOT NULL, purpose TEXT NOT NULL, media_type TEXT NOT NULL,
    content BLOB NOT NULL, fault TEXT
) STRICT;
INSERT INTO meta VALUES ('device_id', '"old"');
INSERT INTO record VALUES ('r', 1, 'c', '{}', 'h', 'sending', 'b', NULL, NULL, NULL);
INSERT INTO photo VALUES ('a', 'r', 'place', 'image/jpeg', x'01', NULL), ('b', 'r', 'place', 'image/png', x'02', 'no');
"""


def test_an_outbox_of_an_older_app_is_taken_over_whole(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "old.db")
    old.executescript(OF_VERSION_1_0)
    old.close()
    for _ in range(2):  # and once
        outbox = Outbox(tmp_path / "old.db")
        assert outbox.get("device_id") == "old"
        assert [batch.id for batch in outbox.open_batches()] == ["b"]
        assert outbox.photos() == [("a", "r", "place", "image/jpeg", b"\x01")], "the other one has a fault"
        outbox.close()
    outbox = Outbox(tmp_path / "old.db")
    outbox.add_photo("another", "a", "product", "image/jpeg", b"\x01")
    outbox.add_photo("r", "b", "place", "image/png", b"\x02")
    assert len(outbox.photos()) == 2, "the faulty one is not sent again"
    outbox.close()


@pytest.mark.parametrize("state", [State.TO_FIX, State.RETURNED])
@pytest.mark.parametrize("recorded", ["before the answer", "after the answer"])
def test_a_visit_supersedes_no_interview_that_is_to_be_corrected(outbox: Outbox, state: State, recorded: str) -> None:
    interview = outbox.add("c", ITEM)
    visited = {"record_id": interview.record_id, "questionnaire": "visit@1", "answers": {"result": "absent"}}
    if recorded == "before the answer":
        outbox.add("c", visited)
    outbox.settle([(interview, Verdict(state))])
    if recorded == "after the answer":
        outbox.add("c", visited)
    first, second = outbox.revisions(interview.record_id)
    assert (first.state, second.state) == (state, State.QUEUED)
    assert first.content is not None
    outbox.settle([(second, Verdict(State.TO_FIX))])
    corrected = outbox.add("c", {**ITEM, "record_id": interview.record_id})
    states = [row.state for row in outbox.revisions(interview.record_id)]
    assert (corrected.revision, states) == (3, [State.SUPERSEDED, State.SUPERSEDED, State.QUEUED])
