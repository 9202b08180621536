"""Cut-offs on the wire."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.bulk import Day, Row
from app.core.name_cleaning import Named
from app.core.paging import NextCursor, Paged
from app.core.text import Line, Published
from app.progress.schemas import Basis, CountsOut, EnumeratorRow, PersonOut, RegionOut, RegionRow


class CutoffIn(Row):
    """What an officer publishes."""

    id: UUID | None = Field(
        default=None, description="The client's own (UUIDv7), so that it may send the same again; by default a new one."
    )
    campaign: Line | None = Field(default=None, description="Code of a campaign; by default the current one.")
    region: str = Field(description="Kemendagri code; `ID` is the nation.")
    as_of: Day | None = Field(
        default=None, description="The last day that counts; by default today in the region. Not a day to come."
    )
    basis: Basis = Field(default="received", description="Which day counts: of receipt or of capture.")
    name: Annotated[Published, Field(min_length=1, max_length=200), Named]
    note: Annotated[Published, Field(max_length=2_000)] | None = Field(
        default=None, description="What readers have to know beside the figures; reports show it as a footnote."
    )


class CutoffOut(BaseModel):
    """Figures that were published, and never change."""

    id: UUID
    name: str
    note: str | None
    campaign: str = Field(description="The code of the campaign.")
    region: RegionOut
    as_of: date = Field(description="Everything on days up to this one is counted, later days are not.")
    basis: Basis
    published_at: datetime = Field(description="When the figures were read and kept.")
    published_by: PersonOut
    target: int | None = Field(description="Businesses to reach in the campaign, as the target was on `as_of`.")
    entered: int
    percent: float | None = Field(description="`entered` in percent of `target`.")


class CutoffPage(Paged[CutoffOut]):
    """Cut-offs, the newest first."""


class CutoffFilters(BaseModel):
    """Which cut-offs are asked for."""

    model_config = ConfigDict(frozen=True)

    campaign: Line | None = Field(default=None, description="Code of a campaign.")
    region: str | None = Field(
        default=None, description="Kemendagri code; by default the caller's whole territory, with all below it."
    )


class CutoffDetail(CutoffOut):
    """A cut-off with the figures of its region."""

    item: RegionRow


class CutoffRegionsOut(BaseModel):
    """Regions of a cut-off, by code: with the same fields as in progress."""

    cutoff: CutoffOut
    items: list[RegionRow]


class CutoffEnumeratorsOut(BaseModel):
    """Enumerators of a cut-off, by id: with the same fields as in progress."""

    cutoff: CutoffOut
    items: list[EnumeratorRow]
    next_cursor: NextCursor


class CutoffMonthRow(CountsOut):
    """What one enumerator brought in one month, by the cut-off's basis; negative where more was taken back."""

    enumerator: PersonOut
    month: date = Field(description="Its first day.")
    active_days: int = Field(description="Days of the month on which anything was counted.")


class CutoffMonthsOut(BaseModel):
    """Months of the enumerators of a cut-off, by enumerator and month. Rows add up to the region's figures."""

    cutoff: CutoffOut
    items: list[CutoffMonthRow]
    next_cursor: NextCursor


class ChangeOut(BaseModel):
    """What explains a part of a difference."""

    code: str = Field(
        description="What records came to count as because a person decided so, such as `duplicates` for those that"
        " were merged away; or `target`, where that was changed."
    )
    records: int = Field(description="How many records; of `target` the difference.")
    text: str = Field(description="In the language asked for.")


class SideOut(BaseModel):
    """The figures of one side."""

    goal: int | None = Field(description="The target of a region, the quota of an enumerator.")
    entered: int
    percent: float | None
    rank: int | None = Field(description="Null for enumerators.")


class DifferenceOut(BaseModel):
    """Later less earlier, of each counter."""

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


class ComparedRegion(BaseModel):
    """One region in both."""

    region: RegionOut
    before: SideOut | None = Field(description="Null where the earlier cut-off does not have it.")
    after: SideOut | None = Field(description="Null where the later cut-off does not have it.")
    difference: DifferenceOut


class ComparedEnumerator(BaseModel):
    """One enumerator in both."""

    enumerator: PersonOut
    coordinator: PersonOut | None
    before: SideOut | None = Field(description="Null where the earlier cut-off does not have it.")
    after: SideOut | None = Field(description="Null where the later cut-off does not have it.")
    difference: DifferenceOut


class ComparisonOut(BaseModel):
    """What differs between two cut-offs, the earlier one (by its day) first."""

    before: CutoffOut
    after: CutoffOut
    changes: list[ChangeOut] = Field(
        description="Decisions in the whole region after the earlier day, up to the later one; all else came in."
    )
    items: list[ComparedRegion] | list[ComparedEnumerator]
    next_cursor: NextCursor
