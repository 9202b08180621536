"""Each flag is raised by what it is about, and by nothing of honest work."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from forms import sized
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import MORNING, VILLAGES, answers, honest, of

from app.campaigns.thresholds import Thresholds
from app.quality.interviews import Interview
from app.quality.judging import Circumstances, Judged, judge
from app.quality.record_flags import Box

LATER = MORNING + timedelta(days=40)
RNG = Random(7)


def flags(interviews: Sequence[Interview], **changed: Any) -> dict[int, dict[str, Any]]:
    """Flags by the record's number."""
    boxes = changed.pop("boxes", {})
    by = Circumstances(Thresholds.model_validate(changed), boxes)
    return {each.interview.record_id.int: dict(each.flags) for each in judge(interviews, by).records}


def added(*more: Interview, **changed: Any) -> dict[int, set[str]]:
    """Codes of those that were added to an honest field."""
    found = flags([*honest(), *more], **changed)
    return {each.record_id.int: set(found.get(each.record_id.int, ())) for each in more}


def test_honest_work_is_hardly_flagged() -> None:
    interviews = [each for seed in range(4) for each in honest(seed)]
    found = [flags(honest(seed)) for seed in range(4)]
    assert sum(map(len, found)) <= len(interviews) * 0.02


def test_a_short_interview() -> None:
    short = of(90_001, 0, LATER, RNG, started_at=LATER - timedelta(minutes=1))
    long = of(90_002, 1, LATER, RNG, started_at=LATER - timedelta(minutes=14))
    unknown = of(90_003, 2, LATER, RNG, started_at=None)
    backwards = of(90_004, 3, LATER, RNG, started_at=LATER + timedelta(minutes=14))
    assert added(short, long, unknown, backwards) == {
        90_001: {"short_interview"},
        90_002: set(),
        90_003: set(),
        90_004: set(),
    }
    numbers = flags([*honest(), short])[90_001]["short_interview"]
    assert numbers["minutes"] == 1
    assert 10 < numbers["usual"] < 20
    assert numbers["deviations"] < -3
    assert numbers["compared_with"] >= 20
    assert added(short, short_interview={"deviations": 50.0}) == {90_001: set()}


def test_short_is_what_is_short_for_the_activity() -> None:
    rng, stalls = Random(3), []
    for number in range(60):
        at = LATER + timedelta(hours=number)
        said = answers(rng, 70_000 + number) | {"kbli": "56104"}
        stalls.append(
            of(70_000 + number, number % 8, at, rng, said, started_at=at - timedelta(minutes=rng.uniform(1.2, 2.5)))
        )
    assert not any("short_interview" in codes for codes in added(*stalls).values())


def test_interviews_in_rapid_sequence() -> None:
    row = [of(90_000 + n, 0, LATER + timedelta(seconds=25 * n), RNG) for n in range(4)]
    assert added(*row) == {90_000: set(), **{90_000 + n: {"rapid_sequence"} for n in (1, 2, 3)}}
    numbers = flags([*honest(), *row])[90_001]["rapid_sequence"]
    assert numbers["seconds"] == 25
    assert numbers["usual"] > 1_000


def test_the_sequence_is_one_enumerators() -> None:
    row = [of(90_000 + n, n, LATER + timedelta(seconds=25 * n), RNG) for n in range(4)]
    assert not any(added(*row).values())


def copy_of(one: dict[str, Any], serial: int, owner_name: str | None = None) -> dict[str, Any]:
    """The same answers under another name and number."""
    other = answers(Random(serial), serial)
    owner = one["owner"] | {name: other["owner"][name] for name in ("name", "nik")}
    if owner_name is not None:
        owner["name"] = owner_name
    return one | {"legal_name": f"Toko {serial}", "owner": owner}


