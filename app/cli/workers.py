"""The parent of worker processes: it begins them, replaces one that ends or hangs, and ends them.

Why they are its copies: docs/decisions/0082-workers-are-copies-of-a-process-that-loaded-the-app.md.
"""

import math
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog
from uvicorn.config import STARTUP_FAILURE

from app.cli.exits import FAULT
from app.cli.worker import FOR_THE_PARENT, SERVES, TURNS, preload, serve
from app.core.log_stream import LogStream, write_what_waits
from app.core.settings import Settings
from app.core.shared_metrics import sharing

_SIGNALS = FOR_THE_PARENT | {signal.SIGTERM, signal.SIGCHLD}
_LOOK_S = 0.5
_LOADING = 5  # times as long as another silence; a process that ends while it loads is noticed at once
_LEAVING_S = 5  # beside the time for batches in flight: to close what is open
_LONGEST_PAUSE_S = 8.0

_log = structlog.get_logger()


def serve_by_workers(listening: socket.socket, number: int, settings: Settings) -> int:
    """Serve with so many processes until a signal ends them; the exit code of the whole."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    preload()
    with sharing():
        return Workers(listening, number, settings).run()


@dataclass(eq=False)
class _Worker:
    """A worker as its parent sees it."""

    pid: int
    beats: int
    generation: int
    begun: float = field(default_factory=time.monotonic)
    heard: float = 0.0
    serves: bool = False
    ends_by: float | None = None
    """Where it was asked to end: when it is killed."""

    def silent_s(self) -> float:
        """For how long it has said nothing; while it loads, for how long it has loaded."""
        with suppress(BlockingIOError):
            while beats := os.read(self.beats, 4096):
                self.heard, self.serves = time.monotonic(), beats.endswith(SERVES)
        return time.monotonic() - (self.heard if self.serves else self.begun)


class Workers:
    """One loop, which blocks nowhere: it takes a signal, looks at every worker, and makes one step to what is wanted.

    Signals are blocked and waited for: each is taken between two steps, and several of a kind are one.
    """

    def __init__(self, listening: socket.socket, number: int, settings: Settings) -> None:
        self._listening, self._wanted, self._settings = listening, number, settings
        self._workers: dict[int, _Worker] = {}  # by process id, the oldest first
        self._fallen: list[int] = []
        self._generation = 0  # it rises with every reload
        self._reloading = self._ending = self._failed = self._served = False
        self._failures = 0
        self._begins_at = 0.0

    def run(self) -> int:
        """Serve until a signal ends it, or no worker can begin; the exit code."""
        while not (self._ending and not self._workers):
            taken = signal.sigtimedwait(_SIGNALS, _LOOK_S if self._workers or self._failures else 0)
            self._heed(taken.si_signo if taken else None)
            self._reap()
            for worker in self._staying() if not self._ending else ():
                self._look_at(worker)
            self._kill_those_that_stay()
            if not self._ending:
                self._step()
        return STARTUP_FAILURE if self._failed else 0

    def _staying(self) -> list[_Worker]:
        return [each for each in self._workers.values() if each.ends_by is None]

    def _heed(self, taken: int | None) -> None:
        match taken:
            case signal.SIGINT | signal.SIGTERM:
                self._end()
            case signal.SIGHUP:
                self._generation += 1
                self._reloading = True
            case signal.SIGTTIN:
                self._wanted += 1
            case signal.SIGTTOU:
                self._wanted = max(1, self._wanted - 1)
            case _:
                return
        _log.info("signal", signal=_name(taken), workers=self._wanted)

    def _end(self) -> None:
        self._ending = True
        # Or else who connects while the last requests are answered would be kept waiting, and then be reset.
        self._listening.close()
        for worker in self._staying():
            self._retire(worker)

    def _retire(self, worker: _Worker) -> None:
        os.kill(worker.pid, signal.SIGTERM)
        worker.ends_by = time.monotonic() + self._settings.shutdown_s + _LEAVING_S

    def _kill_those_that_stay(self) -> None:
        for worker in self._workers.values():
            if worker.ends_by is not None and time.monotonic() > worker.ends_by:
                _log.warning("worker_killed", pid=worker.pid)
                self._kill(worker)

    def _kill(self, worker: _Worker) -> None:
        os.kill(worker.pid, signal.SIGKILL)
        worker.ends_by = math.inf

    def _reap(self) -> None:
        """Take note of every child that has ended. As the first process of a container, it has others' as well."""
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = ended
                if worker := self._workers.pop(pid, None):
                    os.close(worker.beats)
                    if worker.ends_by is None:
                        self._fell("worker_ended", worker, os.waitstatus_to_exitcode(status))

    def _look_at(self, worker: _Worker) -> None:
        served, patience = worker.serves, self._settings.worker_silent_s
        silent_s = worker.silent_s()
        if worker.serves and not served:
            self._served, self._failures = True, 0
        if silent_s > (patience if worker.serves else _LOADING * patience):
            self._kill(worker)
            self._fell("worker_silent", worker, -signal.SIGKILL)

    def _fell(self, event: str, worker: _Worker, code: int) -> None:
        killed_by = _name(-code) if code < 0 else None
        _log.warning(event, pid=worker.pid, exit_code=None if killed_by else code, signal=killed_by)
        self._fallen.append(worker.pid)
        if worker.serves or self._ending:
            return
        if code == STARTUP_FAILURE and not self._served:  # every other one would fail in the same way
            self._failed = True
            self._end()
            return
        self._pause()
        if self._reloading and worker.generation == self._generation:
            self._give_up_reload()

    def _pause(self) -> None:
        """What fails at its start is likely to fail again: each time the next one waits for twice as long."""
        now = time.monotonic()
        if now >= self._begins_at:  # those that fail together count once
            self._begins_at = now + min(2.0**self._failures, _LONGEST_PAUSE_S)
            self._failures += 1

    def _give_up_reload(self) -> None:
        """The workers that are there go on, and others begin as the newest of these did."""
        self._reloading, staying = False, self._staying()
        newer = [each.pid for each in staying if each.generation == self._generation]
        older = [each.pid for each in staying if each.generation < self._generation]
        _log.error("reload_given_up", with_new_settings=newer, with_old_settings=older)
        self._generation = max((each.generation for each in staying), default=0)

    def _step(self) -> None:
        """Begin what is missing, or end one that is too many. A reload wants one more than there are to be, as long as
        there is an older one; when all serve, the oldest ends.
        """
        staying = self._staying()
        outdated = self._reloading and any(each.generation < self._generation for each in staying)
        loading = any(not each.serves for each in staying)
        if self._reloading and not outdated and not loading and len(staying) >= self._wanted:
            self._reloading = False
            _log.info("reloaded", workers=[each.pid for each in staying])
        surplus = len(staying) - self._wanted
        if surplus > outdated or (surplus > 0 and not loading):
            self._retire(self._one_too_many(staying))
        for _ in range(surplus, int(outdated)):
            if time.monotonic() >= self._begins_at:
                self._begin()

    def _one_too_many(self, staying: Sequence[_Worker]) -> _Worker:
        """What does not serve yet, unless a reload waits for it and another one serves; or else the oldest."""
        serving = [each for each in staying if each.serves]
        loading = [each for each in staying if not each.serves]
        if loading and not (self._reloading and len(serving) > 1):
            return loading[-1]
        return serving[0]

    def _begin(self) -> None:
        try:
            beats, theirs = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                pid = self._copied(theirs) if self._generation == 0 else self._loaded(theirs)
            except OSError:
                os.close(beats)
                raise
            finally:
                os.close(theirs)
        except OSError as exc:
            _log.error("worker_not_started", reason=exc.strerror)
            self._pause()
            return
        self._workers[pid] = _Worker(pid, beats, self._generation)
        fallen = {"instead_of": self._fallen.pop(0)} if self._fallen else {}
        _log.info("worker_started", pid=pid, **fallen)

    def _copied(self, beats: int) -> int:
        parent = os.getpid()
        pid = os.fork()
        if pid:
            return pid
        code = FAULT
        try:
            for each in self._workers.values():
                os.close(each.beats)
            code = serve(self._listening, beats, parent)
            write_what_waits()
        finally:
            os._exit(code)

    def _loaded(self, beats: int) -> int:
        """What would be copied is of before, and there may be newer code: after a reload each worker loads the app."""
        listening, turns = self._listening.fileno(), LogStream(sys.stderr).turns
        for descriptor in (listening, beats, turns):
            os.set_inheritable(descriptor, True)  # noqa: FBT003  (it takes no name)
        return os.posix_spawn(
            sys.executable,
            [
                *(sys.executable, "-P", "-m", "app.cli.worker"),
                *map(str, (listening, beats, os.getpid())),
                f"{TURNS}{turns}",
                *(("--first",) if self._reloading and not self._has_reloaded() else ()),
            ],
            os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            setsigmask=(),
        )

    def _has_reloaded(self) -> bool:
        """A worker with the newest settings serves: they are fit."""
        return any(each.generation == self._generation and each.serves for each in self._workers.values())


def _name(number: int) -> str:
    return next((each.name for each in signal.Signals if each == number), str(number))
