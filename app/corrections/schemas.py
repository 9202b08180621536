"""The shape of a correction on the wire."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from app.core.bulk import Row, Whole
from app.core.name_cleaning import Stated
from app.intake.schemas import Doubt


class CorrectionIn(Row):
    """What an officer corrects."""

    changes: dict[str, Any] = Field(
        min_length=1, description="A JSON merge patch (RFC 7396) of the answers: what is null is taken away."
    )
    reason: Stated = Field(min_length=5, max_length=1_000, description="Kept in the history; long numbers are not.")
    revision: Whole = Field(
        ge=1, le=2**31 - 1, description="The revision that was looked at; where another is in force, 409."
    )


class CorrectionOut(BaseModel):
    """The new revision that is in force."""

    business_id: UUID
    record_id: UUID
    revision: int
    warnings: list[Doubt]
