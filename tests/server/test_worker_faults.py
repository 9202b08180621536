"""Processes of a server are killed, stopped, or fail at their start: the service goes on, and ends when it should."""

import asyncio
import http.client
import json
import os
import signal
import time
from contextlib import closing, suppress
from pathlib import Path

import httpx
import psutil
import pytest
from running import Running, all_serve, running, runs, secrets

from app.cli.exits import NOT_STARTED
from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True
TAKES_LONG = True
pytestmark = pytest.mark.proof

GARBAGE = "garbage"
SLOW_S = 7


async def test_whatever_is_killed_again_and_again_the_service_comes_back(settings: Settings, tmp_path: Path) -> None:
    with running(settings, tmp_path) as server:
        killed: list[psutil.Process] = []
        await server.comes(lambda: bool(server.below()))
        for pause in (0.1, 0.1, 1.0, 1.5):  # the first ones while they load
            await server.comes(lambda: bool(server.below()))
            killed += (now := server.below())
            for each in now:
                each.kill()
            await asyncio.sleep(pause)
        await all_serve(server, other_than=killed)
        ended = server.told("worker_ended")
        assert {line["pid"] for line in ended} == {each.pid for each in killed}
        assert {(line["exit_code"], line["signal"]) for line in ended} == {(None, "SIGKILL")}


async def test_a_killed_worker_is_replaced_while_all_others_are_stopped(settings: Settings, tmp_path: Path) -> None:
    with running(settings, tmp_path, variables={"KUMKM_WORKER_SILENT_S": "5"}) as server:
        await server.until("started", 2)
        first, *others = server.workers()
        below = server.below()
        for each in below:
            if each != first:
                each.suspend()
        first.kill()
        await server.until("worker_started", 3)
        await server.until("worker_silent", len(others))
        await all_serve(server, other_than=below)


async def test_the_parent_ends_in_time_with_all_that_are_stopped(settings: Settings, tmp_path: Path) -> None:
    with running(settings, tmp_path, variables={"KUMKM_SHUTDOWN_S": "1"}) as server:
        await server.until("started", 2)
        below = server.below()
        for each in below:
            each.suspend()
        server.parent.terminate()
        await server.ended(below, within_s=9)
        assert {line["pid"] for line in server.told("worker_killed")} == {each.pid for each in below}


async def test_an_end_goes_before_all_reloads(settings: Settings, tmp_path: Path) -> None:
    with running(settings, tmp_path, 3) as server:
        await server.until("started", 3)
        for _ in range(20):
            server.parent.send_signal(signal.SIGHUP)
            await asyncio.sleep(0.05)
        below = server.below()
        server.parent.terminate()
        await server.ended(below, within_s=8)


async def test_reloads_that_come_meanwhile_are_one(settings: Settings, tmp_path: Path) -> None:
    with running(settings, tmp_path) as server:
        await server.until("started", 2)
        for _ in range(10):
            server.parent.send_signal(signal.SIGHUP)
            await asyncio.sleep(0.05)
        await server.until("reloaded", 1)
        assert len(server.told("worker_started")) <= 2 + 3, "one more may have begun between two of them"


