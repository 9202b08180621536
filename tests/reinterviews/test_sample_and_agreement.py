"""The pure rules: what is drawn, who asks again, what agrees."""

import hashlib
import hmac
import math
from typing import Any
from uuid import UUID

import pytest
from heard_twice import sums_of
from hypothesis import given
from hypothesis import strategies as st
from made_up import honest
from pydantic import ValidationError

from app.campaigns.reinterviews import Reinterviews, ReinterviewsChange
from app.campaigns.thresholds import Reinterviewed, Thresholds
from app.quality.judging import Circumstances, judge
from app.reinterviews.agreeing import Agreed, low_agreement
from app.reinterviews.choosing import Candidate, choose, is_near
from app.reinterviews.comparing import (
    LOCATION,
    Agreement,
    Interview,
    agrees,
    compare,
    metres,
    questions,
)
from app.reinterviews.drawing import enough, is_drawn, lowest, value_of
from app.reinterviews.questions import label_of
from app.reinterviews.shown import SHOWN

BY = Reinterviews(share_percent=2.0, seed="benih-rahasia")
IDS = st.uuids()


# The sample.


def test_the_value_is_the_one_that_is_written_down() -> None:
    id_ = UUID("01832f3e-0000-7000-8000-000000000001")
    first = hmac.new(b"benih-rahasia", id_.bytes, hashlib.sha256).digest()[:8]
    assert value_of("benih-rahasia", id_) == int.from_bytes(first) / 2**64


@given(st.lists(IDS, unique=True, max_size=50), st.text("abcdef012345", min_size=8, max_size=20))
def test_what_is_drawn_hangs_on_no_other_record(ids: list[UUID], seed: str) -> None:
    by = Reinterviews(share_percent=20.0, seed=seed)
    alone = {each for each in ids if is_drawn(by, each)}
    assert alone == {each for each in reversed(ids) if is_drawn(by, each)}
    for each in ids:
        assert 0 <= value_of(seed, each) < 1


def test_the_share_is_kept() -> None:
    ids = [UUID(int=number) for number in range(20_000)]
    drawn = sum(is_drawn(BY, each) for each in ids)
    assert abs(drawn - 400) < 5 * math.sqrt(400)


@given(st.lists(IDS, unique=True, min_size=1, max_size=120), st.sampled_from([1.0, 2.0, 5.0, 20.0]))
def test_of_enough_records_one_is_drawn_in_any_case_and_stays_it(ids: list[UUID], share: float) -> None:
    by = Reinterviews(share_percent=share, seed="benih-rahasia")
    least = enough(by)
    assert least == math.ceil(100 / share)
    found = lowest(by, ids)
    assert (found is None) == (len(ids) < least)
    if found is not None:
        assert found in ids[:least]
        assert found == lowest(by, ids[:least]), "later ones change nothing"
        assert all(value_of("benih-rahasia", found) <= value_of("benih-rahasia", each) for each in ids[:least])


def test_without_a_seed_or_a_share_nothing_is_drawn() -> None:
    ids = [UUID(int=number) for number in range(100)]
    for by in (Reinterviews(), Reinterviews(share_percent=20.0), Reinterviews(seed="benih-rahasia")):
        assert not any(is_drawn(by, each) for each in ids)
        assert lowest(by, ids) is None


def test_a_seed_is_made_where_one_is_needed_and_kept() -> None:
    stored: dict[str, Any] = ReinterviewsChange.model_validate({"days": 7}).applied({})
    assert stored == {"days": 7}
    stored = ReinterviewsChange.model_validate({"share_percent": 2.0}).applied(stored)
    assert len(stored["seed"]) == 32
    assert ReinterviewsChange.model_validate({"days": None}).applied(stored) == {
        "share_percent": 2.0,
        "seed": stored["seed"],
    }
    assert ReinterviewsChange.model_validate({"seed": None}).applied(stored)["seed"] != stored["seed"]


def test_a_change_says_something() -> None:
    with pytest.raises(ValidationError):
        ReinterviewsChange.model_validate({})


# Who asks again.

PEOPLE = [UUID(int=number) for number in range(1, 7)]
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        st.sampled_from(PEOPLE),
        st.booleans(),
        st.one_of(st.none(), st.sampled_from([UUID(int=100), UUID(int=200)])),
        st.integers(0, 5),
    ),
    unique_by=lambda each: each.enumerator_id,
)


@given(IDS, st.sets(st.sampled_from(PEOPLE), min_size=1), st.sampled_from([None, UUID(int=100)]), CANDIDATES)
def test_it_is_another_one_near_of_another_team_with_little_to_do(
    of: UUID, never: set[UUID], team: UUID | None, candidates: list[Candidate]
) -> None:
    chosen = choose(of, never, team, candidates)
    others = [each for each in candidates if each.enumerator_id not in never]
    assert chosen == choose(of, never, team, reversed(candidates))
    if not others:
        assert chosen is None
        return
    (it,) = (each for each in others if each.enumerator_id == chosen)
    near = [each for each in others if each.in_district] or others
    assert it in near
    foreign = [each for each in near if team is None or each.team_id != team] or near
    assert it in foreign
    assert it.to_do == min(each.to_do for each in foreign)


