"""What `kumkm bench link` calls a calibration error, and recall."""

import pytest

from kumkm_proof.bench.linkage import Found, Tried, calibration_error


def pairs(probability: float, same: int, other: int) -> list[Found]:
    return [Found((0, 1), probability, each < same, each < same) for each in range(same + other)]


def test_who_says_what_is_right_makes_no_error() -> None:
    assert calibration_error(pairs(0.75, 3, 1) + pairs(0.25, 1, 3))[0] == pytest.approx(0)
    assert calibration_error([]) == (0, [(0, 0, 0)] * 10)


def test_the_error_is_how_far_what_was_said_is_from_what_was_right() -> None:
    error, lines = calibration_error(pairs(0.75, 1, 3) + pairs(0.95, 19, 1))
    assert error == pytest.approx((4 * 0.5 + 20 * 0) / 24)
    assert lines[7] == pytest.approx((4, 0.75, 0.25))


def test_every_world_weighs_the_same() -> None:
    sure, unsure = pairs(0.95, 50, 50), pairs(0.55, 10, 0)
    assert calibration_error(sure, unsure)[0] == pytest.approx((0.45 + 0.45) / 2)
    assert calibration_error(sure + unsure)[0] == pytest.approx((100 * 0.45 + 10 * 0.45) / 110)


def test_recall_counts_pairs_that_were_never_looked_at() -> None:
    tried = Tried(pairs(0.9, 8, 0) + pairs(0.6, 1, 1), truth=10)
    assert tried.from_recall(0.8) == 0.9
    assert tried.from_recall(0.9) == 0.6
    assert tried.from_recall(0.95) is None
    assert tried.at(0.6) == pytest.approx((0.9, 0.9, 0.9, 10))
