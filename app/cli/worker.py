"""A worker process: it serves where its parent listens, and writes into a pipe again and again that it lives.

It is a copy of its parent, which has loaded the app (`preload`), or a process that loads the app itself
(`python -m app.cli.worker`). `app/cli/workers.py` is the parent.
"""

import asyncio
import gc
import os
import signal
import socket
import sys
import threading
import time
import traceback
from contextlib import suppress

import structlog
import uvicorn
from uvicorn.config import STARTUP_FAILURE

from app.cli.exits import FAULT
from app.core.log_stream import take_turns
from app.core.settings import settings_from_environment
from app.core.telemetry import configure_logging
from app.serving import Server, server_options

LOADS, SERVES = b"0", b"1"
TURNS = "--log-turns="

_BEAT_S = 0.5

FOR_THE_PARENT = frozenset(
    {
        *(signal.SIGINT, signal.SIGHUP, signal.SIGTTIN, signal.SIGTTOU),
        *(signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2),  # which would end a process, and mean nothing here
    }
)
"""Signals that may come to the whole group of processes, and of which the parent alone takes note."""


def preload() -> None:
    """Load the app and begin nothing. A copy begins sooner than a process that loads the app itself, and shares the
    memory that neither of them changes. A copy would lack what runs here: a thread, a connection.
    """
    gc.disable()  # nothing of what is loaded dies
    from app import main  # noqa: F401, PLC0415  (to have it loaded, and not before)

    gc.freeze()
    gc.enable()


def serve(listening: socket.socket, beats: int, parent: int, *, first: bool = False) -> int:
    """Serve until a signal or the end of the parent ends it; the exit code. The `first` one of a reload refuses
    settings that `kumkm serve` would refuse, so that those who serve stay.
    """
    # The parent waits for its signals, and has them blocked. A terminal sends INT to every process: behind the parent's
    # TERM it would have uvicorn drop what was begun.
    # What else is for the parent may come to the whole group, too, and would end a worker at once.
    signal.pthread_sigmask(signal.SIG_SETMASK, FOR_THE_PARENT)
    server = None
    try:
        settings = settings_from_environment()
        if first:
            from app.cli.fit import refuse_unfit  # noqa: PLC0415  (it loads what the others do without)

            asyncio.run(refuse_unfit(settings, reload=True))
        options = server_options(settings)
        server = Server(uvicorn.Config("app.serving:create_app_from_environment", factory=True, **options))
        threading.Thread(target=_beat, args=(server, beats, parent), daemon=True).start()
        server.run([listening])
    except SystemExit:  # uvicorn's, which has logged why
        pass
    except Exception as exc:  # noqa: BLE001  (the last resort of the process)
        from app.cli.sentences import fault_of  # noqa: PLC0415  (it knows the exceptions of every library)

        if os.environ.get("KUMKM_TRACEBACK"):
            traceback.print_exc()
        structlog.get_logger().error("worker_failed", reason=fault_of(exc).sentence)
    else:
        return 0
    return FAULT if server is not None and server.started else STARTUP_FAILURE


def _beat(server: uvicorn.Server, beats: int, parent: int) -> None:
    """Say twice a second that the process lives. It ends when its parent is gone, however that ended: or it would keep
    the port from the next one.
    """
    while os.getppid() == parent:
        with suppress(OSError):  # the pipe is full, where the parent is stopped
            os.write(beats, SERVES if server.started else LOADS)
        time.sleep(_BEAT_S)
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Serve as the arguments say: two file descriptors, the parent's process id, whether it is the first one, and by
    which descriptor it takes turns to write log lines. The parent may be of an older release, and not know of the last.
    """
    listening, beats, parent = map(int, sys.argv[1:4])
    for option in sys.argv[4:]:
        if option.startswith(TURNS):
            take_turns(sys.stderr, int(option.removeprefix(TURNS)))
    configure_logging("info")  # until the settings are read
    sys.exit(serve(socket.socket(fileno=listening), beats, parent, first="--first" in sys.argv[4:]))


if __name__ == "__main__":
    main()
