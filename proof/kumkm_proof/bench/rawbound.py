"""The raw bound: the rows that the server left, written again by nothing but a bare asyncpg loop.

One connection, one transaction a batch, one statement a table. It writes the final rows of batches, submissions with
their directory, businesses, identities and cells: everything but the audit trail and what is folded away, which the
server writes on top, so that the bound is rather too high than too low. Two loops do it: one with `INSERT … SELECT
FROM unnest`, the usual way to write a set, and one with `COPY`, the fastest way there is.
"""

import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Literal, NamedTuple
from uuid import UUID

import asyncpg

from kumkm_proof.bench.processor import Clock, Cost

Loop = Literal["insert", "copy"]

_CELL = ("campaign_id", "enumerator_id", "region_code", "received_on", "captured_on", "regency_code")
_UPSERT = f"""
INSERT INTO progress_cell ({", ".join(_CELL)}, last_received_at, entered)
SELECT * FROM unnest($1::smallint[], $2::uuid[], $3::text[], $4::date[], $5::date[], $6::text[], $7::timestamptz[],
                     $8::int[])
ON CONFLICT ({", ".join(_CELL)}) DO UPDATE
SET entered = progress_cell.entered + excluded.entered, last_received_at = excluded.last_received_at
"""


@dataclass(slots=True)
class BatchRows:
    """The rows that one batch left, by table."""

    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(list))
    cells: dict[tuple[Any, ...], list[Any]] = field(default_factory=dict)  # key → last_received_at, entered


@dataclass(slots=True)
class Left:
    """Everything that the server left: the columns of each table, and the batches of each enumerator."""

    columns: dict[str, list[str]]
    batches: dict[UUID, list[BatchRows]]


class Written(NamedTuple):
    """How long writing the rows took, in seconds, and what it cost; the cost is known where the database is of this
    machine."""

    seconds: float
    cost: Cost | None


async def read_back(dsn: str) -> Left:
    """Read what the server wrote, batch by batch."""
    pg = await asyncpg.connect(dsn)
    try:
        tables = {
            "batch": "SELECT * FROM batch ORDER BY id",
            "submission": "SELECT * FROM submission",
            "record": "SELECT * FROM record",
            "business": "SELECT * FROM business",
            "identity": "SELECT * FROM identity",
        }
        rows = {table: await pg.fetch(query) for table, query in tables.items()}
    finally:
        await pg.close()
    left = Left({table: list(found[0].keys()) for table, found in rows.items()}, defaultdict(list))
    by_id, by_record = {}, {}
    for row in rows["batch"]:
        batch = by_id[row["id"]] = BatchRows()
        batch.rows["batch"].append(tuple(row))
        left.batches[row["enumerator_id"]].append(batch)
    for row in rows["submission"]:
        batch = by_record[row["record_id"]] = by_id[row["batch_id"]]
        batch.rows["submission"].append(tuple(row))
        cell = batch.cells.setdefault(tuple(row[column] for column in _CELL), [row["received_at"], 0])
        cell[1] += 1
    for table in ("record", "business", "identity"):
        for row in rows[table]:
            by_record[row["record_id"]].rows[table].append(tuple(row))
    return left


async def write_rows(dsn: str, left: Left, how: Loop, advance: Callable[[], None], clock: Clock | None) -> Written:
    """Write the rows as fast as the loop can."""
    pg = await asyncpg.connect(dsn, server_settings={"jit": "off"})
    try:
        inserts = {table: await _insert_into(pg, table, columns) for table, columns in left.columns.items()}
        began, before = time.perf_counter(), clock.read() if clock else None
        # In turns, as the batches of several tablets come in.
        for batch in (batch for turn in zip_longest(*left.batches.values()) for batch in turn if batch is not None):
            async with pg.transaction():
                for table, rows in batch.rows.items():
                    if how == "copy":
                        await pg.copy_records_to_table(table, records=rows, columns=left.columns[table])
                    else:
                        await inserts[table](rows)
                cells = sorted((*key, *counts) for key, counts in batch.cells.items())
                await pg.execute(_UPSERT, *zip(*cells, strict=True))
            advance()
        seconds = time.perf_counter() - began
        return Written(seconds, clock.read() - before if clock and before else None)
    finally:
        await pg.close()


async def _insert_into(
    pg: asyncpg.Connection, table: str, columns: list[str]
) -> Callable[[list[tuple[Any, ...]]], Awaitable[None]]:
    """What inserts a set of rows into the table with one statement."""
    described = (await pg.prepare(f"SELECT {', '.join(columns)} FROM {table}")).get_attributes()
    # `unnest` flattens arrays of arrays, so lists travel as text.
    lists = {n for n, each in enumerate(described) if each.type.kind == "array"}
    sent = [f"${n + 1}::{'text' if n in lists else each.type.name}[]" for n, each in enumerate(described)]
    read = [f"{name}::{described[n].type.name}" if n in lists else name for n, name in enumerate(columns)]
    statement = await pg.prepare(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(read)}"
        f" FROM unnest({', '.join(sent)}) AS sent ({', '.join(columns)})"
    )

    async def insert(rows: list[tuple[Any, ...]]) -> None:
        by_column = [list(values) for values in zip(*rows, strict=True)]
        for n in lists:
            by_column[n] = ["{" + ",".join(f'"{value}"' for value in values) + "}" for values in by_column[n]]
        await statement.fetch(*by_column)

    return insert
