"""A standard stream that is closed breaks no command."""

import subprocess
import sys
from pathlib import Path

import pytest
from processes import environment_of

from app.cli import exits
from app.core.keys import SEALING_KEYS, TOKEN_KEYS, new_key
from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True
LOST = "kumkm: standard output is closed: what was to be printed is lost.\n"


def run(closed: str, *arguments: str, environment: dict[str, str] | None = None) -> tuple[int, str, str]:
    """A command with these streams closed, as a shell has it."""
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "app.cli", *arguments]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    return ended.returncode, ended.stdout, ended.stderr


def test_what_is_printed_to_a_closed_output_is_lost_and_the_exit_code_says_so() -> None:
    assert run("1>&-", "--version") == (exits.FAILED, "", LOST)
    assert run("0<&- 1>&- 2>&-", "--version") == (exits.FAILED, "", "")
    code, out, _ = run("2>&-", "--version")
    assert (code, out.split()[0]) == (0, "kumkm")


def test_what_is_wrong_keeps_its_exit_code_where_nobody_hears_it() -> None:
    assert run("2>&-", "nothing-of-this-name") == (exits.MISUSED, "", "")
    code, _, said = run("1>&-", "nothing-of-this-name")
    assert (code, "No such command" in said) == (exits.MISUSED, True)


@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_a_command_does_its_work_all_the_same(closed: str, tmp_path: Path) -> None:
    """It says what it did: had the file that it writes taken the place of a stream, that would be in it."""
    keys = tmp_path / "kumkm.env"
    keys.write_text(f"{TOKEN_KEYS}=1:{new_key()}\n{SEALING_KEYS}=1:{new_key()}\n")
    code, _, _ = run(closed, "keys", "rotate", str(keys))
    assert code == (exits.FAILED if "1>" in closed else 0)
    assert [line.partition("=")[0] for line in keys.read_text().splitlines()] == [TOKEN_KEYS, SEALING_KEYS]
    assert [line.count(":") for line in keys.read_text().splitlines()] == [2, 2]


@pytest.mark.proof  # eight seconds of a core each: it makes the whole app
@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_a_command_writes_all_its_files_all_the_same(closed: str, tmp_path: Path) -> None:
    code, _, _ = run(closed, "openapi", "--folder", str(tmp_path / "made"))
    assert code == (exits.FAILED if "1>" in closed else 0)
    assert list((tmp_path / "made").glob("*.yaml"))


# Each loads the whole app: where every stream is closed, this one is, too.
@pytest.mark.parametrize("closed", [pytest.param("2>&-", marks=pytest.mark.proof), "0<&- 1>&- 2>&-"])
def test_a_server_that_cannot_start_ends_with_its_code(closed: str, settings: Settings) -> None:
    environment = environment_of(settings, DATABASE_URL="postgresql://owner@127.0.0.1:1/kumkm")
    assert run(closed, "serve", environment=environment)[0] == exits.NOT_STARTED
