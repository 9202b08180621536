"""Of machines that take writes, the one that was promoted last is the primary; where nobody can know, none is."""

import pytest

from app.core.outages import Outage, TwoPrimariesError, why_not_connected
from app.core.primaries import Standing, newest_of

DATABASE, OTHER = 7, 8
FIRST, SECOND, THIRD = (Standing(DATABASE, number, f"at {number}") for number in (1, 2, 10))


def test_the_machine_that_was_promoted_last_is_the_primary_whatever_the_order() -> None:
    assert newest_of([FIRST]) == FIRST
    assert newest_of([FIRST, THIRD, SECOND]) == newest_of([SECOND, FIRST, THIRD]) == THIRD
    assert newest_of([FIRST, THIRD], known=SECOND) == THIRD


def test_one_machine_by_two_ways_is_one() -> None:
    assert newest_of([SECOND, SECOND, FIRST]) == SECOND


@pytest.mark.parametrize(
    "writing",
    [
        [SECOND, SECOND._replace(started="later")],  # promoted beside each other
        [FIRST, SECOND, SECOND._replace(started="later")],
        [FIRST, SECOND._replace(system=OTHER)],
    ],
)
def test_where_none_was_promoted_after_the_other_there_is_no_primary(writing: list[Standing]) -> None:
    for known in (None, *writing):
        with pytest.raises(TwoPrimariesError) as raised:
            newest_of(writing, known)
        assert why_not_connected(raised.value) is Outage.TWO_PRIMARIES


def test_nothing_is_written_to_a_machine_that_was_promoted_before_the_known_one() -> None:
    with pytest.raises(TwoPrimariesError):
        newest_of([FIRST, SECOND], known=THIRD)
    restarted = THIRD._replace(started="later")
    assert newest_of([restarted], known=THIRD) == restarted
    new = Standing(OTHER, 1, "another database")  # after pg_upgrade, or from a dump
    assert newest_of([new], known=THIRD) == new
