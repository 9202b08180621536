"""Commands in the handbook are true: all are parsed, and those that need neither root nor other machines are run."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import dropwhile
from pathlib import Path
from typing import NamedTuple

import pytest
from archives import archiving
from clusters import PASSPHRASE
from processes import environment_of
from shapes import Json
from typer.main import get_command

from app.cli import app as cli
from app.cli import load

EMBEDDED_IS_ENOUGH = True
ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs/operations").glob("*.md"))
KINDS = {"sh", "sh root", "sh pgbackrest", "ini", "yaml", "text", "json"}
ORDER = ("install.md", "keys.md", "upgrade.md", "incidents.md", "backup.md")
"""Pages whose commands are run, one after another, on one deployment; the others have none to run."""


class Fence(NamedTuple):
    """A block of a page: after ```, and the lines."""

    page: str
    kind: str
    text: str


def fences() -> Iterator[Fence]:
    for page in PAGES:
        for kind, text in re.findall(r"^```([^\n]+)\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL):
            yield Fence(page.name, kind, text)


FENCES = [*fences()]


def commands_of(text: str) -> Iterator[list[str]]:
    """The `kumkm` commands in a block, and those in backticks of prose."""
    for line in text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True) if line.count("'") % 2 == 0 and "`" not in line else []
        words = [*dropwhile(re.compile(r"\w+=").match, words)]
        if words[:1] == ["kumkm"] or {"env", "kumkm"} <= set(words):
            rest = words[1:] if words[0] == "kumkm" else words[len(words) - words[::-1].index("kumkm") :]
            yield rest[: next((place for place, word in enumerate(rest) if word.startswith((">", "|", ";"))), None)]


def test_every_block_is_run_or_marked() -> None:
    assert {fence.kind for fence in FENCES} <= KINDS
    assert {fence.page for fence in FENCES if fence.kind == "sh"} <= set(ORDER)
    assert all(page.read_text("utf-8").count("\n```") % 2 == 0 for page in PAGES)


@pytest.mark.parametrize("fence", FENCES, ids=lambda fence: f"{fence.page}: {fence.text.splitlines()[0][:40]}")
def test_every_block_of_commands_is_shell(fence: Fence) -> None:
    if fence.kind.startswith("sh"):
        checked = subprocess.run(["bash", "-n"], input=fence.text, text=True, capture_output=True, check=False)
        assert checked.returncode == 0, checked.stderr


def test_every_command_of_ours_takes_what_is_written() -> None:
    blocks = [words for fence in FENCES if fence.kind.startswith("sh") for words in commands_of(fence.text)]
    prose = [
        shlex.split(text)
        for page in PAGES
        for text in re.findall(
            r"`kumkm ([^`]+)`", re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        )
    ]
    tried = 0
    root = get_command(cli)
    for words in (*blocks, *prose):
        if words[0] == "--version":
            continue
        assert words[0] in root.list_commands(None), words  # type: ignore[attr-defined]  # a group
        command, rest = load(words[0]), words[1:]
        while hasattr(command, "commands"):
            command, rest = command.commands[rest[0]], rest[1:]
        tried += 1
        if words in blocks:
            for each in command.params:  # files of the examples need not be here
                each.type_descriptor.parameter_info.exists = False
            command.make_context(words[0], ["1" if word == "N" else word for word in rest])
        else:  # in prose, arguments may be left out
            options = {option for each in command.params for option in each.opts}
            assert {word for word in rest if word.startswith("--")} <= options, words
    assert tried > 25


def test_files_that_are_named_are_there() -> None:
    for fence in FENCES:
        for path in re.findall(r"\bdeploy/[\w./*-]+", fence.text):
            assert list(ROOT.glob(path)), path


def run(blocks: Iterable[str], folder: Path, environment: Mapping[str, str]) -> str:
    """Run commands of the handbook in a folder, as they stand; gives what they print."""
    kumkm = f'kumkm() {{ {shlex.quote(sys.executable)} -m app.cli "$@"; }}'
    done = subprocess.run(
        ["bash", "-c", "\n".join(["set -euo pipefail", kumkm, *blocks])],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.mark.proof
def test_the_commands_are_run_as_they_stand(dsn: str, tmp_path: Path) -> None:
    """On a deployment of its own: each page goes on where the page before it ended."""
    blocks = [fence for page in ORDER for fence in FENCES if (fence.page, fence.kind) == (page, "sh")]
    script = (f'export DATABASE_URL="$OWNER_URL"; echo "{each.page}"\n{each.text}' for each in blocks)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KUMKM_", "DATABASE_"))}
    run(script, tmp_path, {**environment, "OWNER_URL": dsn, "KUMKM_STORAGE": str(tmp_path / "photos")})


@pytest.mark.proof
def test_the_commands_with_pgbackrest_are_run_as_they_stand(keys: Json) -> None:
    """In a folder of the user of the database: as root, the commands work as that user, as they do on a machine."""
    blocks = [fence.text for fence in FENCES if fence.kind == "sh pgbackrest"]
    with archiving(keys) as archive:
        there = archive.top / "handbook"
        there.mkdir()
        (there / "passphrase").write_text(PASSPHRASE)
        shutil.chown(there, archive.server.user or os.geteuid())
        environment = {**environment_of(archive.settings, DATABASE_URL=archive.dsn), **archive.environment}
        printed = run(blocks, there, {**environment, "KUMKM_STORAGE": archive.settings.storage})
        assert "incr set" in " ".join(printed.split())
