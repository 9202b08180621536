"""Campaigns, which only admins create, and targets: officers set those below their own region, admins all."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import orjson

from app.accounts.permissions import Principal, Role
from app.audit import trail
from app.audit.actions import Action
from app.campaigns.activities import ActivitiesChange, activities_of
from app.campaigns.asked import campaign_fault
from app.campaigns.reinterviews import ReinterviewsChange
from app.campaigns.schemas import (
    CampaignIn,
    CampaignOut,
    CampaignPatch,
    TargetChanged,
    TargetIn,
    TargetOut,
    TargetsOut,
)
from app.campaigns.thresholds import ThresholdsChange
from app.changes.log import EVERYBODY, News, publish
from app.changes.news import CampaignChange
from app.core.bulk import REPEATED, Entered, Fault, Faulty, refuse_faulty, unhurried
from app.core.problems import Code, Problem, Text
from app.regions.queries import live_regions
from app.regions.region_code import NATION, parent_of

_REGION_NOT_BELOW = Text("Wilayah ini tidak ada di bawah wilayah Anda.", "There is no such region below your own.")
_BACKWARDS = Text(
    "Hari terakhir penyimpanan jawaban sebelum hari terakhir penerimaan.",
    "The last day on which answers are kept is before the last on which they are taken.",
)
_COLUMNS = "code, name, starts_on, ends_on, accepts_until, answers_until"


_PARTS = ("quality", "reinterviews", "activities")
_DOCUMENTS = ", ".join(f"{part}::text" for part in _PARTS)


async def list_campaigns(pg: asyncpg.Connection, principal: Principal) -> list[CampaignOut]:
    """All campaigns, the newest first; seeds only for those who may confirm a sample."""
    rows = await pg.fetch(f"SELECT {_COLUMNS}, {_DOCUMENTS} FROM campaign ORDER BY starts_on DESC, id DESC")
    return [_shown(dict(row), with_seed=principal.role in _SEE_SEEDS) for row in rows]


async def change_campaign(
    pg: asyncpg.Connection, actor: Principal, code: str, change: CampaignPatch, *, used: bool, trace_id: str | None
) -> CampaignOut:
    """Change a campaign's thresholds of quality, what is drawn of it for re-interviews, or which editions of KBLI it
    takes. Idempotent by nature, but that a seed is made where one is needed; its records are judged again, and drawn.
    `used`: it has records, where `activities` change.

    Raises:
        Problem: `not_found`; `edition_in_use` where another edition would be the first, by which records were read.
    """
    row = await pg.fetchrow(f"SELECT {_COLUMNS}, {_DOCUMENTS} FROM campaign WHERE code = $1 FOR UPDATE", code)
    if row is None:
        raise Problem(Code.NOT_FOUND)
    stored = {name: row[name] for name in _PARTS}
    for name in sorted(change.model_fields_set):
        part: ThresholdsChange | ReinterviewsChange | ActivitiesChange = getattr(change, name)
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
        "UPDATE campaign SET quality = $2, reinterviews = $3, activities = $4 WHERE code = $1", code, *stored.values()
    )
    return _shown(dict(row) | stored, with_seed=True)


_SEE_SEEDS = (Role.OFFICER, Role.ADMIN)
_CHANGED = {
    "quality": Action.CAMPAIGN_THRESHOLDS_CHANGED,
    "reinterviews": Action.CAMPAIGN_REINTERVIEWS_CHANGED,
    "activities": Action.CAMPAIGN_ACTIVITIES_CHANGED,
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


async def enter_targets(
    pg: asyncpg.Connection, principal: Principal, rows: Sequence[TargetIn], *, trace_id: str | None
) -> Entered:
    """Set targets of regions below the principal's own. Idempotent by campaign and region.

    Raises:
        Faulty: rows break rules; nothing was entered.
    """
    found = await pg.fetch("SELECT code, id FROM campaign WHERE code = ANY($1)", list({row.campaign for row in rows}))
    campaigns: dict[str, int] = dict(map(tuple, found))
    regions = await live_regions(pg, {row.region_code for row in rows})
    faults, seen = [], set()
    async for at, row in unhurried(enumerate(rows)):
        if row.campaign not in campaigns:
            faults.append(campaign_fault(at))
        if row.region_code not in regions or not may_set(principal, row.region_code):
            faults.append(Fault(at, "region_code", "region_unknown", _REGION_NOT_BELOW))
        if (row.campaign, row.region_code) in seen:
            faults.append(Fault(at, "region_code", "repeated", REPEATED))
        seen.add((row.campaign, row.region_code))
    refuse_faulty(faults)
    done = await pg.fetch(
        "INSERT INTO target (campaign_id, region_code, businesses)"
        " SELECT * FROM unnest($1::smallint[], $2::text[], $3::int[])"
        " ON CONFLICT (campaign_id, region_code) DO UPDATE SET businesses = excluded.businesses"
        " WHERE target.businesses <> excluded.businesses RETURNING region_code, businesses, xmax = 0",
        [campaigns[row.campaign] for row in rows],
        [row.region_code for row in rows],
        [row.businesses for row in rows],
    )
    await trail.record_many(
        pg,
        Action.TARGET_SET,
        actor_id=principal.account_id,
        trace_id=trace_id,
        subjects=[("region", code, {"businesses": businesses}) for code, businesses, _ in done],
    )
    created = sum(new for _, _, new in done)
    return Entered(created, len(done) - created, len(rows) - len(done))


async def remove_target(
    pg: asyncpg.Connection, principal: Principal, campaign_id: int, region_code: str, *, trace_id: str | None
) -> None:
    """Take a target away. Idempotent.

    Raises:
        Problem: `not_found` for a region that is not below the principal's own.
    """
    if not may_set(principal, region_code):
        raise Problem(Code.NOT_FOUND)
    gone = await pg.fetchval(
        "DELETE FROM target WHERE campaign_id = $1 AND region_code = $2 RETURNING true", campaign_id, region_code
    )
    if gone:
        await trail.record_many(
            pg,
            Action.TARGET_REMOVED,
            actor_id=principal.account_id,
            trace_id=trace_id,
            subjects=[("region", region_code, {})],
        )


def may_set(principal: Principal, region_code: str) -> bool:
    """Whether a region's target is the principal's to set: nobody sets the target of their own region, except for the
    nation."""
    territory = principal.territory
    return territory.contains(region_code) and (region_code != territory.region_code or region_code == NATION)


async def targets_below(pg: asyncpg.Connection, campaign_id: int, campaign: str, region_code: str) -> TargetsOut:
    """The targets of a region and of those right below it, each beside what its children add up to."""
    codes = await pg.fetch(
        "SELECT code FROM region WHERE parent_code = $1 AND retired_on IS NULL ORDER BY code", region_code
    )
    below = [row[0] for row in codes]
    targets = await _targets(pg, campaign_id, [region_code, *below])
    return TargetsOut(campaign=campaign, region=targets[0], items=targets[1:])


async def target_changed(pg: asyncpg.Connection, campaign_id: int, region_code: str) -> TargetChanged:
    """A target as it is now, with a warning where it does not add up with those around it."""
    parent_code = parent_of(region_code)
    targets = await _targets(pg, campaign_id, [region_code, *([parent_code] if parent_code else [])])
    own, parent = targets[0], targets[1] if parent_code else None
    warnings = ["children_do_not_add_up"] if own.adds_up is False else []
    if parent is not None and parent.adds_up is False:
        warnings.append("siblings_do_not_add_up")
    return TargetChanged(**own.model_dump(), parent=parent, warnings=warnings)


async def _targets(pg: asyncpg.Connection, campaign_id: int, codes: Sequence[str]) -> list[TargetOut]:
    rows = await pg.fetch(
        "SELECT input.code, own.businesses, count(child.code)::int, count(target.businesses)::int,"
        " coalesce(sum(target.businesses), 0)::bigint FROM unnest($2::text[]) WITH ORDINALITY AS input (code, place)"
        " LEFT JOIN target AS own ON own.campaign_id = $1 AND own.region_code = input.code"
        " LEFT JOIN region AS child ON child.parent_code = input.code AND child.retired_on IS NULL"
        " LEFT JOIN target ON target.campaign_id = $1 AND target.region_code = child.code"
        " GROUP BY input.code, input.place, own.businesses ORDER BY input.place",
        campaign_id,
        list(codes),
    )
    return [
        TargetOut(
            region_code=code,
            businesses=businesses,
            children=children,
            children_with_target=with_target,
            children_sum=total,
            adds_up=_adds_up(businesses, children, with_target, total),
        )
        for code, businesses, children, with_target, total in rows
    ]


def _adds_up(businesses: int | None, children: int, with_target: int, total: int) -> bool | None:
    """Children that exceed the whole never add up, even if some children have no target yet."""
    if businesses is None or not with_target:
        return None
    if with_target < children:
        return False if total > businesses else None
    return total == businesses
