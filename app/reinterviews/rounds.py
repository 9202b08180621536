"""A round of the worker: draw from what changed since the last round, withdraw what left the figures, take back what is
with people who are not there any more, and give what is drawn to enumerators. One transaction, by one process at a
time; a killed one leaves nothing by halves.

What a round costs hangs on what changed, not on how large the register is: businesses are read in the order in which
they change, as the feed reads them (`exchange/feed.py`). Only once an hour all assignments are looked through.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from app.background.locks import Lock, try_lock
from app.campaigns.reinterviews import Reinterviews
from app.core.clock import Clock
from app.core.horizon import take_horizon
from app.core.rows import Row, read
from app.intake.ingest import Ingest
from app.regions.region_code import NATION, local_date
from app.reinterviews.described import Opening
from app.reinterviews.giving import give_open
from app.reinterviews.sampling import Changed, draw, withdraw
from app.reinterviews.taking_back import take_back_from_closed, take_back_from_gone

AT_ONCE = 2_000
"""The most businesses that one round looks at."""

_LOOKED_FOR_GONE_EVERY = timedelta(hours=1)
_NOBODY = UUID(int=0)
_CAMPAIGNS = """
SELECT id, ends_on, reinterviews::text AS document FROM campaign
WHERE reinterviews IS NOT NULL AND accepts_until >= $1 AND (answers_until IS NULL OR answers_until >= $1) ORDER BY id
"""
_STATES = """
SELECT campaign_id, sample::text, change_number, business_id,
       change_number >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS ahead
FROM reinterview_state
"""
_CHANGED = f"""
SELECT id, change_number, regency_code, region_code, record_id, enumerator_id, merged_into FROM business
WHERE (change_number, id) > ($1, $2) AND change_number < $3 ORDER BY change_number, id LIMIT {AT_ONCE}
"""
_REACHED = """
INSERT INTO reinterview_state (campaign_id, sample, change_number, business_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (campaign_id) DO UPDATE
SET sample = excluded.sample, change_number = excluded.change_number, business_id = excluded.business_id
"""


class _State(Row):
    """How far a campaign was looked through; `ahead`: the numbers are those of another cluster."""

    campaign_id: int
    sample: str
    change_number: int
    business_id: UUID
    ahead: bool


class Drawing:
    """Draws records for re-interviews, and gives them to enumerators."""

    def __init__(self, ingest: Ingest, clock: Clock) -> None:
        self._ingest = ingest  # whose keys open what was kept raw
        self._clock = clock
        self._looked_at: datetime | None = None

    async def round(self) -> bool:
        """Look at what changed; whether there is more. Idempotent by nature."""
        now = self._clock.now()
        opening = Opening(self._ingest.ring, self._ingest.digester, local_date(now, NATION))
        look = self._looked_at is None or now - self._looked_at >= _LOOKED_FOR_GONE_EVERY
        more = await self._ingest.database.run(lambda pg: _round(pg, opening, now, look_for_gone=look))
        if look and more is not None:
            self._looked_at = now
        return bool(more)


async def _round(pg: asyncpg.Connection, opening: Opening, now: datetime, *, look_for_gone: bool) -> bool | None:
    """Whether there is more; None where another process is at it."""
    if not await try_lock(pg, Lock.DRAWING):
        return None
    campaigns = [
        (row["id"], row["ends_on"], _document(row["document"])) for row in await pg.fetch(_CAMPAIGNS, opening.today)
    ]
    if not campaigns:
        return False
    up_to = await take_horizon(pg)
    states = {row.campaign_id: row for row in await read(pg, _State, _STATES)}
    more = False
    await take_back_from_closed(pg, now)
    for campaign_id, last, by in campaigns:
        more |= await _draw_of(pg, campaign_id, by, states.get(campaign_id), up_to, now)
        if look_for_gone:
            await take_back_from_gone(pg, campaign_id, last, opening.today)
        await give_open(pg, opening, campaign_id, by, now)
    return more


async def _draw_of(
    pg: asyncpg.Connection, campaign_id: int, by: Reinterviews, state: _State | None, up_to: int, now: datetime
) -> bool:
    """Look at the next businesses that changed; whether more may be left."""
    sample = _sample(by)
    begun = state is not None and not state.ahead and orjson.loads(state.sample) == sample
    after = (state.change_number, state.business_id) if state is not None and begun else (0, _NOBODY)
    changed = await read(pg, Changed, _CHANGED, *after, up_to)
    if changed:
        await withdraw(pg, campaign_id, changed)
        await draw(pg, campaign_id, by, changed, now)
        after = changed[-1].change_number, changed[-1].id
    if changed or not begun:
        await pg.execute(_REACHED, campaign_id, orjson.dumps(sample).decode(), *after)
    return len(changed) == AT_ONCE


def _document(stored: str) -> Reinterviews:
    said: dict[str, Any] = orjson.loads(stored)
    return Reinterviews.model_validate(said)


def _sample(by: Reinterviews) -> dict[str, Any]:
    """What makes the sample: where it changes, everything is looked at again."""
    return {"share_percent": by.share_percent, "seed": by.seed}
