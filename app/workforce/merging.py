"""Sets of teams, members and assignments into their tables: what is new is inserted, what says something else is
written, and what a row does not say stays."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal
from app.audit import trail
from app.audit.actions import Action
from app.changes.log import News, publish
from app.core.bulk import Entered
from app.workforce.headcount import changing


class Moved(NamedTuple):
    """Whose headcount may change in a campaign."""

    enumerators: set[UUID]
    coordinators: set[UUID]


async def merge(
    pg: asyncpg.Connection,
    principal: Principal,
    table: str,
    action: Action,
    trace_id: str | None,
    *,
    key: tuple[str, ...],
    values: tuple[str, ...],
    made: tuple[str, ...],
    rows: list[tuple[object, ...]],
    types: tuple[str, ...],
    moved: Mapping[int, Moved],
    said: Sequence[bool] = (),
    news: Sequence[News] = (),
) -> Entered:
    """Insert what is not there by its key, update what says something else; headcount and tablets follow.

    `said`: for tables with a last day, which stands last in a row, whether each row says one; the others' stays.
    `news`: for each row, the change to publish if the row changed something.
    """
    async with AsyncExitStack() as following:
        for campaign_id, (enumerators, coordinators) in sorted(moved.items()):
            await following.enter_async_context(
                changing(pg, campaign_id, enumerators=enumerators, coordinators=coordinators)
            )
        done = []
        for with_end, some in _by_what_they_say(rows, said):
            written = (*values, "ends_on") if with_end else values
            columns = (*key, *values, *made, "ends_on")[: len(types)]
            done += await _upsert(pg, table, columns, key, written, types, some)
    created = sum(row[0] for row in done)
    changed = {tuple(row[1:]) for row in done}
    await publish(pg, [each for row, each in zip(rows, news, strict=False) if row[: len(key)] in changed])
    if done:
        await trail.record_many(
            pg,
            action,
            actor_id=principal.account_id,
            trace_id=trace_id,
            subjects=[("region", principal.territory.region_code, {"created": created, "rows": len(done)})],
        )
    return Entered(created, len(done) - created, len(rows) - len(done))


async def _upsert(
    pg: asyncpg.Connection,
    table: str,
    columns: Sequence[str],
    key: Sequence[str],
    written: Sequence[str],
    types: Sequence[str],
    rows: Sequence[tuple[object, ...]],
) -> list[asyncpg.Record]:
    """Insert the rows, or write some columns of those that are there: whether each is new, and its key; of those that
    changed nothing, nothing."""
    sources = ", ".join(f"${n}::{type_}[]" for n, type_ in enumerate(types, start=1))
    change = "NOTHING"
    if written:
        differs = " OR ".join(f"{table}.{column} IS DISTINCT FROM excluded.{column}" for column in written)
        change = f"UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in written)} WHERE {differs}"
    found: list[asyncpg.Record] = await pg.fetch(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM unnest({sources})"
        f" ON CONFLICT ({', '.join(key)}) DO {change} RETURNING (xmax = 0) AS created, {', '.join(key)}",
        *columns_of(rows, len(types)),
    )
    return found


def _by_what_they_say(
    rows: Sequence[tuple[object, ...]], said: Sequence[bool]
) -> list[tuple[bool, list[tuple[object, ...]]]]:
    """The rows that say their last day, and those that do not; a file has only one sort."""
    if not said:
        return [(False, list(rows))]
    sorts = [(sort, [row for row, each in zip(rows, said, strict=True) if each is sort]) for sort in (True, False)]
    return [(sort, some) for sort, some in sorts if some]


def columns_of(rows: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    """The rows by column, as `unnest` takes them; so many empty columns where there are no rows."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
