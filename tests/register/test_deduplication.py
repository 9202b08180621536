"""The rules by which an item becomes a new business, a known one, or a conflict."""

from collections import Counter
from copy import deepcopy
from dataclasses import replace
from hashlib import blake2b
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.progress.models import DOORS
from app.register.deduplication import judge, judge_all
from app.register.owners import Description
from app.register.verdicts import Claim, CountedAs, Ledger, Outcome, Owner, Verdict

SPACE = UUID(int=7)
ANA, BUDI = uuid5(SPACE, "ana"), uuid5(SPACE, "budi")


def claim(
    record: object,
    *,
    revision: int = 1,
    by: UUID = ANA,
    campaign: int = 1,
    content: str | None = None,
    kind: str = "umkm",
    described: Description | None = None,
    **numbers: Any,
) -> Claim:
    said = {kind_: f"{kind_}:{number}".encode() for kind_, number in numbers.items() if number is not None}
    content = content if content is not None else f"{record}/{revision}/{kind}/{sorted(said.items())}/{described}"
    return Claim(
        record_id=uuid5(SPACE, str(record)),
        revision=revision,
        enumerator_id=by,
        campaign_id=campaign,
        content=blake2b(content.encode(), digest_size=16).digest(),
        kind=kind,
        numbers=said,
        new_business_id=uuid5(SPACE, f"business of {record}/{revision}/{campaign}/{content}"),
        description=described,
    )


def outcomes(*claims: Claim) -> list[str]:
    return [verdict.outcome.value for verdict in judge_all(Ledger(), claims)]


def test_a_number_that_nobody_has_makes_a_new_business() -> None:
    assert outcomes(claim("a", nik=1), claim("b", nik=2)) == ["accepted", "accepted"]


def test_the_same_nik_is_the_same_business_whoever_brings_it() -> None:
    ledger = Ledger()
    first, second = judge_all(ledger, [claim("a", nik=1, nib=5), claim("b", by=BUDI, nik=1)])
    assert (first.outcome, second.outcome) == (Outcome.ACCEPTED, Outcome.DUPLICATE)
    assert second.business_id == first.business_id
    assert second.matched_on == ("nik",)


def test_a_number_that_only_a_duplicate_says_is_not_the_businesss() -> None:
    assert outcomes(claim("a", nik=1), claim("b", nik=1, nib=5), claim("c", nib=5)) == [
        "accepted",
        "duplicate",
        "accepted",
    ]


def test_a_number_that_a_duplicate_gave_a_business_is_taken_back_by_its_next_revision() -> None:
    """As releases up to 0.3 did, so there are such businesses."""
    ledger = Ledger()
    first, _ = judge_all(ledger, [claim("a", nik=1), claim("b", nik=1, nib=5)])
    assert first.business_id is not None
    given, business = claim("b", nib=5).numbers["nib"], ledger.businesses[first.business_id]
    business.numbers["nib"] = given
    ledger.owners[given] = Owner(business.id, claim("b").record_id, matched=False)
    assert judge(ledger, claim("b", revision=2, nik=1)).outcome is Outcome.DUPLICATE
    assert given not in ledger.owners
    assert "nib" not in business.numbers


def test_a_record_that_is_no_longer_in_force_leaves_what_the_business_says() -> None:
    ledger, told = Ledger(), Description(legal_name="Warung Uda")
    judge_all(ledger, [claim("a", nik=1), claim("b", campaign=2, nik=1, described=told)])
    later = judge(ledger, claim("a", revision=2, nik=1, described=told._replace(legal_name="Warung Lama")))
    assert (later.outcome, later.in_force) == (Outcome.UPDATED, False)
    assert [business.description for business in ledger.businesses.values()] == [told]


def test_numbers_of_two_businesses_are_a_conflict() -> None:
    ledger = Ledger()
    one, two, both = judge_all(ledger, [claim("a", nik=1), claim("b", nib=5), claim("c", nik=1, nib=5)])
    assert both.outcome is Outcome.CONFLICT
    assert set(both.parties) == {one.business_id, two.business_id}
    assert both.business_id is None


def test_another_number_of_a_kind_that_the_business_has_is_a_conflict() -> None:
    assert outcomes(claim("a", nik=1, nib=5), claim("b", nik=1, nib=6)) == ["accepted", "conflict"]


