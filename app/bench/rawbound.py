"""The raw bound: the rows that the server left, written again by nothing but asyncpg.

One transaction a batch, COPY wherever a table takes it. It writes the final rows of batches, submissions with their
directory, businesses, identities and cells: everything but the audit trail and what is folded away, which the server
writes on top, so that the bound is rather too high than too low.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

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


async def write_rows(dsn: str, left: Left, connections: int, advance: Callable[[], None]) -> float:
    """Write the rows as fast as asyncpg can; gives the seconds."""
    lanes: list[list[BatchRows]] = [[] for _ in range(connections)]
    for n, batches in enumerate(left.batches.values()):
        lanes[n % connections] += batches

    async def lane(pg: asyncpg.Connection, batches: list[BatchRows]) -> None:
        for batch in batches:
            async with pg.transaction():
                for table, rows in batch.rows.items():
                    await pg.copy_records_to_table(table, records=rows, columns=left.columns[table])
                cells = sorted((*key, *counts) for key, counts in batch.cells.items())
                await pg.execute(_UPSERT, *zip(*cells, strict=True))
            advance()

    pool = [await asyncpg.connect(dsn, server_settings={"jit": "off"}) for _ in lanes]
    try:
        began = time.perf_counter()
        await asyncio.gather(*(lane(pg, batches) for pg, batches in zip(pool, lanes, strict=True)))
        return time.perf_counter() - began
    finally:
        for pg in pool:
            await pg.close()
