"""Log lines go out at once or wait in the process: who writes them never waits, and what is lost is counted."""

import json
import multiprocessing
import os
import pty
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.core import log_stream
from app.core.log_stream import MOST_KEPT, LogStream

LINE = json.dumps({"event": "request", "path": "/v1/sync/batches", "text": "x" * 200}) + "\n"
MANY = 3 * MOST_KEPT // len(LINE)


@contextmanager
def stream_to(descriptor: int) -> Iterator[LogStream]:
    with os.fdopen(descriptor, "w", closefd=False) as file:
        yield LogStream(file)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Who waits for the other end is ended: it would wait for ever."""
    timer = threading.Timer(seconds, os._exit, (70,))
    timer.start()
    yield
    timer.cancel()


def read_all(descriptor: int) -> bytes:
    os.set_blocking(descriptor, False)
    read = b""
    while True:
        try:
            piece = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            return read
        read += piece


def pipe() -> tuple[int, int]:
    return os.pipe()


def sockets() -> tuple[int, int]:
    here, there = socket.socketpair()
    return there.detach(), here.detach()


def terminal() -> tuple[int, int]:
    there, here = pty.openpty()
    return there, here


@pytest.mark.parametrize("made", [pipe, sockets, terminal])
def test_where_nobody_reads_who_writes_goes_on_and_what_was_lost_is_told(made: object) -> None:
    there, here = made()  # type: ignore[operator]  # one of the three above
    with stream_to(here) as stream, within(20):
        for _ in range(MANY):
            stream.write(LINE)
        got = b""
        while True:  # the reader goes on
            got += (piece := read_all(there))
            stream.flush()
            if not piece:
                break
    assert os.get_blocking(here), "other processes share it"
    *lines, last = got.decode().replace("\r\n", "\n").splitlines()
    assert set(lines) == {LINE.rstrip()}
    lost = json.loads(last)
    assert (lost["event"], lost["level"]) == ("log_lines_lost", "warning")
    assert len(lines) + lost["lines"] == MANY
    assert lost["lines"] > 0


def test_what_waits_comes_first_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_stream, "_widen", lambda _: None)
    there, here = pipe()
    lines = [f'{{"number": {number}, "text": "{"y" * (number % 9_000)}"}}\n' for number in range(100)]
    got = b""
    with stream_to(here) as stream, within(20):
        for line in lines:
            stream.write(line)
        while piece := read_all(there):
            got += piece
            stream.flush()
    assert got.decode().splitlines(keepends=True) == lines


def test_without_a_way_to_open_it_once_more_nobody_waits_either(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise PermissionError

    there, here = pipe()
    with monkeypatch.context() as patch, within(20):
        patch.setattr(log_stream.os, "open", refused)
        with stream_to(here) as stream:
            for _ in range(MANY):
                stream.write(LINE)
    assert read_all(there).startswith(LINE.encode())


def test_on_a_full_disk_and_without_a_reader_lines_are_lost(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        stream = LogStream(full)
        stream.write(LINE)
        stream.write(LINE)
    there, here = pipe()
    with stream_to(here) as stream:
        os.close(there)
        stream.write(LINE)
    with (tmp_path / "log").open("w") as file:
        stream = LogStream(file)
        stream.write(LINE)
        stream.write(b"bytes\n")
    assert (tmp_path / "log").read_text() == LINE + "bytes\n"


def test_a_copy_of_the_process_writes_nothing_a_second_time() -> None:
    there, here = pipe()
    with stream_to(here) as stream, within(20):
        for number in range(MANY // 2):
            stream.write(f"{number}\n" + LINE)
        copy = multiprocessing.get_context("fork").Process(target=stream.flush)
        got = read_all(there)
        copy.start()
        copy.join()
        assert read_all(there) == b""
        while True:
            stream.flush()
            if not (piece := read_all(there)):
                break
            got += piece
    numbers = [int(line) for line in got.decode().splitlines() if line.isdigit()]
    assert numbers == sorted(set(numbers))
