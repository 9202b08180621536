"""What the warm processes of the tests have in common: they load once, and fork for each connection."""

import gc
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def forking_at(path: str) -> Iterator[socket.socket]:
    """Listen at a path, and say so on the standard output. Children that end are forgotten."""
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(64)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        yield listening
