"""The command line is light: what only tells about itself loads nothing of the server, and tells the truth."""

import pkgutil
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import pytest
import typer
from typer.main import get_command, get_group

from app import cli
from app.cli import COMMANDS

OF_THE_SERVER = ("asyncpg", "sqlalchemy", "fastapi", "pydantic", "uvicorn")
HEAVY = (*OF_THE_SERVER, "app.core")


def command(name: str) -> Any:
    root: Any = get_command(cli.app)
    return root.get_command(None, name)


@pytest.mark.parametrize(
    ("argument", "code", "heavy"), [("--version", 0, HEAVY), ("--help", 0, HEAVY), ("serv", 2, OF_THE_SERVER)]
)
def test_what_tells_of_the_command_loads_nothing_of_the_server(argument: str, code: int, heavy: Sequence[str]) -> None:
    program = f"""
import sys
sys.argv = ["kumkm", "{argument}"]
from app.cli import main
try:
    main()
except SystemExit as ended:
    assert ended.code == {code}, ended.code
loaded = [name for name in {heavy} if name in sys.modules]
assert not loaded, loaded
"""
    asked = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_how_its_own_help_begins(name: str) -> None:
    summary = COMMANDS[name].summary
    assert " ".join(command(name).help.split()).startswith(summary.removesuffix("."))
    assert command(name).name == name


def test_every_command_of_every_module_is_in_the_list() -> None:
    listed: dict[tuple[str, str], set[str]] = {}
    for name, place in COMMANDS.items():
        listed.setdefault((place.module, place.typer), set()).add(name)
    for each in pkgutil.iter_modules(cli.__path__):
        if each.name == "__main__":
            continue
        for attribute, made in vars(import_module(f"app.cli.{each.name}")).items():
            if isinstance(made, typer.Typer):
                names = listed.pop((each.name, attribute))
                # A group of its own stands there by one name, which none of its commands has.
                assert names == {*get_group(made).commands} or (
                    len(names) == 1 and not names & {*get_group(made).commands}
                )
    assert listed == {}
