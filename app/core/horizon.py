"""The horizon of the feed: the transaction number below which all writers have ended, on every node.

On one node it is the lowest number of a transaction in progress. On a cluster the coordinator gives the numbers, and
what it has committed is prepared on the workers, and committed there a moment later. So a reader of what is below the
horizon waits until the transactions that were prepared when it was taken are gone, and then reads: the moment that it
sees on each worker begins with the first statement there.
"""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg

from app.core.distribution import IS_SPREAD
from app.core.problems import Code, Problem
from app.core.rows import Row, read_the

_STEP_S = 0.002
_LONGEST_S = 5.0  # a coordinator that crashed settles what it left prepared within a minute

Prepared = Callable[[], Awaitable[frozenset[str]]]
"""The transactions that are prepared on the workers at this moment, by their names."""


_PREPARED = """
SELECT unnest(string_to_array(result, ' ')) FROM run_command_on_workers(
    $$SELECT coalesce(string_agg(gid, ' '), '') FROM pg_prepared_xacts WHERE database = current_database()$$)
"""


class _Horizon(Row):
    """The horizon, and whether there are other nodes."""

    number: int
    is_spread: bool


# In a statement of its own: in one that reads a table, each node would take its own.
_HORIZON = f"SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS number, {IS_SPREAD} AS is_spread"


async def horizon(pg: asyncpg.Connection) -> int:
    """The horizon alone."""
    return (await read_the(pg, _Horizon, _HORIZON)).number


async def take_horizon(pg: asyncpg.Connection) -> int:
    """The horizon, in a transaction that has read nothing of the register yet: it sees all that is below.

    Raises:
        Problem: `feed_not_ready` where a worker does not end what it has prepared.
    """
    taken = await read_the(pg, _Horizon, _HORIZON)
    if taken.is_spread:

        async def prepared() -> frozenset[str]:
            return frozenset(row[0] for row in await pg.fetch(_PREPARED))

        await until_ended(prepared)
    return taken.number


async def until_ended(prepared: Prepared) -> None:
    """Wait until the transactions that are prepared now have ended; what is prepared later does not count.

    Raises:
        Problem: `feed_not_ready` after five seconds.
    """
    until = asyncio.get_running_loop().time() + _LONGEST_S
    open_ = await prepared()
    while open_:
        if asyncio.get_running_loop().time() >= until:
            raise Problem(Code.FEED_NOT_READY, retry_after=60)
        await asyncio.sleep(_STEP_S)
        open_ &= await prepared()
