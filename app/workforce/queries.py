"""Reads of assignments and teams."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

import asyncpg


class AssignedRegion(NamedTuple):
    """Where an enumerator works, first and last day included; no last day means to the end."""

    region_code: str
    starts_on: date
    ends_on: date | None

    def covers(self, village: str, day: date) -> bool:
        """Whether the village lies in the region and the day in the time."""
        return (
            (village == self.region_code or village.startswith(self.region_code + "."))
            and self.starts_on <= day
            and (self.ends_on is None or day <= self.ends_on)
        )


async def assignments_of(pg: asyncpg.Connection, campaign_id: int, enumerator_id: UUID) -> tuple[AssignedRegion, ...]:
    """All assignments of an enumerator in a campaign, past ones included."""
    rows = await pg.fetch(
        "SELECT region_code, starts_on, ends_on FROM assignment WHERE campaign_id = $1 AND enumerator_id = $2",
        campaign_id,
        enumerator_id,
    )
    return tuple(AssignedRegion(*row) for row in rows)
