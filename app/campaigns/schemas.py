"""Campaigns and targets on the wire."""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from app.campaigns.activities import Activities, ActivitiesChange
from app.campaigns.reinterviews import Reinterviews, ReinterviewsChange
from app.campaigns.statistics import StatisticsChange, StatisticsDocument
from app.campaigns.thresholds import Thresholds, ThresholdsChange
from app.core.bulk import Day, Row, Whole
from app.core.name_cleaning import Named, Stated
from app.core.text import Handle, Line, Published

_Code = Annotated[Handle, Field(pattern=r"^[a-z0-9][a-z0-9._-]{1,59}$")]


class CampaignIn(Row):
    """A census round (*pendataan*)."""

    code: _Code
    name: Annotated[Published, Field(min_length=1, max_length=200), Named]
    starts_on: Day
    ends_on: Day
    accepts_until: Day = Field(description="Last day on which late batches are taken; later items are held.")
    answers_until: Day | None = Field(
        default=None, description="Last day on which sealed answers are kept (`kumkm retention apply`); null: for good."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = [self.starts_on, self.ends_on, self.accepts_until, self.answers_until or self.accepts_until]
        if days != sorted(days):
            raise PydanticCustomError("date_order", "days out of order")
        return self


class CampaignOut(BaseModel):
    """A census round."""

    code: str
    name: str
    starts_on: date
    ends_on: date
    accepts_until: date
    answers_until: date | None
    quality: Thresholds = Field(description="From which point on records and enumerators are flagged.")
    activities: Activities = Field(description="Which editions of KBLI it takes, and what it leaves out.")
    reinterviews: Reinterviews = Field(
        description="What is drawn for re-interviews; the seed is null but for officers and admins."
    )
    statistics: StatisticsDocument = Field(description="What its statistics suppress, and how often they are made.")


class CampaignPatch(Row):
    """What is changed of a campaign; all else stays."""

    quality: ThresholdsChange | None = None
    reinterviews: ReinterviewsChange | None = None
    activities: ActivitiesChange | None = None
    statistics: StatisticsChange | None = None

    @field_validator("quality", "reinterviews", "activities", "statistics")
    @classmethod
    def _is_there(cls, value: object) -> object:
        if value is None:  # parts have defaults that null puts back, the documents have not
            raise PydanticCustomError("dict_type", "a document is no null")
        return value

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("missing", "no part of the campaign is there")
        return self


class CampaignsOut(BaseModel):
    """All campaigns, the newest first."""

    items: list[CampaignOut]


_ValidFrom = Annotated[
    Day | None,
    Field(
        description="First day on which it holds: by default today in the region, never before the campaign's first."
    ),
]
_Reason = Annotated[
    Stated | None,
    Field(
        min_length=5,
        max_length=500,
        description="Needed where it changes days gone by; kept in the audit trail. Long numbers in it are not kept.",
    ),
]


class TargetValue(Row):
    """The number of businesses, and from when on."""

    businesses: Whole = Field(ge=1, le=100_000_000)
    valid_from: _ValidFrom = None
    reason: _Reason = None


class TargetIn(TargetValue):
    """What a region should reach in a campaign."""

    campaign: Annotated[Line, Field(min_length=1, max_length=60)]
    region_code: Annotated[Line, Field(max_length=20)]


class TargetEnd(BaseModel):
    """From when on a region has no target."""

    model_config = ConfigDict(frozen=True)

    valid_from: _ValidFrom = None
    reason: _Reason = None


class TargetSince(BaseModel):
    """A target, and the day from which it holds."""

    valid_from: date
    businesses: int | None = Field(description="Null: from then on the region has no target.")


class TargetOut(BaseModel):
    """A region's target beside what its children add up to."""

    region_code: str
    businesses: int | None = Field(description="Of the day that was asked for.")
    valid_from: date | None = Field(description="Since when that holds; null where there is no target.")
    history: list[TargetSince] = Field(description="All that was set, by day, also for days to come.")
    children: int = Field(description="Regions right below it.")
    children_with_target: int
    children_sum: int
    adds_up: bool | None = Field(
        description="Whether the children's targets make up this one; null where some of them have none."
    )


class TargetsOut(BaseModel):
    """A region's own target, and those of the regions right below it."""

    campaign: str
    as_of: date = Field(description="The day whose targets these are.")
    region: TargetOut
    items: list[TargetOut]


class TargetChanged(TargetOut):
    """The target as it is from `valid_from` on, and the one above it, which it should add up to with its siblings."""

    parent: TargetOut | None
    warnings: list[str] = Field(description="Stable codes: `children_do_not_add_up`, `siblings_do_not_add_up`.")
