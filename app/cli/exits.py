"""What a command ends with where it failed: its exit code, and a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

FAILED, MISUSED, NOT_STARTED, WARNED, FAULT, STOPPED = 1, 2, 3, 4, 70, 130


class Fault(NamedTuple):
    """A sentence, and the exit code."""

    sentence: str
    code: int = FAILED


class NotStartedError(Exception):
    """The server could not start; its cause says why."""


@contextmanager
def starting() -> Iterator[None]:
    """What fails here keeps the server from starting, so that the exit code is that of uvicorn for it.

    Raises:
        NotStartedError: from the fault.
    """
    try:
        yield
    except Exception as exc:
        raise NotStartedError(str(exc)) from exc
