"""How sure agreement is: textbook figures, and a sample that is drawn again and again."""

from random import Random

import pytest
from forms import sized
from heard_twice import sums_of
from hypothesis import given
from hypothesis import strategies as st

from app.reinterviews.interval import interval, wilson, worth

BUSINESSES = st.lists(st.integers(0, 40).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))), max_size=60)


@given(BUSINESSES)
def test_the_interval_holds_the_share_and_is_no_narrower_than_of_independent_answers(
    each: list[tuple[int, int]],
) -> None:
    sums = sums_of(each)
    bounds = interval(sums)
    if sums.compared == 0:
        assert (bounds, worth(sums)) == (None, 0)
        return
    assert bounds is not None
    share = sums.agreed / sums.compared
    assert 1 <= worth(sums) <= sums.compared
    assert 0 <= bounds[0] <= share + 1e-12
    assert share - 1e-12 <= bounds[1] <= 1
    low, high = wilson(share, sums.compared)
    assert bounds[0] <= low + 1e-12
    assert bounds[1] >= high - 1e-12


def test_of_independent_answers_it_is_that_of_the_textbook() -> None:
    # Newcombe 1998, table I: 81 of 263.
    low, high = wilson(81 / 263, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_businesses_that_answer_as_one_are_worth_one_answer_each() -> None:
    whole = sums_of([(20, 20)] * 40 + [(0, 20)] * 10)
    assert worth(whole) == pytest.approx(50, rel=1e-3)
    assert worth(sums_of([(12, 20)])) == 1, "one business says nothing of others"
    assert worth(sums_of([(16, 20)] * 50)) == 1_000, "where all are alike, each answer counts"
    assert worth(sums_of([(0, 20)] * 3)) == pytest.approx(60 * (1.959964 / 4.303) ** 2), "of three, nothing is sure"


@pytest.mark.parametrize("each", [[(0, 42)], [(42, 42)], [(0, 42)] * 2, [(42, 42)] * 2, [(0, 1), (500, 500)]])
def test_one_or_two_businesses_say_nothing_however_many_answers_they_gave(each: list[tuple[int, int]]) -> None:
    assert interval(sums_of(each)) == (0.0, 1.0)


def test_of_three_businesses_something_is_known() -> None:
    low, high = interval(sums_of([(0, 42)] * 3)) or (0.0, 1.0)
    assert (low, round(high, 2)) == (0.0, 0.13)
    assert interval(sums_of([(10, 10)] * 3 + [(0, 0)])) == interval(sums_of([(10, 10)] * 3)), "what was compared counts"


@pytest.mark.long_form
@pytest.mark.parametrize(("businesses", "alike"), [(6, 0.0), (6, 0.3), (15, 0.3), (60, 0.3), (60, 0.05)])
def test_the_true_share_lies_within_in_nineteen_of_twenty_samples(businesses: int, alike: float) -> None:
    """`alike`: how much the answers of one business have in common (their correlation within it)."""
    rng, true, held, held_by_wilson, times = Random(f"{businesses} {alike}"), 0.8, 0, 0, sized(500, 3_000)
    for _ in range(times):
        each = []
        for _ in range(businesses):
            own = rng.betavariate(true * (1 / alike - 1), (1 - true) * (1 / alike - 1)) if alike else true
            of = rng.randint(8, 20)
            each.append((sum(rng.random() < own for _ in range(of)), of))
        sums = sums_of(each)
        low, high = interval(sums) or (0, 0)
        held += low <= true <= high
        low, high = wilson(sums.agreed / sums.compared, sums.compared)
        held_by_wilson += low <= true <= high
    assert held / times >= 0.93
    if alike == 0.3:
        assert held_by_wilson / times < 0.75, "as if answers were independent it would not hold"
