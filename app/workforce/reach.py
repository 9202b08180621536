"""Whose work a person may see: the second half of authorisation, beside the territory.

Enumerators see their own work, coordinators that of their team, all others that of every account in their territory.
"""

from datetime import date
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal, Role, Territory


class Reach(NamedTuple):
    """The work in a territory; where `only` is given, only that of these enumerators."""

    territory: Territory
    only: tuple[UUID, ...] | None

    def covers(self, enumerator_id: UUID, region_code: str) -> bool:
        """Whether what this enumerator recorded in this region may be seen."""
        return self.territory.contains(region_code) and (self.only is None or enumerator_id in self.only)

    def answers_for(self, enumerator_id: UUID, home: str | None) -> bool:
        """Whether this enumerator's work is supervised from here, wherever it was done: the enumerator is in the team,
        or without a team, the enumerator's home is in the territory."""
        if self.only is not None:
            return enumerator_id in self.only
        return home is not None and self.territory.contains(home)


async def team_of(
    pg: asyncpg.Connection, coordinator_id: UUID, day: date, campaign_id: int | None = None
) -> list[UUID]:
    """The enumerators whose coordinator this account is by that day, in one campaign or in any.

    An enumerator's coordinator is that of the team that the enumerator joined last, also after leaving it: for all
    records, a coordinator is responsible.
    """
    rows = await pg.fetch(
        "SELECT DISTINCT enumerator_id FROM team JOIN team_member AS member ON member.team_id = team.id"
        " WHERE ($1::smallint IS NULL OR team.campaign_id = $1) AND team.coordinator_id = $2 AND member.starts_on <= $3"
        " AND member.team_id = (SELECT last.team_id FROM team_member AS last"
        "  WHERE last.campaign_id = team.campaign_id"
        "  AND last.enumerator_id = member.enumerator_id AND last.starts_on <= $3"
        "  ORDER BY last.starts_on DESC, last.team_id LIMIT 1)",
        campaign_id,
        coordinator_id,
        day,
    )
    return [row[0] for row in rows]


async def reach_of(pg: asyncpg.Connection, principal: Principal, today: date) -> Reach:
    """The work that the principal may see today. A coordinator sees records of today's team, of every campaign: the
    person who is responsible now reviews and decides. Progress is seen by another rule (`progress/reports.py:
    seen_by`): by the day and the campaign of the question."""
    only: tuple[UUID, ...] | None = None
    if principal.role is Role.ENUMERATOR:
        only = (principal.account_id,)
    elif principal.role is Role.COORDINATOR:
        only = tuple(await team_of(pg, principal.account_id, today))
    return Reach(principal.territory, only)
