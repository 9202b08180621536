"""Errors on the command line, in one form: `kumkm: a sentence`, on standard error, with a stable exit code.

No traceback and no value of a secret is shown. An unexpected exception is shown as a fault of the program, by its type;
`KUMKM_TRACEBACK=1` shows where it is.
"""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import typer
from typer.exceptions import TyperException

from app.cli.exits import FAILED, FAULT, MISUSED, NOT_STARTED, STOPPED, WARNED, Fault, code_of
from app.cli.streams import open_closed_streams, refuse_lost_output

EPILOG = (
    f"Exit codes: 0 done; {FAILED} not done, and why is on standard error; {MISUSED} wrong use;"
    f" {NOT_STARTED} the server could not start; {WARNED} done, with warnings; {FAULT} a fault of the program;"
    f" {STOPPED} stopped by Ctrl-C, 143 by the system."
)


def run_and_report(act: Callable[[], Any]) -> int:
    """Do something; a failure is printed as one sentence on standard error. Returns the exit code."""
    try:
        done = act()
    except SystemExit as exc:
        if isinstance(exc.code, str):
            return _say(Fault(exc.code))
        return int(exc.code or 0)
    except KeyboardInterrupt:
        return _say(Fault("stopped", code_of(STOPPED)))
    except BrokenPipeError:  # the reader closed the pipe, as `| head` does
        return _without_readers()
    except Exception as exc:  # noqa: BLE001  (the last resort of the command line)
        if os.environ.get("KUMKM_TRACEBACK"):
            traceback.print_exc()
        return _say(_fault_of(exc))
    return code_of(done) if isinstance(done, int) else 0


def _fault_of(exc: Exception) -> Fault:
    if isinstance(exc, TyperException):
        from app.cli.misuse import fault_of_use  # noqa: PLC0415  (no command that is typed well needs it)

        return fault_of_use(exc)
    from app.cli.sentences import fault_of  # noqa: PLC0415  (it knows the exceptions of every library)

    return fault_of(exc)


def _say(fault: Fault) -> int:
    text = "; ".join(fault.sentence.splitlines()).encode("utf-8", "backslashreplace").decode()
    try:
        sys.stderr.write(f"kumkm: {text.rstrip('.')}.\n")
    except BrokenPipeError:
        return _without_readers()
    return fault.code


def _without_readers() -> int:
    """Nothing more is written, also not at the end of the process."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


def main(app: typer.Typer, arguments: Sequence[str]) -> int:
    """Run the command that was typed."""
    open_closed_streams()
    for stream in (sys.stdout, sys.stderr):  # names have signs that a terminal's encoding may not have
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")

    def act() -> Any:
        done = app(list(arguments), prog_name="kumkm", standalone_mode=False)
        sys.stdout.flush()
        if not done:
            refuse_lost_output()
        return done

    return run_and_report(act)
