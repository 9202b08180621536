"""Retention: sealed answers and photos go when their campaign's time is over; counts and the open part stay."""

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.accounts.permissions import OPERATOR
from app.attachments.queries import remove_attachments, take_expired
from app.audit import trail
from app.audit.actions import Action
from app.background.locks import Lock, try_lock
from app.core.sealed_rows import CHUNK
from app.core.storage import Storage
from app.privacy.sealed import SEALED
from app.quality.storing import forget_campaign


class Due(NamedTuple):
    """A campaign whose sealed answers are no longer to be kept."""

    id: int
    code: str
    answers_until: date
    revisions: int
    raw_items: int
    photos: int
    entries: int = 0  # of its listing


# Links are read apart from records: in a cluster the former lie on one node, the latter on many.
_LINKED = "WITH linked AS MATERIALIZED (SELECT record_id, count(*) AS links FROM attachment_link GROUP BY record_id)"
_WITH_PHOTOS = f"""
{_LINKED}
SELECT record_id FROM record WHERE campaign_id = $1 AND record_id IN (SELECT record_id FROM linked) LIMIT $2
"""
_REVISIONS = "SELECT count(*) FROM submission WHERE campaign_id = $1 AND sealed IS NOT NULL"
_ENTRIES = "SELECT count(*) FROM listing_entry WHERE campaign_id = $1 AND sealed IS NOT NULL"
_RAW_ITEMS = "SELECT count(*) FROM raw_item WHERE campaign_id = $1 AND sealed IS NOT NULL"
_PHOTOS = f"""
{_LINKED}, kept AS MATERIALIZED (
    SELECT record_id FROM record WHERE campaign_id = $1 AND record_id IN (SELECT record_id FROM linked)
)
SELECT coalesce(sum(links), 0)::bigint FROM linked JOIN kept USING (record_id)
"""


async def due(pg: asyncpg.Connection, today: date) -> list[Due]:
    """What is to be removed today."""
    over = await pg.fetch("SELECT id, code, answers_until FROM campaign WHERE answers_until < $1 ORDER BY id", today)
    found = [
        Due(*row, *[await pg.fetchval(counted, row["id"]) for counted in (_REVISIONS, _RAW_ITEMS, _PHOTOS, _ENTRIES)])
        for row in over
    ]
    return [each for each in found if any(each[3:])]


async def remove(pg: asyncpg.Connection, campaign: Due, advance: Callable[[int], None]) -> None:
    """Remove a campaign's sealed answers, raw items' contents and photos, in chunks that are committed one by one.

    Can be cut off and run again; idempotent by nature. Counters, numbers' digests and open answers stay. The files of
    the photos are deleted by a server (`forget_photos`): who runs this may know another storage than it, or none.
    """
    await forget_campaign(pg, campaign.id)
    for rows in SEALED:
        async for removed in rows.remove(pg, campaign.id):
            advance(removed)
    while record_ids := await pg.fetch(_WITH_PHOTOS, campaign.id, CHUNK):
        advance(await _remove_photos(pg, [row[0] for row in record_ids]))
    await trail.record_many(
        pg,
        Action.RETENTION_APPLIED,
        actor_id=OPERATOR.account_id,
        trace_id=None,
        subjects=[
            (
                "campaign",
                campaign.code,
                {
                    "revisions": campaign.revisions,
                    "raw_items": campaign.raw_items,
                    "photos": campaign.photos,
                    "entries": campaign.entries,
                },
            )
        ],
    )


async def forget_photos(pg: asyncpg.Connection, storage: Storage, now: datetime) -> bool:
    """A round of a server, unless another process does it: delete the files of photos that are forgotten, that did not
    come whole, or whose record did not come, in their time; whether more may be left."""
    if not await try_lock(pg, Lock.FORGETTING_PHOTOS):
        return False
    names, more = await take_expired(pg, now)
    for name in names:
        await storage.delete(name)
    return more


async def _remove_photos(pg: asyncpg.Connection, record_ids: list[UUID]) -> int:
    async with pg.transaction():
        await remove_attachments(pg, record_ids)
    return len(record_ids)