def test_a_conflict_claims_nothing() -> None:
    assert outcomes(claim("a", nik=1, nib=5), claim("b", nik=1, nib=6), claim("c", nib=6)) == [
        "accepted",
        "conflict",
        "accepted",
    ]


def test_a_cooperative_is_never_an_enterprise() -> None:
    assert outcomes(claim("a", nib=5), claim("b", kind="koperasi", nib=5)) == ["accepted", "conflict"]


def test_records_without_numbers_are_businesses_of_their_own() -> None:
    assert outcomes(claim("a"), claim("b")) == ["accepted", "accepted"]


def test_the_same_content_again_is_unchanged_also_from_another_tablet() -> None:
    assert outcomes(claim("a", nik=1), claim("a", nik=1), claim("a", nik=1, by=BUDI)) == [
        "accepted",
        "unchanged",
        "unchanged",
    ]


def test_the_same_revision_with_other_content_is_refused() -> None:
    verdict = judge_all(Ledger(), [claim("a", nik=1), claim("a", nik=2)])[1]
    assert (verdict.outcome, verdict.error) == (Outcome.INVALID, "revision_reused")


def test_a_lower_revision_that_comes_late_changes_nothing_but_is_kept() -> None:
    late = judge_all(Ledger(), [claim("a", revision=2, nik=1), claim("a", revision=1, nik=2)])[1]
    assert (late.outcome, late.stored, late.counted_as) == (Outcome.UNCHANGED, True, None)


def test_judging_a_copy_leaves_the_known_record_as_it_was() -> None:
    ledger = Ledger()
    judge_all(ledger, [claim("r1", nik=1)])
    known = ledger.records[uuid5(SPACE, "r1")]
    before = deepcopy(known)
    copied = replace(ledger, records={id_: record.copy() for id_, record in ledger.records.items()})
    judge_all(copied, [claim("r1", revision=2, nik=2)])
    assert copied.records[uuid5(SPACE, "r1")] != known
    assert known == before


def test_nobody_revises_the_record_of_another() -> None:
    verdict = judge_all(Ledger(), [claim("a", nik=1), claim("a", revision=2, by=BUDI, nik=1)])[1]
    assert (verdict.outcome, verdict.error) == (Outcome.INVALID, "record_of_another")


def test_a_record_stays_in_its_campaign() -> None:
    verdict = judge_all(Ledger(), [claim("a", nik=1), claim("a", revision=2, campaign=2, nik=1)])[1]
    assert (verdict.outcome, verdict.error) == (Outcome.INVALID, "record_of_another_campaign")


def test_a_higher_revision_updates_and_may_correct_its_own_number() -> None:
    assert outcomes(claim("a", nik=1), claim("a", revision=2, nik=2), claim("b", nik=1), claim("c", nik=2)) == [
        "accepted",
        "updated",
        "accepted",
        "duplicate",
    ]


def test_a_number_that_another_record_rests_on_cannot_be_taken_back() -> None:
    ledger = Ledger()
    first, _, third = judge_all(ledger, [claim("a", nik=1), claim("b", nik=1), claim("a", revision=2, nik=2)])
    assert third.outcome is Outcome.CONFLICT
    assert third.counted_as is None, "the revision before stays in force, so the business stays entered"
    assert third.business_id == first.business_id


def test_a_revision_in_a_form_that_does_not_ask_for_a_number_keeps_it() -> None:
    ledger = Ledger()
    older = claim("a", revision=2, nib=1)._replace(unasked=frozenset({"passport"}))
    judge_all(ledger, [claim("a", passport=5), older])
    assert [each.outcome for each in judge_all(ledger, [claim("b", by=BUDI, passport=5)])] == ["duplicate"]
    # Left blank in a form that asks for it, the number is given up.
    judge_all(ledger, [claim("c", passport=6), claim("c", revision=2, nib=2)])
    assert [each.outcome for each in judge_all(ledger, [claim("d", by=BUDI, passport=6)])] == ["accepted"]


def test_a_revision_that_takes_the_number_of_another_business_is_a_conflict() -> None:
    assert outcomes(claim("a", nik=1), claim("b", nik=2), claim("b", revision=2, nik=1)) == [
        "accepted",
        "accepted",
        "conflict",
    ]


