"""The write side of progress: cells with every batch, and the folding of deltas into days behind it.

A batch adds to its enumerator's cells, which no other batch writes, and leaves the same figures as deltas. In the
background one process at a time folds deltas into the days of every region above. Readers add the deltas that are
left, so figures are exact at any moment and no row is contended.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.background.locks import Lock, try_lock
from app.core.round_trips import SetWrite, write
from app.progress.models import COUNTERS, DOORS, OF_LISTING, OF_RECORDS, RESULTS
from app.progress.unfolded import together

_FOLD_ROWS = 5_000


class Change(NamedTuple):
    """That a record, or an entry, counts (+1) or no longer counts (-1) as something, somewhere, on some day."""

    counter: str  # one of COUNTERS
    by: int
    region_code: str
    regency_code: str
    received_on: date  # the day of the change
    captured_on: date


class Counted(NamedTuple):
    """What one batch, or one decision, changes of one enumerator's cells in one campaign."""

    campaign_id: int
    enumerator_id: UUID
    source_id: UUID
    received_at: datetime
    changes: Iterable[Change]


_PLACE = "campaign_id, enumerator_id, source_id, region_code, regency_code, received_on, captured_on"


def _steps(counters: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """How changes of these counters are added to the cells, and left as deltas."""
    names = ", ".join(counters)
    changes = f"change_of_{len(counters)}"  # those of several batches may be written in one statement
    change = f"""
    SELECT * FROM unnest(
        $1::smallint[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::date[], $7::date[], $8::timestamptz[],
        {", ".join(f"${9 + i}::int[]" for i in range(len(counters)))}
    ) AS change (campaign_id, enumerator_id, source_id, region_code, regency_code, received_on, captured_on,
                 last_received_at, {names})
"""
    cell = f"""
    INSERT INTO progress_cell
        (campaign_id, enumerator_id, last_received_at, region_code, regency_code, received_on, captured_on, {names})
    SELECT campaign_id, enumerator_id, last_received_at, region_code, regency_code, received_on, captured_on, {names}
    FROM {changes}
    ON CONFLICT (campaign_id, enumerator_id, region_code, received_on, captured_on, regency_code) DO UPDATE
    SET last_received_at = greatest(progress_cell.last_received_at, excluded.last_received_at),
        {", ".join(f"{c} = progress_cell.{c} + excluded.{c}" for c in counters)}
"""
    steps: tuple[tuple[str, str], ...] = (
        (changes, change),
        (f"{changes}_cells", cell),
        (f"{changes}_records", f"INSERT INTO progress_delta {_delta(OF_RECORDS, changes)}"),
    )
    if RESULTS[0] in counters:
        steps += ((f"{changes}_doors", f"INSERT INTO progress_door_delta {_delta(RESULTS, changes)}"),)
    if OF_LISTING[0] in counters:
        steps += ((f"{changes}_listing", f"INSERT INTO progress_listing_delta {_delta(OF_LISTING, changes)}"),)
    return steps


def _delta(counters: Sequence[str], changes: str) -> str:
    columns, changed = f"{_PLACE}, {', '.join(counters)}", " OR ".join(f"{counter} <> 0" for counter in counters)
    return f"({columns}) SELECT {columns} FROM {changes} WHERE {changed}"


# Most batches change no door without an interview and no entry of a listing, and need only some of the counters.
_ADD = {counters: _steps(counters) for counters in (OF_RECORDS, (*OF_RECORDS, *RESULTS), COUNTERS)}


async def count(
    pg: asyncpg.Connection,
    campaign_id: int,
    enumerator_id: UUID,
    source_id: UUID,
    received_at: datetime,
    changes: Iterable[Change],
) -> None:
    """Add one decision's changes to the cells. Idempotent by `source_id`, which comes once."""
    await count_all(pg, [Counted(campaign_id, enumerator_id, source_id, received_at, changes)])


_Cell = tuple[int, UUID, UUID, str, str, date, date]  # with the source of the change
_KEY = 7


async def count_all(pg: asyncpg.Connection, counted: Iterable[Counted]) -> None:
    """Add changes to the cells of several enumerators. Idempotent by the ids of their sources: one for each enumerator
    and campaign.
    """
    for one in counting(counted):
        await write(pg, one)


def counting(counted: Iterable[Counted]) -> list[SetWrite]:
    """How `count_all` does it; nothing where nothing changes."""
    sums: defaultdict[_Cell, list[int]] = defaultdict(lambda: [0] * len(COUNTERS))
    last: dict[_Cell, datetime] = {}
    for campaign_id, enumerator_id, source_id, received_at, changes in counted:
        for change in changes:
            place = (change.region_code, change.regency_code, change.received_on, change.captured_on)
            cell = (campaign_id, enumerator_id, source_id, *place)
            sums[cell][COUNTERS.index(change.counter)] += change.by
            last[cell] = max(last.get(cell, received_at), received_at)
    # In the order of the key, as every writer of cells has it.
    rows = [(*cell, last[cell], *counts) for cell, counts in sorted(sums.items()) if any(counts)]
    if not rows:
        return []
    before = len(rows[0]) - len(COUNTERS)
    counters = next(each for each in _ADD if not any(any(row[before + len(each) :]) for row in rows))
    return [SetWrite(_ADD[counters], [row[: before + len(counters)] for row in rows], _KEY)]


# A region and everything above it, the nation included. Codes have a fixed width at every level.
ANCESTRY = """
    SELECT 'ID' AS node
    UNION ALL SELECT left(delta.region_code, n)
    FROM unnest(ARRAY[2, 5, 8, 13, 18]) AS n WHERE n <= length(delta.region_code)
"""

_FOLD = f"""
WITH of_records AS (
    DELETE FROM progress_delta WHERE ctid = ANY (ARRAY(SELECT ctid FROM progress_delta LIMIT $1)) RETURNING *
), of_doors AS (
    DELETE FROM progress_door_delta WHERE ctid = ANY (ARRAY(SELECT ctid FROM progress_door_delta LIMIT $1)) RETURNING *
), of_listing AS (
    DELETE FROM progress_listing_delta WHERE ctid = ANY (ARRAY(SELECT ctid FROM progress_listing_delta LIMIT $1))
    RETURNING *
), delta AS MATERIALIZED {together("of_records", "of_doors", "of_listing")}, node AS MATERIALIZED (
    SELECT delta.*, ancestor.node FROM delta CROSS JOIN LATERAL ({ANCESTRY}) AS ancestor
), seen AS (
    SELECT campaign_id, node AS region_code, enumerator_id,
           min(received_on) AS first_received_on, min(captured_on) AS first_captured_on
    FROM node WHERE {" OR ".join(f"{c} > 0" for c in DOORS)}
    GROUP BY 1, 2, 3
), moved AS (
    -- Who is active in a region for the first time, or by an earlier day than was known.
    SELECT seen.*, known.first_received_on AS was_received_on, known.first_captured_on AS was_captured_on
    FROM seen LEFT JOIN progress_activity AS known USING (campaign_id, region_code, enumerator_id)
    WHERE known.campaign_id IS NULL OR seen.first_received_on < known.first_received_on
       OR seen.first_captured_on < known.first_captured_on
), activity AS (
    INSERT INTO progress_activity (campaign_id, region_code, enumerator_id, first_received_on, first_captured_on)
    SELECT campaign_id, region_code, enumerator_id, first_received_on, first_captured_on FROM moved
    ON CONFLICT (campaign_id, region_code, enumerator_id) DO UPDATE
    SET first_received_on = least(progress_activity.first_received_on, excluded.first_received_on),
        first_captured_on = least(progress_activity.first_captured_on, excluded.first_captured_on)
), day AS (
    SELECT campaign_id, 'received' AS basis, node AS region_code, received_on AS day,
           {", ".join(COUNTERS)}, 0 AS newly_active FROM node
    UNION ALL
    SELECT campaign_id, 'captured', node, captured_on, {", ".join(COUNTERS)}, 0 FROM node
    UNION ALL
    SELECT campaign_id, basis, region_code, day, {", ".join("0" for _ in COUNTERS)}, step
    FROM moved CROSS JOIN LATERAL (VALUES
        ('received', first_received_on, 1), ('received', was_received_on, -1),
        ('captured', first_captured_on, 1), ('captured', was_captured_on, -1)
    ) AS edge (basis, day, step)
    WHERE (edge.basis = 'received' AND (was_received_on IS NULL OR first_received_on < was_received_on)
        OR edge.basis = 'captured' AND (was_captured_on IS NULL OR first_captured_on < was_captured_on))
      AND edge.day IS NOT NULL
)
INSERT INTO progress_day (campaign_id, basis, region_code, day, {", ".join(COUNTERS)}, newly_active)
SELECT campaign_id, basis, region_code, day, {", ".join(f"sum({c})" for c in COUNTERS)}, sum(newly_active)
FROM day GROUP BY 1, 2, 3, 4
ON CONFLICT (campaign_id, basis, region_code, day) DO UPDATE
SET {", ".join(f"{c} = progress_day.{c} + excluded.{c}" for c in COUNTERS)},
    newly_active = progress_day.newly_active + excluded.newly_active
"""


_MOST_WAITING = """
SELECT greatest((SELECT count(*) FROM (SELECT 1 FROM progress_delta LIMIT $1) AS waiting),
                (SELECT count(*) FROM (SELECT 1 FROM progress_door_delta LIMIT $1) AS waiting),
                (SELECT count(*) FROM (SELECT 1 FROM progress_listing_delta LIMIT $1) AS waiting))
"""


async def fold(pg: asyncpg.Connection) -> bool:
    """Fold up to some thousand deltas into the days, unless another process is at it; whether more may be left.

    Idempotent by the deltas, which are deleted in the same transaction that adds them up.
    """
    if not await try_lock(pg, Lock.FOLDING):
        return False
    waiting = await pg.fetchval(_MOST_WAITING, _FOLD_ROWS)
    if waiting:
        await pg.execute(_FOLD, _FOLD_ROWS)
    return bool(waiting == _FOLD_ROWS)
