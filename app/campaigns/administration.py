"""Campaigns, which only admins create."""

from collections.abc import Mapping
from typing import Any

import asyncpg
import orjson

from app.accounts.permissions import Principal, Role
from app.audit import trail
from app.audit.actions import Action
from app.campaigns.activities import ActivitiesChange, activities_of
from app.campaigns.reinterviews import ReinterviewsChange
from app.campaigns.schemas import (
    CampaignIn,
    CampaignOut,
    CampaignPatch,
)
from app.campaigns.statistics import StatisticsChange, statistics_of
from app.campaigns.thresholds import ThresholdsChange
from app.changes.log import EVERYBODY, News, publish
from app.changes.news import CampaignChange
from app.core.bulk import Fault, Faulty
from app.core.problems import Code, Problem, Text

_BACKWARDS = Text(
    "Hari terakhir penyimpanan jawaban sebelum hari terakhir penerimaan.",
    "The last day on which answers are kept is before the last on which they are taken.",
)
_COLUMNS = "code, name, starts_on, ends_on, accepts_until, answers_until"


_PARTS = ("quality", "reinterviews", "activities", "statistics")
_DOCUMENTS = ", ".join(f"{part}::text" for part in _PARTS)


async def list_campaigns(pg: asyncpg.Connection, principal: Principal) -> list[CampaignOut]:
    """All campaigns, the newest first; seeds only for those who may confirm a sample."""
    rows = await pg.fetch(f"SELECT {_COLUMNS}, {_DOCUMENTS} FROM campaign ORDER BY starts_on DESC, id DESC")
    return [_shown(dict(row), with_seed=principal.role in _SEE_SEEDS) for row in rows]


async def change_campaign(
    pg: asyncpg.Connection, actor: Principal, code: str, change: CampaignPatch, *, used: bool, trace_id: str | None
) -> CampaignOut:
    """Change a campaign's thresholds of quality, what is drawn of it for re-interviews, which editions of KBLI it
    takes, or what its statistics suppress. Idempotent by nature, but that a seed is made where one is needed; its
    records are judged again, and drawn. `used`: it has records, where `activities` change.

    Raises:
        Problem: `not_found`; `edition_in_use` where another edition would be the first, by which records were read.
    """
    row = await pg.fetchrow(f"SELECT {_COLUMNS}, {_DOCUMENTS} FROM campaign WHERE code = $1 FOR UPDATE", code)
    if row is None:
        raise Problem(Code.NOT_FOUND)
    stored = {name: row[name] for name in _PARTS}
    for name in sorted(change.model_fields_set):
        part: ThresholdsChange | ReinterviewsChange | ActivitiesChange | StatisticsChange = getattr(change, name)
        changed = part.applied(orjson.loads(row[name] or "{}"))
        stored[name] = orjson.dumps(changed).decode() if changed else None
        await trail.record_many(
            pg,
            _CHANGED[name],
            actor_id=actor.account_id,
            trace_id=trace_id,
            subjects=[("campaign", code, {"changed": sorted(part.model_fields_set)})],
        )
    before, after = (activities_of(each["activities"]).editions[0] for each in (row, stored))
    if used and before != after:
        raise Problem(Code.EDITION_IN_USE)
    await pg.execute(
        "UPDATE campaign SET quality = $2, reinterviews = $3, activities = $4, statistics = $5 WHERE code = $1",
        code,
        *stored.values(),
    )
    return _shown(dict(row) | stored, with_seed=True)


_SEE_SEEDS = (Role.OFFICER, Role.ADMIN)
_CHANGED = {
    "quality": Action.CAMPAIGN_THRESHOLDS_CHANGED,
    "reinterviews": Action.CAMPAIGN_REINTERVIEWS_CHANGED,
    "activities": Action.CAMPAIGN_ACTIVITIES_CHANGED,
    "statistics": Action.CAMPAIGN_STATISTICS_CHANGED,
}


def _shown(row: Mapping[str, Any], *, with_seed: bool) -> CampaignOut:
    drawn = orjson.loads(row["reinterviews"] or "{}")
    if not with_seed:
        drawn.pop("seed", None)
    return CampaignOut.model_validate(
        {
            **row,
            "quality": orjson.loads(row["quality"] or "{}"),
            "reinterviews": drawn,
            "activities": activities_of(row["activities"]),
            "statistics": statistics_of(row["statistics"]),
        }
    )


async def put_campaign(
    pg: asyncpg.Connection, actor: Principal, campaign: CampaignIn, *, trace_id: str | None
) -> tuple[bool, CampaignIn]:
    """Make a campaign, or change the one of that code; whether it is new, and how it is now. What is not said of
    `answers_until` stays. Idempotent by code.

    Raises:
        Faulty: the days would be out of order.
    """
    await pg.execute("LOCK TABLE campaign IN SHARE ROW EXCLUSIVE MODE")  # ids are given by hand, and rarely
    if "answers_until" not in campaign.model_fields_set:
        kept = await pg.fetchval("SELECT answers_until FROM campaign WHERE code = $1", campaign.code)
        if kept is not None and kept < campaign.accepts_until:
            raise Faulty([Fault(0, "answers_until", "dates_out_of_order", _BACKWARDS)])
        campaign = campaign.model_copy(update={"answers_until": kept})
    created: bool = await pg.fetchval(
        f"INSERT INTO campaign (id, {_COLUMNS})"
        " SELECT coalesce(max(id), 0) + 1, $1, $2, $3, $4, $5, $6 FROM campaign"
        " ON CONFLICT (code) DO UPDATE SET name = excluded.name, starts_on = excluded.starts_on,"
        " ends_on = excluded.ends_on, accepts_until = excluded.accepts_until, answers_until = excluded.answers_until"
        " RETURNING xmax = 0",
        *(getattr(campaign, name) for name in _COLUMNS.split(", ")),
    )
    change = CampaignChange(
        kind="campaign",
        campaign=campaign.code,
        name=campaign.name,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        accepts_until=campaign.accepts_until,
    )
    await publish(pg, [News(EVERYBODY, change)])
    await trail.record_many(
        pg,
        Action.CAMPAIGN_ENTERED,
        actor_id=actor.account_id,
        trace_id=trace_id,
        subjects=[("campaign", campaign.code, {"created": created})],
    )
    return created, campaign
