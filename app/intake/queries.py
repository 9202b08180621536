"""Statements on batches, receipts and raw items."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from app.accounts.lookup_counts import LookupCounts, counting, day_of
from app.core.round_trips import Insert, Question, SetWrite
from app.core.rows import Row
from app.intake.models import Batch, RawItem
from app.intake.revision_status import CONTRADICTIONS, StoredRevision
from app.register.claims import KEYS, fingerprints
from app.register.verdicts import Outcome


class BatchRow(Row, table=Batch):
    """A batch before its receipt."""

    id: UUID
    campaign_id: int
    enumerator_id: UUID
    device_id: UUID | None
    content_digest: bytes
    item_count: int
    app_version: str | None
    sent_at: datetime
    received_at: datetime
    clock_skew_s: float


class _AnsweredRow(BatchRow, table=Batch):
    """A batch as it is stored."""

    receipt: bytes


class StoredBatch(NamedTuple):
    """Whose a batch is, what it held, and its packed receipt."""

    enumerator_id: UUID
    device_id: UUID | None
    content_digest: bytes
    receipt: bytes


class StoredRawItem(NamedTuple):
    """What is known of an item that was kept raw; `open` until it came again or was decided on. `erased`: what it said
    is."""

    id: UUID
    regency_code: str
    region_code: str
    captured_on: date
    captured_at: datetime | None
    captured_at_told: datetime | None
    revision: int | None
    content_digest: bytes
    open: bool
    refused: bool
    counts: bool
    is_visit: bool
    listing_id: UUID | None
    erased: bool
    outcome: Outcome
    contradicts: bool

    @property
    def kept(self) -> StoredRevision:
        """The revision in the form that receipts and reconciling compare."""
        if self.erased:  # nobody decides on it, and nobody corrects it
            return StoredRevision(None, self.content_digest, Outcome.UNCHANGED)
        revision = None if self.outcome is Outcome.UNCHANGED else self.revision
        waits = self.outcome is Outcome.HELD and self.open
        return StoredRevision(
            revision, self.content_digest, self.outcome, waits, self.refused, self.contradicts, self.is_visit
        )


class RawItemRow(Row, table=RawItem):
    """A raw item as it is stored."""

    id: UUID
    regency_code: str
    campaign_id: int
    batch_id: UUID
    position: int
    enumerator_id: UUID
    subject_id: UUID
    revision: int | None
    is_visit: bool
    listing_id: UUID | None
    outcome: str
    errors: str
    region_code: str
    captured_at: datetime | None
    captured_at_told: datetime | None
    captured_on: date
    received_at: datetime
    received_on: date
    resolved_on: date | None
    counts: bool
    content_digest: bytes
    sealed: bytes | None


class Before(NamedTuple):
    """The batch where it was committed before, what its enumerator asked about that day, and the keys that numbers are
    under, the newest first (`claims.KEYS`)."""

    stored: StoredBatch | None
    lookups: LookupCounts
    keys_in_use: list[bytes]


_OF_BATCH = len(StoredBatch._fields)
_BEFORE = f"""
SELECT {", ".join(StoredBatch._fields)}, {", ".join(LookupCounts._fields)}, {KEYS} FROM (VALUES (true)) AS one
LEFT JOIN batch ON batch.id = $1 LEFT JOIN numbers_asked ON account_id = $2 AND day = $3
"""


def before_question(batch_id: UUID, enumerator_id: UUID, day: date) -> Question[Before]:
    """What was there before a batch is judged, under the locks of its enumerator and of numbers."""
    return Question(_BEFORE, (batch_id, enumerator_id, day), _before)


def _before(rows: Sequence[Sequence[Any]]) -> Before:
    (row,) = rows
    of_batch, asked, keys = row[:_OF_BATCH], row[_OF_BATCH:-1], row[-1]
    stored = StoredBatch(*of_batch) if of_batch[0] is not None else None
    return Before(stored, LookupCounts(*(each or 0 for each in asked)), fingerprints(keys))


async def stored_batch(pg: asyncpg.Connection, batch_id: UUID) -> StoredBatch | None:
    """A batch that was committed, with its receipt."""
    row = await pg.fetchrow(
        "SELECT enumerator_id, device_id, content_digest, receipt FROM batch WHERE id = $1", batch_id
    )
    return StoredBatch(*row) if row else None


class Sending(NamedTuple):
    """By which tablet a batch was sent, and when."""

    device_id: UUID | None
    app_version: str | None
    sent_at: datetime
    clock_skew_s: float


async def sending_of(pg: asyncpg.Connection, batch_id: UUID) -> Sending | None:
    """How a batch was sent; None where it is no longer kept."""
    row = await pg.fetchrow(f"SELECT {', '.join(Sending._fields)} FROM batch WHERE id = $1", batch_id)
    return Sending(*row) if row else None


class NewestBatch(NamedTuple):
    """A batch that was committed, and when it was received."""

    id: UUID
    received_at: datetime


def newest_batch_question(enumerator_id: UUID, device_id: UUID | None) -> Question[NewestBatch | None]:
    """The last batch of an enumerator from a tablet, by the time at which the server received it."""
    return Question(
        "SELECT id, received_at FROM batch WHERE enumerator_id = $1 AND device_id IS NOT DISTINCT FROM $2"
        " ORDER BY received_at DESC, id DESC LIMIT 1",
        (enumerator_id, device_id),
        lambda rows: NewestBatch(*rows[0]) if rows else None,
    )


def adding(row: BatchRow, receipt: bytes, asked: LookupCounts) -> list[SetWrite | Insert]:
    """How a batch is entered with its packed receipt, and what it asked about is counted. Idempotent by id: the table
    `batch` refuses one that another enumerator's batch took meanwhile."""
    count = counting(row.enumerator_id, day_of(row.received_at), asked)
    return [count, Insert([_AnsweredRow(**row.named(), receipt=receipt)])]


