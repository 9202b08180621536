"""What is in force does not hang on the order in which results come. Pure."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reinterviews.superseding import Heard, takes_its_place, visits_of

DAY = 24 * 60

FIRST = datetime(2022, 9, 12, tzinfo=UTC)
GIVEN = FIRST - timedelta(days=1)
RESULTS = st.sampled_from(["done", "absent", "refused", "closed", "moved", "not_found"])


def heard(result: str, minute: float, *, is_final: bool | None = None, came: float = 1_440) -> Heard:
    """Heard so many minutes after the first moment by the tablet's clock, and come so many after it."""
    final = result != "absent" if is_final is None else is_final
    at, received_at = (FIRST + timedelta(minutes=each) for each in (minute, came))
    return Heard(result=result, is_final=final, captured_at=at, received_at=received_at, given_at=GIVEN)


def in_force(*results: Heard) -> Heard:
    held, *later = results
    for each in later:
        held = each if takes_its_place(each, held) else held
    return held


@given(st.lists(RESULTS, min_size=1, max_size=4))
def test_every_order_ends_alike(results: list[str]) -> None:
    made = [heard(result, minute) for minute, result in enumerate(results)]
    ends = {(held.result, held.captured_at) for held in map(in_force_of, permutations(made))}
    if any(each.is_final for each in made):
        assert len(ends) == 1
    if "done" in results:
        assert {result for result, _ in ends} == {"done"}


def in_force_of(order: tuple[Heard, ...]) -> Heard:
    return in_force(*order)


def test_who_was_absent_the_last_time_may_still_be_interviewed() -> None:
    non_response = heard("absent", 3, is_final=True)
    assert takes_its_place(heard("done", 1), non_response)
    assert takes_its_place(heard("refused", 4), non_response)
    assert not takes_its_place(heard("absent", 5), heard("not_found", 1))


def test_a_clock_that_is_ahead_keeps_no_correction_away() -> None:
    ahead = heard("done", 9_000 * DAY, came=1)
    assert takes_its_place(heard("done", 2), ahead)
    assert takes_its_place(heard("done", 0, came=2), ahead), "of its time nothing is known but when it came"
    assert not takes_its_place(heard("done", 0, came=1_440), heard("done", 1, came=10))


@pytest.mark.parametrize("behind", [7 * 365 * DAY, DAY + 125])
def test_a_clock_that_was_set_back_loses_no_correction(behind: float) -> None:
    """A flat battery, or just so much that it is before the task was given."""
    right = heard("done", 60, came=90)
    back = heard("done", 120 - behind, came=120)
    assert takes_its_place(back, right)
    assert takes_its_place(heard("done", 130 - behind, came=130), back)
    assert takes_its_place(heard("done", 100, came=140), back), "with the clock put right, before the other one came"
    assert not takes_its_place(heard("not_found", 150, came=150), back)


def test_a_clock_that_is_a_little_behind_is_believed() -> None:
    """The task was given a minute ago, by the server's clock."""
    assert takes_its_place(heard("done", -DAY, came=10), heard("done", -DAY - 1, came=10))
    assert not takes_its_place(heard("done", -DAY - 1, came=10), heard("done", -DAY, came=10))


@pytest.mark.parametrize(
    ("minutes", "visits"),
    [
        ([], 0),
        ([0], 1),
        ([0, 0, 0], 1),
        ([0, 1, 2], 1),
        ([0, 179], 1),
        ([0, 180], 2),
        ([0, 100, 200], 2),
        ([0, 100, 200, 300], 2),
        ([0, 180, 360], 3),
        ([0, DAY - 1, 7 * DAY], 2),
    ],
)
def test_three_visits_have_some_distance(minutes: list[int], visits: int) -> None:
    """By the time that is believed: one that has not come yet is that of the receipt."""
    for order in permutations([heard("absent", each) for each in minutes]):
        assert visits_of(order) == visits


def test_visits_of_a_clock_that_is_not_believed_were_when_they_came() -> None:
    back = [heard("absent", -year * 365 * DAY, came=10) for year in (3, 2, 1)]
    assert visits_of(back) == 1
    assert visits_of([*back, heard("absent", 200, came=300), heard("absent", 400, came=500)]) == 3
