"""The rows of progress, as the server writes them. What each field counts is in the API's document."""

from typing import Generic, NamedTuple, TypedDict, TypeVar

Row = TypeVar("Row")


class Counts(TypedDict):
    """Records by what became of them."""

    submissions: int
    entered: int
    duplicates: int
    conflicts: int
    invalid: int
    verified: int
    returned: int
    doors: int
    open_visits: int
    refused: int
    closed: int
    moved: int
    not_found: int
    not_eligible: int
    non_response: int
    response_rate: float | None
    listed: int | None
    listed_done: int
    new_found: int
    percent_of_listing: float | None


class Region(TypedDict):
    """A region: its dotted code, its name and its level."""

    code: str
    name: str
    level: str


class Pace(TypedDict):
    """Records per day: as they come, and as they are needed."""

    days_left: int
    needed_per_day: float | None
    needed_per_enumerator_per_day: float | None
    average_per_day: float | None
    last_7_days_per_day: float
    projected_total: int
    projected_finish_on: str | None


class RegionRow(Counts):
    """One region."""

    region: Region
    target: int | None
    percent: float | None
    enumerators: int
    enumerators_active: int
    coordinators: int
    pace: Pace
    rank: int | None
    rank_of: int | None


class Person(TypedDict):
    """An account."""

    id: str
    username: str
    name: str


class EnumeratorRow(Counts):
    """One enumerator."""

    enumerator: Person
    coordinator: Person | None
    quota: int | None
    percent: float | None
    active_days: int
    last_received_at: str | None


class DateRow(Counts):
    """One day."""

    date: str
    entered_total: int


class Figures(NamedTuple, Generic[Row]):
    """Rows, and what they are of.

    Args:
        campaign: The campaign's code.
        as_of: The last day that is counted (ISO).
        basis: `received` or `captured`.
        generated_at: When they were read (RFC 3339).
        rows: The rows.
    """

    campaign: str
    as_of: str
    basis: str
    generated_at: str
    rows: list[Row]
