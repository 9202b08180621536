"""The shape of a decision on the wire."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from app.core.bulk import Blank, Line, Row

Decision = Literal["verified", "returned"]


class ReviewIn(Row):
    """What a supervisor decides on a record."""

    decision: Decision
    reason: Annotated[Line | None, Blank] = Field(
        default=None,
        max_length=1_000,
        description="What the enumerator is to mend; required to return. Long numbers in it are not kept.",
    )
    revision: int | None = Field(
        default=None,
        ge=1,
        le=2**31 - 1,
        description="The revision that was looked at; where another one came since, nothing is decided (409).",
    )

    @model_validator(mode="after")
    def _a_return_has_its_reason(self) -> Self:
        if self.decision == "returned" and not self.reason:
            raise PydanticCustomError("missing", "a record is returned with a reason")
        return self


class ReviewOut(BaseModel):
    """The decision that is in force."""

    record_id: UUID
    revision: int = Field(description="The revision that it is about.")
    decision: Decision
    reason: str | None
    decided_at: datetime
    decided_by: UUID
