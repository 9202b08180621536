"""What several processes let through when each counts for itself most of the time."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.processes.counting import SHARE, Count, share_of

MOSTS = st.integers(1, 400)


def count_of(most: int, period: int = 60, **known: float) -> Count:
    return Count(b"k", most, period, **known)  # type: ignore[arg-type]  # whole numbers where they are to be


class Table:
    """What the database does with one key, as `rates.py` asks it to."""

    def __init__(self, most: int) -> None:
        self.there = count_of(most)

    def ask(self, count: Count, at: float) -> bool:
        self.there.move_to(at)
        self.there.hits += count.own
        granted = self.there.room(at) >= 1
        self.there.hits += granted
        count.answer(self.there.window, self.there.before, self.there.hits, reported=count.own)
        return granted


def passes(count: Count, table: Table, processes: int, at: float) -> bool:
    """One request, as `SharedRates.hit` treats it."""
    count.move_to(at)
    room = count.room(at)
    if room < 1:
        return False
    if count.own < share_of(count.most, processes, room):
        count.own += 1
        return True
    return table.ask(count, at)


@given(most=MOSTS, processes=st.integers(1, 20), which=st.lists(st.integers(0, 19), max_size=800))
def test_of_a_rate_a_tenth_more_gets_through_at_the_most_and_all_of_it_at_the_least(
    most: int, processes: int, which: list[int]
) -> None:
    table, counts = Table(most), [count_of(most) for _ in range(processes)]
    through = 0
    for each in which:
        if passes(counts[each % processes], table, processes, 1.0):
            through += 1
        else:
            assert through >= most, "who stays below the rate is never refused"
    assert through <= most + most // SHARE


@given(most=MOSTS, processes=st.integers(1, 20))
def test_the_shares_of_all_processes_are_a_tenth_of_the_rate(most: int, processes: int) -> None:
    assert processes * share_of(most, processes, most) <= most // SHARE
    assert share_of(most, 0, most) == 0, "nobody knows how many they are"


@given(
    most=MOSTS,
    before=st.integers(0, 500),
    hits=st.integers(0, 500),
    own=st.integers(0, 50),
    gone=st.floats(0, 0.99),
    period=st.sampled_from([1, 60, 86_400]),
)
def test_there_is_room_when_it_is_said_to_be_and_not_long_before(
    most: int, before: int, hits: int, own: int, gone: float, period: int
) -> None:
    count = count_of(most, period, window=7, before=before, hits=hits, own=own)
    at = (7 + gone) * period
    opens_at = count.opens_at(at)
    assert at <= opens_at <= 9 * period
    if count.room(at) < 1 and opens_at - at > 0.02 * period:
        early = count_of(most, period, window=7, before=before, hits=hits, own=own)
        early.move_to(opens_at - 0.01 * period)
        assert early.room(opens_at - 0.01 * period) < 1
    later = math.nextafter(opens_at, math.inf) + period * 1e-9
    count.move_to(later)
    assert count.room(later) >= 1


def test_a_rate_of_nothing_never_opens() -> None:
    count = count_of(0)
    assert count.room(1.0) == 0
    assert count.opens_at(1.0) == 120.0


def test_the_window_before_counts_for_as_much_of_it_as_is_left() -> None:
    count = count_of(60, window=1, hits=50, own=10)
    count.move_to(2 * 60 + 45)
    assert (count.before, count.hits, count.own) == (60, 0, 0)
    assert count.room(2 * 60 + 45) == 45
    count.move_to(4 * 60)
    assert count.room(4 * 60) == 60, "two windows later nothing counts"


def test_a_clock_that_is_set_back_closes_nobody_out() -> None:
    count = count_of(60, window=100, hits=60, closed_until=6_050.0)
    count.move_to(99 * 60)
    assert count.window == 100, "the edge of a window is no jump"
    count.move_to(10 * 60)
    assert (count.window, count.room(10 * 60), count.closed_until) == (10, 60, 0.0)


def test_what_was_let_through_while_the_database_was_asked_is_reported_the_next_time() -> None:
    count = count_of(60, window=5, own=7)
    count.answer(5, 0, 30, reported=4)
    assert (count.hits, count.own) == (30, 3)
    count.answer(4, 0, 60, reported=3)
    assert (count.window, count.hits, count.own) == (5, 30, 3), "an answer from before this window"
    count.answer(6, 30, 1, reported=9)
    assert (count.window, count.before, count.hits, count.own) == (6, 30, 1, 0)


@pytest.mark.parametrize(("room", "share"), [(600, 15), (100, 12), (8, 1), (7, 0)])
def test_near_the_rate_more_is_asked(room: int, share: int) -> None:
    assert share_of(600, 4, room) == share
