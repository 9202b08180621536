"""Reads of assignments and teams."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.core.round_trips import Question


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
