"""Several server processes behind one port: all stay, one that dies is replaced, and figures are those of all."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
from processes import environment_of, free_port
from shapes import Json

from app.cli.workers import Workers
from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True
TAKES_LONG = True
WORKERS = 4


def runs(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


class Running:
    """A server with its log."""

    def __init__(self, environment: dict[str, str], port: int, log: Path) -> None:
        self.url, self.log = f"http://127.0.0.1:{port}", log
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port), "--workers", str(WORKERS)]
        with log.open("wb") as told:
            self.parent = subprocess.Popen(command, env=environment, stdout=told, stderr=told, start_new_session=True)

    def told(self, event: str) -> list[Json]:
        """The lines of the log of this kind; each line of it is JSON."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines(keepends=True) if line.endswith("\n")]
        return [line for line in lines if line["event"] == event]

    async def until(self, event: str, times: int) -> None:
        for _ in range(4_000):
            assert self.parent.poll() is None, self.log.read_text()
            if len(self.told(event)) >= times:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(self.log.read_text())

    async def ask(self, path: str) -> httpx.Response:
        """On a connection of its own, so that any worker may answer."""
        async with httpx.AsyncClient(base_url=self.url, timeout=30) as client:
            return await client.get(path)

    async def ended(self, begun: list[psutil.Process]) -> None:
        assert await asyncio.to_thread(self.parent.wait, 30) == 0
        _, left = await asyncio.to_thread(psutil.wait_procs, begun, timeout=20)
        assert left == []

    def below(self) -> list[psutil.Process]:
        """All processes that the parent began, and that those began."""
        return psutil.Process(self.parent.pid).children(recursive=True)

    def workers(self) -> list[psutil.Process]:
        """Those that run and are in the log."""
        told = {line["pid"] for line in self.told("worker_started")}
        return [each for each in self.below() if each.pid in told and each.status() != psutil.STATUS_ZOMBIE]

    async def figures(self, name: str) -> set[str]:
        """The figure as several workers tell it."""
        told = [(await self.ask("/metrics")).text for _ in range(8)]
        return {line for text in told for line in text.splitlines() if line.startswith(name)}


@contextmanager
def running(settings: Settings, folder: Path) -> Iterator[Running]:
    made = Running(environment_of(settings, TMPDIR=str(folder)), free_port(), folder / "log")
    try:
        yield made
    finally:
        made.parent.kill()
        made.parent.wait()


@pytest.fixture
def busy() -> Iterator[Callable[[], None]]:
    """A machine on which others compute, until that is called: who loads the app beside them on two cores is silent for
    many seconds."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range((os.cpu_count() or 2) // 2)]

    def end() -> None:
        for process in others:
            process.kill()
            process.wait()

    yield end
    end()


@pytest.fixture
async def server(settings: Settings, tmp_path: Path) -> AsyncIterator[Running]:
    """All of its workers have begun."""
    with running(settings, tmp_path) as made:
        await made.until("started", WORKERS)
        yield made


@pytest.mark.proof
async def test_all_workers_stay_on_a_busy_machine_and_one_that_dies_is_replaced_and_told(
    busy: Callable[[], None], server: Running
) -> None:
    assert server.told("worker_ended") == server.told("worker_silent") == []
    busy()
    sent = 40
    answers = await asyncio.gather(*(server.ask("/healthz") for _ in range(sent)))
    assert {answer.status_code for answer in answers} == {200}
    healthz = 'kumkm_requests_total{method="GET",route="/healthz",status="200"}'
    assert await server.figures(healthz) == {f"{healthz} {sent}.0"}, "whoever is asked tells what all were sent"
    assert await server.figures("kumkm_pool_size") == {f"kumkm_pool_size {8.0 * WORKERS}"}

    fallen = server.told("worker_started")[0]["pid"]
    os.kill(fallen, signal.SIGKILL)
    await server.until("started", WORKERS + 1)
    [line] = server.told("worker_ended")
    assert (line["pid"], line["signal"]) == (fallen, "SIGKILL")
    assert server.told("worker_started")[-1]["instead_of"] == fallen
    assert await server.figures(healthz) == {f"{healthz} {sent}.0"}, "what the fallen one counted stays"
    assert await server.figures("kumkm_pool_size") == {f"kumkm_pool_size {8.0 * WORKERS}"}, "it is not counted twice"

    living = {each.pid for each in server.below()}
    assert living > {line["pid"] for line in server.told("worker_started")} - {fallen}
    server.parent.kill()
    server.parent.wait()
    for _ in range(400):
        if not any(map(runs, living)):
            break
        await asyncio.sleep(0.05)
    else:
        raise AssertionError("workers outlive their parent, and keep its port")


@pytest.mark.proof
async def test_a_worker_is_a_copy_that_begins_soon_and_shares_memory(server: Running) -> None:
    workers = server.workers()
    assert len({each.ppid() for each in workers}) == 1
    copied = workers[0].parent()
    assert copied is not None
    assert copied.ppid() == server.parent.pid
    assert copied.num_threads() == 1, "a copy would not have the others, and what they hold stays locked"
    loading = sum(copied.cpu_times()[:2])
    assert max(sum(each.cpu_times()[:2]) for each in workers) < loading / 2
    assert max(each.memory_full_info().uss for each in workers) < copied.memory_info().rss / 2
    ids = {(await server.ask("/healthz")).headers["X-Request-ID"] for _ in range(8 * WORKERS)}
    assert len(ids) == 8 * WORKERS, "random numbers are each worker's own"


@pytest.mark.proof
async def test_all_goes_on_without_the_process_that_workers_are_copies_of(server: Running) -> None:
    before = server.workers()
    copied = before[0].parent()
    assert copied is not None
    copied.kill()
    await server.until("started", 2 * WORKERS)
    await server.until("stopped", WORKERS)
    await asyncio.to_thread(psutil.wait_procs, before, timeout=20)
    assert not any(each.is_running() for each in before)
    assert len(server.workers()) == WORKERS
    assert (await server.ask("/readyz")).is_success


@pytest.mark.proof
@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_for_the_whole_group_ends_all_in_order(server: Running, asked: signal.Signals) -> None:
    begun = server.below()
    os.killpg(server.parent.pid, asked)
    await server.ended(begun)
    assert len(server.told("stopped")) == WORKERS


@pytest.mark.proof
async def test_a_hangup_has_each_worker_load_the_app_as_it_is_now(server: Running) -> None:
    before = server.below()
    server.parent.send_signal(signal.SIGHUP)
    await server.until("stopped", WORKERS)
    after = [each for each in server.below() if each not in before]
    assert [each.ppid() for each in after] == [server.parent.pid] * WORKERS
    assert (await server.ask("/readyz")).is_success
    server.parent.terminate()
    await server.ended([*before, *after])


@pytest.mark.proof
async def test_an_address_that_cannot_be_had_ends_the_server_with_a_code(settings: Settings) -> None:
    command = [sys.executable, "-m", "app.cli", "serve", "--workers", "2", "--host", "203.0.113.1"]
    ended = await asyncio.to_thread(subprocess.run, command, env=environment_of(settings), capture_output=True)
    assert ended.returncode == 3
    assert b"Traceback" not in ended.stderr


def test_the_parent_is_the_one_that_uvicorn_would_use() -> None:
    """It takes over three methods of uvicorn's; a newer uvicorn without them would not call ours."""
    assert {"init_processes", "keep_subprocess_alive", "handle_hup"} <= set(vars(Workers.__mro__[1]))
