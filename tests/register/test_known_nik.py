"""What a known NIK means: the table of the rules, case by case."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_deduplication import claim, descriptions

from app.register.deduplication import judge, judge_all
from app.register.owners import (
    MOST_BUSINESSES,
    Candidate,
    Description,
    Meaning,
    likeness,
    meant,
    same_person,
)
from app.register.verdicts import Claim, Ledger, Outcome

HERE, THERE = "16.01.14.1003", "16.01.13.1003"
WARUNG = Description("Warung Padang Jaya", owner_name="Sari Dewi", kbli="56101", region_code=HERE)
BENGKEL = Description("Bengkel Motor Sumber", owner_name="Sari Dewi", kbli="45407", region_code=HERE)
TAILOR = Description("Jahit Rapi", owner_name="Hj. Sari Dewi, S.Pd.", kbli="14120", region_code=THERE)
STRANGER = Description("Toko Baut Makmur", owner_name="Hendra Gunawan", kbli="47521", region_code=THERE)


def marked(described: Description) -> Description:
    return described._replace(other_business=True)


def meaning(said: Description, known: Description = WARUNG, *, other_nib: bool = False) -> str:
    return meant(said, [Candidate(known, other_nib, entered=True)]).meaning.value


@pytest.mark.parametrize("said", [WARUNG, marked(WARUNG)])
def test_the_same_is_the_same_marked_or_not(said: Description) -> None:
    assert meaning(said) == "same"


@pytest.mark.parametrize(
    "change",
    [
        {"kbli": "47112", "region_code": THERE},  # the name
        {"legal_name": "Kedai Nasi Uda"},  # activity and place
        {"legal_name": "Warung Padang Djaja", "kbli": "47112"},  # the name as it is heard
        {"legal_name": "RM Sederhana", "trade_name": "Padang Jaya", "kbli": "47112", "region_code": THERE},
        {"legal_name": "Padang Jaya Warung", "kbli": "47112"},  # the same words
        {"owner_name": "Joko", "kbli": "56102"},  # somebody else of the house was heard as the owner
    ],
)
def test_the_mark_is_no_free_pass(change: dict[str, Any]) -> None:
    assert meaning(marked(WARUNG._replace(**change))) == "same"


def test_a_marked_business_with_another_name_activity_or_place_is_another() -> None:
    assert meaning(marked(BENGKEL)) == meaning(marked(TAILOR)) == "another"
    assert meaning(marked(WARUNG._replace(legal_name="Kedai Uda", region_code=THERE))) == "another"


def test_what_is_not_marked_and_not_the_same_is_unclear() -> None:
    found = meant(TAILOR, [Candidate(WARUNG, other_nib=False, entered=True)])
    assert found.meaning is Meaning.UNCLEAR
    assert found.differs == ("other_name", "other_activity", "other_place")


def test_the_mark_of_either_counts_since_either_may_come_first() -> None:
    ledger = Ledger()
    outcomes = [
        judge(ledger, said(n, each)).outcome.value for n, each in enumerate((marked(BENGKEL), WARUNG, TAILOR, WARUNG))
    ]
    assert outcomes == ["accepted", "accepted", "duplicate", "duplicate"]


REVISED = [
    (marked(WARUNG), "conflict", "conflict"),  # a copy that came in as another business
    (BENGKEL._replace(kbli="56101"), "conflict", "conflict"),  # and the mark is withdrawn
    (BENGKEL, "conflict", "conflict"),  # nothing but the mark had spoken for it
    (marked(STRANGER), "conflict", "wrong_number"),
    (marked(TAILOR), "updated", None),
    (marked(BENGKEL), "updated", None),
]


@pytest.mark.parametrize(("revised", "outcome", "case"), REVISED)
def test_a_revision_that_takes_back_what_made_it_another_business_waits_for_a_person(
    revised: Description, outcome: str, case: str | None
) -> None:
    ledger = Ledger()
    judge_all(ledger, [said("a", WARUNG), said("b", marked(BENGKEL))])
    first = next(iter(ledger.businesses))
    later = judge(ledger, said("b", revised, revision=2))
    assert (later.outcome.value, later.case) == (outcome, case)
    own = ledger.records[said("b", BENGKEL).record_id].business_id
    assert later.parties == ((own, first) if case else ())
    assert len([business for business in ledger.businesses.values() if business.campaign_ids]) == 2, "it stays entered"


def test_the_first_business_is_not_revised_into_the_second_either() -> None:
    ledger = Ledger()
    judge_all(ledger, [said("a", WARUNG), said("b", marked(BENGKEL))])
    assert judge(ledger, said("a", BENGKEL, revision=2)).outcome is Outcome.CONFLICT
    assert judge(ledger, said("a", WARUNG, revision=3)).outcome is Outcome.UPDATED


def test_what_was_unclear_before_stays_as_a_person_decided_it() -> None:
    ledger = Ledger()
    judge_all(ledger, [said("a", WARUNG), said("b", marked(TAILOR))])
    for business in ledger.businesses.values():
        assert business.description is not None
        business.description = business.description._replace(other_business=False)
    assert judge(ledger, said("b", TAILOR, revision=2)).outcome is Outcome.UPDATED
    assert judge(ledger, said("b", WARUNG, revision=3)).outcome is Outcome.CONFLICT


def test_another_nib_is_another_business_unless_all_else_is_the_same() -> None:
    assert meaning(BENGKEL, other_nib=True) == "another"
    assert meaning(WARUNG._replace(legal_name="Kedai Uda"), other_nib=True) == "another"
    assert meaning(WARUNG, other_nib=True) == "same", "which contradicts the register, as before"


def test_a_person_with_another_name_is_a_stranger_also_where_it_is_marked() -> None:
    assert meaning(STRANGER) == meaning(marked(STRANGER)) == meaning(STRANGER, other_nib=True) == "stranger"
    assert meaning(WARUNG, STRANGER) == "stranger", "from either side"
    assert meaning(STRANGER._replace(legal_name="Warung Padang Jaya")) == "stranger", "a franchise in another village"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Sari Dewi", "Hj. Sari", True),
        ("Achmad Yusuf", "Ahmad Joesoef", True),
        ("Muh. Yus", "Yusuf", True),
        ("Nuraini binti Hasan", "Noer Aini", True),
        ("Sutrisno", "Soetrisno", True),
        ("Hendrawan", "Hendriawan", True),
        ("Sari Dewi", "Hendra Gunawan", False),
        ("Yohanes Tobing", "Aminah", False),
        ("Ahmad Fauzi", "Fauzi Rahman", True),
        ("Sri", "Sri Wahyuni", True),
        ("Sari Dewi", "Dewi Sari", True),
        ("Sri Wahyuni", "Sri Rejeki", False),
        ("Abdul Rahman", "Abdul Karim", False),
        ("Ni Made Ayu", "I Made Darma", False),
        ("S", "Hendra", None),
        ("Siti", "Hendra", None),
        ("", "Hendra", None),
        ("X", "X", True),
    ],
)
def test_names_of_persons_are_compared_as_they_are_heard(one: str, other: str, same: bool | None) -> None:
    assert same_person(one, other) is same_person(other, one) is same


def test_the_owners_name_in_a_business_tells_nothing() -> None:
    one = Description("Warung Sari Dewi", owner_name="Sari Dewi", kbli="56101", region_code=HERE)
    other = Description("Bengkel Sari Dewi", owner_name="Sari Dewi", kbli="45407", region_code=HERE)
    assert likeness(one, other).name is False
    assert likeness(one, one._replace(legal_name="Sari Dewi")).name is None
    assert likeness(one._replace(legal_name="Toko Sari"), one._replace(legal_name="Sari Dewi")).name is None


def test_points_decide_on_the_place_where_both_have_one() -> None:
    at = WARUNG._replace(latitude=-4.1266, longitude=104.1702)
    near, far = at._replace(region_code=THERE, latitude=-4.1270), at._replace(latitude=-4.1466)
    assert likeness(at, near).here
    assert not likeness(at, far).here
    assert likeness(at, WARUNG).here, "without a point, the village"


def test_a_further_visit_finds_the_right_one_of_several() -> None:
    known = [Candidate(each, other_nib=False, entered=True) for each in (WARUNG, BENGKEL, TAILOR)]
    for place, said in enumerate((WARUNG, BENGKEL, TAILOR)):
        for mark in (False, True):
            found = meant(said._replace(other_business=mark), known)
            assert (found.meaning, found.place) == (Meaning.SAME, place)
    renamed = BENGKEL._replace(legal_name="Servis Cepat")
    assert meant(renamed, known)[:2] == (Meaning.SAME, 1), "by activity and place"
    assert meant(WARUNG._replace(region_code=THERE, kbli="47112"), known)[:2] == (Meaning.SAME, 0), "by name"


def test_two_alike_are_known_again_as_two() -> None:
    assert meant(WARUNG, [Candidate(WARUNG, False, entered=True), Candidate(WARUNG, False, entered=False)]).place == 1
    unclear = [Candidate(BENGKEL, False, entered=False), Candidate(BENGKEL, False, entered=True)]
    assert meant(TAILOR, unclear)[:2] == (Meaning.UNCLEAR, 1), "nobody is paid for what is unclear"


def test_one_name_that_fits_is_enough_for_the_person() -> None:
    known = [Candidate(STRANGER, False, entered=True), Candidate(WARUNG, False, entered=True)]
    assert meant(marked(BENGKEL), known).meaning is Meaning.ANOTHER
    assert meant(BENGKEL, known).meaning is Meaning.UNCLEAR


def test_a_number_of_very_many_businesses_takes_no_further_one() -> None:
    known = [Candidate(WARUNG._replace(legal_name=f"Usaha {n}"), False, entered=True) for n in range(MOST_BUSINESSES)]
    assert meant(marked(TAILOR), known[:-1]).meaning is Meaning.ANOTHER
    assert meant(marked(TAILOR), known).meaning is Meaning.UNCLEAR


def test_what_is_not_described_is_judged_as_before() -> None:
    known = [Candidate(None, False, entered=True), Candidate(WARUNG, False, entered=True)]
    assert meant(None, known)[:2] == meant(marked(TAILOR), known[:1])[:2] == (Meaning.UNCLEAR, 0)
    assert meant(STRANGER, known)[:2] == (Meaning.STRANGER, 1)


@given(st.lists(descriptions, min_size=1, max_size=4), descriptions)
def test_the_order_in_which_an_owners_businesses_came_changes_no_meaning(
    known: list[Description], said: Description
) -> None:
    found = {
        meant(said, [Candidate(each, False, entered=True) for each in order]).meaning for order in permutations(known)
    }
    assert len(found) == 1


@given(descriptions, descriptions)
def test_likeness_has_no_sides(one: Description, other: Description) -> None:
    assert likeness(one, other) == likeness(other, one)


def said(record: object, described: Description, **kwargs: Any) -> Claim:
    return claim(record, described=described, nik=1, **kwargs)


def test_a_family_has_three_businesses_and_none_is_taken_for_another() -> None:
    ledger = Ledger()
    family = (WARUNG, marked(BENGKEL), marked(TAILOR))
    first = judge_all(ledger, [said(n, each) for n, each in enumerate(family)])
    assert [each.outcome.value for each in first] == ["accepted"] * 3
    assert [(each.case, each.warning) for each in first] == [(None, None), *[("same_owner", "owner_known")] * 2]
    assert first[1].parties == (first[0].business_id, first[1].business_id)
    again = judge_all(
        ledger, [said(f"{n} again", each._replace(other_business=False)) for n, each in enumerate(family)]
    )
    assert [each.outcome.value for each in again] == ["duplicate"] * 3
    assert [each.business_id for each in again] == [each.business_id for each in first]
    later = judge_all(ledger, [said(f"{n} later", each, campaign=2) for n, each in enumerate(family)])
    assert [(each.outcome, each.business_id, each.case) for each in later] == [
        (Outcome.ACCEPTED, each.business_id, None) for each in first
    ]


def test_a_stranger_whose_number_was_hit_is_a_conflict_that_claims_nothing() -> None:
    ledger = Ledger()
    first, second = judge_all(ledger, [said("a", WARUNG), said("b", STRANGER, nib=5)])
    assert (second.outcome, second.case, second.warning) == (Outcome.CONFLICT, "wrong_number", "number_of_another")
    assert (second.business_id, second.parties) == (None, (first.business_id,))
    corrected = judge(ledger, claim("b", revision=2, nik=2, nib=5, described=STRANGER))
    assert corrected.outcome is Outcome.ACCEPTED
    assert not ledger.sharers


def test_a_revision_may_correct_the_nik_that_only_it_shares() -> None:
    ledger = Ledger()
    _, second = judge_all(ledger, [said("a", WARUNG), said("b", marked(BENGKEL))])
    corrected = judge(ledger, claim("b", revision=2, nik=2, described=BENGKEL))
    assert (corrected.outcome, corrected.business_id) == (Outcome.UPDATED, second.business_id)
    assert not ledger.sharers
    assert judge(ledger, claim("c", nik=2, described=BENGKEL)).business_id == second.business_id


def test_a_revision_may_add_the_nik_of_an_owner_who_is_known() -> None:
    ledger = Ledger()
    judge_all(ledger, [said("a", WARUNG), claim("b", described=BENGKEL), claim("c", described=STRANGER)])
    added = judge(ledger, said("b", marked(BENGKEL), revision=2))
    assert (added.outcome, added.case, added.in_force) == (Outcome.UPDATED, "same_owner", True)
    stranger = judge(ledger, said("c", STRANGER, revision=2))
    assert (stranger.outcome, stranger.case, stranger.counted_as) == (Outcome.CONFLICT, "wrong_number", None)
    unclear = judge(ledger, said("c", TAILOR, revision=3))
    assert (unclear.outcome, unclear.case) == (Outcome.CONFLICT, "conflict")


def test_what_a_person_told_apart_may_have_one_owner() -> None:
    """A revision says the other's NIK, or no longer says that it is another business: neither is asked about again."""
    apart = Ledger()
    judge_all(apart, [said("a", WARUNG), claim("b", described=TAILOR), said("d", marked(BENGKEL))])
    first, second, third = apart.businesses
    assert judge(apart, said("b", TAILOR, revision=2)).outcome is Outcome.CONFLICT, "nobody was asked yet"
    apart.apart = {frozenset((second, each)) for each in (first, third)}
    added = judge(apart, said("b", TAILOR, revision=3))
    assert (added.outcome, added.case, added.parties) == (Outcome.UPDATED, None, ())
    assert judge(apart, said("d", BENGKEL, revision=2)).outcome is Outcome.CONFLICT
    apart.apart.add(frozenset((first, third)))
    apart.apart.add(frozenset((second, third)))
    assert judge(apart, said("d", BENGKEL, revision=3)).outcome is Outcome.UPDATED
    stranger = judge(apart, said("d", STRANGER, revision=4))
    assert (stranger.outcome, stranger.case) == (Outcome.CONFLICT, "wrong_number"), "the number is in question"


def test_a_number_that_another_record_rests_on_is_not_taken_back_by_one_who_shares_it() -> None:
    ledger = Ledger()
    judge_all(ledger, [said("a", WARUNG), said("b", marked(BENGKEL)), said("c", BENGKEL)])
    assert judge(ledger, claim("b", revision=2, nik=2, described=BENGKEL)).outcome is Outcome.CONFLICT
    assert judge(ledger, claim("a", revision=2, nik=3, described=WARUNG)).outcome is Outcome.CONFLICT


def test_a_cooperatives_unit_is_not_its_chairs_business() -> None:
    unit = Description("Unit Toko KUD Makmur", owner_name="Sari Dewi", kbli="47112", region_code=HERE)
    verdicts = judge_all(
        Ledger(),
        [
            said("shop", WARUNG),
            claim("coop", kind="koperasi", cooperative_number=7, described=unit),
            claim("unit", kind="koperasi", cooperative_number=7, described=unit),
        ],
    )
    assert [each.outcome.value for each in verdicts] == ["accepted", "accepted", "duplicate"]
    assert verdicts[0].business_id != verdicts[1].business_id
