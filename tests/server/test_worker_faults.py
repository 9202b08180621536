"""Processes of a server are killed, stopped, or fail at their start: the service goes on, and ends when it should."""

import asyncio
import http.client
import os
import signal
import time
from contextlib import closing, suppress
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest
from running import Running, running, runs
from sqlalchemy.engine import make_url

from app.cli.exits import NOT_STARTED
from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True
TAKES_LONG = True
pytestmark = pytest.mark.proof

GARBAGE = "garbage"
SLOW_S = 7


def secrets(settings: Settings, folder: Path) -> dict[str, str]:
    """The keys for tokens in a folder of secrets, where a test can change them."""
    made = folder / "secrets"
    made.mkdir()
    (made / "KUMKM_TOKEN_KEYS").write_text(settings.key_variables()["KUMKM_TOKEN_KEYS"])
    return {"KUMKM_SECRETS_DIR": str(made), "KUMKM_TOKEN_KEYS": ""}


async def all_serve(server: Running, *, other_than: list[psutil.Process]) -> None:
    """As many serve as are wanted, and none of these."""
    gone = {each.pid for each in other_than}
    await server.comes(
        lambda: (
            len([each for each in server.workers() if each.pid not in gone]) == server.wanted == len(server.workers())
        )
    )
    await server.answers()


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


@pytest.mark.parametrize("unfit", ["port", "password", "database"])
async def test_a_reload_before_a_database_that_cannot_be_had_is_given_up(
    settings: Settings, tmp_path: Path, unfit: str
) -> None:
    folder = tmp_path / "secrets"
    variables = secrets(settings, tmp_path) | {"DATABASE_URL": ""}
    address, fit = folder / "DATABASE_URL", settings.database_url.get_secret_value()
    address.write_text(fit)
    url = make_url(fit)
    wrong = {
        "port": url.set(host="127.0.0.1", port=1, query={}),
        "password": url.set(username="nobody_of_that_name"),
        "database": url.set(database="no_such_database"),
    }
    with running(settings, tmp_path, variables=variables) as server:
        await server.until("started", 2)
        before = server.workers()
        address.write_text(wrong[unfit].render_as_string(hide_password=False))
        server.parent.send_signal(signal.SIGHUP)
        await server.until("reload_given_up", 1)
        assert server.workers() == before
        assert server.told("reloaded") == []
        assert (await server.ask("/readyz")).is_success
        address.write_text(fit)
        server.parent.send_signal(signal.SIGHUP)
        await server.until("reloaded", 1)
        await all_serve(server, other_than=before)


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


async def test_a_reload_with_unfit_settings_says_so_in_a_sentence_and_all_go_on(
    settings: Settings, tmp_path: Path
) -> None:
    with running(settings, tmp_path, variables=secrets(settings, tmp_path)) as server:
        keys = tmp_path / "secrets" / "KUMKM_TOKEN_KEYS"
        fit = keys.read_text()
        await server.until("started", 2)
        before = server.workers()
        keys.write_text(GARBAGE)
        server.parent.send_signal(signal.SIGHUP)
        await server.until("reload_given_up", 1)
        [failed], [given_up] = server.told("worker_failed"), server.told("reload_given_up")
        assert "token_keys" in failed["reason"]
        assert GARBAGE not in server.said()
        assert "Traceback" not in server.said()
        assert (given_up["with_new_settings"], given_up["with_old_settings"]) == ([], [each.pid for each in before])
        assert server.workers() == before

        keys.write_text(fit)
        server.parent.send_signal(signal.SIGHUP)
        await server.until("reloaded", 1)
        await all_serve(server, other_than=before)


async def test_a_worker_that_the_database_refuses_says_so_in_a_line(
    settings: Settings, tmp_path: Path, pg: asyncpg.Connection
) -> None:
    with running(settings, tmp_path) as server:
        await server.until("started", 2)
        before = server.workers()
        await pg.execute("DELETE FROM number_key")
        await pg.execute("INSERT INTO number_key (fingerprint, finished_at) VALUES ('of another', now())")
        server.parent.send_signal(signal.SIGHUP)
        await server.until("reload_given_up", 1)
        assert "Traceback" not in server.said()
        assert "KUMKM_NUMBER_KEYS" in server.said()
        assert server.workers() == before


async def test_a_reload_that_is_given_up_half_way_says_who_has_which_settings(
    settings: Settings, tmp_path: Path
) -> None:
    with running(settings, tmp_path, variables=secrets(settings, tmp_path)) as server:
        await server.until("started", 2)
        before = server.workers()
        server.parent.send_signal(signal.SIGHUP)
        await server.until("started", 3)
        (tmp_path / "secrets" / "KUMKM_TOKEN_KEYS").write_text(GARBAGE)
        await server.until("reload_given_up", 1)
        [line] = server.told("reload_given_up")
        assert line["with_old_settings"] == [before[-1].pid]
        assert line["with_new_settings"] == [server.told("worker_started")[2]["pid"]]
        await server.comes(lambda: len(server.workers()) == 2)


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
        assert len(said.splitlines()) < 10


async def test_workers_that_are_broken_off_at_their_start_fill_no_log(settings: Settings, tmp_path: Path) -> None:
    with running(settings, tmp_path, before=["sh", "-c", 'ulimit -n 13; exec "$@"', "sh"]) as server:
        await server.until("worker_ended", 1)
        await asyncio.sleep(5)
        assert len(server.said().splitlines()) < 20
        server.parent.terminate()
        await server.ended([])