def test_copied_answers() -> None:
    said = answers(Random(5), 90_000)
    at = [LATER + timedelta(hours=n) for n in range(4)]
    first = of(90_000, 0, at[0], RNG, said)
    slightly = copy_of(said, 90_001) | {"annual_sales_idr": said["annual_sales_idr"] + 1}
    copied = of(90_001, 0, at[1], RNG, slightly)
    honest_one = of(90_002, 0, at[2], RNG)
    of_another = of(90_003, 1, at[3], RNG, copy_of(said, 90_003, "Hendra Gunawan"))
    assert added(first, copied, honest_one, of_another) == {
        90_000: set(),
        90_001: {"copied_answers"},
        90_002: set(),
        90_003: {"copied_answers"},
    }
    met_again = of(90_004, 1, at[3], RNG, copy_of(said, 90_004, said["owner"]["name"]))
    assert not added(first, met_again)[90_004], "two enumerators may have met the owner, each for himself"
    assert flags([*honest(), first, of_another])[90_003]["copied_answers"]["of_colleague"] == 1
    numbers = flags([*honest(), first, copied])[90_001]["copied_answers"]
    assert numbers["records_before"] == 1
    assert numbers["alike"] >= 0.65


def test_seven_interviews_copied_in_turn() -> None:
    """None of them is like one of the five before it."""
    rng = Random(7)
    said = [answers(rng, 90_000 + n) for n in range(7)]
    row = [of(90_000 + n, 0, LATER + timedelta(hours=n), RNG, copy_of(said[n % 7], 90_000 + n)) for n in range(28)]
    found = added(*row)
    assert [number for number, codes in found.items() if "copied_answers" in codes] == [*range(90_007, 90_028)]
    assert flags([*honest(), *row])[90_020]["copied_answers"]["records_before"] == 7


def test_a_colleagues_answers_copied_one_by_one() -> None:
    rng = Random(8)
    said = [answers(rng, 90_000 + n) for n in range(20)]
    first = [of(90_000 + n, 0, LATER + timedelta(hours=n), rng, each) for n, each in enumerate(said)]
    copies = [
        of(91_000 + n, 1, LATER + timedelta(days=3, hours=n), rng, copy_of(each, 91_000 + n, f"Yohanes {chr(65 + n)}"))
        for n, each in enumerate(said)
    ]
    found = added(*first, *copies)
    assert all("copied_answers" in found[each.record_id.int] for each in copies)
    assert not any("copied_answers" in found[each.record_id.int] for each in first)


def test_a_business_that_is_visited_twice_is_no_copy() -> None:
    said = answers(Random(5), 90_000)
    business = UUID(int=5)
    twice = [
        of(90_000 + n, 0, LATER + timedelta(hours=n), RNG, copy_of(said, 90_000 + n), business_id=business)
        for n in range(2)
    ]
    same_number = [of(90_010 + n, 1, LATER + timedelta(hours=n), RNG, said, business_id=None) for n in range(2)]
    assert not any(added(*twice, *same_number).values())


def test_what_nearly_everybody_answers_is_no_copy() -> None:
    """Shops that all answer no to thirty questions differ in what is left."""
    no = {f"question_{n}": False for n in range(30)}
    field = []
    for n, each in enumerate(honest()):
        rng = Random(n)
        at = MORNING + timedelta(seconds=each.captured_s - MORNING.timestamp())
        field.append(of(n + 1, each.enumerator_id.int - 10_000, at, rng, answers(rng, n + 1) | no))
    assert not any("copied_answers" in codes for codes in flags(field).values())


HOME = {"latitude": -4.1211, "longitude": 104.1701}


def test_many_copies_at_one_point() -> None:
    said = answers(Random(5), 90_000)
    row = [
        of(90_000 + n, 0, LATER + timedelta(hours=n), RNG, copy_of(said, 90_000 + n), region_code=VILLAGES[0], **HOME)
        for n in range(12)
    ]
    assert all("same_point" in codes for codes in added(*row).values())
    assert not any("same_point" in codes for codes in added(*row[:7]).values()), "fewer than eight"


def test_one_point_for_several_villages() -> None:
    row = [of(90_000 + n, 0, LATER + timedelta(hours=n), RNG, region_code=VILLAGES[n % 3], **HOME) for n in range(9)]
    assert all("same_point" in codes for codes in added(*row).values())


