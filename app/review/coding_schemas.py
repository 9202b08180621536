"""The coding queue on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.bulk import Digits, Row, Whole
from app.core.name_cleaning import Stated
from app.core.text import Line
from app.identifiers.kbli_codes import Edition
from app.workforce.supervised import WorkFilters

CodingState = Literal["waiting", "coded"]
FiveDigits = Annotated[str, Field(pattern="^[0-9]{5}$")]
_Reason = Annotated[Stated, Field(min_length=5, max_length=1_000, description="Long numbers in it are not kept.")]
_Revision = Annotated[
    Whole,
    Field(ge=1, le=2**31 - 1, description="The revision that was looked at; if another one came since, 409."),
]


class CodingFilters(WorkFilters):
    """What the queue is narrowed by; None where it is not asked. It is of all campaigns, unless one is named."""

    state: CodingState = Field(default="waiting", description="By default what waits; or what was decided.")
    campaign: Line | None = Field(default=None, description="Code of a campaign in which it is entered.", max_length=60)


class ActivityFilters(BaseModel):
    """What is looked for among the activities."""

    model_config = ConfigDict(frozen=True)

    q: Line = Field(
        description="Words of the title in any order, each from its beginning on; or the first digits of a code.",
        min_length=1,
        max_length=200,
    )
    kbli_version: Edition | None = Field(default=None, description="Only of this edition; by default of both.")
    limit: Digits = Field(default=50, ge=1, le=200)


class ActivityOut(BaseModel):
    """An activity of an edition of KBLI."""

    kbli_version: str
    code: str = Field(description="Five digits.")
    title: str
    category: str | None = Field(description="The letter of its category, which is another one in the other edition.")


class ActivitiesOut(BaseModel):
    """What a search found, what fits best first."""

    items: list[ActivityOut]


class CodingOut(BaseModel):
    """The decision in force."""

    kbli: str
    kbli_version: str
    reason: str
    decided_by: str = Field(description="User name.")
    decided_at: datetime


class ToCode(BaseModel):
    """A business whose code is not in its edition of KBLI, with what tells what it does."""

    business_id: UUID
    record_id: UUID
    revision: int = Field(
        description="To be sent with the decision, so that a decision is always about the revision that was seen."
    )
    name: str = Field(description="Legal name.")
    kind: str
    region_code: str = Field(description="Kemendagri code of the village.")
    region_name: str
    enumerator: str = Field(description="User name.")
    enumerator_name: str
    captured_at: datetime
    said_kbli: str = Field(description="The code as the enumerator recorded it.")
    said_kbli_version: str = Field(description="The edition in which there is no such code.")
    same_number: list[ActivityOut] = Field(
        description="What this number is in the editions that have it, for a person to judge: it is never taken over."
    )
    main_activity: str | None
    main_product: str | None
    products: list[str]
    coding: CodingOut | None = Field(description="Null while it waits.")


class CodingIn(Row):
    """Which activity it is."""

    kbli: FiveDigits
    kbli_version: Edition
    reason: _Reason
    revision: _Revision


class CodingUndoIn(Row):
    """Why a decision is taken back."""

    reason: _Reason
    revision: _Revision
