"""The shape of duplicate cases on the wire."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.text import Line
from app.regions.region_code import LONGEST

CaseKind = Literal["duplicate", "conflict", "likely", "same_owner", "wrong_number"]
CaseState = Literal["open", "resolved", "superseded"]
CaseOrder = Literal["region", "probable"]
Assigned = Literal["me", "nobody"]
Decided = Literal["same", "separate", "wrong_identity", "owner_changed"]


class Side(BaseModel):
    """One of those that are compared."""

    business_id: UUID | None = Field(
        description="Null where the record is no business's yet, and beyond the caller's reach."
    )
    record_id: UUID | None
    revision: int | None
    enumerator: str | None = Field(description="User name of the enumerator who recorded it.")
    region_code: str = Field(description="Beyond the caller's reach, only the regency.")
    region_name: str | None = Field(description="Name of the village; null beyond the caller's reach.")
    captured_at: datetime | None
    latitude: float | None
    longitude: float | None
    answers: dict[str, Any] | None = Field(description="Vulnerable ones masked; null beyond the caller's reach.")


class ComparedAnswer(BaseModel):
    """One answer of the record and of the first business."""

    pointer: str = Field(description="RFC 6901 pointer into `answers`.")
    record: Any
    business: Any
    same: bool | None = Field(
        description="Null where one of them did not say. Of vulnerable answers only with `pii:read` and a reason."
    )


class ResolutionOut(BaseModel):
    """What was decided."""

    decision: Decided
    reason: str
    decided_by: str | None
    decided_at: datetime


class CaseGroup(BaseModel):
    """Open cases that belong together, within the caller's reach."""

    id: UUID = Field(description="The oldest case of the group, by which it is named.")
    size: int = Field(description="How many open cases it has, itself among them; 20 at most.")


class CaseAssignmentOut(BaseModel):
    """Who works on a case."""

    username: str
    lapses_at: datetime = Field(description="Free again from then on, unless a case of its group is decided before.")


class CaseOut(BaseModel):
    """A case for review."""

    id: UUID
    kind: CaseKind = Field(
        description="`duplicate`: taken for a known business; `conflict`: its numbers contradict the register;"
        " `wrong_number`: its NIK is that of somebody whose name is another, so a digit is probably wrong;"
        " `same_owner`: another business of an owner who is known, which counts unless it is found to be the `same`;"
        " `likely`: two businesses that look like one, though no number says so."
    )
    state: CaseState = Field(description="`superseded`: another revision came and was judged again.")
    campaign: str
    region_code: str
    region_name: str = Field(description="Name of the village.")
    opened_at: datetime
    matched_on: list[str] = Field(description="Which kinds of numbers matched.")
    likelihood: int | None = Field(
        description="How likely they are one business, in percent: of a likely one by its model, in tens unless with"
        " `pii:read` and a reason; of others a hint from what both say."
    )
    alike: dict[str, float] = Field(
        description="How alike they are in name, owner, village, place and KBLI, and with `pii:read` and a reason in"
        " phone: 0 to 1."
    )
    explanation: dict[str, Any] | None = Field(
        description="Of a likely one: what weighed how much in its model (log2 of odds), and `sentence`, which says it"
        " in Indonesian. Of sealed answers only with `pii:read` and a reason."
    )
    differs: list[str] = Field(
        description="What spoke for another business than the first one when the record was judged: `marked`"
        " (the tablet said so), `other_nib`, `other_owner`, `other_name`, `other_activity`, `other_place`."
    )
    record: Side = Field(description="The record in question; of a likely case, the later business.")
    businesses: list[Side] = Field(description="The businesses that it was taken for or contradicts.")
    comparison: list[ComparedAnswer]
    resolution: ResolutionOut | None
    group: CaseGroup | None = Field(
        description="The open cases that it belongs to: they name one business, or businesses of one owner. Null where"
        " it is not open, and in the answer to a decision."
    )
    assignment: CaseAssignmentOut | None = Field(
        description="Who has it; null where nobody has, and in the answer to a decision."
    )


class CaseFilters(BaseModel):
    """What the queue may be narrowed by."""

    model_config = ConfigDict(frozen=True)

    region: str | None = Field(
        default=None, description="Kemendagri code; by default the caller's whole territory.", max_length=LONGEST
    )
    campaign: Line | None = Field(default=None, description="Code of a campaign.", max_length=60)
    kind: CaseKind | None = Field(default=None, description="Of what kind.")
    state: CaseState = Field(default="open", description="By default those that wait.")
    order: CaseOrder = Field(
        default="region",
        description="`region`: by region and age. `probable`: the most probable first: `wrong_number`, `conflict`,"
        " `duplicate`, `likely` by what its model says, `same_owner`; those without a figure by age.",
    )
    group: UUID | None = Field(default=None, description="Only the open cases that belong together with this one.")
    assigned: Assigned | None = Field(default=None, description="Only what the caller has, or nobody has.")
