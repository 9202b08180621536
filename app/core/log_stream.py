"""Where log lines go: out at once where that is possible, and never so that who writes them has to wait.

A server that waits for its log stands still with it. A pipe, a socket or a terminal whose other end hangs (a log
shipper, a paused terminal) takes no more after some 64 KiB, and every further write would wait for it.
"""

import atexit
import fcntl
import os
import select
import signal
import socket
import stat
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from io import UnsupportedOperation
from typing import Any, TextIO
from weakref import WeakSet, finalize

import orjson

from app.core.log_turns import Turns

MOST_KEPT = 1 << 20
"""Bytes of lines that wait in a process. A pipe is asked to hold as many beside them."""

LEAVING_S = 1.0
"""Seconds that a process waits at its end for a reader, if it has lines left."""

_AT_ONCE = select.PIPE_BUF
"""So many bytes enter a pipe together, or not at all."""

_LOOK_S, _PAUSE_S = 0.5, 0.02
"""Seconds between two looks, while lines wait: where the system reports no room, and where it reports some."""

Send = Callable[[bytes], int]


class LogStream:
    """Standard error without a buffer of Python's. What it cannot take now waits, up to `MOST_KEPT` bytes in each
    process, and goes out when there is room: a thread looks for it, as long as something waits. What cannot wait, or
    cannot be written (a full disk, a pipe without a reader), is lost and counted: when lines get through again, one of
    them says how many (`log_lines_lost`), also those that another process could not write before its end.
    """

    def __init__(self, stream: TextIO) -> None:
        stream.flush()
        self._way = _way_of(stream)

    def write(self, line: bytes | str) -> None:
        """Write a whole line, with its end."""
        self._way.write(line if isinstance(line, bytes) else line.encode("utf-8", "backslashreplace"))

    def flush(self) -> None:
        """Write what waits, as far as it is taken now."""
        self._way.flush()

    @property
    def turns(self) -> int:
        """The descriptor by which another process takes turns with this one, as `take_turns` has it."""
        return self._way.turns.descriptor


def write_what_waits(within_s: float = LEAVING_S) -> None:
    """Wait for the reader, at most so long, until nothing waits in this process; the rest is lost. At the end of a
    process: where it ends without `atexit`, it calls this itself.
    """
    until = time.monotonic() + within_s
    for each in tuple(_ways):
        each.end(until)


def take_turns(stream: TextIO, descriptor: int) -> None:
    """Have this process, which was begun by another one, take turns with it. To be called before its first line."""
    _given[_place_of(stream.fileno())] = Turns(descriptor)


class _Way:
    """The way to one place, with what waits in this process."""

    def __init__(self, descriptor: int, send: Send, turns: Turns, *, at_once: int | None) -> None:
        """`descriptor`: what has room. `at_once`: how many bytes it takes together; None: any number."""
        self.turns = turns
        self._descriptor, self._send, self._at_once = descriptor, send, at_once
        self._kept = deque[bytes]()
        self._size = self._lost = 0
        self._begun = False  # the first of what is kept is the rest of a line
        self._saying = 0  # the first of what is kept says that so many lines are lost
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        _ways.add(self)

    def write(self, data: bytes) -> None:
        with self._lock:
            if self._size + len(data) > MOST_KEPT:
                self._lost += 1
            else:
                self._kept.append(data)
                self._size += len(data)
            if not self._write_what_waits() and self._thread is None:
                self._begin_to_look()

    def flush(self) -> None:
        with self._lock:
            self._write_what_waits()

    def end(self, until: float) -> None:
        while not self._done() and (left := until - time.monotonic()) > 0:
            self._wait(left)
        with self._lock:
            self._lose_kept()
            if self._lost:
                self.turns.leave_lost(self._lost)
                self._lost = 0
            self.turns.give_back()

    def _done(self) -> bool:
        with self._lock:
            done = self._write_what_waits()
            if done:
                self._thread = None
            return done

    def _wait(self, longest_s: float) -> None:
        """Until there is room, or so long; and a little longer, in which another process may have its turn."""
        self._has_room(min(longest_s, _LOOK_S))
        time.sleep(_PAUSE_S)

    def _begin_to_look(self) -> None:
        thread = threading.Thread(target=self._look, name="log", daemon=True)
        # No signal is for it: who waits for signals with `sigwait` would not get those that it takes.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        try:
            thread.start()
        except RuntimeError:  # there are no more threads, or the process ends: the next line tries again
            return
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self._thread = thread

    def _look(self) -> None:
        while True:
            self._wait(_LOOK_S)
            if self._done():
                return

    def _write_what_waits(self) -> bool:
        """Whether nothing waits any more."""
        if not self._kept and not self._lost:
            return True
        if self._begun and not self.turns.is_mine:
            self._drop_the_rest()
        if not self.turns.take():
            if self._has_room(0):
                self.turns.barred()
            return False
        try:
            self._write_in_turn()
        except BlockingIOError:
            if self._begun:
                return False
        except OSError:
            self._lose_kept()
        self.turns.give_back()
        return not self._kept

    def _write_in_turn(self) -> None:
        if self._begun:
            self._write_line()
            if self._kept:
                return  # others may have waited for that line
        while self._kept:
            self._write_line()
        self._lost += self.turns.take_lost()
        if self._lost:
            self._kept.append(_says_lost(self._lost))
            self._size, self._saying, self._lost = len(self._kept[0]), self._lost, 0
            self._write_line()

    def _write_line(self) -> None:
        """Write the first that waits. Behind a line that a process left unfinished it begins on a line of its own."""
        while True:
            line, torn = self._kept[0], self.turns.torn
            lead = b"\n" if torn and not self._begun else b""
            self.turns.wrote(torn=True)  # also if the process is killed meanwhile
            try:
                written = self._send((lead + line)[: self._at_once]) - len(lead)
            except OSError:
                self.turns.wrote(torn=torn)
                raise
            rest = line[max(0, written) :]
            self._size -= len(line) - len(rest)
            if not rest:
                self._begun, self._saying = False, 0
                self.turns.wrote(torn=False)
                self._kept.popleft()
                return
            self._begun = True
            self._kept[0] = rest

    def _drop_the_rest(self) -> None:
        """Others took the turn, and wrote behind what was there of the line."""
        self._size -= len(self._kept.popleft())
        self._lost += self._saying or 1
        self._begun, self._saying = False, 0

    def _has_room(self, within_s: float) -> bool:
        waiting = select.poll()
        waiting.register(self._descriptor, select.POLLOUT)
        return bool(waiting.poll(1_000 * within_s))

    def _lose_kept(self) -> None:
        self._lost += len(self._kept) + max(0, self._saying - 1)
        self._forget_kept()

    def _forget_kept(self) -> None:
        self._kept.clear()
        self._size, self._begun, self._saying = 0, False, 0

    def forget(self) -> None:
        """What waits in a process is written by that process, and not by its copies as well. Whatever thread wrote just
        then is not in the copy, and would leave the lock taken."""
        self._lock = threading.Lock()
        self._thread = None
        self._forget_kept()
        self._lost = 0
        self.turns.forget()


