"""Lines of several processes that write to one place are whole: none is within another, however they end."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest
from log_ends import pipe, sockets, stream_to, within

from app.core import log_turns
from app.core.log_stream import LogStream, write_what_waits
from app.core.log_turns import Turns

PROCESSES, LINES = 4, 60
MIDDLE = 300_000
"""Bytes of a line that no socket takes at once."""


def line_of(process: int, number: int) -> str:
    """Of any length, and each byte of it says whose it is."""
    length = random.Random(process * 10_000 + number).choice((10, 300, 4_090, 9_000, 40_000))
    return f"{process} {number} {chr(97 + process) * length}\n"


def network() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        here = socket.create_connection(listening.getsockname())
        there, _ = listening.accept()
    return there.detach(), here.detach()


@pytest.mark.parametrize("made", [pipe, sockets, network])
def test_each_line_of_several_processes_is_whole(made: object) -> None:
    there, here = made()  # type: ignore[operator]  # one of the three above
    with within(60), stream_to(here) as stream:
        pids = []
        for process in range(PROCESSES):
            pids.append(os.fork())
            if not pids[-1]:
                for number in range(LINES):
                    stream.write(line_of(process, number))
                write_what_waits(50)
                os._exit(0)
        lines: list[str] = []
        reading = threading.Thread(target=lambda: lines.extend(read_lines(there, PROCESSES * LINES)))
        reading.start()
        assert [os.waitpid(pid, 0)[1] for pid in pids] == [0] * PROCESSES
        reading.join()
    assert Counter(lines) == Counter(
        line_of(process, number) for process in range(PROCESSES) for number in range(LINES)
    )
    for process in range(PROCESSES):
        mine = [line for line in lines if line.startswith(f"{process} ")]
        assert mine == [line_of(process, number) for number in range(LINES)], "in their order"


def read_lines(descriptor: int, number: int) -> list[str]:
    """So many lines, in pieces that end anywhere."""
    read, sizes = b"", random.Random(1)
    while read.count(b"\n") < number:
        read += os.read(descriptor, sizes.randint(1, 20_000))
    return read.decode().splitlines(keepends=True)


def in_the_middle(stream: LogStream) -> int:
    """A process that has written a part of a line; its id."""
    ready, told = os.pipe()
    if not (pid := os.fork()):
        stream.write("a" * MIDDLE + "\n")
        os.write(told, b"x")
        time.sleep(60)
        os._exit(0)
    os.read(ready, 1)
    return pid


def test_behind_the_line_of_a_killed_process_others_begin_on_their_own() -> None:
    there, here = sockets()
    with within(20), stream_to(here) as stream:
        pid = in_the_middle(stream)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        stream.write("b\n")
        part, mine = read_lines(there, 2)
    assert mine == "b\n"
    assert set(part) == {"a", "\n"}


def test_a_stopped_process_bars_nobody_for_ever_and_its_rest_is_not_written_behind_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(log_turns, "PATIENCE_S", 0.3)
    there, here = sockets()
    with within(20), stream_to(here) as stream:
        pid = in_the_middle(stream)
        os.kill(pid, signal.SIGSTOP)
        os.waitpid(pid, os.WUNTRACED)
        stream.write("b\n")
        part, mine = read_lines(there, 2)
        os.kill(pid, signal.SIGCONT)
        [lost] = read_lines(there, 1)
        stream.write("c\n")
        assert read_lines(there, 1) == ["c\n"]
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    assert mine == "b\n"
    assert len(part) < MIDDLE
    assert '"lines":1,"event":"log_lines_lost"' in lost


def test_who_goes_on_slowly_keeps_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_turns, "PATIENCE_S", 0.05)
    one = Turns()
    other = Turns(os.dup(one.descriptor))
    assert one.take()
    one.wrote(torn=True)
    for _ in range(5):
        other.barred()
        time.sleep(0.06)
        one.wrote(torn=True)
    other.barred()
    assert one.is_mine
    time.sleep(0.06)
    other.barred()
    assert not one.is_mine


SPAWNED = """
import sys
from app.core.log_stream import LogStream, take_turns
take_turns(sys.stderr, int(sys.argv[1]))
LogStream(sys.stderr).write("b\\n")
"""


def test_a_process_that_is_no_copy_takes_turns_as_well() -> None:
    there, here = sockets()
    with within(30), stream_to(here) as stream:
        stream.write("a" * MIDDLE + "\n")
        command = [sys.executable, "-c", SPAWNED, str(stream.turns)]
        begun = subprocess.Popen(command, stderr=here, pass_fds=[stream.turns])
        time.sleep(0.2)
        lines = read_lines(there, 2)
        assert begun.wait() == 0
    assert lines == ["a" * MIDDLE + "\n", "b\n"]


def test_where_there_are_no_locks_lines_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(log_turns.fcntl, "lockf", no_locks)
    turns = Turns()
    assert turns.take()
    turns.give_back()
    assert turns.take()


def test_what_is_lost_is_taken_once() -> None:
    turns = Turns()
    other = Turns(os.dup(turns.descriptor))
    turns.leave_lost(2)
    other.leave_lost(3)
    assert (turns.take_lost(), other.take_lost()) == (5, 0)
