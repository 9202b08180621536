"""What became of an entry, whatever the records about it do, in any order. Pure."""

from collections import Counter
from datetime import date
from uuid import UUID, uuid4

import pytest
from forms import sized
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.core.sealing import KeyRing
from app.listing.contents import Contents, carried, prefilled
from app.listing.ids import as_id
from app.listing.rules import UNDECIDED, Count, Decided, Entry, Listing, Standing, decided_by, objection
from app.register.lives import ACTIVE, Life, Seen, life_of
from app.register.verdicts import CountedAs

DAY = date(2022, 9, 12)
VILLAGE, OTHER = "16.01.14.1003", "16.01.13.1003"
RECORDS = [UUID(int=n) for n in range(1, 5)]
PEOPLE = [UUID(int=100 + n % 2) for n in range(4)]
ENTRIES = [UUID(int=1000 + n) for n in range(2)]


def standing(at: int, counted_as: CountedAs, village: str = VILLAGE) -> Standing:
    return Standing(RECORDS[at], PEOPLE[at], counted_as, village, DAY)


def entry(at: int, business: UUID | None = None) -> Entry:
    return Entry(ENTRIES[at], VILLAGE[:5], 1, VILLAGE, business, UNDECIDED, 0)


def listing(business: UUID | None = None) -> Listing:
    return Listing({ENTRIES[at]: entry(at, business) for at in range(2)})


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], "open"),
        (["conflict"], "open"),
        (["open_visits"], "open_visits"),
        (["open_visits", "refused"], "refused"),
        (["refused", "closed"], "refused"),
        (["closed", "duplicate"], "duplicate"),
        (["duplicate", "entered", "conflict"], "entered"),
    ],
)
def test_the_best_of_several_records_decides(states: list[str], expected: str) -> None:
    claims = {RECORDS[at]: standing(at, CountedAs(state)) for at, state in enumerate(states)}
    assert decided_by(claims, None).state == expected


def test_among_equals_the_one_that_decided_before_stays() -> None:
    claims = {RECORDS[at]: standing(at, CountedAs.ENTERED) for at in (0, 1)}
    for before, expected in ((None, 0), (RECORDS[0], 0), (RECORDS[1], 1), (RECORDS[3], 0)):
        by = decided_by(claims, before).by
        assert by is not None
        assert by.record_id == RECORDS[expected]


def test_an_entry_of_another_village_counts_there_and_its_business_where_it_is() -> None:
    it = listing()
    assert it.stand(standing(0, CountedAs.ENTERED, OTHER), ENTRIES[0], DAY)
    assert it.counts == [
        (Count("listed_done", 1, 1, PEOPLE[0], VILLAGE, DAY), DAY),
        (Count("listed_entered", 1, 1, PEOPLE[0], OTHER, DAY), DAY),
    ]
    assert [each.id for each in it.changed] == [ENTRIES[0]]


def test_a_record_that_names_another_entry_leaves_the_first() -> None:
    it = listing(business := uuid4())
    assert it.stand(standing(0, CountedAs.CLOSED), ENTRIES[0], DAY)
    assert it.lives == {business}
    assert it.stand(standing(0, CountedAs.CLOSED), ENTRIES[1], DAY)
    assert [each.decided.state for each in it.entries.values()] == ["open", "closed"]
    assert it.stand(standing(1, CountedAs.ENTERED), None, DAY), "it claims none"
    assert it.stand(standing(1, CountedAs.ENTERED), uuid4(), DAY), "it is about none that is here"
    assert not it.stand(standing(1, CountedAs.REFUSED), ENTRIES[1], DAY)


moves = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(list(CountedAs)),
        st.sampled_from([None, 0, 1]),
        st.sampled_from([VILLAGE, OTHER]),
    ),
    max_size=30,
)


