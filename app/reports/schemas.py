"""Reports on the wire."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.bulk import Day
from app.core.text import Line
from app.cutoffs.schemas import CutoffOut
from app.progress.schemas import Basis, PersonOut, RegionRow


class ReportQuery(BaseModel):
    """What a report is about."""

    model_config = ConfigDict(frozen=True)

    region: str | None = Field(default=None, description="Kemendagri code; by default the caller's whole territory.")
    campaign: Line | None = Field(default=None, description="Code of a campaign; by default the current one.")
    as_of: Day | None = Field(
        default=None, description="The last day that counts; by default today in the region. Not a day to come."
    )
    cutoff: UUID | None = Field(
        default=None, description="Id of a cut-off: the report shows its figures, and names it. It says all else."
    )


class SilentOut(BaseModel):
    """An enumerator who is assigned, and of whom nothing came for two whole days or more."""

    enumerator: PersonOut
    coordinator: PersonOut | None
    last_day: date | None = Field(description="The last day on which anything came; null: never.")
    days: int | None = Field(description="Days from then to `counted_until`.")


class RecapOut(BaseModel):
    """The figures that the recap says, and its text."""

    campaign: str = Field(description="The code of the campaign.")
    as_of: date = Field(description="The last day that counts.")
    counted_until: date = Field(
        description="The day that the text names: the one before `as_of` where that one is not over and nothing came"
        " on it yet."
    )
    basis: Basis
    generated_at: datetime = Field(description="When the figures were read; of a cut-off, when it was published.")
    cutoff: CutoffOut | None
    item: RegionRow
    lagging: list[RegionRow] = Field(description="At most five regions below that lag, the lowest percent first.")
    silent: list[SilentOut] | None = Field(
        description="Everybody who is silent, the longest first; null where there are more than 2,000 enumerators."
    )
    text: str = Field(description="The recap in the language asked for.")
