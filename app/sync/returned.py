"""A returned record, read by its enumerator as a whole, so that no form has to be typed again."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import BaseModel, Field

from app.audit import trail
from app.audit.actions import Action
from app.core.problems import Code, Problem
from app.core.sealing import KeyRing
from app.intake.queries import last_revision
from app.intake.schemas import Location
from app.review.queries import reviews_in_force
from app.submissions.records import item_of


class ReturnedItem(BaseModel):
    """The record as its enumerator sent it, numbers as digits; its next revision is `revision` + 1."""

    record_id: UUID
    revision: int = Field(
        description="Of the returned answers; where visits came after the interview, that of the last visit."
    )
    questionnaire: str
    region_code: str
    started_at: datetime | None
    captured_at: datetime = Field(
        description="By the tablet's own clock. The next revision keeps it, unless the business was visited again."
    )
    location: Location | None
    answers: dict[str, Any]


class ReturnedOut(BaseModel):
    """The record and what has to be corrected."""

    campaign: str
    reason: str
    item: ReturnedItem


async def read_returned(
    pg: asyncpg.Connection, ring: KeyRing, enumerator_id: UUID, record_id: UUID, *, trace_id: str
) -> ReturnedOut:
    """The record, where it is this enumerator's and returned; that it was read is in the trail.

    Raises:
        Problem: `not_found`, also for what is not returned or no longer kept.
    """
    review = (await reviews_in_force(pg, [record_id])).get(record_id)
    campaign = await pg.fetchval(
        "SELECT code FROM record JOIN campaign ON campaign.id = campaign_id"
        " WHERE record_id = $1 AND enumerator_id = $2",
        record_id,
        enumerator_id,
    )
    if campaign is None or review is None or review.decision != "returned" or review.reason is None:
        raise Problem(Code.NOT_FOUND)
    item = await item_of(pg, ring, record_id, review.revision, as_told=True)
    if item is None:
        raise Problem(Code.NOT_FOUND)
    item["revision"] = await last_revision(pg, record_id, enumerator_id)
    await trail.record_many(
        pg,
        Action.PII_READ,
        actor_id=enumerator_id,
        trace_id=trace_id,
        subjects=[("record", str(record_id), {"reason": "returned"})],
    )
    return ReturnedOut(campaign=campaign, reason=review.reason, item=ReturnedItem.model_validate(item))
