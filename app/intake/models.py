"""What tablets sent: batches with their receipts, and the items that could not be processed, kept raw."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text

from app.core.column_types import CODE, COUNT, DAY, DIGEST, FLAG, JSON, KEY, MOMENT, REAL, SEALED, SMALL, TEXT
from app.core.distribution import BY_REGENCY, LOCAL
from app.core.schema import SQLModel, key, optional, required


class Batch(SQLModel, table=True):
    """One batch (*kiriman*). It is entered with its receipt, in the transaction that stores what it brought."""

    __tablename__ = "batch"
    __distribution__ = LOCAL
    __table_args__ = (
        Index("batch_newest_idx", "enumerator_id", text("received_at DESC")),
        Index(None, "received_at"),
    )

    id: UUID = key(KEY)
    campaign_id: int = required(SMALL, ForeignKey("campaign.id"))
    enumerator_id: UUID = required(KEY)
    device_id: UUID | None = optional(KEY)
    content_digest: bytes = required(DIGEST)  # of the campaign and the items, not of when they were sent
    item_count: int = required(COUNT)
    app_version: str | None = optional(TEXT)
    sent_at: datetime = required(MOMENT)
    received_at: datetime = required(MOMENT)
    clock_skew_s: float = required(REAL)
    receipt: bytes = required(SEALED)  # the very bytes of the answer, zstd


class RawItem(SQLModel, table=True):
    """An item that was `held` or `invalid`, sealed whole, so that nothing that was collected is ever lost.

    `subject_id` is the record's id, or where the item has none its content's digest. A subject has at most one open
    row that is held, always of its newest revision (of a door one of its visits and one of its interview), and one
    that is invalid; `resolved_on` is the day on which it came
    again, in good order or in a newer revision, or on which a supervisor decided on it. An `unchanged` row, without
    content, remembers that this enumerator sent a copy of another one's record, or a revision whose answers were
    erased. `counts` tells whether progress counts it as invalid from `received_on` until `resolved_on`.
    """

    __tablename__ = "raw_item"
    __distribution__ = BY_REGENCY
    __table_args__ = (
        CheckConstraint("outcome IN ('held', 'invalid', 'unchanged')", name="outcome"),
        CheckConstraint("decision IN ('released', 'refused')", name="decision"),
        Index(None, "subject_id"),
        Index("raw_item_kept_idx", "enumerator_id", postgresql_where=text("sealed IS NOT NULL")),
        Index(
            "raw_item_held_by_idx",
            "enumerator_id",
            postgresql_where=text("outcome = 'held' AND resolved_on IS NULL"),
        ),
        Index(
            "raw_item_held_idx",
            "region_code",
            "id",
            postgresql_where=text("outcome = 'held' AND resolved_on IS NULL"),
        ),
    )

    id: UUID = key(KEY)
    regency_code: str = key(CODE)
    campaign_id: int = required(SMALL, ForeignKey("campaign.id"))
    batch_id: UUID = required(KEY)
    position: int = required(COUNT)  # in the batch, from 0
    enumerator_id: UUID = required(KEY)
    subject_id: UUID = required(KEY)
    revision: int | None = optional(COUNT)  # null where it could not be read
    is_visit: bool = required(FLAG, server_default=text("false"))  # without an interview
    listing_id: UUID | None = optional(KEY)  # the entry of the listing that it names
    outcome: str = required(CODE)
    errors: list[dict[str, Any]] = required(JSON)  # codes with pointers
    region_code: str = required(CODE)
    captured_at: datetime | None = optional(MOMENT)  # corrected by the tablet's skew; null where it could not be read
    captured_at_told: datetime | None = optional(MOMENT)  # as the tablet's clock had it
    captured_on: date = required(DAY)
    received_at: datetime = required(MOMENT)
    received_on: date = required(DAY)
    resolved_on: date | None = optional(DAY)
    counts: bool = required(FLAG)
    content_digest: bytes = required(DIGEST)
    sealed: bytes | None = optional(SEALED)  # null after the campaign's limit, or when the subject had it erased
    decision: str | None = optional(CODE)
    decided_by: UUID | None = optional(KEY)
    decided_at: datetime | None = optional(MOMENT)
    decided_because: str | None = optional(TEXT)
