"""What kind each table is where the database has several nodes (Citus). Models say it: `__distribution__ = BY_REGENCY`.

On one node nothing hangs on it. `kumkm distribute` makes it so on several (`upgrading/distributing.py`), and the tests
refuse a schema or a statement that would not work there.
"""

from enum import Enum
from typing import NamedTuple

import asyncpg


class Kind(Enum):
    """Where the rows of a table are."""

    BY_REGENCY = "by regency"
    """All that a regency has lies on one node, so that it is joined and locked there."""

    DIRECTORY = "directory"
    """Spread by the key that it is asked by. It is read in statements of its own."""

    REFERENCE = "reference"
    """A copy on every node, which every other table can be joined with."""

    LOCAL = "local"
    """On the coordinator alone: written by every request, or small."""


class Distribution(NamedTuple):
    """The kind of a table; of one that is spread, the column; and the table beside whose rows its rows are."""

    kind: Kind
    column: str | None = None
    beside: str | None = None


BY_REGENCY = Distribution(Kind.BY_REGENCY, "regency_code", "business")
REFERENCE = Distribution(Kind.REFERENCE)
LOCAL = Distribution(Kind.LOCAL)


def local(beside: str) -> Distribution:
    """On the coordinator, and written in one statement with another table there, which Citus knows as it refers to a
    reference table: so it has to know this one as well."""
    return Distribution(Kind.LOCAL, beside=beside)


def directory(column: str, beside: str | None = None) -> Distribution:
    """A directory by this column; `beside` another one that it is joined with."""
    return Distribution(Kind.DIRECTORY, column, beside)


ON_ONE_NODE = "/* on one node */"
"""In a statement that a cluster would refuse, and that is not sent to one."""

IS_SPREAD = "to_regclass('pg_catalog.pg_dist_node') IS NOT NULL"
"""Whether the database is the coordinator of a cluster."""


async def is_spread(pg: asyncpg.Connection) -> bool:
    """Whether the database is the coordinator of a cluster."""
    found: bool = await pg.fetchval(f"SELECT {IS_SPREAD}")
    return found


async def node_after_node(pg: asyncpg.Connection) -> None:
    """On a cluster this transaction works on one node after another, as it must where it changes what every node has
    after it read what is spread. On one node it means nothing."""
    await pg.execute("SET LOCAL citus.multi_shard_modify_mode = 'sequential'")