@pytest.mark.parametrize(
    ("assigned", "near"),
    [(["ID"], True), (["16"], True), (["16.01.14.1003"], True), (["16.02", "17"], False), ([], False)],
)
def test_who_works_above_or_inside_a_place_works_there(assigned: list[str], near: bool) -> None:
    assert is_near(assigned, "16.01") is near


# What agrees.


@pytest.mark.parametrize(
    ("at", "one", "other", "same"),
    [
        # Names as they sound, in any order of words.
        ("/owner/name", "Sari Wijaya", "wijaya, SARI", True),
        ("/owner/name", "Syarifudin", "Sarifuddin", True),
        ("/owner/name", "Siti Nurhalizah", "Nurhaliza Sitti", True),
        ("/owner/name", "Sari Wijaya", "Sari", False),
        ("/legal_name", "Warung Bu Sari", "WARUNG BU SARI", True),
        ("/trade_name", "Toko Maju", "Toko Maju Jaya", False),
        ("/trade_name", "Toko Maju", "maju, toko", True),
        # Text by half of its words.
        ("/address", "Dusun 3 RT 4", "Dusun 3, RT 04", True),
        ("/address", "Dusun 3 RT 4", "Jalan Merdeka 9", False),
        ("/owner/address", "Pasar Baru blok B", "Pasar Baru", True),
        # Numbers by their digits.
        ("/owner/nik", "1601 1452 0385 0001", "1601145203850001", True),
        ("/owner/nik", "1601145203850001", "1601145203850002", False),
        ("/owner/phone", "0812-345", "0812345", True),
        ("/owner/phone", "0812-345", "+62 812 345", True),
        ("/owner/phone", "0812-345", "0262 812345", False),
        ("/rt", "03", "3", True),
        ("/rt", "03", "30", False),
        ("/kbli", "47112", "47113", False),
        ("/nib", "", "-", False),
        # Money within a fifth of the larger sum, on both sides.
        ("/annual_sales_idr", 100_000_000, 80_000_000, True),
        ("/annual_sales_idr", 80_000_000, 100_000_000, True),
        ("/annual_sales_idr", 100_000_000, 79_999_999, False),
        ("/annual_sales_idr", 0, 1, False),
        # People off by one, or by a fifth.
        ("/workers/paid_male", 2, 3, True),
        ("/workers/paid_male", 2, 4, False),
        ("/workers/paid_male", 20, 24, True),
        # Years off by one.
        ("/started_year", 2010, 2011, True),
        ("/started_year", 2010, 2012, False),
        # Choices, yes or no, days: exactly.
        ("/place_type", "home", "home", True),
        ("/place_type", "home", "stall", False),
        ("/practice/internet", True, False, False),
        ("/practice/internet", True, 1, False),
        ("/owner/birth_date", "1985-03-12", "1985-03-13", False),
        # Several answers by half of all that are named.
        ("/marketing/channels", ["Pasar", "Rumah"], ["rumah", "pasar"], True),
        ("/marketing/channels", ["Pasar", "Rumah"], ["Pasar"], True),
        ("/marketing/channels", ["Pasar", "Rumah"], ["Pasar", "WhatsApp"], False),
        ("/marketing/channels", [], ["Pasar"], None),
        ("/products", [{"name": "Kue", "unit": "kg"}], [{"name": "kue", "unit": "buah"}], True),
        ("/products", [{"name": "Kue"}], [{"name": "Bakso"}], False),
    ],
)
def test_when_two_answers_agree(at: str, one: Any, other: Any, same: bool | None) -> None:
    kind = questions("umkm@1")[at]
    assert agrees(at, kind, one, other, BY) is same
    assert agrees(at, kind, other, one, BY) is same


@pytest.mark.parametrize("pointer", ["/notes", "/respondent/name", "/email", "/unheard_of"])
def test_what_another_person_may_say_otherwise_is_not_compared(pointer: str) -> None:
    assert pointer not in questions("umkm@1")


def test_a_share_of_sales_may_be_ten_points_off() -> None:
    assert agrees("/x_percent", "exact", 40, 50, BY)
    assert not agrees("/x_percent", "exact", 40, 51, BY)


def test_of_a_questionnaire_that_is_not_known_nothing_is_compared() -> None:
    assert compare("umkm@99", Interview({"kbli": "1"}, None), Interview({"kbli": "2"}, None), BY) == ((), ())


def test_every_question_of_every_form_has_a_label() -> None:
    for form in ("umkm@1", "koperasi@1"):
        for pointer in questions(form):
            assert label_of(pointer).id != pointer
            assert label_of(pointer).en != pointer
    assert label_of("/owner/nik").id == "Pemilik: NIK"
    assert label_of(LOCATION).en == "Point"
    assert label_of("/unheard/of").id == "/unheard/of"


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "legal_name": JSON,
        "kbli": JSON,
        "annual_sales_idr": JSON,
        "owner": st.fixed_dictionaries({}, optional={"name": JSON, "nik": JSON, "sex": JSON}),
        "products": JSON,
        "marketing": st.fixed_dictionaries({}, optional={"channels": JSON}),
    },
)
POINTS = st.one_of(st.none(), st.tuples(st.floats(-11, 6), st.floats(95, 141)))


