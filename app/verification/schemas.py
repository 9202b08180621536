"""Requests for confirmation and their answers, as the API has them."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.core.bulk import Day, Flag, Row, Whole
from app.core.text import Handle, Line
from app.regions.region_code import LONGEST
from app.verification.states import Kind, State

MOST_ASKED = 100_000
"""The most numbers of one request."""

Field_ = Literal["reference", "number", "name", "birth_date", "kind", "region_code"]
Via = Literal["file", "verifier"]
ANSWER_HEADINGS = ("jawaban", "hasil", "answer")
DAY_HEADINGS = ("tanggal_jawaban", "answered_on")

_NUMBER = {"nik": "nik", "nib": "nib", "cooperative_number": "nomor_induk_koperasi"}
_NAME = {"nik": "nama_lengkap", "nib": "nama_usaha", "cooperative_number": "nama_koperasi"}


class ColumnIn(BaseModel):
    """A column of a request's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: Field_
    heading: Annotated[Line, Field(min_length=1, max_length=60, pattern=r"^[^=+\-@\t].*$")]


class RequestIn(Row):
    """What is to be asked."""

    id: UUID | None = Field(
        default=None, description="Made by the client, so that the same request, sent again, is made once."
    )
    kind: Kind
    source: Annotated[Handle, Field(min_length=2, max_length=40, pattern=r"^[a-z0-9][a-z0-9_.-]*$")] = Field(
        description="Who is asked, as a short word: `dukcapil`, `oss`."
    )
    via: Via = Field(default="file", description="By a file, or by the verifier that the server is set up with.")
    region: Annotated[Line, Field(max_length=LONGEST)] | None = Field(
        default=None, description="Kemendagri code; by default the caller's whole territory."
    )
    campaign: Annotated[Handle, Field(max_length=60)] | None = Field(
        default=None, description="Only what is entered in this campaign."
    )
    states: list[State] = Field(
        default=["unverified"], min_length=1, max_length=4, description="Only numbers in one of these states."
    )
    older_than: Day | None = Field(
        default=None, description="Of numbers that were answered, only those answered before this day."
    )
    limit: Annotated[Whole, Field(ge=1, le=MOST_ASKED)] = MOST_ASKED
    again: Flag = Field(
        default=False, description="Also numbers that wait for an answer of the last 30 days from the same source."
    )
    columns: list[ColumnIn] | None = Field(
        default=None, min_length=2, max_length=6, description="The file's columns, in the order that is wanted."
    )

    @model_validator(mode="after")
    def _is_usable(self) -> Self:
        given = self.file_columns
        fields, headings = [each.field for each in given], [each.heading.lower() for each in given]
        taken = {*ANSWER_HEADINGS, *DAY_HEADINGS}
        if not {"reference", "number"} <= set(fields) or len(set(fields)) < len(fields):
            raise PydanticCustomError("columns_incomplete", "reference and number, and each field once")
        if len(set(headings)) < len(headings) or taken & set(headings):
            raise PydanticCustomError("heading_repeated", "each heading once, and none of the answer's")
        return self

    @property
    def file_columns(self) -> list[ColumnIn]:
        """The columns of the file, the usual ones where none are asked for."""
        if self.columns is not None:
            return self.columns
        usual: list[tuple[Field_, str]] = [("reference", "referensi"), ("number", _NUMBER[self.kind])]
        usual.append(("name", _NAME[self.kind]))
        if self.kind == "nik":
            usual.append(("birth_date", "tanggal_lahir"))
        return [ColumnIn(field=field, heading=heading) for field, heading in usual]


class RequestOut(BaseModel):
    """A request, and how far it is answered."""

    id: UUID
    kind: Kind
    source: str
    via: Via
    region_code: str
    region_name: str
    campaign: str | None
    states: list[State]
    older_than: date | None
    columns: list[ColumnIn]
    reason: str = Field(description="Empty once the request is past its time of keeping.")
    made_by: str = Field(description="User name.")
    made_at: datetime
    fetched_at: datetime | None = Field(description="When its file was fetched last.")
    state: Literal["open", "answered", "forgotten"] = Field(
        description="`answered`: every number has an answer; `forgotten`: past its time, only counts are left."
    )
    asked: int
    answered: int
    match: int
    mismatch: int
    not_found: int
    outdated: int = Field(description="Answered, but about a number or a name that the business no longer has.")
    waiting: int = Field(description="Answers that came in and will be applied within moments.")
    tried_at: datetime | None = Field(description="When the verifier was asked last.")
    fault: str | None = Field(description="Why the verifier's last answer could not be used; see the documentation.")


class AnswersReport(BaseModel):
    """What an answer file changed, or would change."""

    dry_run: bool
    rows: int
    answered: int = Field(description="Answers that are new.")
    unchanged: int = Field(description="Answers that came before, the same.")
    empty: int = Field(description="Lines without an answer yet.")
    outdated: int = Field(description="Of the new ones, about a number or a name that the business no longer has.")
    match: int
    mismatch: int
    not_found: int
    waiting: int = Field(description="New answers that are applied in the background, after this reply.")
    fault_count: int


class KindStates(BaseModel):
    """The states of one kind of number."""

    kind: Kind
    total: int = Field(description="Businesses that have such a number.")
    unverified: int
    match: int
    mismatch: int
    not_found: int


class KindSummary(KindStates):
    """The states of one kind of number, and how many wait."""

    asked: int = Field(description="Numbers that wait for an answer.")


class RegionStates(BaseModel):
    """The states of the numbers of one region."""

    region_code: str
    region_name: str
    items: list[KindStates]


class VerificationSummary(BaseModel):
    """How many numbers are in which state."""

    region_code: str
    region_name: str
    campaign: str | None
    verifier: str | None = Field(description="The verifier that the server is set up with; null without one.")
    items: list[KindSummary]
    below: list[RegionStates] = Field(
        description="The regions right below that have businesses; empty unless `below` asks for them."
    )
