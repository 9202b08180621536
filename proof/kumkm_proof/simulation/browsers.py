"""Tablets of a simulation that are real browsers, with the field app's own storage and protocol in a page.

A browser is started by the driver that the conformance kit uses, too (`web/tests/field/conformance/driver.ts`), takes
commands as lines of JSON, and is killed at random instants: SIGKILL to the driver and to all processes of the browser.
What it has after a kill is asked of the next one with the same profile.
"""

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from runpy import run_path
from typing import Any, NamedTuple, cast
from uuid import UUID

import app
from app.core.settings import SettingsError
from kumkm_proof.simulation.fleet import ARRIVALS_PER_S, OPEN_STATES, SimulatedTablet, World
from kumkm_proof.simulation.wire import Wire
from kumkm_tablet.canonical import canonical, content_sha256, uuid7
from kumkm_tablet.outbox import Row, State
from kumkm_tablet.tablet import Tablet

_WEB = Path(app.__file__).resolve().parents[1] / "web"
_DRIVER = _WEB / "tests/field/conformance/driver.ts"
PACKAGES = _WEB / "node_modules/@playwright/test"
"""There when the packages of the web apps are installed."""

_SHORT_LIVES = 0.15
_SHORT_LIFE_S, _LIFE_S = 2.0, 6.0
_ANSWER_S = 300
"""A command that takes longer than this many seconds hangs."""

KILLED = "browsers killed"


class Gone(Exception):
    """The browser was killed before it answered."""


class Done(NamedTuple):
    """How a command ended."""

    code: int
    told: Any


@cache
def node() -> str:
    """The program that runs the driver: the one that the tools of the web apps find.

    Raises:
        SettingsError: there is none that is new enough, and PyPI did not give one.
    """
    tools = _WEB / "tools/nodejs.py"
    if not tools.exists():
        raise SettingsError("Browsers need the web apps' sources: a copy of the project.")
    found = run_path(str(tools))
    try:
        folder, _ = found["node"]()
    except found["Fault"] as exc:
        raise SettingsError(str(exc)) from exc
    return str(folder / "node")


def prepare() -> None:
    """Make the page of the browsers, and see that there is a browser.

    Raises:
        SettingsError: Node.js, its packages, or a browser is missing, and which.
    """
    program = node()
    if not PACKAGES.exists():
        raise SettingsError(
            "The packages of the web apps are not installed: `.venv/bin/python web/tools/web.py build` does it."
        )
    told = subprocess.run([program, _DRIVER, "prepare"], capture_output=True, text=True, check=False)  # noqa: S603  (our own driver)
    if told.returncode:
        raise SettingsError(f"The browsers cannot be driven: {told.stderr.strip() or told.returncode}.")


class Browser:
    """One browser at a time, with one profile; each lives until it is killed."""

    def __init__(self, home: Path, server: str, password: str, clock_days: float, rng: Random) -> None:
        self.home, self.server, self.rng = home, server, rng
        self.immortal = False
        self.kills = 0
        self._faults = home.with_suffix(".log")
        self._environment = {
            **os.environ,
            "KUMKM_TABLET_HOME": str(home),
            "KUMKM_TABLET_PASSWORD": password,
            "KUMKM_TABLET_CLOCK_DAYS": str(clock_days),
        }
        self._running: asyncio.subprocess.Process | None = None
        self._death: asyncio.TimerHandle | None = None
        self._was_killed = False

    async def ask(self, *words: str) -> Done:
        """A command, in a browser that is started if none runs.

        Raises:
            Gone: it was killed; whether the command was done is unknown.
            RuntimeError: it ended, or hangs, and nobody killed it.
        """
        if self._running is None:
            await self._start()
        running = self._running
        assert running is not None and running.stdin is not None  # noqa: S101, PT018  (started with a pipe)
        with suppress(OSError):
            running.stdin.write(json.dumps(words).encode() + b"\n")
            await running.stdin.drain()
        return await self._answer(running)

    async def end(self) -> None:
        """Kill it for good."""
        await self._bury()

    async def _start(self) -> None:
        self._was_killed = False
        with self._faults.open("ab") as faults:
            running = self._running = await asyncio.create_subprocess_exec(
                *(node(), str(_DRIVER), "serve", self.server),
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=faults,
                limit=1 << 26,
                start_new_session=True,
            )
        # Some die as they start; the others some time after it, so that on a slow machine, too, work is done.
        short = self.rng.random() < _SHORT_LIVES
        if short:
            self._die_within(_SHORT_LIFE_S)
        await self._answer(running)
        if not short:
            self._die_within(_LIFE_S)

    def _die_within(self, seconds: float) -> None:
        if not self.immortal:
            loop = asyncio.get_running_loop()
            self._death = loop.call_later(self.rng.uniform(0, seconds), self._kill)

    def _kill(self) -> None:
        if self._running is not None:
            self._was_killed = True
            with suppress(ProcessLookupError):
                os.killpg(self._running.pid, signal.SIGKILL)

    async def _answer(self, running: asyncio.subprocess.Process) -> Done:
        assert running.stdout is not None  # noqa: S101  (likewise)
        async with asyncio.timeout(_ANSWER_S):
            line = await running.stdout.readline()
        if line.endswith(b"\n"):
            told = json.loads(line)
            return Done(told["code"], told.get("told"))
        was_killed = self._was_killed
        await self._bury()
        if not was_killed:
            raise RuntimeError(f"a browser ended by itself: {self._faults.read_text(errors='replace')[-2_000:]}")
        self.kills += 1
        raise Gone

    async def _bury(self) -> None:
        if self._death is not None:
            self._death.cancel()
            self._death = None
        if (running := self._running) is not None:
            self._kill()
            await running.wait()
            self._running = None


