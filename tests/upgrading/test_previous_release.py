"""Servers of the previous release work on the tables of this one: its own tests say so, on tables that this one made.

`git` gives that release; its code and its tests run with the packages of this checkout. What is not run is named here,
and why.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import newer_tables
import pytest
from next_releases import with_migration
from previous_release import ROOT, NoReleaseError, Release, previous_release

from migrations import OLDEST_SERVER

EMBEDDED_IS_ENOUGH = True
TAKES_LONG = True
_MOST_S = 900
_TEXT = 500

CHOSEN = (
    *("intake", "sync", "changes", "attachments"),  # tablets
    *("review", "register", "campaigns", "workforce", "progress"),  # the control room
    *("exchange", "privacy"),  # whoever reads, and people whose data it is
    *("accounts/test_administration.py", "accounts/test_devices.py", "accounts/test_signing_in.py"),
    "accounts/test_ending_sessions.py",
    "api/test_access.py",  # every endpoint, by every role
)
"""What talks to the database through the app, where that release has it. Left out are pure rules, which send nothing
(`core`, `identifiers`, `questionnaires`); what sends the same statements once more and takes minutes (`api` and
`accounts` but for the above, `attacks`, `audit`, `cli`, `demo`, `linkage`, `server`, `simulation`, `tablet`); and what
compares that release with itself (`migrations`, `upgrading`, `core/test_roles.py`, documents)."""

_NEVER_READY = "0.3.0 does not read OLDEST_SERVER: its /readyz answers 503 on any newer tables (docs/migrations.md)"
LEFT_OUT: dict[str, dict[str, str]] = {
    "0.3.0": {
        "tests/api/test_access.py::test_who_may[embedded-GET /readyz]": _NEVER_READY,
        "tests/intake/test_process.py::test_a_stopping_server_finishes_the_batch_in_flight[embedded]": _NEVER_READY,
        "tests/intake/test_process.py::test_a_server_that_is_killed_in_the_middle_of_a_batch_loses_and_doubles_nothing"
        "[embedded]": _NEVER_READY,
    },
}
"""Tests that cannot hold, by release and by name, each with the reason. One that passes is not to stand here."""


class Outcome(NamedTuple):
    """How many tests passed, and of each other what it said."""

    passed: int
    failed: dict[str, str]


@pytest.fixture(scope="session")
def release() -> Release:
    """The previous one, or why it is not at hand."""
    try:
        return previous_release()
    except NoReleaseError as exc:
        pytest.skip(f"{exc}")


@pytest.fixture(scope="session")
def unpacked(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("previous")
    release.unpack(folder)
    return folder


def run(unpacked: Path, newer: Path, folder: Path, *chosen: str, workers: int = 2) -> Outcome:
    """Run tests of the previous release on tables that a newer one makes. `folder`: for what they leave."""
    plugins, made, report = folder / "plugins", folder / "made", folder / "report.xml"
    plugins.mkdir(parents=True)
    (plugins / "newer_tables.py").write_bytes(Path(newer_tables.__file__).read_bytes())
    ours = ("KUMKM_", "PYTEST_", "COV_", "DATABASE_URL")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    paths = (plugins, unpacked, unpacked / "proof", unpacked / "tablet")
    environment |= {"PYTHONPATH": os.pathsep.join(map(str, paths)), newer_tables.NEWER: str(newer)}
    environment |= {newer_tables.MADE: str(made)}
    options = ["-q", "-n", str(workers), "-p", "newer_tables", "-k", "not postgres-15", "-o", "junit_family=xunit1"]
    options += [f"--junitxml={report}", f"--basetemp={folder / 'tests'}"]
    # With what is left of the machine: beside it, others measure time.
    done = subprocess.run(
        ["nice", sys.executable, "-m", "pytest", *options, *(f"tests/{each}" for each in chosen)],
        cwd=unpacked,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=_MOST_S,
    )
    end = f"{done.stdout[-3_000:]}{done.stderr[-3_000:]}"
    assert done.returncode in (0, 1), f"the previous release's tests do not run with this checkout's packages:\n{end}"
    assert made.exists(), f"no test of the previous release asked for tables:\n{end}"
    return outcome_of(report)


def outcome_of(report: Path) -> Outcome:
    """What pytest wrote down."""
    passed, failed = 0, {}
    for case in ET.parse(report).iter("testcase"):  # noqa: S314  (our own file)
        faults = [each for each in case if each.tag in ("failure", "error")]
        refused = [each.get("value", "") for each in case.iter("property") if each.get("name") == newer_tables.REFUSED]
        if faults:
            said = " ".join((faults[0].get("message") or "").split())[:_TEXT]
            failed[f"{case.get('file')}::{case.get('name')}"] = " | PostgreSQL: ".join([said, *refused[:1]])
        elif case.find("skipped") is None:
            passed += 1
    return Outcome(passed, failed)


def told(faults: dict[str, str]) -> str:
    return "\n".join(f"- {name}: {said}" for name, said in sorted(faults.items()))


def test_servers_of_the_previous_release_stay_ready(release: Release) -> None:
    """Those that read the comment, releases after 0.3.0, are taken out of service by it if it is raised too far."""
    assert release.head() >= OLDEST_SERVER, (
        f"the head of {release.version} is {release.head()}: with OLDEST_SERVER = {OLDEST_SERVER}, its servers stop"
        " during the upgrade (docs/migrations.md)"
    )


@pytest.mark.proof
def test_the_previous_release_works_on_the_tables_of_this_one(release: Release, unpacked: Path, tmp_path: Path) -> None:
    outcome = run(unpacked, ROOT, tmp_path / "all", *(each for each in CHOSEN if (unpacked / "tests" / each).exists()))
    left_out = LEFT_OUT.get(release.version, {})
    unknown = {name: said for name, said in outcome.failed.items() if name not in left_out}
    if unknown:  # some measure time: what a busy machine did is not seen twice, what the tables did is
        files = sorted({name.partition("::")[0].removeprefix("tests/") for name in unknown})
        again = run(unpacked, ROOT, tmp_path / "again", *files, workers=1)
        unknown = {name: said for name, said in again.failed.items() if name in unknown}
    assert not unknown, f"servers of {release.version} fail on the tables of this checkout:\n{told(unknown)}"
    assert not set(left_out) - set(outcome.failed), "these tests pass, and are not to be left out"
    assert outcome.passed > 100


@pytest.mark.proof
def test_a_release_that_stops_servers_of_the_previous_one_is_found(unpacked: Path, tmp_path: Path) -> None:
    """A column that they write has another name, one that they do not know has to be filled, a right is taken away."""
    newer = with_migration(
        tmp_path,
        'op.alter_column("duplicate_case", "matched_on", new_column_name="found_by")',
        'op.execute("ALTER TABLE raw_item ADD COLUMN origin text NOT NULL")',
    )
    rights = newer / "migrations" / "rights.py"
    rights.write_text(rights.read_text().replace('"review": _KEEP', '"review": _READ'))
    outcome = run(unpacked, newer, tmp_path, "intake/test_outcomes.py", "review/test_waiting.py")
    assert outcome.passed
    for refused in (
        'column "matched_on"',
        'null value in column "origin" of relation "raw_item"',
        "permission denied for table review",
    ):
        assert refused in told(outcome.failed)
