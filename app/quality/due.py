"""Which regency is to be judged next: noticed from the batches that came, and taken by one process at a time.

Batches themselves note nothing for it: they are as fast as without. A process that is killed leaves what it had taken
to the next one, after a while; what it had not stored is judged again.
"""

from datetime import datetime, timedelta
from typing import Any

import asyncpg
import orjson

from app.background.locks import Lock, try_lock
from app.campaigns.thresholds import Thresholds
from app.core.rows import Row, as_set, read_one, set_of
from app.quality.models import QualityState

COMMITTED_WITHIN = timedelta(minutes=3)
"""A batch is committed so soon after it was received."""

GIVEN_UP_AFTER = timedelta(minutes=15)
"""A process that took a regency so long ago is taken for dead."""

RESTS = 20
"""A regency is judged again after so many times as long as that took: at most a twentieth of one processor's time."""

LEAST_REST_S = 10

_AGAIN_AFTER = timedelta(days=1)
# $1 from when on; batches lie on one node, cells on many.
_SENDERS = """
SELECT campaign_id, array_agg(DISTINCT enumerator_id) AS enumerators FROM batch
WHERE $1::timestamptz IS NULL OR received_at > $1 GROUP BY campaign_id
"""
_PLACES = """
SELECT regency_code, max(last_received_at) AS last FROM progress_cell
WHERE campaign_id = $1 AND ($2::uuid[] IS NULL OR enumerator_id = ANY($2)) GROUP BY regency_code
"""
_CHANGED = "SELECT max(judged_at) FROM quality_state"


class _Waiting(Row, table=QualityState):
    """A regency that is to be judged."""

    campaign_id: int
    regency_code: str
    waits: bool


class Taken(Row):
    """A regency that this process judges; `began_at` says that it is still this one. `thresholds` is JSON text."""

    campaign_id: int
    regency_code: str
    began_at: datetime
    thresholds: str | None


_MARK = f"""
INSERT INTO quality_state (campaign_id, regency_code, waits)
SELECT campaign_id, regency_code, waits FROM {set_of(_Waiting)}
ON CONFLICT (campaign_id, regency_code) DO UPDATE SET waits = true WHERE NOT quality_state.waits
"""
# $1 the day before, by the domain's clock; $2 today; $3 and $4 how long a taken one and a judged one are left alone.
_TAKE = f"""
UPDATE quality_state SET began_at = now(), waits = false FROM (
    SELECT state.campaign_id, state.regency_code, campaign.quality
    FROM quality_state AS state JOIN campaign ON campaign.id = state.campaign_id
    WHERE (state.waits OR state.thresholds IS DISTINCT FROM campaign.quality
           OR (state.judged_at < $1 AND campaign.accepts_until >= $2))
      AND (campaign.answers_until IS NULL OR campaign.answers_until >= $2)
      AND (state.began_at IS NULL OR state.began_at < now() - $3::interval)
      AND (state.ended_at IS NULL
           OR state.ended_at < now() - make_interval(secs => greatest({LEAST_REST_S}, {RESTS} * state.took_s)))
    ORDER BY state.ended_at NULLS FIRST, state.campaign_id, state.regency_code LIMIT 1
) AS next
WHERE quality_state.campaign_id = next.campaign_id AND quality_state.regency_code = next.regency_code
RETURNING quality_state.campaign_id, quality_state.regency_code, quality_state.began_at,
          next.quality::text AS thresholds
"""
_AT_WORK = "SELECT EXISTS (SELECT FROM quality_state WHERE began_at >= now() - $1::interval)"
# Of who still has it; what came meanwhile waits on.
_DONE = """
UPDATE quality_state SET began_at = NULL, judged_at = $4, ended_at = now(), took_s = $5, records = $6, thresholds = $7
WHERE campaign_id = $1 AND regency_code = $2 AND began_at = $3 RETURNING true
"""

# After a fault others have their turn first.
_GIVE_UP = """
UPDATE quality_state SET began_at = NULL, waits = true, ended_at = now(), took_s = greatest(took_s, 60)
WHERE campaign_id = $1 AND regency_code = $2 AND began_at = $3
"""


async def notice(pg: asyncpg.Connection) -> None:
    """Have those regencies wait from which something came since one was judged last. Idempotent by nature.

    At the first time, all that have records.
    """
    judged_at: datetime | None = await pg.fetchval(_CHANGED)
    since = None if judged_at is None else judged_at - COMMITTED_WITHIN
    if since is None:
        found = [(row[0], None) for row in await pg.fetch("SELECT id FROM campaign")]
    else:
        found = [(row["campaign_id"], row["enumerators"]) for row in await pg.fetch(_SENDERS, since)]
    rows = [
        _Waiting(campaign_id=campaign_id, regency_code=row["regency_code"], waits=True)
        for campaign_id, enumerators in found
        for row in await pg.fetch(_PLACES, campaign_id, enumerators)
    ]
    if rows:
        await pg.execute(_MARK, *as_set(_Waiting, rows))


async def have_wait(pg: asyncpg.Connection, campaign_id: int, regency_code: str) -> None:
    """Have one regency judged again, since something about it was decided. Idempotent by nature."""
    row = _Waiting(campaign_id=campaign_id, regency_code=regency_code, waits=True)
    await pg.execute(_MARK, *as_set(_Waiting, [row]))


async def take(pg: asyncpg.Connection, now: datetime) -> Taken | None:
    """The regency that has waited longest, for this process to judge; None where there is none, or another process is
    at it."""
    if not await try_lock(pg, Lock.JUDGING):
        return None
    if await pg.fetchval(_AT_WORK, GIVEN_UP_AFTER):
        return None
    await notice(pg)
    return await read_one(pg, Taken, _TAKE, now - _AGAIN_AFTER, now.date(), GIVEN_UP_AFTER)


async def end(pg: asyncpg.Connection, taken: Taken, *, now: datetime, took_s: float, records: int) -> bool:
    """Note that it is judged; false where another process took it over meanwhile."""
    done = await pg.fetchval(
        _DONE, taken.campaign_id, taken.regency_code, taken.began_at, now, took_s, records, taken.thresholds
    )
    return bool(done)


async def give_up(pg: asyncpg.Connection, taken: Taken) -> None:
    """Leave it to a later round, of this process or another one. Idempotent by nature."""
    await pg.execute(_GIVE_UP, taken.campaign_id, taken.regency_code, taken.began_at)


def thresholds_of(stored: str | None) -> Thresholds:
    """The document of a campaign, of what is stored of it."""
    said: dict[str, Any] = orjson.loads(stored) if stored else {}
    return Thresholds.model_validate(said)
