"""Whether an enumerator gets done in time."""

import pytest

from app.progress.movement import RULE, Work, state_of

WORK = Work(entered=430, quota=500, in_window=70, lately=70, days_left=7, begun=True)


@pytest.mark.parametrize(
    ("state", "work"),
    [
        ("safe", WORK),  # 70 are left, 7 days, 10 a day: exactly enough
        ("at_risk", WORK._replace(in_window=69)),
        ("at_risk", WORK._replace(in_window=0, lately=1)),  # began today
        ("at_risk", WORK._replace(days_left=0)),
        ("not_moving", WORK._replace(in_window=0, lately=0)),
        ("not_moving", WORK._replace(in_window=-3, lately=-1)),  # more was taken back
        ("done", WORK._replace(entered=500, in_window=0, lately=0)),
        ("done", WORK._replace(entered=501, days_left=0)),
        ("not_moving", WORK._replace(quota=None, lately=0)),
        (None, WORK._replace(quota=None)),
        (None, WORK._replace(quota=0)),
        (None, WORK._replace(begun=False, entered=500)),
    ],
)
def test_the_state_follows_the_rule(state: str | None, work: Work) -> None:
    assert state_of(work) == state


def test_the_rule_is_told_in_both_languages() -> None:
    assert list(RULE) == ["done", "not_moving", "safe", "at_risk"]
    assert all(text.id != text.en for text in RULE.values())
