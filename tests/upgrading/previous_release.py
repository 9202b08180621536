"""The release before this checkout, out of the project's history: which commit it is, and its files.

Run as a program, it names that release, or says why its tests cannot be run: `.ci/run` asks for it before the tests.
A checkout without history is no fault of the change that is tested, so that the rest is checked all the same.
"""

import io
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
_TAG = re.compile(r"v(\d+)\.(\d+)\.(\d+)")
_VERSION = re.compile(r'^__version__ = "(\d+\.\d+\.\d+)"$', re.MULTILINE)
_WHERE_VERSION = "app/__init__.py"
_MIGRATION = re.compile(r"migrations/versions/(\d{4})_\w+\.py")
_FETCH = "`git fetch --unshallow --tags` (or `git fetch --tags`) brings it"


class NoReleaseError(Exception):
    """There is no previous release here; the text says why, in a sentence."""


class Release(NamedTuple):
    """A release: its version and its commit."""

    version: str
    commit: str
    root: Path = ROOT

    def unpack(self, folder: Path) -> None:
        """Put all its files into a folder."""
        made = _git_bytes(self.root, "archive", "--format=tar", self.commit)
        with tarfile.open(fileobj=io.BytesIO(made)) as archive:
            archive.extractall(folder, filter="data")

    def head(self) -> str:
        """The newest migration that it knows."""
        names = _git(self.root, "ls-tree", "-r", "--name-only", self.commit, "migrations/versions/").splitlines()
        return max(found[1] for found in map(_MIGRATION.fullmatch, names) if found)


def previous_release(root: Path = ROOT) -> Release:
    """The newest release among the commits before the one that is checked out.

    Known by its tag, and where tags were not fetched, by the commit that set its version and has it in `CHANGELOG.md`.

    Raises:
        NoReleaseError: there is none, no repository, or no history that reaches so far back.
    """
    if not (root / ".git").exists():
        raise NoReleaseError("this is no git repository, so the previous release is not at hand")
    found = {**_by_version(root), **_by_tag(root)}
    if not found:
        raise NoReleaseError(f"history does not reach back to the previous release: {_FETCH}")
    newest = max(found)
    return Release(".".join(map(str, newest)), found[newest], root)


def _by_tag(root: Path) -> dict[tuple[int, ...], str]:
    names = _git(root, "tag", "--merged", "HEAD", "--no-contains", "HEAD").split()
    tags = {each[0]: tuple(map(int, each.groups())) for each in map(_TAG.fullmatch, names) if each}
    return {version: _git(root, "rev-parse", f"{tag}^{{commit}}").strip() for tag, version in tags.items()}


def _by_version(root: Path) -> dict[tuple[int, ...], str]:
    """The newest that is found so, if any."""
    if _git(root, "rev-parse", "--is-shallow-repository").strip() == "true":
        return {}  # its oldest commit seems to make every file
    commits = _git(root, "log", "--format=%H", "-G^__version__", "HEAD", "--", _WHERE_VERSION).split()
    head = _git(root, "rev-parse", "HEAD").strip()
    for commit in commits:
        version = _VERSION.search(_git(root, "show", f"{commit}:{_WHERE_VERSION}"))
        files = _git(root, "ls-tree", "--name-only", commit, "CHANGELOG.md").split()
        if commit == head or version is None or not files:
            continue
        if f"\n## [{version[1]}] - " in _git(root, "show", f"{commit}:CHANGELOG.md"):
            return {tuple(map(int, version[1].split("."))): commit}
    return {}


def _git(root: Path, *arguments: str) -> str:
    return _git_bytes(root, *arguments).decode()


def _git_bytes(root: Path, *arguments: str) -> bytes:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}  # a hook's own
    try:
        done = subprocess.run(["git", "-C", root, *arguments], env=environment, capture_output=True, check=False)
    except FileNotFoundError:
        raise NoReleaseError("git is not installed, so the previous release is not at hand") from None
    if done.returncode:
        said = "; ".join(done.stderr.decode(errors="replace").splitlines())
        raise NoReleaseError(f"git does not give the previous release: {said}")
    return done.stdout


if __name__ == "__main__":
    try:
        found = previous_release()
        sys.stdout.write(f"The previous release is {found.version} ({found.commit[:12]}).\n")
    except NoReleaseError as exc:
        sys.stdout.write(f"The previous release's tests are LEFT OUT: {exc}.\n")
