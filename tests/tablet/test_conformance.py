"""The conformance kit: the reference client keeps every rule, each broken client is found out by the one it breaks."""

import asyncio
import contextlib
import json
import os
import queue
import select
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from broken_clients import FLAWS
from field import PASSWORD, Field
from processes import environment_of, free_port, start_process
from world import World
from zygote import Forked, Zygote

from app.core.settings import Settings
from kumkm_tablet import cli
from kumkm_tablet.conformance.kit import CannotTest, CommandDriver, Report, chosen, examine
from kumkm_tablet.conformance.rules import RULES
from kumkm_tablet.conformance.scenarios import SCENARIOS

EMBEDDED_IS_ENOUGH = True
TAKES_LONG = True
AT_ONCE = 6
"""Clients under test at a time, each with an account of its own: they wait more than they work."""


class Fleet:
    """A warm process for clients, a folder in memory for their homes (they write through to the disk), accounts."""

    def __init__(self, server: str, folder: Path) -> None:
        self.server = server
        memory = Path("/dev/shm")  # noqa: S108  (a folder of its own in it)
        self.made = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else folder)
        self.folder = Path(self.made.name)
        self.zygote = Zygote(self.folder)
        self.people: queue.Queue[str] = queue.Queue()
        self.place: tuple[str, str] | None = None
        for number in range(1, AT_ONCE + 1):
            self.people.put(f"enumerator.{number}")

    def close(self) -> None:
        self.zygote.close()
        self.made.cleanup()

    def examined(self, flaw: str | None, *only: str) -> Report:
        """What the kit says of a client, spoilt or not."""
        who = self.people.get()
        try:
            home = Path(tempfile.mkdtemp(dir=self.folder))
            driver = Forked(self.zygote, who, PASSWORD, home, self.folder / f"enrolled-{who}", flaw)
            told = examine(driver, self.server, only=only, tell=lambda *_: None, place=self.place)
            self.place = told.place or self.place
            return told
        finally:
            self.people.put(who)

    async def all(self, asked: Iterable[tuple[Any, ...]]) -> list[Report]:
        """Many at once: of each (flaw, scenarios) the report."""

        def play() -> list[Report]:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                return list(pool.map(lambda each: self.examined(*each), asked))

        return await asyncio.to_thread(play)


def broken_clients() -> list[str]:
    """Two for each rule, or all (`make conformance`)."""
    if os.environ.get("KUMKM_BROKEN_CLIENTS") == "all":
        return list(FLAWS)
    by_rule = [[name for name, flaw in FLAWS.items() if flaw.rule == rule][:2] for rule in RULES]
    return [name for names in by_rule for name in names]


@pytest.fixture
async def fleet(
    field: Field, world: World, settings: Settings, pg: asyncpg.Connection, tmp_path: Path
) -> AsyncIterator[Fleet]:
    """A real server, where every account may have one tablet, and clients before it."""
    await pg.execute("UPDATE account SET devices_allowed = 1")
    process, base_url = await start_process(environment_of(settings), free_port())
    made = Fleet(base_url, tmp_path)
    yield made
    made.close()
    process.kill()
    process.wait()


@pytest.mark.proof
async def test_the_reference_client_keeps_every_rule_and_all_runs_use_up_one_tablet(
    fleet: Fleet, pg: asyncpg.Connection
) -> None:
    names = [each.name for each in SCENARIOS]
    reports = await fleet.all((None, name) for name in names)
    broken = {name: told for name, told in zip(names, reports, strict=True) if told.broken or told.not_judged}
    assert broken == {}
    judged = {rule for told in reports for rule in told.rules}
    assert judged == set(RULES)
    most = await pg.fetchval("SELECT max(n) FROM (SELECT count(*) AS n FROM device GROUP BY account_id) AS told")
    assert most == 1


@pytest.mark.proof
async def test_every_broken_client_is_found_out_by_the_rule_that_it_breaks(fleet: Fleet) -> None:
    chosen_ones = broken_clients()
    reports = await fleet.all((name, FLAWS[name].scenario) for name in chosen_ones)
    passed = {
        name: (FLAWS[name].rule, told.scenarios, told.not_judged)
        for name, told in zip(chosen_ones, reports, strict=True)
        if not told.rules.get(FLAWS[name].rule)
    }
    assert passed == {}


@pytest.mark.proof
async def test_a_lost_session_breaks_one_rule_and_a_client_that_only_signs_in_none(
    fleet: Fleet, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    several = ("token_ends_in_the_middle", "cut_before_the_commit", "limits", "device_id_stays")
    signed_out, *plain = await fleet.all(
        [("signed_out_by_a_401", *several), ("only_signs_in", "R01"), ("only_signs_in", "R03")]
    )
    assert {rule for rule, fault in signed_out.rules.items() if fault} == {"R02"}
    assert {"R22", "R27", "R01"} <= set(signed_out.rules)
    assert [(told.broken, told.not_judged, told.failed) for told in plain] == [(0, {}, [])] * 2

    monkeypatch.setenv("KUMKM_TABLET_PASSWORD", PASSWORD)
    command = f"{sys.executable} -m kumkm_tablet"
    arguments = ["conformance", fleet.server, "enumerator.2", "--client", command, "--only", "R28", "--json"]
    assert await asyncio.to_thread(cli.main, arguments) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["rules"], told["broken"]) == ({"R28": None}, 0)


async def test_a_client_that_cannot_be_driven_is_told_so(tmp_path: Path) -> None:
    for command, text in (("no-such-client", "no command"), ("false", "`enrol` failed")):
        driver = CommandDriver(command, "enumerator.1", PASSWORD, tmp_path)
        with pytest.raises(CannotTest, match=text):
            await asyncio.to_thread(examine, driver, "http://127.0.0.1:9", tell=lambda *_: None)


async def test_what_a_command_leaves_running_is_ended_with_it(tmp_path: Path) -> None:
    """A client that writes to the disk after it said so loses what it recorded."""
    driver = CommandDriver("sh -c 'sleep 600 & echo $!'", "enumerator.1", PASSWORD, tmp_path)
    code, told, _ = await asyncio.to_thread(driver.run)
    assert code == 0
    with contextlib.suppress(ProcessLookupError):  # it is gone already
        left = os.pidfd_open(int(told))
        assert select.select([left], [], [], 5)[0]
        os.close(left)


def test_a_scenario_that_does_not_exist_is_an_error_that_names_those_that_do() -> None:
    with pytest.raises(CannotTest, match="nonsense") as told:
        chosen(["limits", "nonsense"])
    assert all(each.name in str(told.value) for each in SCENARIOS)
