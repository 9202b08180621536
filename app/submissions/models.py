"""Filled questionnaires by revision, and the directory of records."""

from datetime import date, datetime
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text

from app.core.column_types import ARRAY, CODE, COUNT, DAY, DIGEST, JSON, KEY, MOMENT, REAL, SEALED, SMALL, TEXT
from app.core.distribution import BY_REGENCY, directory
from app.core.schema import SQLModel, key, optional, required

DoorState = Literal["open_visits", "refused", "closed", "moved", "not_found", "not_eligible", "non_response"]
"""What a record counts as where nobody was interviewed."""

_RESULTS = ", ".join(f"'{each}'" for each in get_args(DoorState))
_COUNTED = f"counted_as IN ('entered', 'duplicate', 'conflict', {_RESULTS})"


class Record(SQLModel, table=True):
    """The directory of records: whose it is, where it lives, what it counts as.

    `revision` is the highest revision stored; `counted_revision` the one whose answers are in force (they differ
    while a revision that contradicts the register waits for a review).
    """

    __tablename__ = "record"
    __distribution__ = directory("record_id")
    __table_args__ = (
        CheckConstraint(_COUNTED, name="counted_as"),
        Index(None, "business_id"),
        Index("record_listing_idx", "listing_id", postgresql_where=text("listing_id IS NOT NULL")),
    )

    record_id: UUID = key(KEY)
    campaign_id: int = required(SMALL)
    enumerator_id: UUID = required(KEY)
    regency_code: str = required(CODE)  # of the revision in force
    revision: int = required(COUNT)
    counted_revision: int = required(COUNT)
    counted_as: str = required(CODE)
    business_id: UUID | None = optional(KEY)
    said: bytes | None = optional(DIGEST)  # fingerprints of the numbers that it last had, see `intake/lookup_limits.py`
    number_changes: int | None = optional(SMALL)  # how often they were others
    listing_id: UUID | None = optional(KEY)  # the entry of the listing that the revision in force names


class Submission(SQLModel, table=True):
    """One revision of one filled questionnaire, never changed after it is stored.

    `counted_as` is what the record counts as from this revision on, or null where this revision changed nothing
    (it came late, or waits for a review). `warnings` are codes with pointers, never values.
    """

    __tablename__ = "submission"
    __distribution__ = BY_REGENCY
    __table_args__ = (
        CheckConstraint(_COUNTED, name="counted_as"),
        CheckConstraint("outcome IN ('accepted', 'updated', 'unchanged', 'duplicate', 'conflict')", name="outcome"),
        # A business counts once in a campaign: the last word on it, and the way from a business to its submissions.
        Index(
            "submission_accepted_key",
            "business_id",
            "campaign_id",
            "regency_code",
            unique=True,
            postgresql_where=text("outcome = 'accepted'"),
        ),
        # Few have any, so that a batch writes hardly to it.
        Index("submission_doubtful_idx", "regency_code", "record_id", postgresql_where=text("warnings <> '{}'")),
    )

    record_id: UUID = key(KEY)
    revision: int = key(COUNT)
    regency_code: str = key(CODE)
    campaign_id: int = required(SMALL, ForeignKey("campaign.id"))
    batch_id: UUID = required(KEY)
    enumerator_id: UUID = required(KEY)
    business_id: UUID | None = optional(KEY)
    outcome: str = required(CODE)
    counted_as: str | None = optional(CODE)
    questionnaire: str = required(CODE)
    region_code: str = required(CODE)
    content_digest: bytes = required(DIGEST)
    started_at: datetime | None = optional(MOMENT)
    captured_at: datetime = required(MOMENT)  # corrected by the tablet's skew
    captured_at_told: datetime = required(MOMENT)  # as the tablet's clock had it
    captured_on: date = required(DAY)  # local to the region, never after `received_on`
    received_at: datetime = required(MOMENT)
    received_on: date = required(DAY)  # local to the region
    latitude: float | None = optional(REAL)
    longitude: float | None = optional(REAL)
    accuracy_m: float | None = optional(REAL)
    warnings: list[str] = required(ARRAY(TEXT))
    answers: dict[str, Any] = required(JSON)
    sealed: bytes | None = optional(SEALED)


class Door(SQLModel, table=True):
    """A door at which nobody was interviewed, and what was found there last; gone once an interview took place.

    Written only under its enumerator's lock. `visited_at` is corrected by the tablet's skew.
    """

    __tablename__ = "door"
    __distribution__ = BY_REGENCY
    __table_args__ = (
        CheckConstraint(f"counted_as IN ({_RESULTS})", name="counted_as"),
        Index(None, "campaign_id", "counted_as", "region_code", "record_id"),
        Index(None, "enumerator_id", "campaign_id"),
    )

    record_id: UUID = key(KEY)
    regency_code: str = key(CODE)
    campaign_id: int = required(SMALL, ForeignKey("campaign.id"))
    enumerator_id: UUID = required(KEY)
    region_code: str = required(CODE)
    revision: int = required(COUNT)  # of the visit in force
    counted_as: str = required(CODE)
    visits: int = required(SMALL)
    visited_at: datetime = required(MOMENT)
    next_visit_on: date | None = optional(DAY)
    received_at: datetime = required(MOMENT)