def test_one_point_for_each_village() -> None:
    """An enumerator who stays where the road ends, in three villages; another one does so in one of them alone."""
    row = [
        of(
            90_000 + n,
            person,
            LATER + timedelta(minutes=40 * n),
            RNG,
            region_code=VILLAGES[n % 3 if person == 0 else 0],
            latitude=-4.12 + 0.02 * (n % 3 if person == 0 else 0),
            longitude=104.17 + person * 0.001,
        )
        for person in (0, 1)
        for n in range(person * 200, person * 200 + 60)
    ]
    found = added(*row)
    assert [number < 90_200 for number, codes in found.items() if "same_point" in codes] == [True] * 60
    assert flags([*honest(), *row])[90_000]["same_point"]["villages_with_one"] == 3


def test_a_market_is_no_cheat() -> None:
    """Forty stalls at one point, of two enumerators who take their time: nothing is flagged."""
    rng = Random(9)
    stalls = [
        of(90_000 + n, n % 2, LATER + timedelta(minutes=22 * n), rng, region_code=VILLAGES[0], **HOME)
        for n in range(40)
    ]
    alone = [
        of(91_000 + n, 4, LATER + timedelta(minutes=22 * n), rng, region_code=VILLAGES[0], **HOME) for n in range(40)
    ]
    assert not any("same_point" in codes or "far_point" in codes for codes in added(*stalls, *alone).values())


FAR = {"latitude": -4.12 + 0.09, "longitude": 104.17}


def test_a_point_far_from_its_village() -> None:
    far = of(90_001, 0, LATER, RNG, region_code=VILLAGES[0], **FAR)
    none = of(90_002, 1, LATER, RNG, region_code=VILLAGES[0], latitude=None, longitude=None)
    assert added(far, none) == {90_001: {"far_point"}, 90_002: set()}
    numbers = flags([*honest(), far])[90_001]["far_point"]
    assert numbers["metres"] == pytest.approx(10_000, rel=0.02)
    assert numbers["usual"] < 1_000


def test_one_colleague_alone_is_no_measure() -> None:
    """Two who share a village, each in a hamlet: neither is far from it. Nor is a shop out of a colleague's market."""
    rng = Random(6)
    village = "16.01.14.1077"

    def at(serial: int, person: int, latitude: float, spread: float) -> Interview:
        return of(
            serial,
            person,
            LATER + timedelta(minutes=30 * serial),
            rng,
            region_code=village,
            latitude=latitude + rng.uniform(-spread, spread),
            longitude=104.17 + rng.uniform(-spread, spread),
        )

    hamlets = [at(90_000 + n, n % 2, -4.10 if n % 2 else -4.118, 0.002) for n in range(60)]
    assert not any("far_point" in codes for codes in added(*hamlets).values())
    market = [at(91_000 + n, 2 + n % 2, -4.10, 0.0001) for n in range(40)]
    assert not any("far_point" in codes for codes in added(*market, at(91_999, 4, -4.11, 0)).values())
    assert "far_point" in added(*market, at(91_999, 4, -4.2, 0))[91_999]


def test_who_makes_up_most_points_of_a_village_does_not_move_it() -> None:
    rng = Random(4)
    made_up = [
        of(
            90_000 + n,
            0,
            LATER + timedelta(hours=n),
            rng,
            region_code=VILLAGES[0],
            latitude=-4.03 + rng.uniform(-0.001, 0.001),
            longitude=104.17,
        )
        for n in range(200)
    ]
    found = flags([*honest(), *made_up])
    assert all("far_point" in found[each.record_id.int] for each in made_up)
    assert not any("far_point" in codes for number, codes in found.items() if number < 90_000)