def test_a_corrected_duplicate_becomes_a_business_of_its_own() -> None:
    ledger = Ledger()
    verdicts = judge_all(
        ledger,
        [
            claim("a", nik=1),
            claim("b", nik=1, nib=9),
            claim("b", revision=2, nik=2, nib=9),
            claim("c", nib=9),
        ],
    )
    assert [v.outcome.value for v in verdicts] == ["accepted", "duplicate", "accepted", "duplicate"]
    assert verdicts[3].business_id == verdicts[2].business_id, "its NIB went with it"


def test_a_business_counts_once_in_each_campaign_and_keeps_its_id() -> None:
    ledger = Ledger()
    verdicts = judge_all(
        ledger, [claim("a", nik=1), claim("b", campaign=2, nik=1), claim("c", campaign=2, nik=1, by=BUDI)]
    )
    assert [v.outcome.value for v in verdicts] == ["accepted", "accepted", "duplicate"]
    assert len({v.business_id for v in verdicts}) == 1


def test_a_late_batch_of_an_older_campaign_does_not_overwrite_the_newer_answers() -> None:
    older = judge_all(Ledger(), [claim("a", campaign=2, nik=1), claim("b", campaign=1, nik=1)])[1]
    assert (older.outcome, older.in_force) == (Outcome.ACCEPTED, False)


def test_which_campaign_is_older_is_said_by_its_first_day_not_by_when_it_was_made() -> None:
    told = [claim("a", campaign=1, nik=1), claim("b", campaign=2, nik=1)]
    assert judge_all(Ledger(rounds={2: 0, 1: 1}), told)[1].in_force is False
    assert judge_all(Ledger(rounds={1: 0, 2: 1}), told)[1].in_force is True


numbers = st.one_of(st.none(), st.integers(0, 3))
descriptions = st.builds(
    Description,
    st.sampled_from(["Warung Padang", "Bengkel Motor", "Salon Ayu"]),
    owner_name=st.sampled_from(["Sari Dewi", "Dewi", "Hendra Gunawan", ""]),
    kbli=st.sampled_from(["56101", "45407"]),
    region_code=st.sampled_from(["16.01.14.1003", "16.01.13.1003"]),
    latitude=st.sampled_from([None, -4.1266, -4.1270, 4.5]),
    longitude=st.sampled_from([104.1702, 104.2]),
    other_business=st.booleans(),
)
claims = st.builds(
    claim,
    st.integers(0, 5),
    described=st.none() | descriptions,
    revision=st.integers(1, 3),
    by=st.sampled_from([ANA, BUDI]),
    campaign=st.integers(1, 2),
    nik=numbers,
    nib=numbers,
)
History = list[Claim]
histories = st.lists(claims, max_size=14)


@given(histories, st.lists(st.integers(0, 14), max_size=4))
def test_cutting_items_into_batches_makes_no_difference(history: History, cuts: list[int]) -> None:
    alone = Ledger()
    expected = [judge(alone, item) for item in history]
    ledger, verdicts = Ledger(), []
    edges = sorted({0, len(history), *(cut for cut in cuts if cut < len(history))})
    for begin, end in pairwise(edges):
        ledger = deepcopy(ledger)  # what a batch knows is what the one before it stored
        verdicts += judge_all(ledger, history[begin:end])
    assert verdicts == expected
    assert ledger == alone


@given(histories, st.data())
def test_sending_anything_again_changes_nothing(history: History, data: st.DataObject) -> None:
    ledger = Ledger()
    first = judge_all(ledger, history)
    before = deepcopy(ledger)
    again = data.draw(st.lists(st.sampled_from(range(len(history))), max_size=8) if history else st.just([]))
    for index in again:
        item = history[index]
        verdict = judge(ledger, item)
        record = ledger.records.get(item.record_id)
        # What was refused may have been stored since, when its enumerator sent the very same.
        stored = (
            record and record.campaign_id == item.campaign_id and record.contents.get(item.revision) == item.content
        )
        assert stored or first[index].outcome is Outcome.INVALID
        assert verdict.outcome is (Outcome.UNCHANGED if stored else Outcome.INVALID)
        assert not verdict.stored
    assert ledger == before