_ways = WeakSet[_Way]()
_given: dict[tuple[int, int], Turns] = {}


def _forget_all() -> None:
    for each in tuple(_ways):
        each.forget()


os.register_at_fork(after_in_child=_forget_all)
atexit.register(write_what_waits)


def _says_lost(lines: int) -> bytes:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return orjson.dumps({"lines": lines, "event": "log_lines_lost", "level": "warning", "timestamp": now}) + b"\n"


def _way_of(stream: TextIO) -> _Way:
    try:
        descriptor = stream.fileno()
    except UnsupportedOperation:  # a test's, which takes everything
        raw: Any = getattr(stream.buffer, "raw", stream.buffer)
        return _Way(0, lambda data: raw.write(data) or len(data), Turns(), at_once=None)
    return _way_to(descriptor, os.fstat(descriptor).st_mode, _place_of(descriptor))


def _place_of(descriptor: int) -> tuple[int, int]:
    opened = os.fstat(descriptor)
    return opened.st_dev, opened.st_ino


@lru_cache(maxsize=8)
def _way_to(descriptor: int, mode: int, place: tuple[int, int]) -> _Way:
    """The flag that makes writes return at once belongs to what is open, which other processes share, such as the
    shell: so a pipe and a terminal are opened once more, for this process alone.
    """
    turns, at_once = _given.get(place) or Turns(), _AT_ONCE if stat.S_ISFIFO(mode) else None
    if stat.S_ISSOCK(mode):
        line = socket.socket(fileno=os.dup(descriptor))
        way = _Way(line.fileno(), lambda data: line.send(data, socket.MSG_DONTWAIT), turns, at_once=None)
        finalize(way, line.close).atexit = False  # it is needed until the very end
        return way
    if stat.S_ISFIFO(mode):
        _widen(descriptor)
    own = os.dup(descriptor)
    write: Callable[[int, bytes], int] = os.write
    if stat.S_ISFIFO(mode) or (stat.S_ISCHR(mode) and os.isatty(descriptor)):
        try:
            apart = os.open(f"/proc/self/fd/{descriptor}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError:  # no /proc, or it belongs to another user
            write, at_once = _write_where_there_is_room, _AT_ONCE
        else:
            os.close(own)
            own = apart
    way = _Way(own, lambda data: write(own, data), turns, at_once=at_once)
    finalize(way, os.close, own).atexit = False
    return way


def _widen(descriptor: int) -> None:
    """Have a pipe hold more, where the system lets it: a reader that pauses for a moment then costs nothing."""
    with suppress(AttributeError, OSError):
        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, MOST_KEPT)  # Linux


def _write_where_there_is_room(descriptor: int, data: bytes) -> int:
    """Write if it can be done at once. Another program may take the room in between; then it waits after all."""
    waiting = select.poll()
    waiting.register(descriptor, select.POLLOUT)
    if not waiting.poll(0):
        raise BlockingIOError
    return os.write(descriptor, data)
