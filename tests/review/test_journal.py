"""A decision's journal keeps its stored form: what any released version wrote is read, and undone."""

import json
from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest

from app.register.verdicts import Business, CountedAs, Ledger, Owner, Record
from app.review.journal import BuiltUpon, Journal, images, journal_of, undo

NIK, NIB = "a5d2e58bacd196f38da69b5d731d7513", "150a52419219d0cb8983723e580e3f35"
LOSER, WINNER = "01a21a66-893e-71b4-9029-b6f2b103048e", "01a21a66-897e-76ec-baec-a97a8ec6ae24"
FIRST, SECOND = "01a21a66-8887-75c1-9c3a-99ec911170a5", "01a21a66-8887-75c1-9c3a-99edd75288b3"
DISPUTED = "01a21a66-8887-75c1-9c3a-99ee0176038c"

# As version 0.1 stored it: two businesses are one, into which the disputed record goes, and a verification ended.
STORED: dict[str, Any] = {
    "masks": {NIB: "9000*******02", NIK: "1601**********02"},
    "owners": {
        NIB: {
            "after": {"matched": True, "record_id": SECOND, "business_id": WINNER},
            "before": {"matched": False, "record_id": SECOND, "business_id": WINNER},
        },
        NIK: {
            "after": {"matched": True, "record_id": FIRST, "business_id": WINNER},
            "before": {"matched": False, "record_id": FIRST, "business_id": LOSER},
        },
    },
    "records": {
        FIRST: {
            "after": {"revision": 1, "counted_as": "duplicate", "business_id": WINNER, "counted_revision": 1},
            "before": {"revision": 1, "counted_as": "entered", "business_id": LOSER, "counted_revision": 1},
        },
        DISPUTED: {
            "after": {"revision": 1, "counted_as": "duplicate", "business_id": WINNER, "counted_revision": 1},
            "before": {"revision": 1, "counted_as": "conflict", "business_id": None, "counted_revision": 1},
        },
    },
    "reviews": ["01a21a66-89f5-776e-95ef-894dc7b7f84a"],
    "returned": None,
    "businesses": {
        LOSER: {
            "after": {"aliases": [], "numbers": {"nik": NIK}, "merged_into": WINNER, "campaign_ids": [1]},
            "before": {"aliases": [], "numbers": {"nik": NIK}, "merged_into": None, "campaign_ids": [1]},
        },
        WINNER: {
            "after": {"aliases": [], "numbers": {"nib": NIB, "nik": NIK}, "merged_into": None, "campaign_ids": [1]},
            "before": {"aliases": [], "numbers": {"nib": NIB}, "merged_into": None, "campaign_ids": [1]},
        },
    },
}


def merged() -> Ledger:
    """The register as that decision left it."""
    nik, nib, loser, winner = bytes.fromhex(NIK), bytes.fromhex(NIB), UUID(LOSER), UUID(WINNER)
    first, second, disputed, who = UUID(FIRST), UUID(SECOND), UUID(DISPUTED), UUID(int=7)
    return Ledger(
        owners={nik: Owner(winner, first, matched=True), nib: Owner(winner, second, matched=True)},
        businesses={
            loser: Business(loser, "umkm", {"nik": nik}, [1], first, merged_into=winner),
            winner: Business(winner, "umkm", {"nib": nib, "nik": nik}, [1], second),
        },
        records={
            first: Record(who, 1, 1, 1, CountedAs.DUPLICATE, winner, {}),
            disputed: Record(who, 1, 1, 1, CountedAs.DUPLICATE, winner, {}),
        },
    )


def test_a_stored_journal_is_read_and_written_as_it_is() -> None:
    journal = Journal.read(json.dumps(STORED))
    assert journal is not None
    assert json.loads(journal.written()) == STORED


def test_a_stored_journal_puts_the_register_back_and_what_was_undone_is_its_mirror() -> None:
    ledger, journal = merged(), Journal.read(json.dumps(STORED))
    assert journal is not None
    before = images(ledger)
    undo(ledger, journal, None)
    back = json.loads(journal_of(before, images(ledger)).written())
    for room in ("businesses", "owners", "records"):
        mirrored = {key: {"before": step["after"], "after": step["before"]} for key, step in STORED[room].items()}
        assert back[room] == mirrored, room


