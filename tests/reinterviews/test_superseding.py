"""What is in force does not hang on the order in which results come. Pure."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from app.reinterviews.superseding import Heard, takes_its_place

FIRST = datetime(2022, 9, 12, tzinfo=UTC)
RESULTS = st.sampled_from(["done", "absent", "refused", "closed", "moved", "not_found"])


def heard(result: str, minute: int, *, is_final: bool | None = None) -> Heard:
    at = FIRST + timedelta(minutes=minute)
    final = result != "absent" if is_final is None else is_final
    return Heard(result=result, is_final=final, captured_at=at, received_at=FIRST + timedelta(days=1))


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
    ahead = Heard(
        result="done",
        is_final=True,
        captured_at=FIRST + timedelta(days=9_000),
        received_at=FIRST + timedelta(minutes=1),
    )
    assert takes_its_place(heard("done", 2), ahead)