@pytest.mark.long_form
@hypothesis_settings(max_examples=sized(120, 600), deadline=None, derandomize=True)
@given(moves)
def test_whatever_records_do_what_counts_is_what_is_decided_in_the_end(
    moved: list[tuple[int, CountedAs, int | None, str]],
) -> None:
    it = listing()
    for at, counted_as, named, village in moved:
        it.stand(standing(at, counted_as, village), None if named is None else ENTRIES[named], DAY)
    sums: Counter[tuple[str, UUID, str]] = Counter()
    for count, _ in it.counts:
        sums[count.counter, count.enumerator_id, count.region_code] += count.by
    expected: Counter[tuple[str, UUID, str]] = Counter()
    for each in it.entries.values():
        assert each.decided.state == decided_by(each.claims, each.decided.by and each.decided.by.record_id).state
        by = each.decided.by
        if by is not None and each.decided.done:
            expected["listed_done", by.enumerator_id, VILLAGE] += 1
        if by is not None and each.decided.state == "entered":
            expected["listed_entered", by.enumerator_id, by.region_code] += 1
        assert [step.number for step in it.steps if step.entry_id == each.id] == list(range(1, each.step + 1))
    assert +sums == +expected
    assert not -sums
    decided = [each.decided.by.record_id for each in it.entries.values() if each.decided.by]
    assert len(set(decided)) == len(decided)


def test_why_an_entry_cannot_be_claimed() -> None:
    assert objection(None, 1, in_area=True) == "listing_unknown"
    assert objection(entry(0), 2, in_area=True) == "listing_of_another_campaign"
    assert objection(entry(0), 1, in_area=False) == "listing_outside_assignment"
    assert objection(entry(0), 1, in_area=True) is None


@pytest.mark.parametrize(
    ("seen", "entered_in", "expected"),
    [
        ([], [1], "active"),
        ([(2, "open")], [1], "active"),
        ([(2, "closed")], [1], "closed"),
        ([(2, "moved")], [1], "moved"),
        ([(2, "closed")], [1, 2], "active"),
        ([(2, "closed")], [1, 3], "active"),
        ([(2, "closed"), (3, "open")], [1], "closed"),
        ([(2, "closed"), (3, "refused")], [1], "active"),
        ([(3, "moved"), (2, "entered")], [1, 2], "moved"),
    ],
)
def test_the_newest_round_that_found_anything_decides(
    seen: list[tuple[int, str]], entered_in: list[int], expected: str
) -> None:
    found = life_of(
        [Seen(campaign, state, DAY, RECORDS[0]) for campaign, state in seen], entered_in, {1: 1, 2: 2, 3: 3}
    )
    assert found == (ACTIVE if expected == "active" else Life(expected, DAY, RECORDS[0]))


def test_what_is_carried_over_has_no_money_no_telephone_and_no_number() -> None:
    plain = {"legal_name": "Warung", "owner": {"name": "Sari"}, "other_business_of_owner": True, "trade_name": None}
    sealed = {
        "annual_sales_idr": 5,
        "address": "Jl. Garuda 1",
        "phone": "08123456789",
        "nib": "9000000000001",
        "owner": {"nik": "1601145203850001", "address": "Dusun 3", "phone": "0812"},
    }
    answers, contents = carried(plain, sealed)
    assert answers == {"legal_name": "Warung", "owner": {"name": "Sari"}}
    assert (contents.owner, contents.address) == ("Sari", "Jl. Garuda 1")
    assert contents.numbers == {"nik": "1601145203850001", "nib": "9000000000001"}
    assert prefilled(answers, contents) == {
        "legal_name": "Warung",
        "address": "Jl. Garuda 1",
        "owner": {"name": "Sari", "address": "Dusun 3"},
    }
    ring, id_ = KeyRing({1: bytes(32)}), ENTRIES[0]
    assert Contents.unseal(ring, id_, contents.seal(ring, id_)) == contents
    assert Contents.unseal(ring, id_, None) == Contents()
    assert carried({}, {}) == ({}, Contents())


def test_ids_of_entries_are_made_of_what_they_stand_for() -> None:
    one = as_id(bytes(range(16)))
    assert (one, one.version) == (as_id(bytes(range(16))), 8)
    assert as_id(bytes(16)) != one


def test_an_entry_is_done_but_while_somebody_has_to_go_there() -> None:
    by = standing(0, CountedAs.OPEN_VISITS)
    assert not UNDECIDED.done
    assert not Decided("open_visits", by).done
    assert Decided("non_response", by).done


def test_an_earlier_round_that_was_made_later_does_not_decide() -> None:
    seen = [Seen(1, "closed", DAY, RECORDS[0]), Seen(2, "closed", DAY, RECORDS[1])]
    assert life_of(seen, [], {2: 0, 1: 1}).record_id == RECORDS[0]
    assert life_of(seen[1:], [1], {2: 0, 1: 1}) == ACTIVE
    assert life_of(seen[:1], [2], {2: 0, 1: 1}).life == "closed"