@given(histories)
def test_every_business_is_counted_exactly_once_in_a_campaign(history: History) -> None:
    ledger = Ledger()
    judge_all(ledger, history)
    entered = Counter(
        (record.business_id, record.campaign_id)
        for record in ledger.records.values()
        if record.counted_as is CountedAs.ENTERED
    )
    assert set(entered.values()) <= {1}
    assert set(entered) == {
        (business.id, campaign) for business in ledger.businesses.values() for campaign in business.campaign_ids
    }


@given(histories)
def test_a_number_has_one_owner_and_all_that_have_it_say_so(history: History) -> None:
    ledger = Ledger()
    judge_all(ledger, history)
    held = {(digest, business.id) for business in ledger.businesses.values() for digest in business.numbers.values()}
    owned = {(digest, owner.business_id) for digest, owner in ledger.owners.items()}
    shared = {(digest, id_) for digest, those in ledger.sharers.items() for id_ in those}
    assert held == owned | shared
    assert not owned & shared
    assert all(ledger.owners[digest].matched for digest, _ in shared), "what others share is not taken back"
    assert not any(digest.startswith(b"nib") for digest, _ in shared), "a NIB is one business's"


@given(histories)
def test_businesses_are_never_merged_by_machine(history: History) -> None:
    ledger = Ledger()
    known: dict[bytes, Owner] = {}
    for item in history:
        judge(ledger, item)
        for digest, owner in ledger.owners.items():
            was = known.get(digest)
            # A number changes hands only when the record that had claimed it said another one instead.
            assert was is None or was.business_id == owner.business_id or was.record_id == item.record_id
        known = dict(ledger.owners)


@given(histories)
def test_verdicts_tell_where_the_record_counts(history: History) -> None:
    ledger = Ledger()
    for item in history:
        before = deepcopy(ledger.records.get(item.record_id))
        verdict = judge(ledger, item)
        after = ledger.records.get(item.record_id)
        if verdict.counted_as is None:
            assert (before.counted_as if before else None) == (after.counted_as if after else None)
        else:
            assert after is not None
            assert after.counted_as is verdict.counted_as
            assert after.counted_revision == item.revision


def test_the_next_revision_of_a_conflict_is_judged_as_if_it_were_new() -> None:
    assert outcomes(claim("a", nik=1, nib=5), claim("b", nik=1, nib=6), claim("b", revision=2, nib=6)) == [
        "accepted",
        "conflict",
        "accepted",
    ]


@pytest.mark.parametrize("first", ["accepted", "duplicate"])
def test_a_shared_number_whose_owner_lost_it_stops_nobody(first: str) -> None:
    """A person decided that two businesses have a number, and then that the owner's was mistyped."""
    ledger = Ledger()
    judge_all(ledger, [claim("a", nib=5), claim("b", nib=5 if first == "duplicate" else 6)])
    (business,) = (
        each for each in ledger.businesses.values() if each.id == ledger.records[uuid5(SPACE, "b")].business_id
    )
    business.numbers["nik"] = b"nik:1"
    assert b"nik:1" not in ledger.owners
    verdict = judge(ledger, claim("b", revision=2, nik=2, nib=5 if first == "duplicate" else 6))
    assert verdict.outcome is Outcome.CONFLICT


@pytest.mark.parametrize("again", ["same batch", "alone"])
def test_an_item_that_comes_twice_is_stored_once(again: str) -> None:
    verdicts = judge_all(Ledger(), [claim("a", nik=1)] * 2)
    assert [verdict.stored for verdict in verdicts] == [True, False]


def test_every_record_that_is_judged_has_a_counter_of_its_own() -> None:
    counters = [each.counter for each in CountedAs]
    assert counters[:3] == ["entered", "duplicates", "conflicts"]
    assert sorted([*counters, "invalid"]) == sorted(DOORS), "what is invalid is not judged"


def test_an_owner_is_known_by_a_passport_as_by_a_nik() -> None:
    assert [Verdict(Outcome.ACCEPTED, matched_on=each).owner_known_by for each in (("passport", "nib"), ("nib",))] == [
        "passport",
        "nik",
    ]
