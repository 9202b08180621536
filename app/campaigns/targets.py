"""Targets of regions, which have dates: officers set those below their own region, admins all.

`target` has what holds from the campaign's first day on, `target_change` what holds from later days on.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import asyncpg

from app.accounts.permissions import Principal
from app.audit import trail
from app.audit.actions import Action
from app.campaigns.asked import campaign_fault
from app.campaigns.dated import effective_day, in_force, needs_reason, whole_history, with_value
from app.campaigns.queries import CampaignRow
from app.campaigns.schemas import TargetChanged, TargetIn, TargetOut, TargetSince, TargetsOut
from app.core.bulk import REPEATED, Entered, Fault, refuse_faulty, unhurried
from app.core.problems import Code, Problem, Text
from app.regions.queries import live_regions
from app.regions.region_code import NATION, local_date, parent_of

_REGION_NOT_BELOW = Text("Wilayah ini tidak ada di bawah wilayah Anda.", "There is no such region below your own.")
_REASON_MISSING = Text(
    "Target untuk hari yang sudah lewat mengubah angka yang sudah ditampilkan: sebutkan alasannya.",
    "A target for a day gone by changes figures that were shown: say why.",
)
_AFTER_CAMPAIGN = Text(
    "Tanggal ini sesudah hari terakhir pendataan menerima isian.",
    "This day is after the last on which the campaign takes records.",
)


def target_as_of(code: str, day: str) -> str:
    """SQL of the target that a region has on a day in the campaign `$1`, joined as `target`: two steps down two
    indexes. `code` and `day` are expressions."""
    return f"""LEFT JOIN LATERAL (
    SELECT businesses FROM (
        (SELECT valid_from, businesses FROM target_change AS later
         WHERE later.campaign_id = $1 AND later.region_code = {code} AND later.valid_from <= {day}
         ORDER BY valid_from DESC LIMIT 1)
        UNION ALL
        SELECT '-infinity', businesses FROM target AS first
        WHERE first.campaign_id = $1 AND first.region_code = {code}
    ) AS dated ORDER BY valid_from DESC LIMIT 1
) AS target ON true"""


class _Said(NamedTuple):
    """A target, or none, that is to hold from a day on."""

    campaign: str
    region_code: str
    day: date
    businesses: int | None
    reason: str | None


class _Campaign(NamedTuple):
    id: int
    starts_on: date
    accepts_until: date


async def enter_targets(
    pg: asyncpg.Connection, principal: Principal, rows: Sequence[TargetIn], *, now: datetime, trace_id: str | None
) -> Entered:
    """Set targets of regions below the principal's own. Idempotent by campaign, region and day; what holds on that day
    already is unchanged.

    Raises:
        Faulty: rows break rules; nothing was entered.
    """
    found = await pg.fetch(
        "SELECT code, id, starts_on, accepts_until FROM campaign WHERE code = ANY($1)",
        list({row.campaign for row in rows}),
    )
    campaigns = {code: _Campaign(*columns) for code, *columns in found}
    regions = await live_regions(pg, {row.region_code for row in rows})
    faults, seen, said = [], set(), []
    async for at, row in unhurried(enumerate(rows)):
        campaign = campaigns.get(row.campaign)
        if campaign is None:
            faults.append(campaign_fault(at))
        if row.region_code not in regions or not may_set(principal, row.region_code):
            faults.append(Fault(at, "region_code", "region_unknown", _REGION_NOT_BELOW))
        elif campaign is not None:
            today = local_date(now, row.region_code)
            day = effective_day(row.valid_from, starts_on=campaign.starts_on, today=today)
            faults += _day_faults(at, campaign, row.valid_from, day, today, row.reason)
            said.append(_Said(row.campaign, row.region_code, day, row.businesses, row.reason))
            if said[-1][:3] in seen:
                faults.append(Fault(at, "region_code", "repeated", REPEATED))
            seen.add(said[-1][:3])
    refuse_faulty(faults)
    return await _write(pg, principal, campaigns, said, trace_id=trace_id)


async def remove_target(
    pg: asyncpg.Connection,
    principal: Principal,
    campaign: CampaignRow,
    region_code: str,
    valid_from: date | None,
    reason: str | None,
    *,
    now: datetime,
    trace_id: str | None,
) -> None:
    """Take a target away, from a day on. Idempotent.

    Raises:
        Faulty: the day needs a reason, or is after the campaign.
        Problem: `not_found` for a region that is not below the principal's own.
    """
    if not may_set(principal, region_code):
        raise Problem(Code.NOT_FOUND)
    today, of = local_date(now, region_code), _Campaign(campaign.id, campaign.starts_on, campaign.accepts_until)
    day = effective_day(valid_from, starts_on=campaign.starts_on, today=today)
    refuse_faulty(_day_faults(0, of, valid_from, day, today, reason))
    said = _Said(campaign.code, region_code, day, None, reason)
    await _write(pg, principal, {campaign.code: of}, [said], trace_id=trace_id)


def _day_faults(
    at: int, campaign: _Campaign, asked: date | None, day: date, today: date, reason: str | None
) -> list[Fault]:
    if asked is not None and asked > campaign.accepts_until:
        return [Fault(at, "valid_from", "after_campaign", _AFTER_CAMPAIGN)]
    if needs_reason(day, starts_on=campaign.starts_on, today=today) and reason is None:
        return [Fault(at, "reason", "reason_missing", _REASON_MISSING)]
    return []


async def _write(
    pg: asyncpg.Connection,
    principal: Principal,
    campaigns: Mapping[str, _Campaign],
    said: Sequence[_Said],
    *,
    trace_id: str | None,
) -> Entered:
    await pg.execute("LOCK TABLE target_change IN SHARE ROW EXCLUSIVE MODE")  # who compares sees what holds; it is rare
    ids = {campaign.id: campaign.starts_on for campaign in campaigns.values()}
    histories: dict[tuple[int, str], dict[date, int | None]] = {}
    for campaign_id, starts_on in ids.items():
        codes = list({row.region_code for row in said if campaigns[row.campaign].id == campaign_id})
        for code, history in (await _histories(pg, campaign_id, starts_on, codes)).items():
            histories[campaign_id, code] = history
    written, created = [], 0
    async for row in unhurried(sorted(said, key=lambda each: (each.region_code, each.day))):
        where = campaigns[row.campaign].id, row.region_code
        before = histories.get(where, {})
        after = with_value(before, row.day, row.businesses)
        if after is not None:
            histories[where] = after
            written.append(row)
            created += not before
    first = [row for row in written if row.day == campaigns[row.campaign].starts_on]
    later = [row for row in written if row.day != campaigns[row.campaign].starts_on]
    await pg.execute(
        "INSERT INTO target (campaign_id, region_code, businesses)"
        " SELECT * FROM unnest($1::smallint[], $2::text[], $3::int[])"
        " ON CONFLICT (campaign_id, region_code) DO UPDATE SET businesses = excluded.businesses",
        *_columns(campaigns, [row for row in first if row.businesses is not None], with_day=False),
    )
    await pg.execute(
        "DELETE FROM target USING unnest($1::smallint[], $2::text[]) AS gone (campaign_id, region_code)"
        " WHERE target.campaign_id = gone.campaign_id AND target.region_code = gone.region_code",
        *_columns(campaigns, [row for row in first if row.businesses is None], with_day=False)[:2],
    )
    # Of a campaign whose first day was moved on: what was set for a day before it.
    await pg.execute(
        "DELETE FROM target_change"
        " USING unnest($1::smallint[], $2::text[], $3::date[]) AS gone (campaign_id, code, day)"
        " WHERE target_change.campaign_id = gone.campaign_id AND region_code = gone.code AND valid_from <= gone.day",
        *_columns(campaigns, first, with_day=True)[:3],
    )
    await pg.execute(
        "INSERT INTO target_change (campaign_id, region_code, valid_from, businesses)"
        " SELECT * FROM unnest($1::smallint[], $2::text[], $3::date[], $4::int[])"
        " ON CONFLICT (campaign_id, region_code, valid_from) DO UPDATE SET businesses = excluded.businesses",
        *_columns(campaigns, later, with_day=True),
    )
    for action, rows in (
        (Action.TARGET_SET, [row for row in written if row.businesses is not None]),
        (Action.TARGET_REMOVED, [row for row in written if row.businesses is None]),
    ):
        await trail.record_many(
            pg,
            action,
            actor_id=principal.account_id,
            trace_id=trace_id,
            subjects=[("region", row.region_code, _detail(row)) for row in rows],
        )
    return Entered(created, len(written) - created, len(said) - len(written))


def _columns(
    campaigns: Mapping[str, _Campaign], rows: Sequence[_Said], *, with_day: bool
) -> list[list[int] | list[str] | list[date] | list[int | None]]:
    days = [[row.day for row in rows]] if with_day else []
    ids, codes = [campaigns[row.campaign].id for row in rows], [row.region_code for row in rows]
    return [ids, codes, *days, [row.businesses for row in rows]]


def _detail(row: _Said) -> dict[str, object]:
    detail: dict[str, object] = {"campaign": row.campaign, "valid_from": row.day.isoformat()}
    if row.businesses is not None:
        detail["businesses"] = row.businesses
    return detail if row.reason is None else detail | {"reason": row.reason}


async def _histories(
    pg: asyncpg.Connection, campaign_id: int, starts_on: date, codes: Sequence[str]
) -> dict[str, dict[date, int | None]]:
    """What was ever set for these regions, by code; those for which nothing was are not in it."""
    rows = await pg.fetch(
        "SELECT region_code, NULL::date, businesses FROM target WHERE campaign_id = $1 AND region_code = ANY($2)"
        " UNION ALL SELECT region_code, valid_from, businesses FROM target_change"
        " WHERE campaign_id = $1 AND region_code = ANY($2)",
        campaign_id,
        codes,
    )
    first: dict[str, int] = {}
    later: dict[str, dict[date, int | None]] = {}
    for code, day, businesses in rows:
        if day is None:
            first[code] = businesses
        else:
            later.setdefault(code, {})[day] = businesses
    return {code: whole_history(first.get(code), later.get(code, {}), starts_on) for code in {*first, *later}}


def may_set(principal: Principal, region_code: str) -> bool:
    """Whether a region's target is the principal's to set: nobody sets the target of their own region, except for the
    nation."""
    territory = principal.territory
    return territory.contains(region_code) and (region_code != territory.region_code or region_code == NATION)


async def targets_below(pg: asyncpg.Connection, campaign: CampaignRow, region_code: str, as_of: date) -> TargetsOut:
    """The targets of a region and of those right below it on a day, each beside what its children add up to."""
    codes = await pg.fetch(
        "SELECT code FROM region WHERE parent_code = $1 AND retired_on IS NULL ORDER BY code", region_code
    )
    below = [row[0] for row in codes]
    targets = await _targets(pg, campaign, [region_code, *below], as_of)
    return TargetsOut(campaign=campaign.code, as_of=as_of, region=targets[0], items=targets[1:])


async def target_changed(
    pg: asyncpg.Connection, campaign: CampaignRow, region_code: str, valid_from: date | None, now: datetime
) -> TargetChanged:
    """A target as it is from a day on, with a warning where it does not add up with those around it then."""
    day = effective_day(valid_from, starts_on=campaign.starts_on, today=local_date(now, region_code))
    parent_code = parent_of(region_code)
    targets = await _targets(pg, campaign, [region_code, *([parent_code] if parent_code else [])], day)
    own, parent = targets[0], targets[1] if parent_code else None
    warnings = ["children_do_not_add_up"] if own.adds_up is False else []
    if parent is not None and parent.adds_up is False:
        warnings.append("siblings_do_not_add_up")
    return TargetChanged(**own.model_dump(), parent=parent, warnings=warnings)


_TARGETS = f"""
SELECT input.code, own.businesses, count(child.code)::int, count(target.businesses)::int,
       coalesce(sum(target.businesses), 0)::bigint
