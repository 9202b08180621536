"""What the answers of progress look like, field by field. They document; `reports.py` builds the rows."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from app.progress.movement import State

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
    """The counters. A record is a door, and counts in exactly one of `entered`, `duplicates`, `conflicts`, `invalid`
    and the results of visits without an interview.
    """

    submissions: int = Field(description="Records of interviews: entered + duplicates + conflicts + invalid.")
    entered: int = Field(description="Unique businesses counted for the campaign.")
    duplicates: int = Field(description="Records of a business that was entered before.")
    conflicts: int = Field(description="Records that contradict the register and wait for a review.")
    invalid: int = Field(description="Records with hard errors that were not sent again yet.")
    verified: int = Field(description="Records that a coordinator or officer found in order.")
    returned: int = Field(description="Records that were sent back to the enumerator.")
    doors: int = Field(description="All records: `submissions` and the results of visits without an interview.")
    open_visits: int = Field(description="Doors where nobody was met, which are to be visited again.")
    refused: int = Field(description="Doors where the owner refused.")
    closed: int = Field(description="Doors of businesses that closed down.")
    moved: int = Field(description="Doors of businesses that moved away.")
    not_found: int = Field(description="Doors that were not found.")
    not_eligible: int = Field(description="Doors out of the census' scope: no business, or a large one.")
    non_response: int = Field(description="Doors where nobody was met in three visits.")
    response_rate: float | None = Field(
        description="entered / (entered + refused + non_response + open_visits), from 0 to 1; null where that is"
        " nothing. In a row of a day: of all up to that day."
    )
    listed: int | None = Field(description="Entries of the listing; null in rows of people, whose no entry is.")
    listed_done: int = Field(
        description="Entries of the listing that ended in any state but `open` and `open_visits`. Of an enumerator:"
        " those that its records decide."
    )
    new_found: int = Field(description="Entered businesses that no entry of the listing stands for.")
    percent_of_listing: float | None = Field(
        description="`listed_done` in percent of `listed`; null where nothing is listed, and in rows of people. In a"
        " row of a day: of all up to that day."
    )


class RegionOut(BaseModel):
    """A region."""

    code: str = Field(description="Kemendagri code, dotted; `ID` is the nation.", examples=["16.01"])
    name: str
    level: Literal["nation", "province", "regency", "district", "village", "neighbourhood"]


class PaceOut(BaseModel):
    """The present pace and the pace that is needed. Rates are records per day; null where a figure has no meaning."""

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
    target: int | None = Field(description="Businesses to reach in the campaign, as the target was on `as_of`.")
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
    coordinator: PersonOut | None = Field(description="Of the team that the enumerator joined last by `as_of`.")
    quota: int | None = Field(description="Records that the enumerator is to bring in the whole campaign.")
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


class SeriesRow(BaseModel):
    """One region's days."""

    region: RegionOut
    target: int | None = Field(description="Businesses to reach in the campaign, as the target was on `as_of`.")
    days: list[DateRow] = Field(description="Days, oldest first, also those with nothing.")


class SeriesAnswer(Envelope):
    """The days of several regions, by code."""

    items: list[SeriesRow]


class TabletOut(BaseModel):
    """A tablet that is not revoked, as it last reported."""

    id: UUID
    name: str | None
    app_version: str | None
    unsent: int | None = Field(description="Records that it had not sent; null where it said none.")
    last_seen_at: datetime


class RuleOut(BaseModel):
    """How a state is decided. The rules are checked in their order, and the first that holds is the state."""

    state: State
    text: str = Field(description="In the language asked for.")


class FieldForceRow(CountsOut):
    """How one enumerator stands."""

    enumerator: PersonOut
    coordinator: PersonOut | None = Field(description="Of the team that the enumerator joined last by `as_of`.")
    state: State | None = Field(
        description="By `rule`; null before the campaign begins, and for enumerators who move and have no quota."
    )
    quota: int | None = Field(description="Records that the enumerator is to bring in the whole campaign.")
    percent: float | None = Field(description="`entered` in percent of `quota`.")
    returned_percent: float | None = Field(description="`returned` in percent of `submissions`.")
    needed_per_day: float | None = Field(description="What is missing of the quota, over the days left.")
    last_7_days_per_day: float = Field(
        description="Entered per day in the seven full days that end with `as_of`,"
        " or with yesterday where `as_of` is not over."
    )
    active_days: int = Field(description="Days on which anything was counted.")
    last_received_at: datetime | None = Field(description="When the server last took something that is counted.")
    last_seen_at: datetime | None = Field(
        description="When the server last heard from one of the enumerator's tablets; null without one."
    )
    silent_days: int | None = Field(description="Days since then, up to the present day.")
    silent: bool = Field(description="Whether the server heard from no tablet for seven days.")
    unsent: int | None = Field(
        description="Records that the enumerator's tablets had not sent when they last reported."
    )
    tablets: list[TabletOut]


class FieldForceAnswer(Envelope):
    """Enumerators of a region, by id, with the rule of their states."""

    rule: list[RuleOut]
    items: list[FieldForceRow]
    next_cursor: str | None = Field(description="For the next page; null on the last one.")


class HourOut(BaseModel):
    """What was captured in one hour of a day."""

    date: date
    hour: int = Field(ge=0, le=23, description="Of the day in the region asked about.")
    records: int = Field(description="Records that were finished in that hour.")


class ActivityRow(BaseModel):
    """When one enumerator worked, how fast, and how much of it was returned. Counted are the records in force that
    are entered, by the day on which they were captured.
    """

    enumerator: PersonOut
    records: int = Field(description="Records of these days.")
    minutes: float | None = Field(description="Median from the first question to the last; null if unknown.")
    reviewed: int = Field(description="Of them, those that were decided on.")
    returned: int = Field(description="Of them, those that are returned.")
    returned_percent: float | None = Field(description="`returned` in percent of `reviewed`.")
    hours: list[HourOut] = Field(description="Hours in which anything was captured.")


class ActivityAnswer(Envelope):
    """Enumerators of a region, by id."""

    items: list[ActivityRow]
    next_cursor: str | None = Field(description="For the next page; null on the last one.")


class StaleRow(BaseModel):
    """A village in which nothing came for some days."""

    region: RegionOut
    target: int | None = Field(description="Businesses to reach in the campaign, as the target was on `as_of`.")
    enumerators: int = Field(description="Enumerators assigned here on `as_of`.")
    last_day: date | None = Field(description="The last day on which something was entered; null: never.")
    days_since: int | None = Field(description="Days from then to `as_of`.")


class StaleAnswer(Envelope):
    """Villages, by code."""

    items: list[StaleRow]
    next_cursor: str | None = Field(description="For the next page; null on the last one.")


class LiveAnswer(Envelope):
    """The figures that show whether anything changed."""

    region: str = Field(description="Kemendagri code.")
    item: CountsOut = Field(description="All that is counted.")
    today: CountsOut = Field(description="What changed on `as_of`.")
    poll_after_s: int = Field(description="Seconds to wait before asking again.")
