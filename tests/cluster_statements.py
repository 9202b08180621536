"""Every statement that the server sends in a test is held against the rules of a cluster, once in a run."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import pytest
from cluster_rules import refusals

from app.core.distribution import ON_ONE_NODE
from app.tables import distributions, metadata

DISTRIBUTIONS = distributions()
COLUMNS = {table.name: frozenset(column.name for column in table.columns) for table in metadata.sorted_tables}
_known: set[str] = set()

Refused = dict[str, set[str]]
"""Statements that a cluster would refuse, and why."""


@contextmanager
def watched(patch: pytest.MonkeyPatch) -> Iterator[Refused]:
    """What of the statements that are sent meanwhile, on the server's connections, a cluster would refuse, and why."""
    refused: Refused = {}

    def look(pg: Any, sql: str) -> None:
        if sql not in _known and (pg._params.server_settings or {}).get("application_name") == "kumkm":
            _known.add(sql)
            if ON_ONE_NODE not in sql and (found := refusals(sql, DISTRIBUTIONS, COLUMNS)):
                refused[sql] = found

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

    patch.setattr(driver, "_get_statement", prepared)
    patch.setattr(driver, "execute", executed)
    patch.setattr(driver, "_copy_out", copied)
    yield refused
