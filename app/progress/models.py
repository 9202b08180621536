"""Counters. Cells are the truth, deltas what is not yet rolled up, days the rolled-up figures of every region.

A record is a door, and counts in exactly one of `DOORS`: what was sent of an interview (`SUBMITTED`), or the result
of visits without one (`RESULTS`). When that changes, the old count is taken back on the day of the change, so that
figures by received day never change for days gone by. Entries of the listing are counted beside them (`OF_LISTING`).
"""

from datetime import date, datetime
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from app.core.column_types import CODE, COUNT, DAY, KEY, MOMENT, SMALL
from app.core.distribution import BY_REGENCY, local
from app.core.schema import OfCampaign, SQLModel, key, required
from app.submissions.models import DoorState

SUBMITTED = ("entered", "duplicates", "conflicts", "invalid")
RESULTS: tuple[str, ...] = get_args(DoorState)
DOORS = (*SUBMITTED, *RESULTS)
OF_RECORDS = (*SUBMITTED, "verified", "returned")
"""The counters that came first. What is not rolled up yet of the others is in a table of its own: a server of an
earlier release removes what it rolls up, and would roll up these alone."""
OF_LISTING = ("listed", "listed_done", "listed_entered")
"""Entries of the listing, those of them that are done, and the entered records by which one is entered. The first two
count in the entry's village, the last in the record's; what is entered beyond it was found without the listing."""
COUNTERS = (*OF_RECORDS, *RESULTS, *OF_LISTING)

NOBODY = UUID(int=0)
"""In the place of an enumerator, where entries are counted as they are listed: nobody's work yet."""


def _counter() -> Any:
    return Field(default=0, sa_type=COUNT, nullable=False, sa_column_kwargs={"server_default": "0"})


class OfRecords(SQLModel):
    """Counts of records and reviews; one by one they may be negative."""

    entered: int = _counter()
    duplicates: int = _counter()
    conflicts: int = _counter()
    invalid: int = _counter()
    verified: int = _counter()
    returned: int = _counter()


class OfResults(SQLModel):
    """Counts of doors at which nobody was interviewed; likewise."""

    open_visits: int = _counter()
    refused: int = _counter()
    closed: int = _counter()
    moved: int = _counter()
    not_found: int = _counter()
    not_eligible: int = _counter()
    non_response: int = _counter()


class OfListing(SQLModel):
    """Counts of entries of the listing; likewise."""

    listed: int = _counter()
    listed_done: int = _counter()
    listed_entered: int = _counter()


class Cell(OfListing, OfResults, OfRecords, OfCampaign, table=True):
    """What one enumerator's records in one village add up to, by the day received and the day captured.

    The row is written only under that enumerator's lock, by batches and by decisions; but for what counts of an entry
    of the listing that another enumerator's record decides from then on (`listing/`). `region_code` is a village, or
    where an invalid item names no village that exists, the enumerator's own region.
    """

    __tablename__ = "progress_cell"
    __distribution__ = BY_REGENCY

    enumerator_id: UUID = key(KEY)
    region_code: str = key(CODE)
    received_on: date = key(DAY)
    captured_on: date = key(DAY)
    regency_code: str = key(CODE)
    last_received_at: datetime = required(MOMENT)


class NotFolded(SQLModel):
    """What was added, where, when and by whose work, that the rolled-up days do not have yet. `source_id`: the batch,
    the decision, or what entered the listing.
    """

    __distribution__ = local(beside="progress_day")

    source_id: UUID = key(KEY)
    region_code: str = key(CODE)
    received_on: date = key(DAY)
    captured_on: date = key(DAY)
    regency_code: str = key(CODE)
    campaign_id: int = required(SMALL)
    enumerator_id: UUID = required(KEY)


class Delta(OfRecords, NotFolded, table=True):
    """What one batch (or one decision) added of records and reviews."""

    __tablename__ = "progress_delta"


class DoorDelta(OfResults, NotFolded, table=True):
    """The same of doors at which nobody was interviewed."""

    __tablename__ = "progress_door_delta"


class ListingDelta(OfListing, NotFolded, table=True):
    """The same of entries of the listing."""

    __tablename__ = "progress_listing_delta"


class Day(OfListing, OfResults, OfRecords, OfCampaign, table=True):
    """One region's (of any level, nation included) figures of one day, in one basis.

    `newly_active` counts the enumerators whose first record in the region is of this day.
    """

    __tablename__ = "progress_day"
    __table_args__ = (CheckConstraint("basis IN ('received', 'captured')", name="basis"),)

    basis: str = key(CODE)
    region_code: str = key(CODE)
    day: date = key(DAY)
    newly_active: int = _counter()


class Activity(OfCampaign, table=True):
    """The first days on which an enumerator's records are counted in a region (of any level)."""

    __tablename__ = "progress_activity"
    __table_args__ = (Index(None, "campaign_id", "enumerator_id"),)

    region_code: str = key(CODE)
    enumerator_id: UUID = key(KEY)
    first_received_on: date = required(DAY)
    first_captured_on: date = required(DAY)
