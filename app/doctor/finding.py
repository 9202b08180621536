"""What a check found: how bad it is, and one sentence in both languages. Pure."""

from enum import StrEnum
from typing import NamedTuple

from app.core.problems import Text


class Level(StrEnum):
    """How bad it is."""

    GOOD = "good"
    NOTE = "note"
    WARNING = "warning"
    FAULT = "fault"


class Finding(NamedTuple):
    """One thing that was looked at. `check` is a stable word."""

    check: str
    level: Level
    text: Text


def good(check: str, id_: str, en: str) -> Finding:
    """It is as it should be."""
    return Finding(check, Level.GOOD, Text(id_, en))


def note(check: str, id_: str, en: str) -> Finding:
    """It may be meant so."""
    return Finding(check, Level.NOTE, Text(id_, en))


def warning(check: str, id_: str, en: str) -> Finding:
    """The service works, and should not stay so."""
    return Finding(check, Level.WARNING, Text(id_, en))


def fault(check: str, id_: str, en: str) -> Finding:
    """The service does not work, or what it promises does not hold."""
    return Finding(check, Level.FAULT, Text(id_, en))
