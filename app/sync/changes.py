"""What a tablet reads of what changed: decisions on its records, its assignments, campaigns, reference data."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
import orjson
from pydantic import BaseModel, Field, TypeAdapter

from app.changes.reading import Page, Position, changes_since
from app.review.schemas import Decision

RecordId = Annotated[UUID, Field(description="One of the tablet's own records.")]


class ReviewChange(BaseModel):
    """A supervisor decided on a record. A returned one is to be mended and sent as revision `revision` + 1."""

    kind: Literal["review"]
    record_id: RecordId
    revision: int = Field(description="The revision that it is about, the newest that the server has.")
    decision: Decision
    reason: str | None = Field(description="What is to be mended.")
    decided_at: datetime


class HeldChange(BaseModel):
    """A supervisor let a held item in, or refused it. Now the tablet may let go of it."""

    kind: Literal["held"]
    record_id: RecordId
    revision: int | None = Field(default=None, description="The revision that was decided on; null where unknown.")
    decision: Literal["released", "refused"]
    outcome: str | None = Field(description="What became of a released item, as in a receipt.")
    reason: str | None
    decided_at: datetime


class ResolutionChange(BaseModel):
    """Somebody decided whose business a record is of. What is kept of it on the tablet may go."""

    kind: Literal["resolution"]
    record_id: RecordId
    revision: int = Field(description="The revision that counts.")
    decision: Literal["same", "separate", "wrong_identity", "undone"]
    outcome: Literal["accepted", "duplicate", "conflict"] = Field(description="What the record counts as from now on.")
    decided_at: datetime


class AssignmentChange(BaseModel):
    """An assignment began, got another last day, or was taken back."""

    kind: Literal["assignment"]
    campaign: str
    region_code: str
    starts_on: date
    ends_on: date | None = Field(description="Last day, included; null means to the end.")
    removed: bool = Field(description="True where it never came to be.")


class CampaignChange(BaseModel):
    """A campaign was made, or has other dates."""

    kind: Literal["campaign"]
    campaign: str
    name: str
    starts_on: date
    ends_on: date
    accepts_until: date


class ReferenceChange(BaseModel):
    """A list changed that forms are checked against: get it again (`GET /v1/sync/reference`)."""

    kind: Literal["reference"]
    list: Literal["regions", "kbli"]


class TombstoneChange(BaseModel):
    """A record is no more: whatever the tablet still has of it is to be removed."""

    kind: Literal["tombstone"]
    record_id: RecordId
    reason: Literal["erased"] = Field(description="`erased`: at the wish of the person it is about.")


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


class ChangesPage(BaseModel):
    """Changes since a cursor, in commit order; a tablet passes over kinds that it does not know."""

    items: list[Change]
    next_cursor: str = Field(description="Where to go on, now or in a month; keep it with what it brought.")
    more: bool = Field(description="Whether there are more at this moment.")


_CHANGES: TypeAdapter[list[Any]] = TypeAdapter(list[Change])


async def read_changes(
    pg: asyncpg.Connection, enumerator_id: UUID, packed: bytes | None, limit: int
) -> tuple[list[Any], Page]:
    """The changes behind a packed position (None: from the start), and the page they came in.

    Raises:
        Problem: `cursor_outdated`.
    """
    position = Position() if packed is None else Position.unpack(packed)
    page = await changes_since(pg, enumerator_id, position, limit)
    told = [{"kind": change.kind, **orjson.loads(change.detail)} for change in page.changes]
    return _CHANGES.validate_python(told), page
