"""Tablets of a simulation that are driven by a command, as the conformance kit drives a client: the field app in a real
browser, or somebody else's app. Their processes are killed at any moment, and their connections are cut at any byte.

What was recorded is kept in a diary beside the tablet. The diary, not the tablet, says what must be on the server.
"""

import asyncio
import json
import os
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

import httpx

from kumkm_proof.simulation.fleet import OPEN_STATES, Notes, SimulatedTablet, World
from kumkm_proof.simulation.network import PORTAL
from kumkm_tablet.conformance.kit import CommandDriver
from kumkm_tablet.conformance.proxy import Answer, Cut, Proxy, Seen
from kumkm_tablet.outbox import Outbox, Row, State

FAULTS = (
    "lost before it arrived",
    "answer lost after the commit",
    "answer cut",
    "delivered twice",
    "slow drip",
    "captive portal",
    "gateway fault",
)
_KILLED = 0.5
"""So many commands that write are killed."""

_LONGEST_LIFE_S = 4.0
"""A browser that starts, records and ends takes about a second; one that syncs, two or more."""

_DRIP_S = 1.0
_TRIES = 200
"""A tablet that cannot enrol, or write down its diary, in so many tries is told as a fault."""

_DAY = timedelta(days=1)


class _Diary(NamedTuple):
    outbox: Outbox
    clock: Callable[[], datetime]


class CannotGoOn(Exception):
    """The client cannot be driven any further; the text gives the reason."""


class Line:
    """What lies between a commanded tablet and the server: connections of its own, `rate` of its requests broken."""

    def __init__(self, world: World, rng: Random, address: str) -> None:
        self.world, self.rng, self.rate, self.requests = world, rng, world.rate, 0
        self._address = address
        self._loop = asyncio.get_running_loop()
        self.proxy = Proxy(world.base_url)
        self.proxy.be(self._interfere)

    async def _interfere(self, request: Seen, forward: Callable[[], Awaitable[Answer]]) -> Answer:
        """In the proxy's own thread."""
        self.requests += 1
        request.headers = {**request.headers, "x-forwarded-for": self._address}
        self.proxy.seen.clear()
        if self.rng.random() >= self.rate:
            return await self._forwarded(forward)
        fault = self.rng.choice(FAULTS)
        self._loop.call_soon_threadsafe(self._count, fault)
        if fault == "lost before it arrived":
            raise Cut
        if fault == "captive portal":
            return Answer(200, PORTAL.encode(), {"Content-Type": "text/html"})
        if fault == "gateway fault":
            return Answer(self.rng.choice((502, 504)), b"<h1>Bad Gateway</h1>", {"Content-Type": "text/html"})
        if fault == "delivered twice":
            await self._forwarded(forward)
        answer = await self._forwarded(forward)
        if fault == "answer lost after the commit":
            raise Cut
        if fault == "answer cut":
            answer.cut_at = self.rng.randrange(len(answer.body) + 1)
        elif fault == "slow drip":
            answer.drip_s = _DRIP_S
        return answer

    async def _forwarded(self, forward: Callable[[], Awaitable[Answer]]) -> Answer:
        try:
            answer = await forward()
        except httpx.HTTPError as exc:  # the server was killed
            raise Cut from exc
        self._loop.call_soon_threadsafe(self.world.answered)
        return answer

    def _count(self, fault: str) -> None:
        self.world.faults[fault] += 1


