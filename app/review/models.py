"""Decisions of supervisors: on records (verified, returned, corrected), and on whether records are of one business."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text

from app.core.column_types import ARRAY, CODE, COUNT, DAY, JSON, KEY, MOMENT, SMALL, TEXT
from app.core.distribution import BY_REGENCY, LOCAL
from app.core.schema import OfRegency, SQLModel, Undoable, key, optional, required


class RevisionCounted(OfRegency):
    """Of a decision, the record and its revision, and where and when progress counts it."""

    campaign_id: int = required(SMALL, to="campaign.id")
    enumerator_id: UUID = required(KEY)
    record_id: UUID = required(KEY)
    revision: int = required(COUNT)
    region_code: str = required(CODE)
    captured_on: date = required(DAY)


class Review(RevisionCounted, table=True):
    """One decision on one revision, never altered but for the day on which it ended.

    It ends with another decision, or when the enumerator sends a revision that takes its place. Progress counts it from
    `decided_on` until `ended_on`, where and when the record was captured.
    """

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("decision IN ('verified', 'returned')", name="decision"),
        CheckConstraint("decision = 'verified' OR reason IS NOT NULL", name="reason"),
        Index(
            "review_in_force_key", "record_id", "regency_code", unique=True, postgresql_where=text("ended_on IS NULL")
        ),
    )

    decision: str = required(CODE)
    reason: str | None = optional(TEXT)
    decided_by: UUID = required(KEY)
    decided_at: datetime = required(MOMENT)
    decided_on: date = required(DAY)  # local to the region
    ended_on: date | None = optional(DAY)


class Correction(SQLModel, table=True):
    """That a revision was entered by an officer in the enumerator's place, and why."""

    __tablename__ = "correction"
    __distribution__ = BY_REGENCY

    record_id: UUID = key(KEY)
    revision: int = key(COUNT)
    regency_code: str = key(CODE)
    reason: str = required(TEXT)
    corrected_by: UUID = required(KEY)
    corrected_at: datetime = required(MOMENT)


class Resolution(Undoable, OfRegency, table=True):
    """What a person decided on a duplicate case, and all that it changed, so that it can be undone.

    `journal` holds what rows said before and after, ids and digests only.
    """

    __tablename__ = "resolution"
    __table_args__ = (
        CheckConstraint("decision IN ('same', 'separate', 'wrong_identity', 'owner_changed')", name="decision"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone"),
        Index(
            "resolution_in_force_key",
            "case_id",
            "regency_code",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index("resolution_business_ids_idx", "business_ids", postgresql_using="gin"),
        # How fast one person decides: the last week's decisions.
        Index(None, "decided_at"),
    )

    case_id: UUID = required(KEY)
    record_id: UUID = required(KEY)
    business_ids: list[UUID] = required(ARRAY(KEY))
    decision: str = required(CODE)
    reason: str = required(TEXT)
    journal: dict[str, Any] = required(JSON)
    decided_by: UUID = required(KEY)
    decided_at: datetime = required(MOMENT)


class CountedMove(RevisionCounted, table=True):
    """That a record counts otherwise from a day on because a person decided so, or an earlier visit came late: what it
    counts as, where and when.

    `revision` is the highest that the record had: the move comes after it, and before the next.
    """

    __tablename__ = "counted_move"
    __table_args__ = (Index(None, "campaign_id", "region_code", "moved_on"),)

    counted_as: str = required(CODE)
    moved_on: date = required(DAY)  # local to the region


class CaseAssignment(SQLModel, table=True):
    """Who works on an open duplicate case, and until when. All cases of a group are assigned together.

    It lapses by itself: a row that lapsed says nothing, and is removed when the next group is taken.
    """

    __tablename__ = "case_assignment"
    __distribution__ = LOCAL
    __table_args__ = (Index(None, "assigned_to"), Index(None, "lapses_at"))

    case_id: UUID = key(KEY)
    group_id: UUID = required(KEY)  # the case by which the group was named when it was taken
    assigned_to: UUID = required(KEY)
    assigned_by: UUID = required(KEY)
    assigned_at: datetime = required(MOMENT)
    lapses_at: datetime = required(MOMENT)
