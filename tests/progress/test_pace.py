"""The arithmetic of progress."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from shapes import the

from app.progress.pace import Progress, pace, percent, ranks, window

OKU = Progress(entered=13_495, target=42_000, enumerators=84, first_day=date(2022, 4, 1), entered_in_window=2_814)
MEETING = date(2022, 9, 13)
LAST_DAY = date(2022, 10, 31)

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
counts = st.integers(0, 70_000_000)
progresses = st.builds(
    Progress,
    entered=counts,
    target=st.none() | st.integers(1, 70_000_000),
    enumerators=st.integers(0, 130_000),
    first_day=st.none(),
    entered_in_window=st.integers(-1_000, 10_000_000),
)


def test_the_figures_of_the_oku_meeting() -> None:
    told = pace(OKU, as_of=MEETING, ends_on=LAST_DAY)
    assert percent(OKU.entered, OKU.target) == 32.13
    assert told.days_left == 48
    assert told.needed_per_day == 593.9
    assert told.needed_per_enumerator_per_day == 7.07
    assert told.average_per_day == 81.3  # 13,495 in the 166 days from 1 April
    assert told.last_7_days_per_day == 402.0
    assert told.projected_total == 13_495 + 402 * 48
    assert told.projected_finish_on == MEETING + timedelta(71)  # 28,505 at 402 a day take 70.9 days


def test_halves_are_rounded_up() -> None:
    assert percent(1, 800) == 0.13  # 0.125
    assert percent(5, 800) == 0.63  # 0.625, which lies between two even digits
    assert pace(OKU._replace(target=13_500), as_of=LAST_DAY - timedelta(4), ends_on=LAST_DAY).needed_per_day == 1.3


def test_without_a_target_nothing_is_needed_and_no_finish_is_told() -> None:
    told = pace(OKU._replace(target=None), as_of=MEETING, ends_on=LAST_DAY)
    assert (told.needed_per_day, told.needed_per_enumerator_per_day, told.projected_finish_on) == (None,) * 3
    assert percent(5, None) is None
    assert percent(5, 0) is None


def test_without_enumerators_there_is_no_need_per_enumerator() -> None:
    told = pace(OKU._replace(enumerators=0), as_of=MEETING, ends_on=LAST_DAY)
    assert told.needed_per_day == 593.9
    assert told.needed_per_enumerator_per_day is None


def test_after_the_last_day_no_days_are_left_and_no_pace_is_needed() -> None:
    told = pace(OKU, as_of=LAST_DAY + timedelta(9), ends_on=LAST_DAY)
    assert (told.days_left, told.needed_per_day, told.projected_total) == (0, None, OKU.entered)


def test_a_target_that_is_reached_is_finished_on_the_day_asked_for() -> None:
    told = pace(OKU._replace(target=13_495, entered_in_window=0), as_of=MEETING, ends_on=LAST_DAY)
    assert (told.needed_per_day, told.needed_per_enumerator_per_day) == (0.0, 0.0)
    assert told.projected_finish_on == MEETING


def test_a_standstill_never_finishes() -> None:
    for brought in (0, -7):
        told = pace(OKU._replace(entered_in_window=brought), as_of=MEETING, ends_on=LAST_DAY)
        assert told.projected_finish_on is None
        assert told.projected_total == OKU.entered


def test_a_finish_beyond_the_calendar_is_not_told() -> None:
    slow = Progress(entered=0, target=64_000_000, enumerators=1, first_day=None, entered_in_window=1)
    assert pace(slow, as_of=MEETING, ends_on=LAST_DAY).projected_finish_on is None


def test_the_average_counts_the_first_day_and_the_last() -> None:
    first = OKU._replace(first_day=MEETING, entered=10)
    assert pace(first, as_of=MEETING, ends_on=LAST_DAY).average_per_day == 10.0
    assert pace(first, as_of=MEETING + timedelta(3), ends_on=LAST_DAY).average_per_day == 2.5
    assert pace(OKU._replace(first_day=None), as_of=MEETING, ends_on=LAST_DAY).average_per_day is None


def test_a_day_that_is_not_over_is_not_in_the_window() -> None:
    assert window(MEETING, today=MEETING) == (date(2022, 9, 6), date(2022, 9, 12))
    assert window(MEETING, today=MEETING + timedelta(1)) == (date(2022, 9, 7), MEETING)
    assert window(MEETING + timedelta(30), today=MEETING) == (date(2022, 9, 6), date(2022, 9, 12))
    assert window(date.min, today=MEETING) == (date.min, date.min)


@given(progresses, days, days, st.integers(0, 400))
def test_the_pace_that_is_needed_reaches_the_target_and_no_more(
    progress: Progress, as_of: date, ends_on: date, gone: int
) -> None:
    progress = progress._replace(first_day=as_of - timedelta(gone))
    told = pace(progress, as_of=as_of, ends_on=ends_on)
    assert told.days_left == max((ends_on - as_of).days, 0)
    assert (told.needed_per_day is None) == (progress.target is None or told.days_left == 0)
    if told.needed_per_day is not None:
        exact = Fraction(max(the(progress.target) - progress.entered, 0), told.days_left)
        assert abs(Fraction(Decimal(str(told.needed_per_day))) - exact) <= Fraction(1, 20)
        assert told.needed_per_day == 0 or progress.entered < the(progress.target)


@given(progresses, days, days)
def test_the_projected_finish_is_the_first_day_that_reaches_the_target(
    progress: Progress, as_of: date, ends_on: date
) -> None:
    told = pace(progress, as_of=as_of, ends_on=ends_on)
    if told.projected_finish_on is None:
        return
    brought = (told.projected_finish_on - as_of).days * Fraction(max(progress.entered_in_window, 0), 7)
    assert progress.entered + brought >= the(progress.target)
    if told.projected_finish_on > as_of:
        assert progress.entered + brought - Fraction(progress.entered_in_window, 7) < the(progress.target)


@given(progresses, days, days)
def test_the_projection_meets_the_target_just_where_the_finish_is_in_time(
    progress: Progress, as_of: date, ends_on: date
) -> None:
    told = pace(progress, as_of=as_of, ends_on=ends_on)
    if told.projected_finish_on is not None and told.projected_finish_on <= max(ends_on, as_of):
        assert told.projected_total >= the(progress.target)
    assert told.projected_total >= progress.entered


@given(
    st.dictionaries(st.text("0123456789", min_size=2, max_size=2), st.none() | st.sampled_from([0.0, 1.5, 2.0, 9.9]))
)
def test_a_rank_is_one_more_than_how_many_are_better(percents: dict[str, float | None]) -> None:
    ranked = ranks(percents)
    told = [shown for shown in percents.values() if shown is not None]
    assert set(ranked) == {code for code, shown in percents.items() if shown is not None}
    for code, (rank, of) in ranked.items():
        assert rank == 1 + sum(shown > the(percents[code]) for shown in told)
        assert of == len(told)
