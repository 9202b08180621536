"""What follows an attempt."""

from datetime import UTC, datetime

import pytest

from app.webhooks.retrying import CUT_SHORT, Attempt, Next, wait_s, what_next

NOW = datetime(2022, 9, 13, 1, tzinfo=UTC)
WAITS = (5.0, 30.0)


def attempt(status: int | None = None, fault: str | None = None, retry_after: str | None = None) -> Attempt:
    return Attempt(status, fault, 7, retry_after)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_delivered(status: int) -> None:
    assert what_next(attempt(status), 0, WAITS) is Next.DELIVERED


@pytest.mark.parametrize("status", [None, 100, 301, 307, 400, 401, 404, 408, 429, 500, 503])
def test_what_is_not_2xx_is_tried_again_until_the_list_of_waits_ends(status: int | None) -> None:
    tried = [what_next(attempt(status, "timeout" if status is None else None), failed, WAITS) for failed in range(3)]
    assert tried == [Next.AGAIN, Next.AGAIN, Next.DEAD]


def test_gone_and_unprocessable_are_not_tried_again() -> None:
    assert what_next(attempt(410), 0, WAITS) is Next.GONE
    assert what_next(attempt(422), 0, WAITS) is Next.DEAD
    assert what_next(attempt(500), 0, ()) is Next.DEAD


def test_what_was_cut_short_is_no_failed_attempt() -> None:
    assert [what_next(attempt(fault=CUT_SHORT), failed, WAITS) for failed in (0, 9)] == [Next.CUT] * 2


def test_waits_are_spread_by_a_quarter() -> None:
    assert [wait_s(attempt(500), 1, WAITS, NOW, luck) for luck in (0, 0.5, 1)] == [22.5, 30, 37.5]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("  120 ", 120),
        ("1", 5),
        ("999999999999999999999", 86_400),
        ("Tue, 13 Sep 2022 01:02:00 GMT", 120),
        ("Tue, 13 Sep 2022 01:02:00", 120),
        ("Mon, 12 Sep 2022 01:02:00 GMT", 5),
        ("-5", 5),
        ("\u0661\u0662\u0660", 5),
        ("soon", 5),
        ("", 5),
        (None, 5),
    ],
)
def test_the_receiver_may_ask_for_a_longer_wait_of_at_most_a_day(header: str | None, seconds: float) -> None:
    assert wait_s(attempt(503, retry_after=header), 0, WAITS, NOW, 0.5) == seconds
