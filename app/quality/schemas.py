"""Quality on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from app.core.bulk import Row, Whole
from app.core.name_cleaning import Stated
from app.core.text import Line
from app.quality.texts import EnumeratorCode, RecordCode
from app.workforce.supervised import WorkFilters

State = Literal["open", "dismissed", "all"]


class RecordFilters(WorkFilters):
    """What the list of records is narrowed by, too."""

    state: State = Field(
        default="open", description="With a flag that nobody dismissed, with one that somebody dismissed, or any."
    )
    flag: RecordCode | None = Field(default=None, description="Only with this flag, in that state.")
    warning: Line | None = Field(
        default=None,
        description="Only with this warning, whether there are flags or not; `state` does not matter then.",
        max_length=60,
    )


class DismissalOut(BaseModel):
    """That somebody looked at a flag and found nothing in it."""

    by: str = Field(description="User name.")
    dismissed_at: datetime
    reason: str


class FlagOut(BaseModel):
    """A flag: what is unusual, and the numbers that explain it. It proves nothing by itself."""

    code: str = Field(description="Stable.")
    text: str = Field(description="In the language of the request, with the numbers.")
    numbers: dict[str, float] = Field(description="What it rests on; it has no answer in it.")
    dismissal: DismissalOut | None = Field(description="Null while it is open.")


class QualityRecordOut(BaseModel):
    """A record to look at."""

    record_id: UUID
    revision: int = Field(description="The revision that the flags are about; to be sent when one is dismissed.")
    campaign: str
    region_code: str = Field(description="Kemendagri code of the village.")
    region_name: str
    enumerator: str = Field(description="User name.")
    enumerator_name: str
    captured_at: datetime
    flags: list[FlagOut]
    warnings: list[str] = Field(description="Codes of doubts, each once.")


class QualityEnumeratorOut(BaseModel):
    """An enumerator, with what is unusual beside the others."""

    enumerator_id: UUID
    enumerator: str = Field(description="User name.")
    enumerator_name: str
    campaign: str
    region_code: str = Field(description="The regency that the figures are of.")
    records: int = Field(description="How many records were judged.")
    flagged_records: int = Field(description="How many of them have a flag that nobody dismissed.")
    score: float = Field(description="How many deviations the open flags add up to, each at most 20.")
    flags: list[FlagOut]


class CodeCount(BaseModel):
    """How many records have a flag or a warning."""

    code: str
    text: str
    records: int
    dismissed: int = Field(description="Of these, how many flags were dismissed; warnings are not dismissed.")


class DismissalIn(Row):
    """What is dismissed, and why."""

    code: RecordCode
    revision: Whole = Field(ge=1, le=2**31 - 1, description="The revision that was looked at; 409 if another one came.")
    reason: Stated = Field(min_length=5, max_length=1_000, description="Long numbers in it are not kept.")


class EnumeratorDismissalIn(Row):
    """What is dismissed, and why."""

    code: EnumeratorCode
    region_code: Annotated[Line, Field(max_length=5, description="The regency of the row.")]
    campaign: Line | None = Field(default=None, description="Code; by default the current one.", max_length=60)
    reason: Stated = Field(min_length=5, max_length=1_000, description="Long numbers in it are not kept.")
