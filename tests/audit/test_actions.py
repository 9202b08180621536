"""The list of acts is closed, and each is told to people in both languages."""

import re
from pathlib import Path

import pytest

from app.audit.actions import Action

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for tree in ("app", "proof")  # the demo says that it is complete
    for path in ROOT.joinpath(tree).rglob("*.py")
    if path.name != "actions.py"
]


@pytest.mark.parametrize("action", Action, ids=str)
def test_an_act_says_what_it_means(action: Action) -> None:
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", action)
    assert action.meaning.id.endswith(".")
    assert action.meaning.en.endswith(".")
    assert action.meaning.id != action.meaning.en


def test_every_act_is_written_somewhere() -> None:
    sources = "\n".join(path.read_text() for path in SOURCES)
    assert [each for each in Action if f"Action.{each.name}" not in sources] == []


def test_an_act_stands_in_the_trail_by_its_value() -> None:
    act: str = Action.PII_READ
    assert f"{act}" == "pii.read" == act
