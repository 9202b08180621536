"""Help and completion are told from the outline of all commands, which is what the commands say."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_commands import HEAVY
from typer.main import get_command

from app import cli
from app.cli import COMMANDS, faults, load, outline

ROOT: Any = get_command(cli.app)


def told(name: str) -> Any:
    return outline.shown_by(outline.read_outlines()[name], name, lambda: load(name))


def places(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield path
    for name, each in getattr(command, "commands", {}).items():
        yield from places(each, (*path, name))


PLACES = [path for name in COMMANDS for path in places(load(name), (name,))]
LEAVES = [path for path in PLACES if not any(other[: len(path)] == path for other in PLACES if other != path)]


def at(command: Any, path: tuple[str, ...]) -> Any:
    for name in path[1:]:
        command = command.commands[name]
    return command


def examples_of(path: tuple[str, ...]) -> list[list[str]]:
    lines = re.findall(r"\[cyan\](.*)\[/\]", at(load(path[0]), path).epilog or "")
    return [shlex.split(line.replace("\\[", "[").partition(" >")[0]) for line in lines]


def test_the_file_is_what_the_commands_say() -> None:
    text = outline.text_of({name: load(name) for name in COMMANDS})
    assert outline.FILE.read_text("utf-8") == text, "run `kumkm openapi`"


@pytest.mark.parametrize("path", PLACES, ids=" ".join)
def test_help_from_the_outline_is_that_of_the_command(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (told(path[0]), load(path[0])):
        at(command, path).main(["--help"], prog_name=" ".join(path), standalone_mode=False)
    shown = capsys.readouterr().out
    assert shown[: len(shown) // 2] == shown[len(shown) // 2 :]
    assert "Usage:" in shown


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_has_examples_that_it_takes(path: tuple[str, ...], tmp_path: Path) -> None:
    examples = examples_of(path)
    assert examples
    for words in examples:
        assert words[: len(path) + 1] == ["kumkm", *path]
        command = at(load(path[0]), path)
        for each in command.params:  # files of the examples need not be here
            if each.type_descriptor.parameter_info.exists:
                each.type_descriptor.parameter_info.exists = False
                each._runtime_param = None
        command.make_context(path[-1], words[len(path) + 1 :])


def test_an_option_that_is_a_value_goes_to_the_command_itself(capfd: pytest.CaptureFixture[str]) -> None:
    assert faults.main(cli.app, ["campaign", "put", "x", "--name", "--help"]) == 2
    assert "Missing option" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("kumkm acc", ["account"]),
        ("kumkm account li", ["list"]),
        ("kumkm account list --re", ["--region"]),
        ("kumkm account list --role off", ["officer"]),
        ("kumkm import team", ["teams"]),
    ],
)
def test_completion_loads_nothing_of_the_server(typed: str, found: list[str]) -> None:
    program = f"""
import sys
from app.cli import main
try:
    main()
finally:
    print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)
"""
    environment = {
        **os.environ,
        "_KUMKM_COMPLETE": "complete_bash",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(typed.split()) - 1),
    }
    asked = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False
    )
    assert asked.stderr == "[]\n"
    assert asked.stdout.split() == found


@pytest.mark.parametrize("arguments", [["account"], ["account", "list", "--help"], ["bench", "progress", "--help"]])
def test_help_of_a_command_loads_nothing_of_the_server(arguments: list[str]) -> None:
    program = f"""
import sys
from app.cli import app
try:
    app({arguments}, prog_name="kumkm", standalone_mode=False)
finally:
    print([name for name in {HEAVY} if name in sys.modules])
"""
    asked = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "Usage: kumkm" in asked.stdout
    assert asked.stdout.splitlines()[-1] == "[]"
