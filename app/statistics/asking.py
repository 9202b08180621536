"""Asking for an edition: it is made in the background, one at a time."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.audit import trail
from app.audit.actions import Action
from app.campaigns.queries import CampaignRow
from app.core.ids import new_id
from app.core.problems import Code, FieldError, Problem, Text
from app.core.rows import Row, read_one
from app.statistics.models import StatisticsEdition
from app.statistics.queries import document_of, has_enough
from app.statistics.store import give_up_dead

RETRY_S = 30
"""Seconds after which it is worth a look how far an edition is."""

_REUSED = Text(
    "Nomor ini sudah dipakai untuk edisi lain; buat nomor baru.",
    "This id came before with other content; make a new one.",
)
_STATE = "SELECT id, campaign_id, state, percent, as_of, businesses, asked_by FROM statistics_edition WHERE id = $1"
_UNFINISHED = "SELECT id FROM statistics_edition WHERE campaign_id = $1 AND state IN ('queued', 'in_work')"
_ASK = """
INSERT INTO statistics_edition (id, campaign_id, state, as_of, seen_at, threshold, businesses, given, asked_by)
VALUES ($1, $2, 'queued', $3, now(), $4, 0, '{}', $5) ON CONFLICT DO NOTHING RETURNING true
"""


class EditionState(Row, table=StatisticsEdition):
    """How far an edition is."""

    id: UUID
    campaign_id: int
    state: str
    percent: int
    as_of: datetime
    businesses: int
    asked_by: UUID | None


class Asking(NamedTuple):
    """Who asks, and when."""

    account_id: UUID
    now: datetime
    trace_id: str | None


async def edition_state(pg: asyncpg.Connection, edition_id: UUID) -> EditionState | None:
    """How far an edition is; None where there is none, or it was given up and nobody had asked for it."""
    return await read_one(pg, EditionState, _STATE, edition_id)


async def ask_for_edition(
    pg: asyncpg.Connection, who: Asking, campaign: CampaignRow, edition_id: UUID | None
) -> tuple[EditionState, bool]:
    """Put an edition of a campaign into the queue; how far it is, and whether it is new. Idempotent by its id.

    Raises:
        Problem: `edition_in_work`, `too_few_businesses`; `invalid_fields` for an id that came before with other
            content.
    """
    if edition_id is not None and (before := await edition_state(pg, edition_id)) is not None:
        if (before.campaign_id, before.asked_by) != (campaign.id, who.account_id):
            raise Problem(Code.INVALID_FIELDS, errors=(FieldError("/body/id", "id_reused", _REUSED),))
        return before, False
    threshold = (await document_of(pg, campaign.id)).threshold
    if not await has_enough(pg, campaign.id, threshold):
        raise Problem(Code.TOO_FEW_BUSINESSES)
    await give_up_dead(pg)
    id_ = edition_id or new_id()
    if not await pg.fetchval(_ASK, id_, campaign.id, who.now, threshold, who.account_id):
        other = await pg.fetchval(_UNFINISHED, campaign.id)
        current = {} if other is None else {"edition": str(other)}
        raise Problem(Code.EDITION_IN_WORK, retry_after=RETRY_S, current=current)
    await trail.record_many(
        pg,
        Action.EDITION_ASKED,
        actor_id=who.account_id,
        trace_id=who.trace_id,
        subjects=[("campaign", campaign.code, {"edition": str(id_)})],
    )
    state = EditionState(
        id=id_,
        campaign_id=campaign.id,
        state="queued",
        percent=0,
        as_of=who.now,
        businesses=0,
        asked_by=who.account_id,
    )
    return state, True
