"""Cut-offs (*rilis*): the figures of a region as they were published, kept as they were.

The server may add rows and read them, and never change one: what is corrected later shows as the difference between two
cut-offs. All rows of one are of a single moment.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text

from app.core.column_types import AMOUNT, CODE, COUNT, DAY, FLAG, JSON, KEY, MOMENT, REAL, SMALL, TEXT
from app.core.distribution import LOCAL
from app.core.schema import SQLModel, key, optional, required
from app.progress.models import OfListing, OfRecords, OfResults


class Cutoff(SQLModel, table=True):
    """That an officer published a region's figures: everything on days up to `as_of`, by `basis`."""

    __tablename__ = "cutoff"
    __distribution__ = LOCAL
    __table_args__ = (
        CheckConstraint("basis IN ('received', 'captured')", name="basis"),
        Index(None, "region_code", "published_at", "id"),
        Index("cutoff_published_idx", text("published_at DESC"), text("id DESC")),
    )

    id: UUID = key(KEY)  # the client's own, so that it may ask again
    campaign_id: int = required(SMALL, ForeignKey("campaign.id"))
    region_code: str = required(CODE)
    as_of: date = required(DAY)
    basis: str = required(CODE)
    name: str = required(TEXT)
    note: str | None = optional(TEXT)
    published_by: UUID = required(KEY)
    published_at: datetime = required(MOMENT)
    starts_on: date = required(DAY)  # the campaign's days as they were
    ends_on: date = required(DAY)
    decided: dict[str, Any] | None = optional(JSON)  # decisions among its figures, by what records came to count as


class OfCutoff(OfListing, OfResults, OfRecords):
    """What was counted of something, as the cut-off keeps it."""

    __distribution__ = LOCAL

    cutoff_id: UUID = key(KEY, to="cutoff.id")


class CutoffRegion(OfCutoff, table=True):
    """The region of a cut-off, or one below it, down to the villages and what is below them."""

    __tablename__ = "cutoff_region"
    __table_args__ = (Index(None, "cutoff_id", "parent_code", "region_code"),)

    region_code: str = key(CODE)
    name: str = required(TEXT)
    level: str = required(CODE)
    parent_code: str | None = optional(CODE)
    target: int | None = optional(COUNT)
    percent: float | None = optional(REAL)
    enumerators: int = required(COUNT)
    enumerators_active: int = required(COUNT)
    coordinators: int = required(COUNT)
    first_day: date | None = optional(DAY)
    entered_in_window: int = required(COUNT)
    days_left: int = required(COUNT)
    needed_per_day: float | None = optional(REAL)
    needed_per_enumerator_per_day: float | None = optional(REAL)
    average_per_day: float | None = optional(REAL)
    last_7_days_per_day: float = required(REAL)
    projected_total: int = required(AMOUNT)
    projected_finish_on: date | None = optional(DAY)
    rank: int | None = optional(COUNT)
    rank_of: int | None = optional(COUNT)


class CutoffEnumerator(OfCutoff, table=True):
    """All that one enumerator brought in the cut-off's region."""

    __tablename__ = "cutoff_enumerator"

    enumerator_id: UUID = key(KEY)
    username: str = required(TEXT)
    name: str = required(TEXT)
    coordinator_id: UUID | None = optional(KEY)
    coordinator_username: str | None = optional(TEXT)
    coordinator_name: str | None = optional(TEXT)
    is_assigned: bool | None = optional(FLAG)  # in the region, on `as_of`; null in the first ones
    quota: int | None = optional(COUNT)
    percent: float | None = optional(REAL)
    active_days: int = required(COUNT)
    last_received_at: datetime | None = optional(MOMENT)


class CutoffMonth(OfCutoff, table=True):
    """The same of one month: rows of an enumerator add up to its whole work. A figure is negative where more was taken
    back in that month than came.
    """

    __tablename__ = "cutoff_month"

    enumerator_id: UUID = key(KEY)
    month: date = key(DAY)  # its first day
    active_days: int = required(COUNT)


class CutoffDay(OfCutoff, table=True):
    """What was counted in the cut-off's region on one day; days with nothing have no row."""

    __tablename__ = "cutoff_day"

    day: date = key(DAY)