def raw_items_question(enumerator_id: UUID, subject_ids: Sequence[UUID]) -> Question[dict[UUID, list[StoredRawItem]]]:
    """What was kept raw of the enumerator's, by subject, the newest first."""
    return Question(
        "SELECT subject_id, errors::text, outcome, id, regency_code, region_code, captured_on, captured_at,"
        " captured_at_told, revision, content_digest,"
        " resolved_on IS NULL AS open, coalesce(decision = 'refused', false) AS refused, counts, is_visit, listing_id,"
        " sealed IS NULL AND outcome <> 'unchanged' AS erased"
        " FROM raw_item"
        " WHERE subject_id = ANY($1) AND enumerator_id = $2 ORDER BY id DESC",
        (subject_ids, enumerator_id),
        _raw_items,
    )


def _raw_items(rows: Sequence[Sequence[Any]]) -> dict[UUID, list[StoredRawItem]]:
    found: defaultdict[UUID, list[StoredRawItem]] = defaultdict(list)
    for subject, errors, outcome, *fields in rows:
        contradicts = any(each["code"] in CONTRADICTIONS for each in orjson.loads(errors))
        found[subject].append(StoredRawItem._make([*fields, Outcome(outcome), contradicts]))
    return found


async def last_revision(pg: asyncpg.Connection, record_id: UUID, enumerator_id: UUID) -> int:
    """The highest revision that is taken of an enumerator's stored record, also by a visit that changed nothing, or by
    what is held."""
    stored: int = await pg.fetchval("SELECT max(revision) FROM submission WHERE record_id = $1", record_id)
    held: int | None = await pg.fetchval(
        "SELECT max(revision) FROM raw_item WHERE subject_id = $1 AND outcome = 'held' AND enumerator_id = $2",
        record_id,
        enumerator_id,
    )
    return max(stored, held or 0)


async def resolve_raw_items(pg: asyncpg.Connection, items: Sequence[tuple[UUID, str, date]]) -> None:
    """Close raw items (id, regency, day) whose subject came again."""
    if items:
        await pg.execute(
            "UPDATE raw_item SET resolved_on = input.resolved_on"
            " FROM unnest($1::uuid[], $2::text[], $3::date[]) AS input (id, regency_code, resolved_on)"
            " WHERE raw_item.id = input.id AND raw_item.regency_code = input.regency_code",
            *zip(*items, strict=True),
        )