@pytest.mark.parametrize("broken", ["record", "gone", "merger", "number", "owner", "answers"])
def test_what_something_rests_on_since_is_not_undone(broken: str) -> None:
    in_force = {WINNER: {"before": FIRST, "after": SECOND}}
    ledger, journal = merged(), Journal.read(json.dumps({**STORED, "in_force": in_force}))
    assert journal is not None
    business, nik = ledger.businesses[UUID(WINNER)], bytes.fromhex(NIK)
    if broken == "record":
        ledger.records[UUID(FIRST)].revision = 2
    elif broken == "gone":
        del ledger.records[UUID(FIRST)]
    elif broken == "merger":
        business.merged_into = UUID(LOSER)
    elif broken == "number":
        business.numbers["nik"] = b"another"
    elif broken == "answers":
        business.record_id = UUID(DISPUTED)
    else:
        del ledger.owners[nik]
    untouched = deepcopy(ledger)
    with pytest.raises(BuiltUpon):
        undo(ledger, journal, None)
    assert ledger == untouched


def test_a_number_that_came_with_the_decision_is_free_again() -> None:
    winner = STORED["businesses"][WINNER]["after"]
    steps = {WINNER: {"before": {**winner, "numbers": {"nik": NIK}}, "after": winner}}
    stored = {**STORED, "records": {}, "businesses": steps}
    stored["owners"] = {NIB: {"before": None, "after": STORED["owners"][NIB]["after"]}}
    ledger, journal = merged(), Journal.read(json.dumps(stored))
    assert journal is not None
    undo(ledger, journal, None)
    assert ledger.owners.keys() == {bytes.fromhex(NIK)}


def test_a_business_that_came_with_the_decision_needs_an_heir() -> None:
    stored = {**STORED, "records": {}, "owners": {}}
    stored["businesses"] = {WINNER: {**STORED["businesses"][WINNER], "before": None}}
    journal = Journal.read(json.dumps(stored))
    assert journal is not None
    with pytest.raises(BuiltUpon):
        undo(merged(), journal, None)
    ledger = merged()
    ledger.businesses[UUID(LOSER)].merged_into = None
    undo(ledger, journal, UUID(LOSER))
    assert ledger.businesses[UUID(WINNER)].merged_into == UUID(LOSER)


def test_the_first_journals_told_neither_reviews_nor_masks_nor_returns() -> None:
    old = {room: STORED[room] for room in ("businesses", "owners", "records")}
    journal = Journal.read(json.dumps(old))
    assert journal is not None
    assert (journal.reviews, journal.masks, journal.returned) == ((), {}, None)


def test_an_emptied_journal_is_none() -> None:
    assert Journal.read("{}") is None


def test_other_digests_stand_everywhere_in_a_journal() -> None:
    aliased = json.dumps(STORED).replace('"aliases": []', f'"aliases": ["{NIK}"]')
    journal = Journal.read(aliased)
    assert journal is not None
    fresh = {bytes.fromhex(NIK): b"1" * 16, bytes.fromhex(NIB): b"2" * 16}
    moved = journal.with_digests(fresh).written()
    told = aliased.replace(NIK, (b"1" * 16).hex()).replace(NIB, (b"2" * 16).hex())
    assert json.loads(moved) == json.loads(told)


def test_a_number_is_not_given_back_to_a_business_that_says_another_one() -> None:
    freed = json.loads(json.dumps(STORED))
    freed["businesses"][WINNER]["after"]["numbers"] = {"nib": NIB}
    freed["businesses"][WINNER]["before"]["numbers"] = {"nib": NIB, "nik": NIK}
    journal, ledger = Journal.read(json.dumps(freed)), merged()
    assert journal is not None
    ledger.businesses[UUID(WINNER)].numbers["nik"] = bytes(16)
    with pytest.raises(BuiltUpon):
        undo(ledger, journal, None)
    ledger.businesses[UUID(WINNER)].numbers["nik"] = bytes.fromhex(NIK)
    undo(ledger, journal, None)
