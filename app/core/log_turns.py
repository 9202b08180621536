"""Whose turn it is to write where several processes write: one finishes its line before another one begins.

A socket takes part of a line, and so does a pipe of a line above `PIPE_BUF`. The rest may have to wait for the reader,
and meanwhile another process would write into the middle. So a turn is a record lock (POSIX `fcntl`), which is held
from a line's first byte to its last, and which ends with its process. What the processes have to know of one another is
in memory that all of them share: whether the last line is unfinished, how many lines are lost of which nobody has said
so yet, how often something was written, and which turn it is.

Nobody waits for ever: whose line stays as it is although there would be room has hung (it was stopped), and loses its
turn after `PATIENCE_S`. The lock is on another byte for each turn that was lost, so that the old one bars nobody.
"""

import fcntl
import mmap
import os
import struct
import time
from contextlib import suppress
from weakref import finalize

PATIENCE_S = 5.0
"""Seconds that a line of another process may stay unfinished where there is room for its rest."""

_SIZE = 32  # bytes: one of `_TORN`, then the numbers
_TORN, _NUMBER, _LOST, _WRITTEN = 0, 8, 16, 24
_COUNTING, _FIRST = 1, 1 << 20  # which bytes are locked: for the numbers, and for turns
_TRIES, _PAUSE_S = 40, 0.00005
"""A turn without an unfinished line takes microseconds: it is waited for, two milliseconds at most."""


class Turns:
    """Of the processes that write to one place. A process that is forked has them as well; one that is begun otherwise
    is given the descriptor.
    """

    def __init__(self, descriptor: int | None = None) -> None:
        """`descriptor`: that of the process which began this one."""
        self.descriptor = os.memfd_create("log-turns", os.MFD_CLOEXEC) if descriptor is None else descriptor
        if descriptor is None:
            os.ftruncate(self.descriptor, _SIZE)
            finalize(self, os.close, self.descriptor).atexit = False
        self._shared = mmap.mmap(self.descriptor, _SIZE)
        self._mine: int | None = None
        self._barred: tuple[int, int, float] | None = None  # by which turn, after how many writes, and since when

    @property
    def is_mine(self) -> bool:
        """Whether this process has the turn, and has not lost it meanwhile."""
        return self._mine is not None and self._mine == self._get(_NUMBER)

    @property
    def torn(self) -> bool:
        """Whether the last line is unfinished. For the process that has the turn."""
        return bool(self._shared[_TORN])

    def take(self) -> bool:
        """Have the turn, if it can be had soon; whether it is had."""
        if self.is_mine:
            return True
        self.give_back()
        for attempt in range(_TRIES):
            number = self._get(_NUMBER)
            if self._lock(_FIRST + number):
                self._mine = number
                if number == self._get(_NUMBER):
                    self._barred = None
                    return True
                self.give_back()
            elif self.torn and attempt:
                break  # that takes as long as it takes
            else:
                time.sleep(_PAUSE_S)
        return False

    def barred(self) -> None:
        """Note that there would be room, and the turn could not be had: after `PATIENCE_S`, who has it loses it."""
        now, number, written = time.monotonic(), self._get(_NUMBER), self._get(_WRITTEN)
        if self._barred is None or self._barred[:2] != (number, written):
            self._barred = number, written, now
        elif now - self._barred[2] > PATIENCE_S:
            self._set(_NUMBER, number + 1)

    def wrote(self, *, torn: bool) -> None:
        """Note that something was written, and whether it ends within a line. For the process that has the turn."""
        self._shared[_TORN] = torn
        self._set(_WRITTEN, self._get(_WRITTEN) + 1)

    def give_back(self) -> None:
        """Let others have it."""
        if self._mine is not None:
            self._unlock(_FIRST + self._mine)
            self._mine = None

    def forget(self) -> None:
        """Nothing is held: in a copy of the process, which has no locks."""
        self._mine = self._barred = None

    def leave_lost(self, lines: int) -> None:
        """So many lines are lost, and this process cannot say so any more: another one is to do it."""
        self._count(lines)

    def take_lost(self) -> int:
        """How many lines others have lost, which the caller is to say from now on."""
        return self._count(None) if self._get(_LOST) else 0

    def _count(self, more: int | None) -> int:
        locked = False
        for _ in range(_TRIES):
            if locked := self._lock(_COUNTING):
                break
            time.sleep(_PAUSE_S)
        before = self._get(_LOST)
        self._set(_LOST, 0 if more is None else before + more)
        if locked:
            self._unlock(_COUNTING)
        return before

    def _get(self, at: int) -> int:
        return int(struct.unpack_from("=Q", self._shared, at)[0])

    def _set(self, at: int, number: int) -> None:
        struct.pack_into("=Q", self._shared, at, number)

    def _lock(self, byte: int) -> bool:
        try:
            fcntl.lockf(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        except (BlockingIOError, PermissionError):  # another process has it
            return False
        except OSError:  # there are no locks: rather mixed lines than none
            return True
        return True

    def _unlock(self, byte: int) -> None:
        with suppress(OSError):
            fcntl.lockf(self.descriptor, fcntl.LOCK_UN, 1, byte)
