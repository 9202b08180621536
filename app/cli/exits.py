"""What a command ends with where it failed: its exit code, and a sentence."""

from typing import NamedTuple

FAILED, MISUSED, NOT_STARTED, WARNED, FAULT, STOPPED = 1, 2, 3, 4, 70, 130


class Fault(NamedTuple):
    """A sentence, and the exit code."""

    sentence: str
    code: int = FAILED
