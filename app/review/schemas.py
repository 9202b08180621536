"""The shape of a decision on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from app.changes.news import ReviewDecision
from app.core.bulk import Blank, Row, Whole
from app.core.name_cleaning import Stated
from app.register.filters import ReviewState


class ReviewIn(Row):
    """What a supervisor decides on a record."""

    decision: ReviewDecision
    reason: Annotated[Stated | None, Blank] = Field(
        default=None,
        validate_default=True,
        max_length=1_000,
        description="What the enumerator has to correct; required to return. Long numbers in it are not kept.",
    )
    revision: Whole | None = Field(
        default=None,
        ge=1,
        le=2**31 - 1,
        description="The revision that was looked at; if another one came since, the answer is 409.",
    )
    review_state: ReviewState | None = Field(
        default=None,
        description="The decision in force when the record was looked at. If there was another decision since, the"
        " answer is 409, and `current` has that decision, its account and time. The same decision again is not another"
        " one.",
    )

    @field_validator("reason")
    @classmethod
    def _a_return_has_its_reason(cls, reason: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("decision") == "returned" and not reason:
            raise PydanticCustomError("missing", "a record is returned with a reason")
        return reason


class ReviewOut(BaseModel):
    """The decision that is in force."""

    record_id: UUID
    revision: int = Field(description="The revision that it is about.")
    decision: ReviewDecision
    reason: str | None
    decided_at: datetime
    decided_by: UUID


class ResolutionIn(Row):
    """A decision on a duplicate case."""

    decision: Literal["same", "separate", "wrong_identity", "owner_changed"] = Field(
        description="`same`: it is the business that it was taken for; `separate`: another business, which becomes an"
        " entry of its own; `wrong_identity`: a number was mistyped, is free again, and its record goes back;"
        " `owner_changed`: it is that business, which has another owner now: it keeps its id and NIB, the NIK of the"
        " owner before is free, and the answers of the record are in force."
    )
    reason: Stated = Field(min_length=5, max_length=1_000, description="Long numbers in it are not kept.")
    business_id: UUID | None = Field(
        default=None,
        description="Of `same`: which of the businesses; it keeps its id, others are merged into it. Of"
        " `owner_changed`: whose owner is another, where it may be several.",
    )
    wrong_record_id: UUID | None = Field(
        default=None, description="Of `wrong_identity`: whose number was mistyped; by default the record in question's."
    )


class ResolutionsIn(Row):
    """The same decision on several cases of one kind."""

    kind: Literal["likely", "same_owner"] = Field(description="Of what kind all of them are.")
    decision: Literal["separate"] = Field(description="What is decided on each.")
    reason: Stated = Field(min_length=5, max_length=1_000, description="Long numbers in it are not kept.")
    case_ids: list[UUID] = Field(min_length=1, max_length=100)


class UndoIn(Row):
    """Why a decision is taken back."""

    reason: Stated = Field(min_length=5, max_length=1_000, description="Long numbers in it are not kept.")