class CommandedTablet(SimulatedTablet):
    """One tablet whose app is a command. Each call of it is a process, which half of the time is killed."""

    def __init__(self, world: World, number: int, username: str, rng: Random, command: str) -> None:
        super().__init__(world, number, username, rng)
        folder = world.folder / username
        folder.mkdir()
        self.diary = Outbox(folder / "diary.db", synchronous="OFF")
        self.forgotten: set[tuple[str, int]] = set()
        """Revisions that were on the tablet, and are not any more."""

        self._sure: set[tuple[str, int]] = set()
        self._states: dict[str, str] = {}
        self._confirmed = 0
        self._file = folder / "items.json"
        self._driver = CommandDriver(command, username, world.password, folder)
        self._driver.home.mkdir()
        self.line = Line(world, Random(rng.random()), self.address)
        self._line = self.line.proxy.__enter__()

    @property
    def requests(self) -> int:
        """How many requests the app made."""
        return self.line.requests

    def close(self) -> None:
        """End what listens for it."""
        self._driver.kill()
        self._line.__exit__()
        self.diary.close()

    async def finish(self) -> int:
        """Sync on a network that works, and with nobody who kills, until nothing waits."""
        self.line.rate = 0
        left = 0
        for _ in range(20):
            async with self._at_work(may_be_killed=False) as notes:
                self._mend(notes)
            await self._sync_once(may_be_killed=False)
            left = sum(state in OPEN_STATES for state in self._states.values())
            if not left:
                break
        return left

    async def copy(self) -> dict[UUID, str] | None:
        """The kit's commands do not show the listing."""
        return None

    async def _enrol(self) -> None:
        for _ in range(_TRIES):
            code, told = await self._run("enrol", self._line.url, self.username, may_be_killed=True)
            if code == 0:
                return
            self.world.events["offline"] += 1
        raise CannotGoOn(f"`enrol` failed {_TRIES} times: {told.strip()[-500:]}")

    async def _sync(self) -> None:
        await self._sync_once(may_be_killed=True)

    async def _sync_once(self, *, may_be_killed: bool) -> None:
        code, told = await self._run("sync", may_be_killed=may_be_killed)
        if code and "sign_in" in told:
            self.world.events["signed in again"] += 1
            await self._enrol()
        elif code:
            self.world.events["offline"] += 1
        await self._look()

    def _to_fix(self, notes: Notes) -> list[Row]:
        newest = {row.record_id: row for row in sorted(notes.outbox.rows(*State), key=lambda row: row.revision)}
        return [newest[record_id] for record_id, state in self._states.items() if state == State.TO_FIX]

    @asynccontextmanager
    async def _at_work(self, *, may_be_killed: bool = True) -> AsyncIterator[Notes]:
        """What is noted in the diary meanwhile is on the tablet afterwards."""
        yield _Diary(self.diary, lambda: datetime.now(UTC) + self.skew)
        for _ in range(_TRIES):
            missing = [row for row in self.diary.rows(*State) if (row.record_id, row.revision) not in self._sure]
            if not missing:
                return
            items = [json.loads(row.content or "") for row in missing]
            await asyncio.to_thread(self._file.write_text, json.dumps(items), "utf-8")
            told = await self._run(
                "record", "--campaign", self.world.campaign, "--file", str(self._file), may_be_killed=may_be_killed
            )
            if told[0] == 0:
                self._sure |= {(row.record_id, row.revision) for row in missing}
            await self._look()
        raise CannotGoOn(f"`record` failed {_TRIES} times: {told[1].strip()[-500:]}")

    async def _look(self) -> None:
        """What the tablet has now. What was once seen there, or was taken without a fault, may not be gone."""
        rows = await asyncio.to_thread(self._driver.outbox)
        there = {(str(row["record_id"]), int(row["revision"])) for row in rows}
        self.forgotten |= self._sure - there
        self._sure |= there
        self._states = {str(row["record_id"]): str(row["state"]) for row in sorted(rows, key=_revision)}
        confirmed = sum(row["state"] in (State.CONFIRMED, State.PURGED) for row in rows)
        self.world.told("confirmed", confirmed - self._confirmed)
        self._confirmed = confirmed

    async def _run(self, *arguments: str, may_be_killed: bool) -> tuple[int, str]:
        """The code of a command, and what it said of a fault."""
        days = str(self.skew / _DAY)
        running = asyncio.create_task(asyncio.to_thread(self._driver.run, *arguments, KUMKM_TABLET_CLOCK_DAYS=days))
        if may_be_killed and self.rng.random() < _KILLED:
            done, _ = await asyncio.wait((running,), timeout=self.rng.uniform(0, _LONGEST_LIFE_S))
            if not done:
                self._driver.kill()
                self.world.events["browser killed"] += 1
        code, _, told = await running
        return code, told


def _revision(row: dict[str, Any]) -> int:
    return int(row["revision"])


def browser_command() -> str:
    """The field app's storage and protocol in a browser, as a command; its page is made where it is not there.

    Raises:
        CannotGoOn: there is no checkout of the repository with its packages for Node.js.
    """
    web = Path(__file__).parents[3] / "web"
    if not (web / "tools/web.py").exists():
        raise CannotGoOn("the field app is driven from a checkout of the repository, and this is none")
    if os.environ.get("KUMKM_WITHOUT_NODE"):
        raise CannotGoOn("KUMKM_WITHOUT_NODE is set: there is no browser without Node.js")
    page = ["tool", "vite", "build", "--logLevel", "warn", "tests/field/conformance"]
    _made([sys.executable, "tools/web.py", *page], web)
    node = _made([sys.executable, "-c", "from nodejs import node; print(node()[0] / 'node')"], web / "tools")
    return shlex.join([node.strip(), str(web / "tests/field/conformance/driver.ts")])


def _made(command: Sequence[str], folder: Path) -> str:
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603  (our own)
    if told.returncode:
        raise CannotGoOn(f"the field app cannot be driven: {(told.stdout + told.stderr).strip()[-500:]}")
    return told.stdout
