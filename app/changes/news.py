"""The changes that tablets read: one closed union. Each kind is built, stored and read by the same type."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import orjson
from pydantic import BaseModel, Field, TypeAdapter

ReviewDecision = Literal["verified", "returned"]
ResolutionDecision = Literal["same", "separate", "wrong_identity", "undone"]
CaseDecision = Literal["same", "separate", "wrong_identity", "owner_changed", "undone"]
"""What is decided on a case. Tablets know `owner_changed` as `same`: the record is of the business it was taken for."""
HeldDecided = Literal["released", "refused"]
RecordId = Annotated[UUID, Field(description="One of the tablet's own records.")]


class ReviewChange(BaseModel):
    """A supervisor decided on a record. A returned one has to be corrected and sent as revision `revision` + 1."""

    kind: Literal["review"]
    record_id: RecordId
    revision: int = Field(description="The revision that was reviewed, the newest that the server has.")
    decision: ReviewDecision
    reason: str | None = Field(description="What has to be corrected.")
    decided_at: datetime


class HeldChange(BaseModel):
    """A supervisor released or refused a held item. The tablet reconciles its copy."""

    kind: Literal["held"]
    record_id: RecordId
    revision: int | None = Field(default=None, description="The revision that was decided on; null if unknown.")
    decision: HeldDecided
    outcome: str | None = Field(description="The outcome of a released item, as in a receipt.")
    reason: str | None
    decided_at: datetime


class ResolutionChange(BaseModel):
    """A supervisor decided which business a record belongs to. The tablet reconciles its copy."""

    kind: Literal["resolution"]
    record_id: RecordId
    revision: int = Field(description="The revision that counts.")
    decision: ResolutionDecision
    outcome: Literal["accepted", "duplicate", "conflict"] = Field(description="What the record counts as from now on.")
    decided_at: datetime


class AssignmentChange(BaseModel):
    """An assignment began, got another last day, or was cancelled."""

    kind: Literal["assignment"]
    campaign: str
    region_code: str
    starts_on: date
    ends_on: date | None = Field(description="Last day, included; null means to the end.")
    removed: bool = Field(description="True if it was cancelled before it began.")


class CampaignChange(BaseModel):
    """A campaign was created, or has other dates."""

    kind: Literal["campaign"]
    campaign: str
    name: str
    starts_on: date
    ends_on: date
    accepts_until: date


class ReferenceChange(BaseModel):
    """A list changed that forms are checked against: fetch it again (`GET /v1/sync/reference`)."""

    kind: Literal["reference"]
    list: Literal["regions", "kbli"]


class TombstoneChange(BaseModel):
    """A record was erased: the tablet has to remove everything that it still has of it."""

    kind: Literal["tombstone"]
    record_id: RecordId
    reason: Literal["erased"] = Field(description="`erased`: at the request of the person it is about.")


Change = Annotated[
    ReviewChange
    | HeldChange
    | ResolutionChange
    | AssignmentChange
    | CampaignChange
    | ReferenceChange
    | TombstoneChange,
    Field(discriminator="kind"),
]

_ANY: TypeAdapter[Change] = TypeAdapter(Change)


def written(change: Change) -> tuple[str, str]:
    """A change as it is stored: its kind, and the rest as JSON text."""
    return change.kind, change.model_dump_json(exclude={"kind"})


def read(kind: str, detail: str) -> Change:
    """What `written` gave."""
    return _ANY.validate_python({"kind": kind, **orjson.loads(detail)})
