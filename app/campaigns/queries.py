"""Reads of campaigns and targets."""

from datetime import date
from typing import NamedTuple

import asyncpg

from app.campaigns.activities import Activities, activities_of
from app.core.round_trips import Question, ask


class CampaignRow(NamedTuple):
    """A campaign, as everything that counts by campaign needs it."""

    id: int
    code: str
    name: str
    starts_on: date
    ends_on: date
    accepts_until: date
    activities_said: str | None = None  # JSON text, null: all defaults

    @property
    def activities(self) -> Activities:
        """Which editions of KBLI it takes, and what it leaves out."""
        return activities_of(self.activities_said)

    @property
    def reference_year(self) -> int:
        """The year that its questions about a whole year are about: the last one that was over when it began."""
        return self.starts_on.year - 1


class OpenRow(NamedTuple):
    """A campaign that takes batches. `asks_again`: some records, or it did so once."""

    campaign: CampaignRow
    asks_again: bool


_COLUMNS = "id, code, name, starts_on, ends_on, accepts_until, activities::text"
_BY_CODE = f"SELECT {_COLUMNS} FROM campaign WHERE code = $1"


def campaign_question(code: str) -> Question[CampaignRow | None]:
    """What campaign has that code."""
    return Question(_BY_CODE, (code,), lambda rows: CampaignRow(*rows[0]) if rows else None)


async def campaign_by_code(pg: asyncpg.Connection, code: str) -> CampaignRow | None:
    """The campaign of that code."""
    return await ask(pg, campaign_question(code))


async def campaign_codes(pg: asyncpg.Connection) -> dict[int, str]:
    """The codes of all campaigns, by id."""
    return {row[0]: row[1] for row in await pg.fetch("SELECT id, code FROM campaign")}


async def campaign_rounds(pg: asyncpg.Connection) -> dict[int, int]:
    """The place of each campaign among all, by its first day: an earlier round may have been made later."""
    rows = await pg.fetch("SELECT id FROM campaign ORDER BY starts_on, id")
    return {row[0]: place for place, row in enumerate(rows)}


def open_campaigns_question(today: date) -> Question[list[OpenRow]]:
    """The campaigns that take batches on that day or later, in the order in which they begin."""
    return Question(
        f"SELECT {_COLUMNS}, reinterviews IS NOT NULL FROM campaign WHERE accepts_until >= $1 ORDER BY starts_on, id",
        (today,),
        lambda rows: [OpenRow(CampaignRow(*columns), asks_again) for *columns, asks_again in rows],
    )


async def current_campaign(pg: asyncpg.Connection, today: date) -> CampaignRow | None:
    """The campaign that runs; of several, and where none does, the one that began last, or else the next to begin."""
    row = await pg.fetchrow(
        f"SELECT {_COLUMNS} FROM campaign ORDER BY starts_on <= $1 AND ends_on >= $1 DESC, starts_on > $1,"
        " abs(starts_on - $1), id DESC LIMIT 1",
        today,
    )
    return CampaignRow(*row) if row else None
