"""Reads of assignments and teams."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.core.round_trips import Question
from app.regions.region_code import ancestry, span_of


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


class NamedAssignment(NamedTuple):
    """An assignment as people read it."""

    campaign_id: int
    code: str
    name: str
    level: str
    starts_on: date
    ends_on: date | None


def named_assignments_question(enumerator_id: UUID) -> Question[list[NamedAssignment]]:
    """All assignments of an enumerator in all campaigns, with the names of their regions, by code."""
    return Question(
        "SELECT a.campaign_id, r.code, r.name, r.level, a.starts_on, a.ends_on FROM assignment AS a"
        " JOIN region AS r ON r.code = a.region_code WHERE a.enumerator_id = $1"
        " ORDER BY a.campaign_id, r.code, a.starts_on",
        (enumerator_id,),
        lambda rows: [NamedAssignment(*row) for row in rows],
    )


def assignments_question(campaign: str, enumerator_id: UUID) -> Question[tuple[AssignedRegion, ...]]:
    """All assignments of an enumerator in the campaign of that code, past ones included."""
    return Question(
        "SELECT region_code, starts_on, ends_on FROM assignment"
        " WHERE campaign_id = (SELECT id FROM campaign WHERE code = $1) AND enumerator_id = $2",
        (campaign, enumerator_id),
        lambda rows: tuple(AssignedRegion(*row) for row in rows),
    )


def assigned_sql(person: str, ancestry: str) -> str:
    """SQL of whether somebody is assigned, in the campaign `$1` on the day `$2`, in the span from `$3` to `$4` or
    above it. `person` is an expression, `ancestry` an array of the region and all above it.
    """
    return f"""EXISTS (
    SELECT FROM assignment
    WHERE assignment.campaign_id = $1 AND assignment.enumerator_id = {person} AND assignment.starts_on <= $2
      AND (assignment.ends_on IS NULL OR assignment.ends_on >= $2)
      AND (assignment.region_code >= $3 AND assignment.region_code < $4
           OR assignment.region_code = ANY ({ancestry}::text[]))
)"""


async def assigned_of(
    pg: asyncpg.Connection, campaign_id: int, on: date, region_code: str, people: Sequence[UUID]
) -> set[UUID]:
    """Those of these people who are assigned in a region on a day."""
    rows = await pg.fetch(
        f"SELECT one.id FROM unnest($5::uuid[]) AS one (id) WHERE {assigned_sql('one.id', '$6')}",
        campaign_id,
        on,
        *span_of(region_code),
        people,
        ancestry(region_code),
    )
    return {row[0] for row in rows}
