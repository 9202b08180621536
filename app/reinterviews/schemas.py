"""Re-interviews on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.bulk import Row
from app.core.paging import Paged
from app.core.text import Handle
from app.core.timestamps import Moment
from app.intake.schemas import Location
from app.workforce.supervised import WorkFilters

Result = Literal["done", "absent", "refused", "closed", "moved", "not_found"]
FinalResult = Literal[Result, "non_response"]
TaskState = Literal["to_do", "done", "taken_away", "not_needed"]
State = Literal["open", "assigned", "overdue", "done", "withdrawn", "all"]
Person = Literal["enumerator", "reinterviewer"]
By = Literal["question", Person]


class ReinterviewTask(BaseModel):
    """A re-interview as the second enumerator sees it. What finds the business stands in it while it is to be done, and
    nothing of what the first interview heard beyond that."""

    id: UUID
    state: TaskState
    campaign: str
    version: int = Field(description="Of the answers that the server has; 0: none.")
    due_on: date | None = Field(default=None, description="Overdue from the day after.")
    questionnaire: str | None = Field(default=None, description="That of the record: it is asked again by this one.")
    region_code: str | None = Field(default=None, description="The village.")
    region_name: str | None = None
    business_name: str | None = None
    owner_name: str | None = None
    address: str | None = None
    activity: str | None = Field(default=None, description="The main activity in words.")
    location: Location | None = None


class ReinterviewTasks(Paged[ReinterviewTask]):
    """A page of the enumerator's re-interviews, by id."""


class ReinterviewIn(BaseModel):
    """What the second enumerator heard, or why nothing was heard."""

    model_config = ConfigDict(strict=True, extra="ignore")

    result: Result
    questionnaire: str = Field(max_length=40, description="As the task says it.")
    started_at: Moment | None = None
    captured_at: Moment = Field(description="By the tablet's clock.")
    location: Location | None = None
    answers: dict[str, Any] = Field(
        default_factory=dict, description="By the questionnaire's schema; empty where the result is not `done`."
    )


class ReinterviewReceipt(BaseModel):
    """That a version of the answers is stored; the same for the same content, however often it comes."""

    id: UUID
    version: int
    result: Result
    state: Literal["to_do", "done"] = Field(description="`to_do` where nobody was there, and another visit is due.")
    received_at: datetime
    client_action: Literal["purge"] = Field(description="The tablet may delete its copy of these answers.")


class ReinterviewAssignmentIn(Row):
    """To whom it is given."""

    enumerator: Annotated[Handle, Field(min_length=1, max_length=200, description="User name.")]


class ReinterviewFilters(WorkFilters):
    """What the list of re-interviews is narrowed by, too."""

    state: State = Field(default="all", description="`overdue`: given to somebody, and past its day.")
    assignee: Handle | None = Field(default=None, description="User name of the person who asks again.", max_length=200)


class ReinterviewOut(BaseModel):
    """A record that was drawn, as supervisors see it. It has no answers."""

    id: UUID
    record_id: UUID
    business_id: UUID
    campaign: str
    region_code: str = Field(description="Kemendagri code of the village.")
    region_name: str
    enumerator: str = Field(description="User name of the record's enumerator.")
    enumerator_name: str
    drawn_by: Literal["share", "least"] = Field(
        description="`share`: its own value lies below the share. `least`: it is the lowest of the enumerator's first."
    )
    drawn_at: datetime
    state: Literal["open", "assigned", "done", "withdrawn"]
    withdrawn_for: Literal["left_figures", "erased"] | None
    is_overdue: bool
    assignee: str | None = Field(description="User name of the enumerator who asks again.")
    assignee_name: str | None
    assigned_at: datetime | None
    is_automatic: bool = Field(description="Whether the server gave it to that enumerator.")
    due_on: date | None
    result: FinalResult | None
    answered_at: datetime | None
    version: int
    agreed: int = Field(description="In how many questions both interviews agree, of those that were not shown.")
    compared: int = Field(description="Of how many.")
    different: list[str] = Field(description="Pointers of the questions in which they do not agree; no answers.")


class Agreeing(BaseModel):
    """How much agrees, of how much, and how sure that is."""

    agreed: int
    compared: int
    share: float | None = Field(description="Null where nothing was compared.")
    low: float | None = Field(
        description="The true share lies between `low` and `high` with 95 %, were other businesses drawn; of fewer than"
        " three businesses it is anything from 0 to 1."
    )
    high: float | None


class QuestionAgreement(Agreeing):
    """A question: of how many re-interviews both heard the same."""

    question: str = Field(description="Pointer, or `/location` for the points.")
    label: str = Field(description="In the language of the request.")
    is_shown: bool = Field(
        description="The second enumerator was shown the answer, so it does not count for anybody's agreement."
    )


class AgreementSums(Agreeing):
    """How far re-interviews are, and what came of them."""

    drawn: int = Field(description="Records that were drawn and not withdrawn.")
    waiting: int = Field(description="Not done yet, given to somebody or not.")
    overdue: int
    done: int = Field(description="Done, whatever the result.")
    interviewed: int = Field(description="Done, and somebody answered.")
    not_found: int = Field(description="No such business was found there: the gravest.")


class EnumeratorAgreement(AgreementSums):
    """An enumerator whose records were asked again by others."""

    enumerator_id: UUID
    enumerator: str = Field(description="User name.")
    enumerator_name: str


class ReinterviewerAgreement(AgreementSums):
    """An enumerator who asks records of others again: the figures are of those that this person has or did."""

    reinterviewer_id: UUID
    reinterviewer: str = Field(description="User name.")
    reinterviewer_name: str