class Pad:
    """What is to be recorded, in its order, until the tablet is known to have it. It numbers the revisions by itself,
    so that what the page makes of them is held against it."""

    def __init__(self, skew: timedelta) -> None:
        self.skew = skew
        self.waiting: list[Row] = []
        self.known: dict[tuple[str, int], Row] = {}
        self.states: dict[tuple[str, int], State] = {}
        self._newest: dict[str, int] = {}

    @property
    def outbox(self) -> "Pad":
        """Visits write into the outbox of a tablet, and here on the pad."""
        return self

    def clock(self) -> datetime:
        """What the tablet's clock says."""
        return datetime.now(UTC) + self.skew

    def add(self, campaign: str, item: Mapping[str, Any]) -> Row:
        """Note an item that the tablet is to record."""
        record_id = item.get("record_id") or uuid7()
        revision = self._newest[record_id] = self._newest.get(record_id, 0) + 1
        content = canonical({**item, "record_id": record_id, "revision": revision})
        row = Row(
            record_id, revision, campaign, content.decode(), content_sha256(content), State.QUEUED, None, None, None
        )
        self.waiting.append(row)
        self.known[record_id, revision] = row
        return row

    def rows(self, *states: State) -> list[Row]:
        """Revisions that the tablet has in these states, as it said last."""
        return [self.known[key] for key, state in self.states.items() if state in states]


class BrowserTablet(SimulatedTablet):
    """A tablet that is a browser."""

    def __init__(self, world: World, number: int, username: str, rng: Random) -> None:
        super().__init__(world, number, username, rng)
        self.pad = Pad(self.skew)
        self.wire = Wire(self.village, world.base_url)
        self.browser: Browser | None = None

    async def work(self) -> None:
        """Enrol, make all visits, and sync now and then; what is left is for `finish`."""
        await asyncio.sleep(self.rng.uniform(0, self.world.tablets / ARRIVALS_PER_S))
        days = self.skew / timedelta(days=1)
        home = self.world.folder / self.username
        self.browser = Browser(home, await self.wire.open(), self.world.password, days, self.rng)
        while not (signed_in := await self._ask("enrolled")) or not signed_in.told:
            await self._ask("enrol", self.browser.server, self.username)
        steps = self._steps()
        while steps:
            today, steps = steps[: (size := self.rng.randint(5, 60))], steps[size:]
            for step in today:
                step(cast("Tablet", self.pad))
            await self._carry()
            await self._send()
            self._mend(cast("Tablet", self.pad))
        await self._carry()

    async def finish(self) -> int:
        """Sync on a network that works until nothing waits; how many revisions are left all the same."""
        assert self.browser is not None  # noqa: S101  (it worked before)
        self.village.rate, self.browser.immortal = 0, True
        left = 0
        for _ in range(20):
            await self._send()
            self._mend(cast("Tablet", self.pad))
            await self._carry()
            left = len(self.pad.rows(*OPEN_STATES)) + len(self.pad.waiting)
            if not left:
                break
        return left

    async def copy(self) -> dict[UUID, str]:
        """The states of the listing on this tablet, after a last look on a network that works."""
        while (told := await self._ask("listing", self.world.campaign)) is None:
            pass
        if told.code:
            raise RuntimeError(f"the listing was not read: {told.told}")
        return {UUID(entry): state for entry, state in told.told.items()}

    async def close(self) -> None:
        """Leave no process and no port behind."""
        if self.browser is not None:
            await self.browser.end()
        await self.wire.close()

    async def _ask(self, *words: str) -> Done | None:
        """None: the browser was killed over it."""
        assert self.browser is not None  # noqa: S101  (it works)
        try:
            return await self.browser.ask(*words)
        except Gone:
            self.world.events[KILLED] += 1
            return None

    async def _look(self) -> None:
        """What the tablet has."""
        while (told := await self._ask("outbox")) is None:
            pass
        if told.code:
            raise RuntimeError(f"the outbox cannot be read: {told.told}")
        before = len(self.pad.rows(State.CONFIRMED))
        states = {(row["record_id"], row["revision"]): State(row["state"]) for row in told.told["records"]}
        if strangers := states.keys() - self.pad.known.keys():
            raise RuntimeError(f"the outbox has what nobody recorded: {sorted(strangers)}")
        self.pad.states = states
        self.world.told("confirmed", len(self.pad.rows(State.CONFIRMED)) - before)

    async def _carry(self) -> None:
        """Record what is on the pad. After a kill, what the tablet has is not recorded again; what it said it had,
        and has not, is lost, and the comparison will tell."""
        assert self.browser is not None  # noqa: S101  (it works)
        file = self.world.folder / f"{self.username}.json"
        while self.pad.waiting:
            row = self.pad.waiting[0]
            file.write_text(f"[{row.content}]", encoding="utf-8")
            told = await self._ask("record", "--campaign", row.campaign, "--file", str(file))
            if told is None:
                await self._look()
                if (row.record_id, row.revision) in self.pad.states:
                    self.pad.waiting.pop(0)
                    self.world.events["recorded as it was killed"] += 1
            elif told.code:
                raise RuntimeError(f"a record was refused by the page: {told.told}")
            else:
                self.pad.waiting.pop(0)

    async def _send(self) -> None:
        """One sync, which the browser may not survive."""
        told = await self._ask("sync")
        if told is not None and told.code:
            self.world.events[f"browser: {told.told}"] += 1
            if told.told == "sign_in":
                await self._ask("sign-in")
        await self._look()