FROM unnest($2::text[]) WITH ORDINALITY AS input (code, place)
{target_as_of("input.code", "$3").replace("AS target ON", "AS own ON")}
LEFT JOIN region AS child ON child.parent_code = input.code AND child.retired_on IS NULL
{target_as_of("child.code", "$3")}
GROUP BY input.code, input.place, own.businesses ORDER BY input.place
"""


async def _targets(pg: asyncpg.Connection, campaign: CampaignRow, codes: Sequence[str], as_of: date) -> list[TargetOut]:
    as_of = max(as_of, campaign.starts_on)
    rows = await pg.fetch(_TARGETS, campaign.id, list(codes), as_of)
    histories = await _histories(pg, campaign.id, campaign.starts_on, codes)
    return [
        _target_out(histories.get(code, {}), as_of, code, businesses, (children, with_target, total))
        for code, businesses, children, with_target, total in rows
    ]


def _target_out(
    history: dict[date, int | None],
    as_of: date,
    code: str,
    businesses: int | None,
    below: tuple[int, int, int],
) -> TargetOut:
    held = in_force(history, as_of)
    children, with_target, total = below
    return TargetOut(
        region_code=code,
        businesses=businesses,
        valid_from=held.since if held and held.businesses is not None else None,
        history=[TargetSince(valid_from=day, businesses=history[day]) for day in sorted(history)],
        children=children,
        children_with_target=with_target,
        children_sum=total,
        adds_up=_adds_up(businesses, children, with_target, total),
    )


def _adds_up(businesses: int | None, children: int, with_target: int, total: int) -> bool | None:
    """Children that exceed the whole never add up, even if some children have no target yet."""
    if businesses is None or not with_target:
        return None
    if with_target < children:
        return False if total > businesses else None
    return total == businesses
