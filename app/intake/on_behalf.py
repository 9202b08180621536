"""One item that a person enters for an enumerator: a supervisor who releases it, or a person who corrects a record."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from app.accounts.lookup_counts import LookupCounts, day_of
from app.accounts.queries import lock_enumerator
from app.audit.trail import SignedEvent
from app.core.bodies import unpack
from app.core.ids import new_id
from app.core.problems import Code, Problem
from app.intake.ingest import Ingest
from app.intake.lookup_limits import LookupLimit
from app.intake.parsing import read_item
from app.intake.preload import ask_first
from app.intake.queries import BatchRow
from app.intake.rules import Arrival, examine
from app.intake.schemas import ItemReceipt
from app.register.claims import NUMBERS_LOCK


class Origin(NamedTuple):
    """The enumerator of the item and how it was sent: tablet, app, time, and how far the clock was ahead."""

    enumerator_id: UUID
    campaign: str
    device_id: UUID | None = None
    app_version: str | None = None
    sent_at: datetime | None = None
    clock_skew_s: float = 0.0


async def enter_on_behalf(
    pg: asyncpg.Connection, ingest: Ingest, origin: Origin, item: Any, *, language: str
) -> ItemReceipt:
    """Judge and store one item as if it came today, as a batch of its own; reasons to hold it do not count.

    Runs in the caller's transaction, which the caller may roll back after seeing the outcome; waits for the
    enumerator's batches.

    Raises:
        Problem: `state_changed` where the campaign or account no longer exists.
    """
    standing = await lock_enumerator(pg, origin.enumerator_id, None, then_share=NUMBERS_LOCK)
    draft = read_item(item, ingest.digester, exact=True, max_bytes=ingest.max_item_bytes)
    arrival = Arrival(ingest.clock.now(), timedelta(seconds=origin.clock_skew_s))
    examined, batch_id, day = [examine(draft, arrival)], new_id(), day_of(arrival.received_at)
    asked = await ask_first(pg, origin.campaign, batch_id, origin.enumerator_id, day, examined)
    campaign = asked.campaign
    if campaign is None or standing is None:
        raise Problem(Code.STATE_CHANGED)
    batch = BatchRow(
        id=batch_id,
        campaign_id=campaign.id,
        enumerator_id=origin.enumerator_id,
        device_id=origin.device_id,
        content_digest=draft.content_digest,
        item_count=1,
        app_version=origin.app_version,
        sent_at=origin.sent_at or arrival.received_at,
        received_at=arrival.received_at,
        clock_skew_s=origin.clock_skew_s,
    )
    packed, _ = await ingest.enter(
        pg,
        batch,
        asked,
        campaign,
        standing,
        examined,
        arrival,
        LookupLimit(LookupCounts(), 0, released=True),
        _no_events,
        language=language,
    )
    (line,) = orjson.loads(unpack(packed))["items"]
    return ItemReceipt.model_validate(line)


def _no_events(_outcomes: Mapping[str, int]) -> Iterable[SignedEvent]:
    """Who enters the item records what was done."""
    return ()
