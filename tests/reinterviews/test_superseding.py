"""What is in force does not hang on the order in which results come. Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reinterviews.superseding import MOST_VISITS, Heard, in_force, is_final, is_needed, visits_of

DAY = 24 * 60

FIRST = datetime(2022, 9, 12, tzinfo=UTC)
GIVEN = FIRST - timedelta(days=1)
RESULTS = st.sampled_from(["done", "absent", "refused", "closed", "moved", "not_found"])


def heard(result: str, minute: float, *, came: float = 1_440, says: bytes = b"") -> Heard:
    """Heard so many minutes after the first moment by the tablet's clock, and come so many after it."""
    at, received_at = (FIRST + timedelta(minutes=each) for each in (minute, came))
    return Heard(result=result, content_digest=says, captured_at=at, received_at=received_at, given_at=GIVEN)


def sent(results: Iterable[Heard]) -> list[Heard]:
    """Those that are stored of results that come in this order."""
    stored: list[Heard] = []
    for each in results:
        if is_needed(each, stored):
            stored.append(each)
    return stored


def sent_late(results: Iterable[Heard]) -> list[Heard]:
    """As from a tablet that had no signal: all come after all were heard, one each minute."""
    return sent(each.but(received_at=FIRST + timedelta(minutes=1_440 + number)) for number, each in enumerate(results))


def state(stored: Sequence[Heard]) -> tuple[str, bool]:
    """The result in force, and whether another visit is due."""
    held = in_force(stored)
    return held.result, is_final(held.result, visits_of(each for each in stored if each.result == "absent"))


def takes_its_place(new: Heard, stored: Heard) -> bool:
    return is_needed(new, [stored])


# Up to the moment at which all are sent, so with an hour in which a clock is ahead; and from before the task was given.
MINUTES = st.one_of(st.integers(0, 1_500), st.sampled_from([0, 180, 360, -9_000, 9_000]))


def several(minutes: st.SearchStrategy[int]) -> st.SearchStrategy[list[Heard]]:
    """Often two were heard at one moment. The same content is stored once, and its time is a part of it."""
    made = st.builds(heard, RESULTS, minutes, says=st.sampled_from([b"a", b"b", b"c"]))
    return st.lists(made, min_size=1, max_size=4, unique_by=content)


def content(each: Heard) -> tuple[str, datetime, bytes]:
    return each.result, each.captured_at, each.content_digest


FEW = st.sampled_from([0, 60, 200])
HEARD = several(MINUTES | FEW)
BELIEVED = several(st.integers(0, 1_440) | FEW)


@given(BELIEVED)
def test_every_order_of_the_same_results_ends_alike(results: list[Heard]) -> None:
    orders = [sent_late(order) for order in permutations(results)]
    assert len({state(stored) for stored in orders}) == 1
    if any(each.result != "absent" for each in results):
        assert len({content(in_force(stored)) for stored in orders}) == 1


@given(BELIEVED)
def test_what_is_not_needed_in_one_order_is_in_force_in_none(results: list[Heard]) -> None:
    ends = {content(in_force(stored)) for stored in map(sent_late, permutations(results))}
    for order in permutations(results):
        kept = {content(each) for each in sent_late(order)}
        assert not ends & ({content(each) for each in results} - kept)


@pytest.mark.parametrize("minute", [60, 9_000])
def test_of_two_that_were_heard_at_one_moment_they_decide_themselves(minute: float) -> None:
    """Also where both came at one moment, and that in which they were heard is not believed."""
    for better, worse in (("refused", "moved"), ("moved", "closed"), ("closed", "not_found")):
        two = [heard(better, minute), heard(worse, minute)]
        for order in permutations(two):
            assert in_force(order).result == better
    two = [heard("done", minute, says=b"1"), heard("done", minute, says=b"2")]
    assert {in_force(order).content_digest for order in permutations(two)} == {b"2"}


@given(HEARD)
def test_in_every_order_the_best_is_in_force_whatever_clocks_say(results: list[Heard]) -> None:
    """Of what was heard at a time that is believed, none that another one of the same worth was heard after."""
    ends = {state(stored)[0] for stored in map(sent_late, permutations(results))}
    others = {each.result for each in results} - {"done", "absent"}
    best = {"done"} if any(each.result == "done" for each in results) else others or {"absent"}
    assert ends <= best
    for order in permutations(results):
        held = in_force(sent_late(order))
        same = [each for each in results if each.result in best and 0 <= (each.captured_at - FIRST).days < 1]
        if held.captured_at in {each.captured_at for each in same} and best != {"absent"}:
            assert held.captured_at == max(each.captured_at for each in same)


@given(HEARD, st.randoms(use_true_random=False))
def test_what_is_in_force_hangs_on_what_is_stored_alone(results: list[Heard], rng: Random) -> None:
    """Each came at its own moment; and what was refused would change nothing."""
    came = [each.but(received_at=FIRST + timedelta(minutes=1_440 + number)) for number, each in enumerate(results)]
    stored = sent(came)
    shuffled = rng.sample(stored, len(stored))
    assert in_force(shuffled) == in_force(stored)
    assert state(came) == state(stored)


@pytest.mark.parametrize("last", ["not_found", "refused", "closed", "moved", "done"])
@pytest.mark.parametrize("minute", [0, 300, 900])
def test_however_often_nobody_was_there_it_takes_the_place_of_nothing(last: str, minute: float) -> None:
    """Whenever that was heard, and whenever it came."""
    visits = [heard("absent", each) for each in (100, 400, 700, 1_000)]
    for order in permutations([*visits, heard(last, minute)]):
        assert state(sent_late(order)) == (last, True)
    assert state(sent_late(visits)) == ("absent", True)
    assert state(sent_late(visits[: MOST_VISITS - 1])) == ("absent", False)


def test_one_clock_that_is_ahead_makes_no_older_interview_hold() -> None:
    """Of the one that is ahead nothing is known but when it came; the two others are compared as ever."""
    late, older = heard("done", 60, came=70), heard("done", 0, came=100)
    ahead = heard("done", 9_000, came=80)
    assert in_force(sent([late, ahead, older])) == ahead
    assert not is_needed(older, [late, ahead])
    assert in_force([older.but(received_at=late.received_at), ahead, late.but(received_at=older.received_at)]) == (
        late.but(received_at=older.received_at)
    )


def test_who_was_absent_the_last_time_may_still_be_interviewed() -> None:
    visits = [heard("absent", each) for each in (0, 180, 360)]
    assert state(visits) == ("absent", True)
    for later in ("done", "refused"):
        assert is_needed(heard(later, 1), visits)
        assert state([*visits, heard(later, 1)]) == (later, True)
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