@given(ANSWERS, POINTS, ANSWERS, POINTS)
def test_agreement_is_whole_with_itself_and_of_each_question_once(one: Any, here: Any, other: Any, there: Any) -> None:
    first, second = Interview(one, here), Interview(other, there)
    found = compare("umkm@1", first, second, BY)
    assert not set(found.same) & set(found.different)
    assert compare("umkm@1", first, first, BY).different == ()
    assert found.compared == len([each for each in (*found.same, *found.different) if each not in SHOWN])
    assert 0 <= found.agreed <= found.compared


@given(st.sampled_from(sorted(questions("umkm@1").items())), JSON, JSON)
def test_where_nothing_is_shown_agreement_is_mutual(question: Any, one: Any, other: Any) -> None:
    at, kind = question
    assert agrees(at, kind, one, other, BY) is agrees(at, kind, other, one, BY)


def test_without_what_could_be_read_the_other_questions_stay() -> None:
    shown, *hidden = min(SHOWN), "/place_type", "/annual_sales_idr", LOCATION
    found = Agreement((shown, "/place_type"), ("/annual_sales_idr", LOCATION))
    assert (found.agreed, found.compared) == (1, len(hidden))
    assert found.without({"/place_type", "/phone", LOCATION}) == Agreement((shown,), ("/annual_sales_idr",))
    assert found.without({"/place_type", LOCATION}).compared == 1
    assert found.without(()) == found


def test_points_agree_within_metres() -> None:
    here, there = (-4.1266, 104.1702), (-4.1266, 104.1724)
    assert 240 < metres(here, there) < 245
    assert compare("umkm@1", Interview({}, here), Interview({}, there), BY).same == (LOCATION,)
    far = Reinterviews(point_m=200)
    assert compare("umkm@1", Interview({}, here), Interview({}, there), far).different == (LOCATION,)
    assert compare("umkm@1", Interview({}, here), Interview({}, None), BY) == ((), ())


# Flags.


def test_who_agrees_surely_less_than_expected_is_flagged() -> None:
    by = Reinterviewed()

    def agreeing(*each: int, by: Reinterviewed = by) -> dict[str, dict[str, float]]:
        return low_agreement(Agreed(len(each), 0, sums_of((agreed, 10) for agreed in each)), by)

    assert agreeing(9, 9, 9, 9, 9) == {}
    assert agreeing(8, 7, 8, 7, 8) == {}, "that may be chance"
    numbers = agreeing(4, 5, 4, 3, 4)["low_agreement"]
    assert (numbers["agreed"], numbers["compared"], numbers["share"], numbers["least"]) == (20, 50, 0.4, 0.8)
    assert numbers["high"] < 0.8
    assert numbers["deviations"] == 5.0
    assert agreeing(10, 10, 0, 10, 0) == {}, "two others were asked, perhaps"
    assert agreeing(0) == {}, "of too few nothing is said"
    assert agreeing(4, 5, 4, 3, 4, by=Reinterviewed(least_share=0.3)) == {}
    strictest = Reinterviewed(least_answers=5, least_share=0.999)
    assert agreeing(0, 0, by=strictest) == agreeing(0, by=strictest) == {}, "of one or two businesses nothing is said"
    assert agreeing(0, 0, 0, by=strictest).keys() == {"low_agreement"}


def test_what_reinterviews_say_counts_in_the_score() -> None:
    interviews = honest(people=6, each=12)
    who = interviews[0].enumerator_id
    before = {each.enumerator_id: each for each in judge(interviews, Circumstances(Thresholds())).enumerators}
    agreed = {who: Agreed(6, 1, sums_of([(5, 15)] * 6)), UUID(int=1): Agreed(9, 9, sums_of(()))}
    first, *others = judge(interviews, Circumstances(Thresholds(), agreed=agreed)).enumerators
    assert first.enumerator_id == who
    assert first.flags.keys() == before[who].flags.keys() | {"low_agreement", "business_not_found"}
    assert first.score == before[who].score + round(
        100 * (first.flags["low_agreement"]["deviations"] + first.flags["business_not_found"]["deviations"])
    )
    assert others == [before[each.enumerator_id] for each in others]
    dismissed = Circumstances(Thresholds(), agreed=agreed, dismissed_people={(who, code): 12 for code in first.flags})
    assert {each.enumerator_id: each.score for each in judge(interviews, dismissed).enumerators}[who] == 0


def test_a_business_that_is_not_there_is_a_flag_of_its_own() -> None:
    found = low_agreement(Agreed(3, 2, sums_of(())), Reinterviewed())
    assert found == {"business_not_found": {"not_found": 2, "reinterviews": 3, "deviations": 10.0}}
    assert low_agreement(Agreed(3, 2, sums_of(())), Reinterviewed(not_found=3)) == {}
