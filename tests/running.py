"""A server of several processes with its log, as `kumkm serve --workers` starts it."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType

import httpx
import psutil
from processes import environment_of, free_port
from shapes import Json

from app.core.settings import Settings


def runs(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Running:
    """A server with its log."""

    def __init__(self, environment: dict[str, str], log: Path, workers: int, before: Sequence[str] = ()) -> None:
        self.port, self.log, self.wanted = free_port(), log, workers
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(self.port), "--workers", str(workers)]
        with log.open("wb") as lines:
            self.parent = subprocess.Popen(
                [*before, *command], env=environment, stdout=lines, stderr=lines, start_new_session=True
            )

    def said(self) -> str:
        """The log, where it is a file."""
        return self.log.read_text() if self.log.is_file() else ""

    def told(self, event: str) -> list[Json]:
        """The lines of the log of this kind; each line of it is JSON."""
        lines = [json.loads(line) for line in self.said().splitlines(keepends=True) if line.endswith("\n")]
        return [line for line in lines if line["event"] == event]

    async def comes(self, condition: Callable[[], bool]) -> None:
        for _ in range(1_200):
            assert self.parent.poll() is None, self.said()
            if condition():
                return
            await asyncio.sleep(0.05)
        raise AssertionError(self.said())

    async def until(self, event: str, times: int) -> None:
        await self.comes(lambda: len(self.told(event)) >= times)

    async def ask(self, path: str) -> httpx.Response:
        """On a connection of its own, so that any worker may answer."""
        async with httpx.AsyncClient(base_url=self.url, timeout=30) as client:
            return await client.get(path)

    async def answers(self) -> None:
        """Wait until somebody listens and is ready."""
        for _ in range(1_200):
            with suppress(httpx.TransportError):
                if (await self.ask("/readyz")).is_success:
                    return
            await asyncio.sleep(0.05)
        raise AssertionError(self.said())

    async def ended(self, begun: list[psutil.Process], within_s: float = 30) -> None:
        assert await asyncio.to_thread(self.parent.wait, within_s) == 0
        _, left = await asyncio.to_thread(psutil.wait_procs, begun, timeout=20)
        assert left == []

    def below(self) -> list[psutil.Process]:
        """All processes that the parent began, and that those began."""
        return [each for each in psutil.Process(self.parent.pid).children(recursive=True) if runs(each)]

    def workers(self) -> list[psutil.Process]:
        """Those that run and are in the log."""
        told = {line["pid"] for line in self.told("worker_started")}
        return [each for each in self.below() if each.pid in told]

    async def figures(self, name: str) -> set[str]:
        """The figure as several workers tell it."""
        told = [(await self.ask("/metrics")).text for _ in range(8)]
        return {line for text in told for line in text.splitlines() if line.startswith(name)}


@contextmanager
def running(
    settings: Settings,
    folder: Path,
    workers: int = 2,
    variables: Mapping[str, str] = MappingProxyType({}),
    *,
    before: Sequence[str] = (),
    log: Path | None = None,
) -> Iterator[Running]:
    """The server, with these variables (an empty one is taken away); what of it still runs afterwards is killed."""
    environment = {**environment_of(settings, TMPDIR=str(folder)), **variables}
    environment = {name: value for name, value in environment.items() if value}
    made = Running(environment, log or folder / "log", workers, before)
    try:
        yield made
    finally:
        begun = made.below() if made.parent.poll() is None else []
        made.parent.kill()
        made.parent.wait()
        for each in begun:
            with suppress(psutil.NoSuchProcess):
                each.kill()


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
