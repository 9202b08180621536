"""What lists of supervised work are narrowed by: a campaign, a territory, and whose work it is."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from pydantic import BaseModel, ConfigDict, Field

from app.accounts.permissions import Territory
from app.accounts.schemas import as_kept
from app.campaigns.asked import campaign_or_current
from app.campaigns.queries import CampaignRow
from app.core.text import Handle, Line
from app.regions.region_code import LONGEST
from app.workforce.reach import Reach, team_of


class WorkFilters(BaseModel):
    """What a list is narrowed by; None where it is not asked."""

    model_config = ConfigDict(frozen=True)

    region: Line | None = Field(
        default=None, description="Kemendagri code; by default the caller's whole territory.", max_length=LONGEST
    )
    campaign: Line | None = Field(default=None, description="Code; by default the current one.", max_length=60)
    coordinator: Handle | None = Field(default=None, description="User name of the team's coordinator.", max_length=200)
    enumerator: Handle | None = Field(default=None, description="User name of the enumerator.", max_length=200)


class Work(NamedTuple):
    """Of which campaign, in which territory, and of which enumerators; `only` is None for all of them."""

    campaign: CampaignRow
    territory: Territory
    only: list[UUID] | None

    @property
    def parameters(self) -> tuple[Any, ...]:
        """Of a statement: the campaign, the span of the territory, and the only enumerators."""
        return (self.campaign.id, *self.territory.span, self.only)


async def work_asked(pg: asyncpg.Connection, reach: Reach, filters: WorkFilters, today: date) -> Work:
    """What is asked for, within reach. In a transaction, the statements of which are planned for their values: what is
    not asked for falls out of the plan.

    Raises:
        Problem: `not_found` for a region outside the territory, `unknown_campaign`.
    """
    await pg.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    territory = reach.territory.narrowed_to(filters.region)
    campaign = await campaign_or_current(pg, filters.campaign, today)
    only = await only_of(pg, reach, today, enumerator=filters.enumerator, coordinator=filters.coordinator)
    return Work(campaign, territory, None if only is None else list(only))


async def only_of(
    pg: asyncpg.Connection, reach: Reach, today: date, *, enumerator: str | None, coordinator: str | None
) -> tuple[UUID, ...] | None:
    """The only enumerators within reach whose work is requested; None for all. An unknown name, and a person beyond
    reach, give the same: no work.
    """
    only = reach.only
    if coordinator is not None:
        leader = await _account(pg, coordinator)
        team = () if leader is None else tuple(await team_of(pg, leader, today))
        only = team if only is None else tuple(each for each in only if each in team)
    if enumerator is not None:
        one = await _account(pg, enumerator)
        only = () if one is None or (only is not None and one not in only) else (one,)
    return only


async def _account(pg: asyncpg.Connection, username: str) -> UUID | None:
    found: UUID | None = await pg.fetchval("SELECT id FROM account WHERE username = $1", as_kept(username))
    return found
