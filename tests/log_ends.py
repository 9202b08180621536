"""Ends of what log lines are written to, and a bound for who waits at one."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.core.log_stream import LogStream


def pipe() -> tuple[int, int]:
    return os.pipe()


def sockets() -> tuple[int, int]:
    here, there = socket.socketpair()
    return there.detach(), here.detach()


@contextmanager
def stream_to(descriptor: int) -> Iterator[LogStream]:
    with os.fdopen(descriptor, "w", closefd=False) as file:
        yield LogStream(file)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Who waits for the other end is ended: it would wait for ever."""
    timer = threading.Timer(seconds, os._exit, (70,))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
