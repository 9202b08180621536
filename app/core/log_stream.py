"""Where log lines go: out at once where that is possible, and never so that who writes them has to wait.

A server that waits for its log stands still with it. A pipe, a socket or a terminal whose other end hangs (a log
shipper, a paused terminal) takes no more after some 64 KiB, and every further write would wait for it.
"""

import fcntl
import os
import select
import socket
import stat
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from io import UnsupportedOperation
from threading import Lock
from typing import Any, TextIO

import orjson

MOST_KEPT = 1 << 20
"""Bytes of lines that wait in the process, and that a pipe is asked to hold."""

_AT_ONCE = select.PIPE_BUF
"""So many bytes enter a pipe together, or not at all: lines of several processes do not mix."""

Send = Callable[[bytes], int]


class LogStream:
    """Standard error without a buffer of Python's. What it cannot take now waits for the next line, up to `MOST_KEPT`
    bytes. What cannot wait either, or cannot be written (a full disk, a pipe without a reader), is lost and counted:
    when lines get through again, one of them says how many (`log_lines_lost`).
    """

    def __init__(self, stream: TextIO) -> None:
        stream.flush()
        self._send = _send_to(stream)
        self._kept = deque[bytes]()
        self._size = self._lost = 0
        self._lock = Lock()
        os.register_at_fork(after_in_child=self._forget)

    def write(self, line: bytes | str) -> None:
        """Write a whole line, with its end."""
        data = line if isinstance(line, bytes) else line.encode("utf-8", "backslashreplace")
        with self._lock:
            if self._size + len(data) > MOST_KEPT:
                self._lost += 1
            else:
                self._kept.append(data)
                self._size += len(data)
            self._write_what_waits()

    def flush(self) -> None:
        """Write what waits, as far as it is taken now."""
        with self._lock:
            self._write_what_waits()

    def _write_what_waits(self) -> None:
        try:
            while self._kept:
                written = self._send(self._kept[0][:_AT_ONCE])
                self._size -= written
                if rest := self._kept.popleft()[written:]:
                    self._kept.appendleft(rest)
            if self._lost:
                self._send(_told_of_lost(self._lost))
                self._lost = 0
        except BlockingIOError:
            return
        except OSError:
            self._lost += len(self._kept)
            self._forget_kept()

    def _forget_kept(self) -> None:
        self._kept.clear()
        self._size = 0

    def _forget(self) -> None:
        """What waits in a process is written by that process, and not by its copies as well. Whatever thread wrote just
        then is not in the copy, and would leave the lock taken."""
        self._lock = Lock()
        self._forget_kept()
        self._lost = 0


def _told_of_lost(lines: int) -> bytes:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return orjson.dumps({"lines": lines, "event": "log_lines_lost", "level": "warning", "timestamp": now}) + b"\n"


def _send_to(stream: TextIO) -> Send:
    raw: Any = getattr(stream.buffer, "raw", stream.buffer)
    try:
        descriptor = stream.fileno()
    except UnsupportedOperation:  # a test's
        return lambda data: raw.write(data) or len(data)
    opened = os.fstat(descriptor)
    return _send_at_once(descriptor, opened.st_mode, opened.st_dev, opened.st_ino)


@lru_cache(maxsize=8)
def _send_at_once(descriptor: int, mode: int, _device: int, _inode: int) -> Send:
    """What writes there without waiting. The flag that makes writes return at once belongs to what is open, which other
    processes share, such as the shell: so a pipe and a terminal are opened once more, for this process alone.
    """
    if stat.S_ISSOCK(mode):
        line = socket.socket(fileno=os.dup(descriptor))
        return lambda data: line.send(data, socket.MSG_DONTWAIT)
    if not stat.S_ISFIFO(mode) and not (stat.S_ISCHR(mode) and os.isatty(descriptor)):
        return lambda data: os.write(descriptor, data)
    if stat.S_ISFIFO(mode):
        _widen(descriptor)
    try:
        own = os.open(f"/proc/self/fd/{descriptor}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:  # no /proc, or it belongs to another user
        return lambda data: _write_where_there_is_room(descriptor, data)
    return lambda data: os.write(own, data)


def _widen(descriptor: int) -> None:
    """Have a pipe hold more, where the system lets it: a reader that pauses for a moment then costs nothing."""
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, MOST_KEPT)  # Linux
    except (AttributeError, OSError):
        return


def _write_where_there_is_room(descriptor: int, data: bytes) -> int:
    """Write if it can be done at once. Another process may take the room in between; then it waits after all."""
    waiting = select.poll()
    waiting.register(descriptor, select.POLLOUT)
    if not waiting.poll(0):
        raise BlockingIOError
    return os.write(descriptor, data)
