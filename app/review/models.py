"""Decisions of supervisors on records: verified, or returned to the enumerator with a reason."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text

from app.core.schema import CODE, COUNT, DAY, KEY, MOMENT, SMALL, TEXT, SQLModel, key, optional, required


class Review(SQLModel, table=True):
    """One decision on one revision, never altered but for the day on which it ended.

    It ends when somebody decides otherwise, or when the enumerator sends a revision that takes its place. Progress
    counts it from `decided_on` until `ended_on`, where and when the record was captured.
    """

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("decision IN ('verified', 'returned')", name="decision"),
        CheckConstraint("decision = 'verified' OR reason IS NOT NULL", name="reason"),
        Index(
            "review_in_force_key", "record_id", "regency_code", unique=True, postgresql_where=text("ended_on IS NULL")
        ),
    )

    id: UUID = key(KEY)
    regency_code: str = key(CODE)
    campaign_id: int = required(SMALL, ForeignKey("campaign.id"))
    enumerator_id: UUID = required(KEY)
    record_id: UUID = required(KEY)
    revision: int = required(COUNT)
    region_code: str = required(CODE)
    captured_on: date = required(DAY)
    decision: str = required(CODE)
    reason: str | None = optional(TEXT)
    decided_by: UUID = required(KEY)
    decided_at: datetime = required(MOMENT)
    decided_on: date = required(DAY)  # local to the region
    ended_on: date | None = optional(DAY)
