"""No account's receivers hold up those of others: who is next, who makes room, who is cut short."""

import itertools
from dataclasses import dataclass
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.webhooks import places
from app.webhooks.places import LONGEST_S, MOST_AT_ONCE, PLACES, in_fair_order, room, to_cut

A, B, C = (UUID(int=each) for each in range(3))


@dataclass(frozen=True, eq=False)
class Turn:
    account_id: UUID
    beside: bool = False
    unanswered_s: float = 0.0
    number: int = 0


def test_slow_ones_take_no_place_until_there_are_too_many() -> None:
    assert room([]) == PLACES
    assert room([Turn(A)] * PLACES) == 0
    assert room([Turn(A, beside=True)] * 20) == PLACES
    assert room([Turn(A, beside=True)] * (MOST_AT_ONCE - 3)) == 3
    assert room([Turn(A)] * (PLACES + 1)) == 0, "slow ones that came back"


def test_who_has_fewest_is_next() -> None:
    waiting = [Turn(A, number=0), Turn(A, number=1), Turn(B, number=2), Turn(A, number=3), Turn(C, number=4)]
    assert [each.number for each in in_fair_order(waiting, [])] == [0, 2, 4, 1, 3]
    assert [each.number for each in in_fair_order(waiting, [Turn(A), Turn(B)])] == [4, 0, 2, 1, 3]


@given(st.lists(st.sampled_from([A, B, C])), st.lists(st.sampled_from([A, B, C])))
def test_no_account_gets_ahead_of_one_that_has_less_and_waits(waiting: list[UUID], held: list[UUID]) -> None:
    asked = [Turn(account, number=at) for at, account in enumerate(waiting)]
    ordered = in_fair_order(asked, [Turn(each) for each in held])
    assert sorted(each.number for each in ordered) == list(range(len(waiting)))
    has = {each: held.count(each) for each in (A, B, C)}
    for at, each in enumerate(ordered):
        assert all(has[each.account_id] <= has[later.account_id] for later in ordered[at:])
        has[each.account_id] += 1
    for account in (A, B, C):
        numbers = [each.number for each in ordered if each.account_id == account]
        assert numbers == sorted(numbers), "within an account who waits longest"


def slow(account: UUID, many: int, seconds: float) -> list[Turn]:
    return [Turn(account, beside=True, unanswered_s=seconds + at / 100) for at in range(many)]


def test_an_attempt_is_cut_short_only_where_no_other_one_may_be_under_way() -> None:
    held = slow(A, MOST_AT_ONCE - 1, LONGEST_S + 1)
    assert to_cut(held, 5) == []
    assert len(to_cut([*held, Turn(B)], 5)) == 5
    assert to_cut([*held, Turn(B)], 0) == []
    assert to_cut(slow(A, MOST_AT_ONCE, LONGEST_S - 1), 5) == [], "each has ten seconds"


def test_who_has_most_is_cut_first_and_what_has_waited_longest() -> None:
    many, few = slow(A, MOST_AT_ONCE - 10, LONGEST_S + 1), slow(B, 10, LONGEST_S + 4)
    assert to_cut([*few, *many], 2) == [many[-1], many[-2]]
    cut = to_cut([*few, *many], MOST_AT_ONCE)
    left = len(many)
    for each in itertools.takewhile(lambda each: each.account_id == A, cut):
        left -= 1
        assert each.account_id == A
    assert left == len(few), "alike then"
    assert len(cut) == MOST_AT_ONCE


def test_an_attempt_may_last_longer_than_what_it_is_cut_after() -> None:
    assert places.PATIENCE_S < places.SHORT_TURN_S < places.TURN_S
