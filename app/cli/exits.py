"""What a command ends with where it failed: its exit code, and a sentence."""

import signal
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


_stopped_by = [int(signal.SIGINT)]


def stopped_by(number: int) -> None:
    """Note that another signal than that of Ctrl-C stops the command."""
    _stopped_by[0] = number


def code_of(code: int) -> int:
    """The exit code of a command: where a signal stopped it, 128 and the signal's number, as shells have it."""
    return 128 + _stopped_by[0] if code == STOPPED else code