def test_a_boundary_is_believed_more_than_points() -> None:
    box: Box = (104.0, -4.2, 104.3, -4.0)
    far = of(90_001, 0, LATER, RNG, region_code=VILLAGES[0], **FAR)
    outside = of(90_002, 1, LATER, RNG, region_code=VILLAGES[0], latitude=-4.12, longitude=104.35)
    assert added(far, outside, boxes={VILLAGES[0]: box}) == {90_001: set(), 90_002: {"far_point"}}
    assert flags([*honest(), outside], boxes={VILLAGES[0]: box})[90_002]["far_point"]["metres_outside"] > 5_000


def test_a_village_of_one_point_has_no_middle() -> None:
    assert added(of(90_001, 0, LATER, RNG, region_code="16.01.14.1099", **FAR)) == {90_001: set()}


def test_amounts_out_of_range() -> None:
    said = answers(Random(5), 90_001)
    odd = of(90_001, 0, LATER, RNG, said | {"annual_sales_idr": 900_000_000_000})
    crowd = of(90_002, 1, LATER, RNG, answers(Random(6), 90_002) | {"workers": {"paid_male": 4_000}})
    assert added(odd, crowd) == {90_001: {"out_of_range"}, 90_002: {"out_of_range"}}
    numbers = flags([*honest(), odd])[90_001]["out_of_range"]
    assert numbers.keys() == {"annual_sales_idr"}
    assert 5 < numbers["annual_sales_idr"] < 100, "deviations, never the amount"


def test_empty_answers() -> None:
    bare = of(90_001, 0, LATER, RNG, {"legal_name": "Warung Sari", "kbli": "47112"})
    assert added(bare) == {90_001: {"empty_answers"}}
    numbers = flags([*honest(), bare])[90_001]["empty_answers"]
    assert numbers["share"] > numbers["usual"] + 0.05


def test_the_nik_of_an_agent() -> None:
    """A NIK that five hundred records share: all are flagged, and it takes no longer than others."""
    agent = {"owner": {"name": "Agen Sari", "nik": "1601145203850001"}}
    many = [
        of(90_000 + n, n % 8, LATER + timedelta(hours=n), RNG, answers(Random(n), 90_000 + n) | agent)
        for n in range(500)
    ]
    found = added(*many)
    assert all("repeated_number" in codes for codes in found.values())
    assert not any("repeated_number" in codes for codes in added(*many[:4]).values())


def test_names_of_one_letter() -> None:
    short = of(90_001, 0, LATER, RNG, answers(RNG, 90_001) | {"legal_name": "X"})
    owner = of(90_002, 1, LATER, RNG, answers(RNG, 90_002) | {"owner": {"name": "-S-", "nik": "1601145203850002"}})
    assert "short_names" in added(short)[90_001]
    assert "short_names" in added(owner)[90_002]
    assert added(short, short_names={"letters": 1})[90_001] >= {"short_names"}
    longer = of(90_003, 0, LATER, RNG, answers(RNG, 90_003) | {"legal_name": "Es"})
    assert "short_names" not in added(longer)[90_003]
    assert "short_names" in added(longer, short_names={"letters": 2})[90_003]


def test_a_campaign_of_hardly_any_record_has_nothing_unusual() -> None:
    assert judge([], Circumstances(Thresholds())) == Judged([], [])
    few = [of(n, 0, LATER + timedelta(seconds=n), RNG, started_at=LATER) for n in range(1, 8)]
    assert not flags(few)


@pytest.mark.long_form
@given(st.randoms(use_true_random=False), st.integers(0, 50))
@settings(max_examples=sized(5, 30), deadline=None)
def test_the_order_in_which_records_came_does_not_matter(rng: Any, seed: int) -> None:
    said = answers(Random(seed), 90_000)
    odd = [
        of(90_000 + n, 0, LATER + timedelta(seconds=25 * n), Random(seed + n), copy_of(said, 90_000 + n), **HOME)
        for n in range(10)
    ]
    interviews = [*honest(seed, people=6, each=12), *odd]
    judged = judge(interviews, Circumstances(Thresholds()))
    assert judged.records
    rng.shuffle(interviews)
    assert judge(interviews, Circumstances(Thresholds())) == judged
    assert judge(iter(interviews), Circumstances(Thresholds())) == judged
