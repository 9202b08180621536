"""How old a standby is, by what the primary said of itself."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.log_position import LogPosition, Moment, Moments

NOON = datetime(2022, 9, 12, 5, 0, tzinfo=UTC)


def at(seconds: float, flushed: int, timeline: int = 1) -> Moment:
    return Moment(LogPosition(timeline, flushed), NOON + timedelta(seconds=seconds), seconds)


def known(*moments: Moment, seconds: float = 10) -> Moments:
    made = Moments(seconds)
    for each in moments:
        made.add(each)
    return made


def test_a_position_is_read_as_it_was_written() -> None:
    position = LogPosition(18, 0x5D2F8A0)
    assert str(position) == "00000012-5D2F8A0"
    assert LogPosition.read(str(position)) == position


@pytest.mark.parametrize(
    "text", ["", "12-5D2F8A0", "00000012-", "00000012-5d2f8a0", "00000012-5D2F8A0 ", "0000001２-1"]
)
def test_anything_else_is_no_position(text: str) -> None:
    assert LogPosition.read(text) is None


@pytest.mark.parametrize(("replayed", "newest"), [(99, None), (100, 0), (150, 0), (200, 1), (999, 2)])
def test_a_standby_is_as_old_as_the_newest_moment_of_which_it_has_all(replayed: int, newest: float | None) -> None:
    found = known(at(0, 100), at(1, 200), at(2, 300)).newest_within(replayed)
    assert (None if found is None else found.at) == newest


def test_a_quiet_primary_stays_where_it_is_and_its_standby_young() -> None:
    found = known(at(0, 100), at(1, 200), at(500, 200)).newest_within(200)
    assert found is not None
    assert found.at == 500


def test_what_comes_late_or_goes_back_is_no_news() -> None:
    moments = known(at(2, 200), at(1, 300), at(3, 150))
    assert moments.newest_within(199) is None
    assert moments.newest_within(300) == at(2, 200)


def test_moments_of_an_earlier_timeline_count_for_nothing() -> None:
    moments = known(at(0, 100), at(1, 200), at(2, 150, timeline=2))
    assert moments.newest_within(149) is None
    assert moments.newest_within(200) == at(2, 150, timeline=2)


def test_few_moments_are_kept_and_none_for_longer_than_is_asked() -> None:
    moments = known(*(at(number / 1000, number) for number in range(60_000)))
    assert len(moments._known) < 250
    assert moments.newest_within(40_000) is None
