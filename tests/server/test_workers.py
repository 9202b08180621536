"""Several server processes behind one port: all stay, one that dies is replaced, and figures are those of all."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psutil
import pytest
from processes import environment_of
from running import Running, running, runs

from app.cli.exits import NOT_STARTED
from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True
TAKES_LONG = True
WORKERS = 4


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
    with running(settings, tmp_path, WORKERS) as made:
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

    living = server.below()
    assert {each.pid for each in living} == {line["pid"] for line in server.told("worker_started")} - {fallen}
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
    copied = psutil.Process(server.parent.pid)
    assert workers == copied.children()
    assert copied.num_threads() == 1, "a copy would not have the others, and what they hold stays locked"
    loading = sum(copied.cpu_times()[:2])
    assert max(sum(each.cpu_times()[:2]) for each in workers) < loading / 2
    assert max(each.memory_full_info().uss for each in workers) < copied.memory_info().rss / 2
    ids = {(await server.ask("/healthz")).headers["X-Request-ID"] for _ in range(8 * WORKERS)}
    assert len(ids) == 8 * WORKERS, "random numbers are each worker's own"


@pytest.mark.proof
@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_for_the_whole_group_ends_all_in_order(server: Running, asked: signal.Signals) -> None:
    begun = server.below()
    os.killpg(server.parent.pid, asked)
    await server.ended(begun)
    assert len(server.told("stopped")) == WORKERS


@pytest.mark.proof
async def test_an_interrupt_after_the_parents_word_drops_nothing(server: Running) -> None:
    workers = server.workers()
    for asked in (signal.SIGTERM, signal.SIGINT):  # in this order uvicorn would not wait for what was begun
        for each in workers:
            os.kill(each.pid, asked)
    server.parent.terminate()
    await server.ended(workers)
    stopped = len(server.told("stopped"))
    assert stopped == len(server.told("started")) >= WORKERS


@pytest.mark.proof
async def test_who_comes_while_the_last_requests_are_answered_is_refused_at_once(server: Running) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as slow:
        form = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 8000\r\n\r\na"
        slow.sendall(b"POST /v1/auth/token HTTP/1.1\r\nHost: a\r\n" + form)
        await asyncio.sleep(0.2)
        server.parent.terminate()
        await asyncio.sleep(1)
        assert server.parent.poll() is None, "a request is on its way"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port), timeout=5)


@pytest.mark.proof
async def test_one_that_does_not_serve_yet_goes_before_one_that_serves(server: Running) -> None:
    before = server.workers()
    server.parent.send_signal(signal.SIGTTIN)
    await server.until("worker_started", WORKERS + 1)
    server.parent.send_signal(signal.SIGTTOU)
    await server.comes(lambda: len(server.told("signal")) == 2 and len(server.workers()) == WORKERS)
    assert server.workers() == before


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
@pytest.mark.parametrize("workers", ["1", "2"])
async def test_an_address_that_cannot_be_had_ends_the_server_with_a_sentence(settings: Settings, workers: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for host, why in (("127.0.0.1", "Address already in use"), ("203.0.113.1", "Cannot assign requested address")):
            command = [sys.executable, "-m", "app.cli", "serve", "--workers", workers, "--host", host]
            ended = await asyncio.to_thread(
                subprocess.run, [*command, "--port", str(port)], env=environment_of(settings), capture_output=True
            )
            assert ended.returncode == NOT_STARTED
            assert ended.stderr.decode() == f"kumkm: port {port} of {host}: {why}.\n"
