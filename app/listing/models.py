"""Entries of listings, and how each came to its state."""

from datetime import date, datetime
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text

from app.core.column_types import CODE, COUNT, DAY, DIGEST, FLAG, JSON, KEY, MOMENT, REAL, SEALED, SMALL, TEXT
from app.core.distribution import BY_REGENCY
from app.core.schema import OfRegency, SQLModel, key, optional, required
from app.register.models import CHANGE_NUMBER
from app.submissions.models import DoorState

EntryState = Literal["open", "entered", "duplicate", DoorState]
"""What became of an entry; exactly one of these at any time."""

STATES: tuple[str, ...] = ("open", "entered", "duplicate", *get_args(DoorState))
_STATES = ", ".join(f"'{each}'" for each in STATES)


class ListingEntry(OfRegency, table=True):
    """One door of a listing: what is known of a business before somebody goes there.

    `state` and what stands behind it are those of the record that decides (`rules.py`). `answers` are the open ones of
    the round before; the owner, the address and the numbers are sealed, bound to the entry's id.
    """

    __tablename__ = "listing_entry"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        # What a tablet reads of a village, in the order of changes; a list of a desk walks its beginning.
        Index(None, "campaign_id", "region_code", "change_number", "id"),
        Index(None, "campaign_id", "state", "region_code", "id"),
        # A business has at most one entry in a campaign.
        Index(
            "listing_entry_business_key",
            "business_id",
            "campaign_id",
            "regency_code",
            unique=True,
            postgresql_where=text("business_id IS NOT NULL"),
        ),
    )

    campaign_id: int = required(SMALL, ForeignKey("campaign.id"))
    region_code: str = required(CODE)  # the village, or a neighbourhood in it
    name: str = required(TEXT)
    kind: str | None = optional(CODE)  # of the business, where that is known
    kbli: str | None = optional(CODE)
    kbli_version: str | None = optional(CODE)
    latitude: float | None = optional(REAL)
    longitude: float | None = optional(REAL)
    source: str = required(TEXT)  # `campaign:<code>` or `file:<name>`
    business_id: UUID | None = optional(KEY)
    nik_digest: bytes | None = optional(DIGEST)
    nib_digest: bytes | None = optional(DIGEST)
    cooperative_number_digest: bytes | None = optional(DIGEST)
    nik_masked: str | None = optional(CODE)
    content_digest: bytes = required(DIGEST)  # of what the file or the campaign said, to see whether it changed
    answers: dict[str, Any] = required(JSON)
    sealed: bytes | None = optional(SEALED)
    listed_on: date = required(DAY)
    listed_at: datetime = required(MOMENT)
    # What became of it, and the record that decided so: whose, where and when it counts.
    state: str = required(CODE, server_default="open")
    step: int = required(COUNT, server_default=text("0"))
    record_id: UUID | None = optional(KEY)
    enumerator_id: UUID | None = optional(KEY)
    record_region_code: str | None = optional(CODE)
    captured_on: date | None = optional(DAY)
    erased: bool = required(FLAG, server_default=text("false"))  # at the request of the person it is about
    change_number: int = required(BigInteger, server_default=text(f"({CHANGE_NUMBER})"))


class ListingStep(SQLModel, table=True):
    """What an entry became, by which record and on which day; never changed. Figures as of any day are counted by
    it."""

    __tablename__ = "listing_step"
    __distribution__ = BY_REGENCY

    entry_id: UUID = key(KEY)
    step: int = key(COUNT)
    regency_code: str = key(CODE)
    campaign_id: int = required(SMALL)
    region_code: str = required(CODE)  # the entry's
    state: str = required(CODE)
    record_id: UUID | None = optional(KEY)
    enumerator_id: UUID | None = optional(KEY)
    record_region_code: str | None = optional(CODE)
    captured_on: date | None = optional(DAY)
    received_on: date = required(DAY)  # the day of the change
    made_at: datetime = required(MOMENT)
