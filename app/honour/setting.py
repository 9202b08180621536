"""The rules of a campaign: read, and replaced as a whole."""

from datetime import date, datetime
from uuid import UUID

import asyncpg

from app.audit import trail
from app.audit.actions import Action
from app.campaigns.queries import CampaignRow
from app.core.problems import Code, FieldError, Problem, Text
from app.core.rows import Row, copy_rows
from app.honour.models import HonourRule
from app.honour.rules import Rule
from app.honour.schemas import HonourRuleIn

_SAME_MONTH = Text("Dua aturan mulai pada bulan yang sama.", "Two rules begin in the same month.")


class _RuleRow(Row, table=HonourRule):
    campaign_id: int
    valid_from: date
    rate: int
    cap: int | None
    counts: str
    decree: str


async def rules_of(pg: asyncpg.Connection, campaign_id: int) -> list[Rule]:
    """The rules of a campaign, by month."""
    rows = await pg.fetch(
        "SELECT valid_from, rate, cap, counts, decree FROM honour_rule WHERE campaign_id = $1 ORDER BY valid_from",
        campaign_id,
    )
    return [Rule(*row) for row in rows]


async def set_rules(
    pg: asyncpg.Connection,
    campaign: CampaignRow,
    rules: list[HonourRuleIn],
    *,
    actor_id: UUID,
    now: datetime,
    trace_id: str | None,
) -> list[Rule]:
    """Put these in the place of all rules of a campaign. What statements said stays; the next ones correct it by
    the new rules. Idempotent: the same again changes nothing.

    Raises:
        Problem: `invalid_fields` (`repeated`) where two begin in the same month.
    """
    months = [each.valid_from for each in rules]
    again = [at for at, month in enumerate(months) if month in months[:at]]
    if again:
        errors = tuple(FieldError(f"/body/rules/{at}/valid_from", "repeated", _SAME_MONTH) for at in again)
        raise Problem(Code.INVALID_FIELDS, errors=errors)
    await lock(pg, campaign.id)
    wanted = sorted(Rule(each.valid_from, each.rate, each.cap, each.counts, each.decree) for each in rules)
    if wanted == await rules_of(pg, campaign.id):
        return wanted
    await pg.execute("DELETE FROM honour_rule WHERE campaign_id = $1", campaign.id)
    await copy_rows(pg, [_RuleRow(campaign_id=campaign.id, **rule._asdict()) for rule in wanted])
    said = [[rule.valid_from.isoformat(), rule.rate, rule.cap, rule.counts, rule.decree] for rule in wanted]
    await trail.record(
        pg,
        Action.HONOUR_RULES_SET,
        actor_id=actor_id,
        subject=("campaign", campaign.code),
        occurred_at=now,
        detail={"rules": said},
        trace_id=trace_id,
    )
    return wanted


async def lock(pg: asyncpg.Connection, campaign_id: int) -> None:
    """Let one transaction at a time change a campaign's rules, or make statements by them."""
    await pg.execute("SELECT pg_advisory_xact_lock($1::int, hashtext('honour'))", campaign_id)
