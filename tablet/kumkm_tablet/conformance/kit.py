"""Running the kit: a client under test, driven by its command line, against the faulty server."""

import contextlib
import hashlib
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import httpx

from kumkm_tablet.conformance.lies import HANDSHAKE, REFERENCE, Lies
from kumkm_tablet.conformance.proxy import Proxy, Unreadable
from kumkm_tablet.conformance.rules import RULES
from kumkm_tablet.conformance.scenarios import SCENARIOS, Broken, Scenario
from kumkm_tablet.conformance.stage import Driver, NotJudged, Stage
from kumkm_tablet.conformance.watching import faults, not_what_it_says, without_device

_COMMAND_S = 120


class CannotTest(Exception):
    """The client under test does not do what the kit needs; the text names it."""


@dataclass
class CommandDriver:
    """A client that is driven by commands: `enrol URL USERNAME`, `record --campaign CODE --file FILE`, `sync`,
    `outbox --json`, and where it has it, `photo RECORD FILE`.

    The password is in KUMKM_TABLET_PASSWORD, the folder to keep everything in is in KUMKM_TABLET_HOME. `record` takes a
    JSON array of items as they stand in a batch.
    """

    command: str
    username: str
    password: str
    folder: Path
    home: Path = field(init=False)
    running: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.home = self.folder / "home"

    def begin(self, name: str, url: str, *, fresh: bool) -> None:  # noqa: ARG002  (a command knows no other way)
        """Go to a home of this name, and enrol."""
        self.home = self.folder / name
        self.home.mkdir(parents=True, exist_ok=True)
        self.enrol(url)

    def enrol(self, url: str) -> None:
        """Sign in and enrol."""
        code, _, told = self.run("enrol", url, self.username)
        if code:
            raise CannotTest(f"`enrol` failed: {told.strip()}")

    def record(self, campaign: str, items: list[dict[str, Any]]) -> None:
        """Record items from a file."""
        file = self.folder / "items.json"
        file.write_text(json.dumps(items), encoding="utf-8")
        code, _, told = self.run("record", "--campaign", campaign, "--file", str(file))
        if code:
            raise CannotTest(f"`record` failed: {told.strip()}")

    def photo(self, record_id: str, content: bytes) -> bool:
        """Add a photo from a file."""
        file = self.folder / "photo.jpg"
        file.write_bytes(content)
        return self.run("photo", record_id, str(file))[0] == 0

    def sync(self, *, clock_days: float = 0.0) -> None:
        """Sync once; the result does not matter."""
        self.run("sync", KUMKM_TABLET_CLOCK_DAYS=str(clock_days))

    def kill(self) -> None:
        """Kill the running process, and the processes that it started."""
        if self.running is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # all of it has ended
                os.killpg(self.running.pid, signal.SIGKILL)

    def outbox(self) -> list[dict[str, Any]]:
        """The records that the client has."""
        _, told, _ = self.run("outbox", "--json")
        try:
            rows: list[dict[str, Any]] = json.loads(told)["records"]
        except (ValueError, KeyError, TypeError) as exc:
            raise CannotTest("`outbox --json` must print an object with `records`") from exc
        return rows

    def run(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        """Run a command of the client: its code, and what it printed on both ways."""
        told = {"KUMKM_TABLET_PASSWORD": self.password, "KUMKM_TABLET_HOME": str(self.home), **environment}
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            try:
                running = self.running = subprocess.Popen(  # noqa: S603  (the command that the user named)
                    [*shlex.split(self.command), *arguments],
                    env={**os.environ, **told},
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    start_new_session=True,
                )
            except OSError as exc:
                raise CannotTest(f"there is no command {shlex.split(self.command)[0]} that can be run: {exc}") from exc
            late = threading.Timer(_COMMAND_S, self.kill)
            late.start()
            try:
                code = running.wait()
                self.kill()  # what it has left running: nothing may still be on its way to the disk
                return code, _text(out), _text(err)
            finally:
                late.cancel()
                self.running = None


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def own_command() -> str:
    """The reference client as a command, to test it by its own kit."""
    return f"{shlex.quote(sys.executable)} -m kumkm_tablet"


@dataclass
class Report:
    """By number: how each rule was broken (None: it was kept), and why rules were not judged.

    `failed`: scenarios that the client could not be driven through.
    """

    rules: dict[str, str | None] = field(default_factory=dict)
    not_judged: dict[str, str] = field(default_factory=dict)
    scenarios: dict[str, list[str]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    place: tuple[str, str] | None = None
    """Where the client recorded: a village and a campaign."""

    @property
    def broken(self) -> int:
        """How many rules were broken."""
        return sum(fault is not None for fault in self.rules.values())

    def add(self, each: Scenario, found: Sequence[Broken], unjudged: str | None) -> None:
        """The result of a scenario: rules that the client broke, and why the scenario ended early."""
        self.scenarios[each.name] = [f"{fault.rule}: {fault}" for fault in found]
        for fault in found:
            self.rules[fault.rule] = self.rules.get(fault.rule) or str(fault)
            self.not_judged.pop(fault.rule, None)
        for rule in each.rules:
            if rule in self.rules:
                continue
            if unjudged is None:
                self.rules[rule] = None
                self.not_judged.pop(rule, None)
            else:
                self.not_judged[rule] = f"{each.name}: {unjudged}"


def chosen(only: Sequence[str]) -> list[Scenario]:
    """The scenarios of these names, or that test rules of these numbers; all if none is named.

    Raises:
        CannotTest: there is none of that name.
    """
    strange = [name for name in only if name not in RULES and name not in {each.name for each in SCENARIOS}]
    if strange:
        names = ", ".join(each.name for each in SCENARIOS)
        known = f"Rules are {min(RULES)} to {max(RULES)}; scenarios: {names}"
        raise CannotTest(f"no scenario and no rule is called {', '.join(strange)}. {known}")
    return [each for each in SCENARIOS if not only or each.name in only or set(each.rules) & set(only)]


def examine(
    driver: Driver,
    server: str,
    *,
    only: Sequence[str] = (),
    tell: Callable[[Scenario, list[str]], None],
    place: tuple[str, str] | None = None,
) -> Report:
    """Run the scenarios, all or the chosen ones; `place` is where to record, a village and a campaign, if known.

    Raises:
        CannotTest: the client could not be driven, or the server could not be reached.
    """
    report = Report()
    playing = chosen(only)
    with Proxy(server, _device_id(driver.username)) as proxy:
        for each in playing:
            lies, proxy.always = _lies(proxy)
            began = len(proxy.seen)
            try:
                driver.begin(each.name, proxy.url, fresh=each.fresh)
                report.place = place = place or _place(proxy)
            except CannotTest as exc:
                nameless = without_device(proxy.seen[began:])
                if place is None and not nameless:
                    raise
                report.add(each, nameless, str(exc))
                report.failed.append(f"{each.name}: {exc}")
                continue
            stage = Stage(driver, proxy, *place, _now(), lies, began=began)
            try:
                report.add(each, *_play(each, stage))
            except CannotTest as exc:
                if not report.rules:
                    raise
                report.add(each, [], str(exc))
                report.failed.append(f"{each.name}: {exc}")
            tell(each, report.scenarios[each.name])
    return report


def _lies(proxy: Proxy) -> tuple[Lies, Any]:
    proxy.be(None)
    lies = Lies()
    return lies, lies.tell


def _play(each: Scenario, stage: Stage) -> tuple[list[Broken], str | None]:
    """The rules that were broken, and why the scenario ended early."""
    found, unjudged = list[Broken](), None
    try:
        each.play(stage)
    except Broken as exc:
        found, unjudged = [exc], f"{exc.rule} was broken first"
    except NotJudged as exc:
        unjudged = str(exc)
    except Unreadable as exc:
        raise CannotTest(str(exc)) from exc
    finally:
        stage.proxy.be(None)
    if coded := not_what_it_says(stage.seen):
        return coded, f"{coded[0].rule} was broken: no server can read what it sends"
    # A request shows a fault more exactly than its result: if both name a rule, the text about the request counts.
    return [*faults(stage), *found], unjudged


def _device_id(username: str) -> str:
    """The same at every run, so that a hundred runs use up one tablet of the account."""
    return "conformance-" + hashlib.sha256(username.encode()).hexdigest()[:20]


def _now() -> str:
    # By the client's clock, which is this machine's: the server corrects it by how far it is off when it sends.
    return datetime.now(UTC).isoformat(timespec="seconds")


def _place(proxy: Proxy) -> tuple[str, str]:
    """A village and a campaign that the client may record in, from the server's handshake."""
    try:
        shaken, reference = proxy.ask("GET", HANDSHAKE), proxy.ask("GET", REFERENCE)
    except httpx.HTTPError as exc:
        raise CannotTest("the server cannot be reached") from exc
    if shaken.is_error or reference.is_error:
        raise CannotTest("the server did not answer to the token that it gave the client when it enrolled")
    campaign = next((each for each in shaken.json()["campaigns"] if each["assignments"]), None)
    if campaign is None:
        raise CannotTest("this enumerator has no assignment; the kit cannot record anything")
    assigned = campaign["assignments"][0]["region"]["code"]
    villages = [
        each["code"]
        for each in reference.json()["regions"]
        if each["level"] in ("village", "neighbourhood") and each["code"].startswith(assigned)
    ]
    return villages[0], str(campaign["code"])
