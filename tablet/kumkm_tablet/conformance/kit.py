"""Running the kit: a client under test, driven by its command line, before the nasty server."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kumkm_tablet.conformance.proxy import Answer, Proxy, Seen
from kumkm_tablet.conformance.scenarios import SCENARIOS, Broken, Driver, Scenario, Stage, consistency

QUICK = {"first_s": 0.05, "factor": 2, "longest_s": 0.4, "jitter": "full", "honour_retry_after": True,
         "halve_on": [408, 413]}  # fmt: skip
"""The waits that the kit's handshake tells, so that a run takes a minute."""

_SYNC_S = 120


class CannotTest(Exception):
    """The client under test does not do what the kit needs; the text says what."""


@dataclass
class CommandDriver:
    """A client that is driven by commands:
    `enrol URL USERNAME`, `record --campaign CODE --file FILE`, `sync`, `outbox --json`.

    The password is in KUMKM_TABLET_PASSWORD. `record` takes a JSON array of items as they stand in a batch.
    """

    command: str
    username: str
    password: str
    folder: Path

    def enrol(self, url: str) -> None:
        """Sign in and enrol."""
        done = self._run("enrol", url, self.username)
        if done.returncode:
            raise CannotTest(f"`enrol` failed: {done.stderr.strip()}")

    def record(self, campaign: str, items: list[dict[str, Any]]) -> None:
        """Record items from a file."""
        file = self.folder / "items.json"
        file.write_text(json.dumps(items), encoding="utf-8")
        done = self._run("record", "--campaign", campaign, "--file", str(file))
        if done.returncode:
            raise CannotTest(f"`record` failed: {done.stderr.strip()}")

    def sync(self) -> None:
        """Sync once, however it ends."""
        self._run("sync")

    def outbox(self) -> list[dict[str, Any]]:
        """What the client holds."""
        done = self._run("outbox", "--json")
        try:
            rows: list[dict[str, Any]] = json.loads(done.stdout)["records"]
        except (ValueError, KeyError, TypeError) as exc:
            raise CannotTest("`outbox --json` must print an object with `records`") from exc
        return rows

    def _run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        try:
            return subprocess.run(  # noqa: S603  (the command that the user named)
                [*shlex.split(self.command), *arguments],
                env={**os.environ, "KUMKM_TABLET_PASSWORD": self.password, "KUMKM_TABLET_HOME": str(self.folder)},
                capture_output=True, text=True, timeout=_SYNC_S, check=False, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except FileNotFoundError as exc:
            raise CannotTest(f"there is no command {shlex.split(self.command)[0]}") from exc
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(arguments, 1, "", "took too long")


def own_command(home: Path) -> str:
    """The reference client as a command, to test it by its own kit."""
    return f"{shlex.quote(sys.executable)} -m kumkm_tablet --home {shlex.quote(str(home))}"


def examine(
    driver: Driver, server: str, *, only: Sequence[str] = (), tell: Callable[[Scenario, str | None], None]
) -> dict[str, str | None]:
    """Play the scenarios, all or the named ones; by name, how the rule was broken, None where it was kept.

    Raises:
        CannotTest: the client could not be driven, or the server could not be reached.
    """
    found: dict[str, str | None] = {}
    with Proxy(server) as proxy:
        usual = proxy.be
        _make_quick(proxy, usual)
        driver.enrol(proxy.url)
        stage = _stage(driver, proxy)
        for each in SCENARIOS:
            if not only or each.name in only:
                found[each.name] = _play(each, stage)
                tell(each, found[each.name])
        consistent = Scenario(
            "one_id_one_content",
            "Satu nomor tidak pernah dipakai untuk dua isi.",
            "An id of a batch, or a revision of a record, never stands for two contents.",
            lambda stage: consistency(stage.proxy.seen),
        )
        found[consistent.name] = _play(consistent, stage)
        tell(consistent, found[consistent.name])
    return found


def _play(each: Scenario, stage: Stage) -> str | None:
    try:
        each.play(stage)
    except Broken as exc:
        return str(exc)
    finally:
        stage.proxy.be(None)
    return None


def _make_quick(proxy: Proxy, be: Callable[[Any], None]) -> None:
    """Let every handshake tell short waits, whatever else a scenario does."""

    def quickly(interfere: Any) -> None:
        async def both(request: Seen, forward: Callable[[], Any]) -> Any:
            async def quick() -> Any:
                answer: Answer = await forward()
                if request.path == "/v1/sync/handshake" and answer.status == 200:  # noqa: PLR2004  (fine)
                    answer.body = json.dumps({**json.loads(answer.body), "retry": QUICK}).encode()
                return answer

            return await (interfere(request, quick) if interfere else quick())

        be(both)

    proxy.be = quickly  # type: ignore[method-assign]  # this run's way to be
    quickly(None)


def _stage(driver: Driver, proxy: Proxy) -> Stage:
    """Where and when the client may record, as the server tells it."""
    shaken = proxy.ask("GET", "/v1/sync/handshake")
    reference = proxy.ask("GET", "/v1/sync/reference")
    if shaken.is_error or reference.is_error:
        raise CannotTest("the server did not answer with the token that the client used to enrol")
    campaign = next((each for each in shaken.json()["campaigns"] if each["assignments"]), None)
    if campaign is None:
        raise CannotTest("this enumerator has no assignment; the kit cannot record anything")
    assigned = campaign["assignments"][0]["region"]["code"]
    villages = [
        each["code"] for each in reference.json()["regions"]
        if each["level"] == "village" and each["code"].startswith(assigned)
    ]  # fmt: skip
    # By the client's clock, which is this machine's: the server corrects it by how far it is off when it sends.
    now = datetime.now(UTC)
    return Stage(driver, proxy, villages[0], campaign["code"], now.isoformat(timespec="seconds"))
