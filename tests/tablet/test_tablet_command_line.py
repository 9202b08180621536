"""`kumkm-tablet`: light, and whatever is typed, a fault is a sentence with an exit code and never a traceback."""

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from kumkm_tablet import cli
from kumkm_tablet.outbox import Outbox

EMBEDDED_IS_ENOUGH = True
RECORD = "01833a5e-8a40-7000-8000-000000000001"


def commands() -> dict[str, argparse.ArgumentParser]:
    """The commands by name."""
    return next(each for each in cli._parser()._actions if isinstance(each, argparse._SubParsersAction)).choices


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a tablet that is not enrolled, and no server that answers."""
    monkeypatch.setenv("KUMKM_TABLET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KUMKM_TABLET_PASSWORD", "demo")
    monkeypatch.setattr("sys.stdin", None)
    return tmp_path


@pytest.mark.parametrize("argument", ["--help", "--version", "sync --help"])
def test_what_shows_the_command_loads_no_client(argument: str) -> None:
    program = f"""
import sys
from kumkm_tablet.cli import main
try:
    main({argument.split()})
finally:
    print([name for name in ("httpx", "asyncio", "kumkm_tablet.commands") if name in sys.modules])
"""
    asked = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert asked.stdout.splitlines()[-1] == "[]"


def test_help_has_the_exit_codes_and_examples_that_are_taken() -> None:
    assert all(re.search(rf"\b{code} ", cli._parser().format_help()) for code in (0, 1, 2, cli.FAULT, cli.STOPPED))
    for name, parser in commands().items():
        lines = re.findall(r"^  kumkm-tablet (.*)$", parser.format_help(), re.MULTILINE)
        assert lines, name
        for line in lines:
            assert cli._parser().parse_args(shlex.split(line)).run == name


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sinc", "did you mean: sync?"),
        (f"photo {RECORD} x.jpg --purpose plac", "did you mean: place?"),
        ("sync --attempts 0", "1 to 20"),
        ("sync --attempts x", "1 to 20"),
        ("sync --attempts 21", "1 to 20"),
        ("sync --attempts ²", "1 to 20"),
    ],
)
def test_a_wrong_value_is_answered_with_what_it_may_be(
    home: Path, line: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(line.split())
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


UNFIT = ("", "\x00", "\udcff", "x" * 5000, "/", "/nowhere/at/all", "http://[", "-1")


def test_whatever_is_typed_there_is_no_traceback(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = home / "items.json"
    home_of = home / "enrolled"
    home_of.mkdir()
    Outbox(home_of / "outbox.db").close()  # an enrolment that was broken off
    lines = [
        *(["--home", value, command] for value in UNFIT for command in ("sync", "outbox", "record")),
        *(["enrol", value, "x"] for value in UNFIT),
        *(["--home", str(home_of), "record", "--file", value] for value in UNFIT),
        *(["--home", str(home_of), "photo", RECORD, value] for value in UNFIT),
        *(["--home", str(home_of), "fix", value, "--set", "x"] for value in UNFIT),
        *(["conformance", "http://127.0.0.1:1", "x", "--only", value] for value in UNFIT),
    ]
    for line in lines:
        try:
            code = cli.main(line)
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        assert code in (0, cli.FAILED, 2), (line, said.err)
        assert "Traceback" not in said.err
    for content in ("[1]", "null", '"x"', "{}", '{"questionnaire": 5}', '{"answers": 3}', "\x00", "[[]]"):
        file.write_text(content)
        assert cli.main(["--home", str(home_of), "record", "--file", str(file), "--campaign", "x"]) == cli.FAILED, (
            content
        )
        assert "Traceback" not in capsys.readouterr().err


def test_a_fault_of_the_program_and_a_stop_have_codes_of_their_own(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for raised, code in ((KeyError("secret"), cli.FAULT), (KeyboardInterrupt(), cli.STOPPED)):

        def broken(_: object, raised: BaseException = raised) -> int:
            raise raised

        monkeypatch.setattr("kumkm_tablet.commands.outbox", broken)
        assert cli.main(["outbox"]) == code
        said = capsys.readouterr().err
        assert said.startswith("kumkm-tablet: ")
        assert "secret" not in said


@pytest.mark.proof
def test_a_pipe_that_nobody_reads_is_quiet(home: Path) -> None:
    Outbox(home / "outbox.db").close()
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(
        [sys.executable, "-m", "kumkm_tablet", "--home", str(home), "outbox", "--json"],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (cli.FAILED, b"")
    shown = subprocess.run(
        [sys.executable, "-m", "kumkm_tablet", "--home", str(home), "outbox", "--json"], capture_output=True, check=True
    )
    assert json.loads(shown.stdout) == {"records": [], "photos": 0}
