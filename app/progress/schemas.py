"""What the answers of progress look like, field by field. They document; `reports.py` builds the rows."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

Basis = Literal["received", "captured"]


class Envelope(BaseModel):
    """What every answer says of itself: what was counted, and up to when."""

    campaign: str = Field(description="The code of the campaign.")
    as_of: date = Field(description="The cut-off: everything on days up to this one is counted, later days are not.")
    basis: Basis = Field(
        description="`received`: by the day the server took the record, so that days gone by never change;"
        " `captured`: by the day it was filled in, so that a late batch still changes them."
    )
    generated_at: datetime = Field(description="When the figures were read.")


class CountsOut(BaseModel):
    """The counters. A record counts in exactly one of `entered`, `duplicates`, `conflicts` and `invalid`."""

    submissions: int = Field(description="Records sent in: entered + duplicates + conflicts + invalid.")
    entered: int = Field(description="Unique businesses counted for the campaign.")
    duplicates: int = Field(description="Records of a business that was entered before.")
    conflicts: int = Field(description="Records that contradict the register and wait for a review.")
    invalid: int = Field(description="Records with hard errors that were not sent again yet.")
    verified: int = Field(description="Records that a coordinator or officer found in order.")
    returned: int = Field(description="Records that were sent back to the enumerator.")


class RegionOut(BaseModel):
    """A region."""

    code: str = Field(description="Kemendagri code, dotted; `ID` is the nation.", examples=["16.01"])
    name: str
    level: Literal["nation", "province", "regency", "district", "village"]


class PaceOut(BaseModel):
    """How fast it goes and how fast it must. Rates are records per day; null where a figure says nothing."""

    days_left: int = Field(description="Days after `as_of` up to the campaign's last day.")
    needed_per_day: float | None = Field(description="What is missing of the target, over the days left.")
    needed_per_enumerator_per_day: float | None = Field(description="The same for each assigned enumerator.")
    average_per_day: float | None = Field(
        description="Entered, over the days from the first on which anything was counted to `as_of`."
    )
    last_7_days_per_day: float = Field(
        description="Entered per day in the seven full days that end with `as_of`,"
        " or with yesterday where `as_of` is not over."
    )
    projected_total: int = Field(description="What will be entered by the last day if the last week's pace holds.")
    projected_finish_on: date | None = Field(
        description="The day the target is reached if the last week's pace holds;"
        " `as_of` where it is reached already, null without a target or at a standstill."
    )


class RegionRow(CountsOut):
    """One region's progress."""

    region: RegionOut
    target: int | None = Field(description="Businesses to reach in the campaign.")
    percent: float | None = Field(description="`entered` in percent of `target`.")
    enumerators: int = Field(description="Enumerators assigned here on `as_of`.")
    enumerators_active: int = Field(description="Enumerators of whom anything is counted here.")
    coordinators: int = Field(description="Coordinators whose members are assigned here on `as_of`.")
    pace: PaceOut
    rank: int | None = Field(description="By `percent`, among the regions with the same parent that have a target.")
    rank_of: int | None = Field(description="How many those are.")


class PersonOut(BaseModel):
    """An account."""

    id: UUID
    username: str
    name: str


class EnumeratorRow(CountsOut):
    """What one enumerator brought in the region."""

    enumerator: PersonOut
    coordinator: PersonOut | None = Field(description="Of the team that it joined last by `as_of`.")
    quota: int | None = Field(description="Records it is to bring in the whole campaign.")
    percent: float | None = Field(description="`entered` in percent of `quota`.")
    active_days: int = Field(description="Days on which anything was counted.")
    last_received_at: datetime | None = Field(description="When the server last took something that is counted.")


class DateRow(CountsOut):
    """One day. Its counts are what changed on that day, so they are negative where more was taken back."""

    date: date
    entered_total: int = Field(description="All that was entered up to this day, days before the first row included.")


class RegionAnswer(Envelope):
    """One region."""

    item: RegionRow


class RegionsAnswer(Envelope):
    """The regions right below a region, by code."""

    items: list[RegionRow]


class EnumeratorsAnswer(Envelope):
    """Enumerators of a region, by id."""

    items: list[EnumeratorRow]
    next_cursor: str | None = Field(description="For the next page; null on the last one.")


class DatesAnswer(Envelope):
    """Days, oldest first."""

    items: list[DateRow]
