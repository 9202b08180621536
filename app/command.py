"""The `kumkm` program. Ctrl-C ends it quietly from its first moment on, also while its parts are imported."""

# `signal` itself loads enum and its kin first, and Ctrl-C meanwhile would show a traceback.
import _signal as signal  # type: ignore[import-not-found]  # built into the interpreter
import os

STOPPED = 130


def main() -> None:
    """Run the command that was typed."""
    heard = signal.getsignal(signal.SIGINT)
    if heard is signal.default_int_handler:  # not where it is ignored, as behind `&` in a script
        signal.signal(signal.SIGINT, _end)
    from app.cli import main as run  # noqa: PLC0415  (a tenth of a second, in which somebody may press Ctrl-C)

    if heard is signal.default_int_handler:
        signal.signal(signal.SIGINT, heard)
    run()


def _end(_number: int, _frame: object) -> None:
    """Nothing was begun: no exception, which every module on the way would show."""
    os._exit(STOPPED)
