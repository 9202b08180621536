"""Standard streams that were closed before the program began, as `2>&-` of a shell does.

Python has None in their place, which nothing here expects; and what is opened next, a database connection for example,
would get their number, and the messages of whatever writes there. So each is opened on nothing.

A command does all its work without them. If something was printed to a closed standard output, it ends with a sentence
and exit code 1, as programs of GNU do: https://www.gnu.org/software/gnulib/manual/html_node/Closed-standard-fds.html.
"""

import os
import sys
from contextlib import suppress
from typing import Any, TextIO

_LOST = "standard output is closed: what was to be printed is lost"


class _Lost:
    """A standard output that was closed, and whether something was printed there."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.used = False

    def write(self, text: str) -> int:
        self.used = self.used or bool(text)
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":  # who asks for it writes bytes there
            self.used = True
        return getattr(self._stream, name)


def open_closed_streams() -> None:
    """Open each standard stream that is closed. To be called before anything else is opened."""
    for descriptor in (0, 1, 2):
        with suppress(OSError):
            os.fstat(descriptor)
            continue
        os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003  (it takes no name); on the lowest number
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  (until the process ends)
    if sys.stdout is None:
        sys.stdout = _Lost(open(1, "w", encoding="utf-8", closefd=False))  # noqa: SIM115  (likewise)
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  (likewise)


def refuse_lost_output() -> None:
    """To be called when a command has done its work.

    Raises:
        SystemExit: what it printed is lost.
    """
    if isinstance(sys.stdout, _Lost) and sys.stdout.used:
        raise SystemExit(_LOST)
