"""A plugin for the tests of the previous release: `kumkm migrate` of a newer one makes their tables.

It is loaded before those tests import anything: they call `app.core.migrations.migrate`, which is replaced. Where a
test fails, it adds what PostgreSQL refused meanwhile: the tests may see no more of that than a 500.
"""

import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.core import migrations

NEWER, MADE = "KUMKM_NEWER_RELEASE", "KUMKM_NEWER_TABLES_MADE"
"""Where the newer release is, and the file that gets a line for each database that it migrated."""

REFUSED = "postgresql_refused"
_SAYS_SCHEMA = ("22", "23", "42")
"""Classes of SQLSTATE: values that do not fit, constraints, unknown names and missing rights."""

_refused: list[str] = []
_of_postgresql = asyncpg.PostgresError.new


def migrate(database_url: str) -> None:
    """In the place of the old release's own: what an operator does."""
    newer = os.environ[NEWER]
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "migrate"],
        cwd=newer,
        env={**os.environ, "PYTHONPATH": newer, "DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"`kumkm migrate` of the newer release failed: {done.stdout}{done.stderr}")
    with Path(os.environ[MADE]).open("a") as made:
        made.write("migrated\n")


def _remember(fields: dict[str, str], query: str | None = None) -> Any:
    if fields.get("C", "")[:2] in _SAYS_SCHEMA:
        _refused.append(f"{fields.get('M')} ({fields.get('C')})")
    return _of_postgresql(fields, query)


if NEWER in os.environ:  # as a plugin; who imports a name from here goes on as before
    migrations.migrate = migrate
    asyncpg.PostgresError.new = staticmethod(_remember)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "setup" and report.passed:
        _refused.clear()
    if report.failed and _refused:
        item.user_properties.append((REFUSED, "; ".join(dict.fromkeys(_refused))))
    return report
