"""Every statement that the server or a test sends is held against the rules of a cluster, once in a run."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from cluster_rules import known_tables, refusals
from pglast.parser import ParseError
from sqlalchemy.dialects import postgresql

from app.core import round_trips
from app.core.distribution import ON_ONE_NODE
from app.core.roles import SERVER_LOGIN
from app.tables import distributions, metadata

_TESTS = Path(__file__).parent
_dialect: Any = postgresql.dialect
DISTRIBUTIONS = distributions()
COLUMNS = {
    table.name: {column.name: column.type.compile(dialect=_dialect()) for column in table.columns}
    for table in metadata.sorted_tables
}
KNOWN = known_tables(metadata.sorted_tables, DISTRIBUTIONS)
_seen: set[str] = set()

Refused = dict[str, set[str]]
"""Statements that a cluster would refuse, and why."""


def refusals_of(sql: str) -> set[str]:
    """Why a cluster would refuse a statement of the program's tables."""
    return refusals(sql, DISTRIBUTIONS, COLUMNS, KNOWN)


def _application(pg: Any) -> str:
    name: str = (pg._params.server_settings or {}).get("application_name", "")
    return name


def _is_the_servers(pg: Any) -> bool:
    """On a connection of its pool, or one that a test opened for its login."""
    return _application(pg) == "kumkm" or pg._params.user == SERVER_LOGIN


def _is_the_tests(pg: Any) -> bool:
    """A statement of the test itself, on a connection without a name to a database as `dsn` makes it.

    What the program and its migrations do there for the owner is not the test's: not all of it works on a cluster
    (`docs/operations/citus.md`).
    """
    if _application(pg) or not pg._params.database.startswith("test_"):
        return False
    frame = inspect.currentframe()
    while frame is not None and (frame.f_code.co_filename == __file__ or "/asyncpg/" in frame.f_code.co_filename):
        frame = frame.f_back
    return frame is not None and Path(frame.f_code.co_filename).is_relative_to(_TESTS)


@contextmanager
def watched(patch: pytest.MonkeyPatch) -> Iterator[Refused]:
    """What of the statements that are sent meanwhile a cluster would refuse, and why.

    They are those on the server's connections, and on those by which a test prepares its database and looks into it.
    """
    refused: Refused = {}

    def hold_against_the_rules(sql: str) -> None:
        if sql not in _seen:
            _seen.add(sql)
            found = refusals_of(sql)
            refused.update({sql: found} if found else {})

    def look(pg: Any, sql: str) -> None:
        if sql not in _seen and ON_ONE_NODE not in sql and (_is_the_servers(pg) or _is_the_tests(pg)):
            try:
                hold_against_the_rules(sql)
            except ParseError:  # what a test sends on purpose; PostgreSQL refuses it as well
                if _is_the_servers(pg):
                    raise

    driver: Any = asyncpg.Connection
    prepare, copy, execute = driver._get_statement, driver._copy_out, driver.execute

    async def prepared(pg: asyncpg.Connection, query: str, *args: Any, **kwargs: Any) -> Any:
        look(pg, query)
        return await prepare(pg, query, *args, **kwargs)

    async def executed(pg: asyncpg.Connection, query: str, *args: Any, **kwargs: Any) -> Any:
        look(pg, query)
        return await execute(pg, query, *args, **kwargs)

    async def copied(pg: asyncpg.Connection, copy_stmt: str, *args: Any, **kwargs: Any) -> Any:
        look(pg, copy_stmt)
        return await copy(pg, copy_stmt, *args, **kwargs)

    _watch_parts(patch, hold_against_the_rules)
    patch.setattr(driver, "_get_statement", prepared)
    patch.setattr(driver, "execute", executed)
    patch.setattr(driver, "_copy_out", copied)
    yield refused


def _watch_parts(patch: pytest.MonkeyPatch, hold_against_the_rules: Callable[[str], None]) -> None:
    """On a cluster, each part of what is sent as one statement is sent for itself."""
    asked, written = round_trips._asked_as_one, round_trips._written_as_one

    def asked_as_one(*parts: tuple[str, int]) -> str:
        for statement, _ in parts:
            hold_against_the_rules(statement)
        return asked(*parts)

    def written_as_one(*parts: tuple[tuple[tuple[str, str], ...], int]) -> str:
        for steps, _ in parts:
            hold_against_the_rules(round_trips._written_alone(steps))
        return written(*parts)

    patch.setattr(round_trips, "_asked_as_one", asked_as_one)
    patch.setattr(round_trips, "_written_as_one", written_as_one)
