"""Spreading the tables over the nodes of a Citus cluster: `kumkm distribute`.

Which table is of what kind, its model says (`core/distribution.py`). Each table is spread in a transaction of its own,
with the rows that it has, so that the command can be stopped and run again. What is left of them on the coordinator is
removed when all tables are spread.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import asyncpg

from app.core.distribution import Distribution, Kind
from app.core.schema_version import schema_of
from app.core.settings import SettingsError

SHARDS = 32
"""Parts of each table that is spread, by default: the most nodes that it can be moved to later."""

_NODES = "SELECT groupid, shouldhaveshards FROM pg_dist_node WHERE noderole = 'primary' AND isactive"
_SPREAD = "SELECT logicalrelid::regclass::text FROM pg_dist_partition WHERE NOT autoconverted"
_LINKED = """
SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conrelid <> confrelid
"""


class Spread(NamedTuple):
    """What is done to one table."""

    table: str
    distribution: Distribution

    @property
    def sql(self) -> str:
        """The statement; `$1` is the number of shards of a table that is beside no other."""
        kind, column, beside = self.distribution
        if kind is Kind.REFERENCE:
            return f"SELECT create_reference_table('{self.table}')"
        if kind is Kind.LOCAL:
            return f"SELECT citus_add_local_table_to_metadata('{self.table}')"
        if beside in (None, self.table):
            beside = "none"
        shards = ", shard_count => $1" if beside == "none" else ""
        return f"SELECT create_distributed_table('{self.table}', '{column}', colocate_with => '{beside}'{shards})"


async def plan(pg: asyncpg.Connection, distributions: Mapping[str, Distribution]) -> list[Spread]:
    """The tables that are to be spread still, in the order in which that can be done.

    Raises:
        SettingsError: this is no cluster, or not set up.
    """
    await _refuse_unfit(pg)
    fault = await schema_of(pg)
    if fault is not None:
        raise SettingsError(f"PostgreSQL at DATABASE_URL: {fault.value}. Run `kumkm migrate` with this release first.")
    done = {row[0] for row in await pg.fetch(_SPREAD)}
    links = [(row[0], row[1]) for row in await pg.fetch(_LINKED)]
    return in_order({table: each for table, each in distributions.items() if table not in done}, links)


def in_order(distributions: Mapping[str, Distribution], links: Iterable[tuple[str, str]]) -> list[Spread]:
    """What is done to these tables, one after another: each comes after those that it refers to or lies beside. Pure.

    `links`: which table refers to which. Of local tables Citus has to know only those that are beside another one.

    Raises:
        SettingsError: there is no such order.
    """
    links = list(links)
    left = {table: each for table, each in distributions.items() if each.kind is not Kind.LOCAL or each.beside}
    ordered: list[Spread] = []
    while left:
        waiting = {one for one, other in links if one in left and other in left}
        waiting |= {table for table, each in left.items() if each.beside != table and each.beside in left}
        if not left.keys() - waiting:
            raise SettingsError(f"these tables refer to each other in a circle: {', '.join(sorted(waiting))}")
        ordered += [Spread(table, left.pop(table)) for table in sorted(left.keys() - waiting)]
    return ordered


async def distribute(pg: asyncpg.Connection, each: Spread, shards: int) -> None:
    """Spread one table with its rows; who writes to it waits."""
    await pg.execute("SET lock_timeout = '5s'")
    await pg.execute("SET statement_timeout = 0")
    await pg.fetch(each.sql, *([shards] if "$1" in each.sql else []))


async def remove_copies(pg: asyncpg.Connection, distributions: Mapping[str, Distribution]) -> None:
    """Remove the rows that tables have left on the coordinator, where nobody sees them. Idempotent by nature."""
    for table, each in distributions.items():
        if each.kind in (Kind.BY_REGENCY, Kind.DIRECTORY):
            await pg.execute("SELECT truncate_local_data_after_distributing_table($1::text::regclass)", table)


async def _refuse_unfit(pg: asyncpg.Connection) -> None:
    if await pg.fetchval("SELECT to_regclass('pg_dist_node')") is None:
        raise SettingsError("This database has no Citus: run `CREATE EXTENSION citus` in it, on every node.")
    groups = {row[0]: row[1] for row in await pg.fetch(_NODES)}
    if 0 not in groups:
        raise SettingsError(
            "The coordinator is not among the nodes: run `SELECT citus_set_coordinator_host('its address', 5432)`."
        )
    if not any(groups.values()):
        raise SettingsError("No node may have shards: add one by `SELECT citus_add_node('its address', 5432)`.")
