"""Log lines go out at once or wait in the process: who writes them never waits, and what is lost is counted."""

import json
import multiprocessing
import os
import pty
import signal
import threading
import time
from pathlib import Path

import pytest
from log_ends import pipe, sockets, stream_to, within

from app.core import log_stream
from app.core.log_stream import LEAVING_S, MOST_KEPT, LogStream, write_what_waits

LINE = json.dumps({"event": "request", "path": "/v1/sync/batches", "text": "x" * 200}) + "\n"
MANY = 3 * MOST_KEPT // len(LINE)


def read_all(descriptor: int) -> bytes:
    os.set_blocking(descriptor, False)
    read = b""
    while True:
        try:
            piece = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            return read
        read += piece


def read_until(descriptor: int, end: bytes, behind: bytes = b"") -> bytes:
    """What comes, up to this, and this behind that."""
    read = b""
    while not (read.endswith(end) and behind in read):
        read += read_all(descriptor).replace(b"\r\n", b"\n")  # as a terminal has it
        time.sleep(0.001)
    return read


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
        copy.start()
        copy.join()
        got = read_until(there, f"{MANY // 2 - 1}\n{LINE}".encode())
    numbers = [int(line) for line in got.decode().splitlines() if line.isdigit()]
    assert numbers == list(range(MANY // 2))


@pytest.mark.parametrize("made", [pipe, sockets, terminal])
def test_what_waits_goes_out_by_itself_when_there_is_room(made: object) -> None:
    there, here = made()  # type: ignore[operator]  # one of the three above
    with stream_to(here) as stream, within(20):
        for number in range(MANY // 4):
            stream.write(f"{number}\n" + LINE)
        got = read_until(there, f"{MANY // 4 - 1}\n{LINE}".encode())
    numbers = [int(line) for line in got.decode().splitlines() if line.isdigit()]
    assert numbers == list(range(MANY // 4))


def test_what_waits_keeps_no_signal_from_who_waits_for_it() -> None:
    there, here = sockets()
    with stream_to(here) as stream, within(20):
        for _ in range(MANY // 4):
            stream.write(LINE)
        [*_, looking] = [each for each in threading.enumerate() if each.name == "log" and each.native_id is not None]
        status = Path(f"/proc/self/task/{looking.native_id}/status").read_text()
        blocked = int(status.partition("SigBlk:")[2].split()[0], 16)
        for sent in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            assert blocked >> (sent - 1) & 1
        while looking.is_alive():
            read_all(there)


def ended_with_lines(here: int, number: int) -> int:
    """A process that writes so many lines and ends; its id."""
    if pid := os.fork():
        return pid
    with stream_to(here) as stream:
        for each in range(number):
            stream.write(f"{each}\n" + LINE)
        write_what_waits()
    os._exit(0)


def test_a_process_that_ends_waits_for_its_reader_for_a_moment() -> None:
    there, here = sockets()
    with within(20):
        pid = ended_with_lines(here, MANY // 4)
        time.sleep(LEAVING_S / 4)
        got = read_until(there, f"{MANY // 4 - 1}\n{LINE}".encode())
        assert os.waitpid(pid, 0)[1] == 0
    assert [int(line) for line in got.decode().splitlines() if line.isdigit()] == list(range(MANY // 4))


def test_what_a_process_could_not_write_before_its_end_another_one_says() -> None:
    there, here = sockets()
    with stream_to(here) as stream, within(20):
        stream.write("first\n")  # it is the one place for both
        begun = time.monotonic()
        os.waitpid(ended_with_lines(here, MANY // 4), 0)
        assert time.monotonic() - begun < LEAVING_S + 4
        got = read_all(there)
        stream.write("last\n")
        got += read_until(there, b"}\n", behind=b"last\n")
    lines = got.decode().splitlines()
    [lost] = [json.loads(line) for line in lines if "log_lines_lost" in line]
    whole = [line for line in lines if line.isdigit() and f"{line}\n{LINE}" in got.decode()]
    assert len(whole) + lost["lines"] == MANY // 4
    assert lines[-2] == "last", "on a line of its own"
