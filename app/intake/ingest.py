"""The steps of one batch, from its bytes to its receipt.

`read` and `examine` happen before the transaction, everything else in it; the answer is sent after the commit. The
number of statements does not depend on the number of items.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.accounts.devices import seen
from app.accounts.lookup_counts import day_of
from app.accounts.permissions import Principal, Proof, Role
from app.accounts.queries import Standing, lock_enumerator
from app.audit import trail
from app.audit.actions import Action
from app.audit.trail import SignedEvent
from app.campaigns.asked import unknown_campaign
from app.campaigns.queries import CampaignRow
from app.core.bodies import pack
from app.core.clock import Clock
from app.core.database import Database
from app.core.offload import offload
from app.core.problems import Code, Problem
from app.core.round_trips import FEW, note
from app.core.sealing import Digester, KeyRing
from app.intake.judging import judge_batch
from app.intake.known import Known
from app.intake.lookup_limits import LookupLimit
from app.intake.parsing import DraftBatch, read_batch
from app.intake.preload import Asked, Reference, ask_first, preload
from app.intake.queries import BatchRow, StoredBatch, adding, stored_batch
from app.intake.receipts import write_receipt
from app.intake.rules import Arrival, Assessed, Examined, assess_all, examine, recall
from app.intake.storing import Writing, store
from app.listing.store import lock_listing
from app.register.claims import NUMBERS_LOCK

_OBJECT, _ITEM = 500, 6_000
"""Estimated work on an object when it is parsed, and on an item when it is judged and stored, as bytes of parsing."""

_SHARED = 384 * 1024
"""So much work may share a transaction. It is done at once, not in the thread, so that no member waits for another."""

_VALUES, _ODD = 150, 1_000
"""Usual values of an item, and the work on each further value, which may be a number of three hundred digits."""


class BatchResult(NamedTuple):
    """The result of a batch: the packed bytes of the receipt, and, the first time, how many items had which outcome."""

    packed: bytes
    outcomes: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class Ingest:
    """The pipeline of batches, with what it needs."""

    database: Database
    clock: Clock
    ring: KeyRing
    digester: Digester
    max_items: int
    max_item_bytes: int
    hand_over: timedelta  # how long a revoked tablet may still send
    lookups_a_day: int
    reference: Reference = field(default_factory=Reference)

    async def take(self, sender: Proof, batch_id: UUID, body: bytes, *, language: str, trace_id: str) -> BatchResult:
        """Process a batch and return its receipt. Idempotent by `batch_id` and content.

        Raises:
            Problem: `malformed_json`, `invalid_fields`, `too_many_items`, `unknown_campaign`, `batch_in_flight`,
                `batch_id_reused`, `overloaded`; `not_signed_in`, `account_deactivated`, `not_allowed`,
                `device_not_enrolled`, `device_revoked` where the sender may not send at this moment. After any of them
                nothing is stored, but perhaps that the tablet was seen, and what it reported of itself.
        """
        batch, examined, arrival = await offload(_work_on(body), self._read, body, self.clock.now())

        def work(pg: asyncpg.Connection) -> Awaitable[BatchResult]:
            return self._work(pg, sender, batch_id, batch, examined, arrival, language, trace_id)

        if len(batch.drafts) <= FEW and _work_in(examined) <= _SHARED:
            return await self.database.run_grouped(work, len(batch.drafts))
        return await self.database.run(work)

    def _read(self, body: bytes, received_at: datetime) -> tuple[DraftBatch, list[Examined], Arrival]:
        batch = read_batch(body, self.digester, max_items=self.max_items, max_item_bytes=self.max_item_bytes)
        arrival = Arrival(received_at, batch.envelope.sent_at.astimezone(UTC) - received_at)
        return batch, [examine(draft, arrival) for draft in batch.drafts], arrival

    async def _work(
        self,
        pg: asyncpg.Connection,
        sender: Proof,
        batch_id: UUID,
        batch: DraftBatch,
        examined: list[Examined],
        arrival: Arrival,
        language: str,
        trace_id: str,
    ) -> BatchResult:
        principal, standing = await self._lock_and_authorize(pg, sender)
        if standing.is_news(batch.envelope.app_version, batch.envelope.unsent):
            # By itself, and first: a cluster changes no tablet after it has read what is spread.
            await note(pg, seen(principal, batch.envelope.app_version, batch.envelope.unsent))
        day = day_of(arrival.received_at)
        asked = await ask_first(pg, batch.envelope.campaign, batch_id, principal.account_id, day, examined)
        campaign, before = asked.campaign, asked.before
        if campaign is None:
            raise unknown_campaign("/campaign")
        row = _row(batch_id, campaign.id, principal, batch, arrival)
        if before.stored is not None:
            return BatchResult(_receipt_again(before.stored, row, batch), None)
        lookups = LookupLimit(before.lookups, self.lookups_a_day)

        me, batch_key = principal.account_id, str(batch_id)
        event = partial(trail.event_of, pg, actor_id=me, occurred_at=arrival.received_at, trace_id=trace_id)

        def events(outcomes: Mapping[str, int]) -> Iterator[SignedEvent]:
            yield event(Action.BATCH_RECEIVED, subject=("batch", batch_key), detail=outcomes)
            if lookups.held:
                held = {"batch": batch_key, **lookups.held}
                yield event(Action.NUMBERS_HELD, subject=("account", str(me)), detail=held)

        receipt, outcomes = await self.enter(
            pg, row, asked, campaign, standing, examined, arrival, lookups, events, language=language
        )
        return BatchResult(receipt, outcomes)

    async def enter(
        self,
        pg: asyncpg.Connection,
        row: BatchRow,
        asked: Asked,
        campaign: CampaignRow,
        standing: Standing,
        examined: list[Examined],
        arrival: Arrival,
        lookups: LookupLimit,
        events: Callable[[Mapping[str, int]], Iterable[SignedEvent]],
        *,
        language: str,
    ) -> tuple[bytes, Mapping[str, int]]:
        """Judge and store the items of a batch that is new, under the locks of its enumerator and of numbers, and the
        events that it makes by its outcomes: the receipt and the outcomes.

        With `lookups.released` a supervisor released the items; reasons to hold them no longer count.
        """
        known = await preload(
            pg, self.reference, campaign, row.enumerator_id, standing, asked, examined, released=lookups.released
        )
        size = _work_in(examined)
        assessed = await offload(size, _assessed, examined, known, arrival)
        keys = asked.before.keys_in_use
        judged = await judge_batch(pg, self.digester, keys, row.enumerator_id, known, assessed, lookups, size)
        listing = await lock_listing(pg, known.listed, known.claimed)
        writing = Writing(row, known, judged, arrival, self.ring, listing)
        receipt, outcomes = await offload(size, _written, writing, language)
        await store(pg, writing, adding(row, receipt, lookups.more), list(events(outcomes)), size)
        return receipt, outcomes

    async def receipt(self, principal: Principal, batch_id: UUID) -> bytes:
        """The packed receipt of a batch that this account sent; for a revoked tablet, of one that it sent itself.

        Raises:
            Problem: `not_found`, also for a batch of another account.
        """
        async with self.database.snapshot() as pg:
            stored = await stored_batch(pg, batch_id)
        if stored is None or stored.enumerator_id != principal.account_id:
            raise Problem(Code.NOT_FOUND)
        if principal.device_revoked_at is not None and stored.device_id != principal.device_id:
            raise Problem(Code.NOT_FOUND)
        return stored.receipt

    async def _lock_and_authorize(self, pg: asyncpg.Connection, sender: Proof) -> tuple[Principal, Standing]:
        """Wait for the enumerator's other batches, also for the same batch sent twice; then check the sender. From
        here on no number moves to another key until the transaction ends."""
        try:
            standing = await lock_enumerator(pg, sender.account_id, sender.device_id, then_share=NUMBERS_LOCK)
        except asyncpg.LockNotAvailableError as exc:
            raise Problem(Code.BATCH_IN_FLIGHT, retry_after=2) from exc
        if standing is None:
            raise Problem(Code.NOT_SIGNED_IN)
        principal = standing.of(sender)
        if principal.role is not Role.ENUMERATOR:
            raise Problem(Code.NOT_ALLOWED)
        principal.refuse_off_tablet(self.hand_over)
        return principal, standing


def _work_on(body: bytes) -> int:
    """The estimated work of parsing a body, as bytes of a usual one."""
    odd = body.count(b",") - _VALUES * body.count(b'"record_id"')
    return len(body) + _OBJECT * body.count(b"{") + _ODD * max(0, odd)


def _work_in(examined: Iterable[Examined]) -> int:
    """The estimated work on items after they were parsed, as bytes of parsing."""
    return sum(_ITEM + len(item.draft.content) for item in examined)


def _assessed(examined: list[Examined], known: Known, arrival: Arrival) -> list[Assessed]:
    return assess_all([recall(item, known, arrival) for item in examined], known)


def _written(writing: Writing, language: str) -> tuple[bytes, Mapping[str, int]]:
    """The packed receipt of what the batch writes, and its outcomes."""
    lines = [writing.add(position, item) for position, item in enumerate(writing.judged.items)]
    receipt = write_receipt(writing.batch.id, writing.arrival, lines, language=language)
    return pack(receipt), Counter(line.outcome.value for line in lines)


def _row(batch_id: UUID, campaign_id: int, principal: Principal, batch: DraftBatch, arrival: Arrival) -> BatchRow:
    return BatchRow(
        id=batch_id,
        campaign_id=campaign_id,
        enumerator_id=principal.account_id,
        device_id=principal.device_id,
        content_digest=batch.content_digest,
        item_count=len(batch.drafts),
        app_version=batch.envelope.app_version,
        sent_at=batch.envelope.sent_at,
        received_at=arrival.received_at,
        clock_skew_s=arrival.skew / timedelta(seconds=1),
    )


def _receipt_again(stored: StoredBatch, row: BatchRow, batch: DraftBatch) -> bytes:
    known = stored.content_digest in (batch.content_digest, batch.former_digest)
    if not known or stored.enumerator_id != row.enumerator_id:
        raise Problem(Code.BATCH_ID_REUSED)
    return stored.receipt
