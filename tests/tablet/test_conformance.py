"""The conformance kit: the reference client keeps every rule, and each broken client is found out."""

import asyncio
import contextlib
import io
import json
import subprocess
import sys

import pytest
from broken_clients import BROKEN, changes_what_was_sent
from field import PASSWORD
from processes import environment_of, free_port, start_process

from kumkm_tablet import cli
from kumkm_tablet.conformance.kit import CannotTest, CommandDriver, examine
from kumkm_tablet.conformance.scenarios import SCENARIOS

EMBEDDED_IS_ENOUGH = True
TAKES_LONG = True


class InProcess(CommandDriver):
    """The reference client's command line without a process for each command."""

    def _run(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.main(["--home", str(self.folder / "home"), *arguments])
        return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


@pytest.fixture
async def server(field, world, settings, pg, monkeypatch):
    """A real server, where enumerators may have many tablets."""
    await pg.execute("UPDATE account SET devices_allowed = 100")
    monkeypatch.setenv("KUMKM_TABLET_PASSWORD", PASSWORD)
    process, base_url = await start_process(environment_of(settings), free_port())
    yield base_url
    process.kill()
    process.wait()


def driver(tmp_path, name, username="enumerator.1"):
    (tmp_path / name).mkdir()
    return InProcess("", username, PASSWORD, tmp_path / name)


def examined(driver, server, *only):
    return examine(driver, server, only=only, tell=lambda _each, _fault: None)


async def test_the_reference_client_keeps_every_rule(server, tmp_path):
    found = await asyncio.to_thread(examined, driver(tmp_path, "good"), server)
    assert {name: fault for name, fault in found.items() if fault} == {}
    assert set(found) == {"one_id_one_content", *(each.name for each in SCENARIOS)}


async def test_every_broken_client_is_found_out(server, tmp_path):
    kept = []
    for flaw, name in BROKEN.items():
        with pytest.MonkeyPatch.context() as patch:
            flaw(patch)
            only = ("cut_before_the_commit",) if flaw is changes_what_was_sent else (name,)
            found = await asyncio.to_thread(examined, driver(tmp_path, flaw.__name__), server, *only)
        if found[name] is None:
            kept.append((flaw.__name__, found))
    assert kept == []


async def test_the_command_tells_which_rule_was_broken(server, tmp_path, capsys):
    command = f"{sys.executable} -m kumkm_tablet --home {tmp_path / 'home'}"
    arguments = ["conformance", server, "enumerator.2", "--client", command, "--only", "limits", "--json"]
    assert await asyncio.to_thread(cli.main, arguments) == 0
    assert json.loads(capsys.readouterr().out) == {"rules": {"limits": None, "one_id_one_content": None}, "broken": 0}


async def test_a_client_that_cannot_be_driven_is_told_so(server, tmp_path):
    for command, text in (("no-such-client", "no command"), ("false", "`enrol` failed")):
        with pytest.raises(CannotTest, match=text):
            await asyncio.to_thread(examined, CommandDriver(command, "enumerator.1", PASSWORD, tmp_path), server)
