"""Doors at which nobody was interviewed: kept with every batch, and listed for those who visit them again."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import BaseModel, Field

from app.core.bulk import Day
from app.core.paging import ByRegion
from app.core.round_trips import Insert
from app.core.rows import Row, as_set, copy_rows, read, set_of
from app.submissions.models import Door, DoorState
from app.workforce.reach import Reach
from app.workforce.supervised import WorkFilters, work_asked


class DoorRow(Row, table=Door):
    """A door as it is stored."""

    record_id: UUID
    regency_code: str
    campaign_id: int
    enumerator_id: UUID
    region_code: str
    revision: int
    counted_as: str
    visits: int
    visited_at: datetime
    next_visit_on: date | None
    received_at: datetime


class DoorFilters(WorkFilters):
    """What the list of doors is narrowed by."""

    state: DoorState = Field(default="open_visits", description="What the doors count as; by default those to visit.")
    due_by: Day | None = Field(
        default=None, description="Only doors that are to be visited again on this day or before it."
    )


class DoorOut(BaseModel):
    """A door at which nobody was interviewed."""

    record_id: UUID
    revision: int = Field(description="Of the visit in force.")
    campaign: str
    region_code: str = Field(description="Kemendagri code of the village.")
    region_name: str = Field(description="Name of the village.")
    enumerator: str = Field(description="User name.")
    enumerator_name: str
    counted_as: DoorState
    visits: int = Field(description="How often the door was visited without an interview.")
    visited_at: datetime = Field(description="When it was visited last; corrected where the tablet's clock was off.")
    next_visit_on: date | None = Field(description="The day that was agreed for the next visit; null where none was.")
    received_at: datetime


class _Listed(Row):
    """The columns of `DoorOut`, but the campaign."""

    record_id: UUID
    revision: int
    region_code: str
    region_name: str
    enumerator: str
    enumerator_name: str
    counted_as: str
    visits: int
    visited_at: datetime
    next_visit_on: date | None
    received_at: datetime


# $1 campaign, $2 and $3 the span, $4 the only enumerators, $5 the state, $6 due by, $7 and $8 behind which, $9 limit.
_LISTED = """
WITH page AS MATERIALIZED (
    SELECT * FROM door
    WHERE campaign_id = $1 AND counted_as = $5 AND region_code >= $2 AND region_code < $3
      AND ($4::uuid[] IS NULL OR enumerator_id = ANY($4)) AND ($6::date IS NULL OR next_visit_on <= $6)
      AND ($7::text IS NULL OR (region_code, record_id) > ($7 COLLATE "C", $8::uuid))
    ORDER BY region_code, record_id LIMIT $9
)
SELECT page.record_id, page.revision, page.region_code, coalesce(region.name, page.region_code) AS region_name,
       account.username AS enumerator, account.name AS enumerator_name, page.counted_as, page.visits, page.visited_at,
       page.next_visit_on, page.received_at
FROM page JOIN account ON account.id = page.enumerator_id LEFT JOIN region ON region.code = page.region_code
ORDER BY page.region_code, page.record_id
"""


def adding(doors: Iterable[DoorRow | None]) -> Insert:
    """How what was found at doors of new records is entered; None where an interview took place after all."""
    return Insert([row for row in doors if row is not None])


async def replace_doors(pg: asyncpg.Connection, doors: Mapping[UUID, DoorRow | None]) -> None:
    """Write what was found at doors, under their enumerators' locks; None where an interview took place.

    Idempotent by record: what was written of a door before is replaced.
    """
    if doors:
        await pg.execute("DELETE FROM door WHERE record_id = ANY($1)", list(doors))
        await copy_rows(pg, [row for row in doors.values() if row is not None])


class DoorCount(Row, table=Door):
    """What a door counts as by all its visits, where another visit than the newest came."""

    record_id: UUID
    regency_code: str
    counted_as: str
    visits: int


_COUNT = f"""
UPDATE door SET counted_as = input.counted_as, visits = input.visits,
                next_visit_on = CASE WHEN input.counted_as = 'open_visits' THEN door.next_visit_on END
FROM {set_of(DoorCount)} WHERE door.record_id = input.record_id AND door.regency_code = input.regency_code
"""


async def count_doors(pg: asyncpg.Connection, counts: Iterable[DoorCount]) -> None:
    """Write what doors in the list count as, under their enumerators' locks. Idempotent by record."""
    columns = as_set(DoorCount, counts)
    if columns:
        await pg.execute(_COUNT, *columns)


async def list_doors(
    pg: asyncpg.Connection, reach: Reach, filters: DoorFilters, today: date, *, limit: int, after: ByRegion | None
) -> list[DoorOut]:
    """The first `limit` doors within reach behind one, by village and id.

    Raises:
        Problem: `not_found` for a region outside the territory, `unknown_campaign`.
    """
    work = await work_asked(pg, reach, filters, today)
    place: tuple[Any, ...] = after or (None, None)
    rows = await read(pg, _Listed, _LISTED, *work.parameters, filters.state, filters.due_by, *place, limit)
    return [DoorOut.model_validate({**row.named(), "campaign": work.campaign.code}) for row in rows]