def asked_twice(port: int) -> bool:
    """Whether the connection was kept for the second request."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        used = set()
        for _ in range(2):
            connection.request("GET", "/healthz")
            used.add(connection.sock)
            assert connection.getresponse().read()
        return len(used) == 1


@pytest.mark.parametrize("broken", ["disk", "pipe"])
async def test_a_log_that_cannot_be_written_is_lost_and_nothing_else(
    settings: Settings, tmp_path: Path, broken: str
) -> None:
    log = Path("/dev/full")
    if broken == "pipe":
        log, reader = pipe_in(tmp_path)
    with running(settings, tmp_path, log=log) as server:
        await server.answers()
        if broken == "pipe":
            os.close(reader)
        assert await asyncio.to_thread(asked_twice, server.port)
        before = server.below()
        await goes_on_and_ends(server, before)


async def goes_on_and_ends(server: Running, before: list[psutil.Process]) -> None:
    """A killed worker is replaced, requests are answered, and the whole ends in time."""
    before[-1].kill()
    await server.comes(lambda: len(server.below()) == len(before) and not runs(before[-1]))
    assert (await server.ask("/readyz")).is_success
    below = server.below()
    server.parent.terminate()
    await server.ended(below, within_s=8)


def pipe_in(folder: Path) -> tuple[Path, int]:
    """A pipe for a log, and its reader."""
    log = folder / "pipe"
    os.mkfifo(log)
    return log, os.open(log, os.O_RDONLY | os.O_NONBLOCK)


async def test_a_log_that_nobody_reads_holds_nobody_up(settings: Settings, tmp_path: Path) -> None:
    log, reader = pipe_in(tmp_path)
    with running(settings, tmp_path, log=log) as server, httpx.Client(base_url=server.url, timeout=10) as client:
        await server.answers()
        fill(log)
        for _ in range(200):
            assert (await asyncio.to_thread(client.get, "/v1/me")).status_code == 401
        before = server.below()
        await goes_on_and_ends(server, before)
    os.close(reader)


def fill(log: Path) -> None:
    """Write into a pipe until it takes no more."""
    writer = os.open(log, os.O_WRONLY | os.O_NONBLOCK)
    with closing(os.fdopen(writer, "wb", buffering=0)) as pipe, suppress(BlockingIOError):
        while pipe.write(b"x" * 4_095 + b"\n") is not None:
            pass


@pytest.mark.parametrize("workers", [1, 2])
async def test_what_waits_for_a_reader_goes_out_before_the_server_has_ended(
    settings: Settings, tmp_path: Path, workers: int
) -> None:
    log, reader = pipe_in(tmp_path)
    with (
        running(settings, tmp_path, workers, log=log) as server,
        httpx.Client(base_url=server.url, timeout=10) as client,
    ):
        await server.answers()
        fill(log)
        for number in range(50):
            name = {"X-Request-ID": f"request-{number:05}"}
            assert (await asyncio.to_thread(client.get, "/v1/me", headers=name)).status_code == 401
        server.parent.terminate()
        said = b""
        os.set_blocking(reader, True)
        while piece := await asyncio.to_thread(os.read, reader, 1 << 16):
            said += piece
        await asyncio.to_thread(server.parent.wait, 20)
    os.close(reader)
    lines = [json.loads(line) for line in said.splitlines() if line.startswith(b"{")]
    asked = [
        line["trace_id"] for line in lines if line["event"] == "request" and line["trace_id"].startswith("request-")
    ]
    assert sorted(asked) == [f"request-{number:05}" for number in range(50)]
    assert [line["event"] for line in lines].count("stopped") == workers


async def test_a_server_without_standard_streams_serves_and_reloads(settings: Settings, tmp_path: Path) -> None:
    closing = ["sh", "-c", 'exec "$@" 0<&- 1>&- 2>&-', "sh"]
    with running(settings, tmp_path, before=closing) as server:
        await server.answers()
        before = server.below()
        server.parent.send_signal(signal.SIGHUP)
        await server.comes(lambda: len(server.below()) == 2 and not set(server.below()) & set(before))
        await server.answers()
        below = server.below()
        server.parent.terminate()
        await server.ended(below, within_s=10)


@pytest.mark.parametrize("sent", [signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGQUIT])
async def test_what_comes_to_the_whole_group_ends_no_worker(
    settings: Settings, tmp_path: Path, sent: signal.Signals
) -> None:
    with running(settings, tmp_path) as server:
        await server.until("started", 2)
        before = server.workers()
        os.killpg(server.parent.pid, sent)
        if sent == signal.SIGHUP:
            await server.until("reloaded", 1)
        else:
            await asyncio.sleep(1)
            assert server.workers() == before
        assert server.told("worker_ended") == []
        await server.answers()


async def test_the_parent_reaps_children_that_it_did_not_begin(settings: Settings, tmp_path: Path) -> None:
    """As the first process of a container it gets those whose parents ended."""
    with running(settings, tmp_path, before=["sh", "-c", 'sleep 1 & exec "$@"', "sh"]) as server:
        await server.until("started", 2)
        await server.comes(lambda: len(psutil.Process(server.parent.pid).children()) == len(server.below()))
        assert server.told("worker_ended") == []


async def test_a_worker_has_five_times_as_long_to_load_in_a_reload(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        f"import os, time\nos.path.exists({str(tmp_path / 'slow')!r}) and time.sleep({SLOW_S})"
    )
    with running(settings, tmp_path, variables={"KUMKM_WORKER_SILENT_S": "5", "PYTHONPATH": str(tmp_path)}) as server:
        await server.until("started", 2)
        before = server.workers()
        (tmp_path / "slow").touch()
        before[1].suspend()
        begun = time.monotonic()
        server.parent.send_signal(signal.SIGHUP)
        await server.until("reloaded", 1)
        assert time.monotonic() - begun > SLOW_S
        await all_serve(server, other_than=before)


async def test_workers_that_die_at_their_start_begin_again_after_longer_and_longer_pauses(
    settings: Settings, tmp_path: Path
) -> None:
    with running(settings, tmp_path, variables=secrets(settings, tmp_path)) as server:
        keys = tmp_path / "secrets" / "KUMKM_TOKEN_KEYS"
        fit = keys.read_text()
        await server.until("started", 2)
        first, second = server.workers()
        keys.write_text(GARBAGE)
        first.kill()
        await asyncio.sleep(6)
        assert 2 <= len(server.told("worker_failed")) <= 4
        assert (await server.ask("/readyz")).is_success, "the other one goes on"
        keys.write_text(fit)
        await server.until("started", 3)
        assert second in server.workers()


@pytest.mark.parametrize("most", ["16", "24"])
async def test_with_too_few_descriptors_it_ends_with_a_sentence(settings: Settings, tmp_path: Path, most: str) -> None:
    with running(settings, tmp_path, before=["sh", "-c", f'ulimit -n {most}; exec "$@"', "sh"]) as server:
        assert await asyncio.to_thread(server.parent.wait, 30) == NOT_STARTED
        said = server.said()
        assert "Traceback" not in said
        assert "Too many open files" in said
        assert "never awaited" not in said
        assert len(said.splitlines()) < 10


async def test_workers_that_are_broken_off_at_their_start_fill_no_log(settings: Settings, tmp_path: Path) -> None:
    with running(settings, tmp_path, before=["sh", "-c", 'ulimit -n 13; exec "$@"', "sh"]) as server:
        await server.until("worker_ended", 1)
        await asyncio.sleep(5)
        assert len(server.said().splitlines()) < 20
        server.parent.terminate()
        await server.ended([])
