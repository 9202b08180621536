"""Deciding on a record: verify it, or return it to its enumerator, whose tablet is told.

A decision holds until somebody decides otherwise, or until a revision takes the place of the one it was about: a
returned record that is sent again as a higher revision is to be looked at anew, and counts once all the same.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal
from app.accounts.queries import queue_up
from app.audit import trail
from app.audit.actions import Action
from app.changes.log import News, tell
from app.changes.news import ReviewChange, ReviewDecision
from app.core.ids import new_id
from app.core.problems import Code, Problem
from app.core.rows import Row, read_the
from app.progress import rollup
from app.progress.rollup import Change
from app.regions.region_code import local_date
from app.register.deduplication import CountedAs
from app.register.register import review_changed
from app.review.models import Review
from app.review.queries import OpenReview, end_reviews, reviews_in_force
from app.review.schemas import ReviewIn, ReviewOut
from app.workforce.reach import Reach

_ACTIONS: Mapping[ReviewDecision, Action] = {
    "verified": Action.RECORD_VERIFIED,
    "returned": Action.RECORD_RETURNED,
}
_RECORD = """
SELECT record.campaign_id, record.enumerator_id, record.revision, record.counted_revision, record.counted_as,
       record.business_id,
       submission.regency_code, submission.region_code, submission.captured_on, submission.received_at
FROM record JOIN submission
  ON submission.record_id = record.record_id AND submission.revision = record.counted_revision
WHERE record.record_id = $1
"""


async def decide(
    pg: asyncpg.Connection,
    principal: Principal,
    reach: Reach,
    record_id: UUID,
    told: ReviewIn,
    *,
    now: datetime,
    trace_id: str | None,
) -> ReviewOut:
    """Verify a record or return it, in the caller's transaction. Idempotent: the same decision again changes nothing.

    Raises:
        Problem: `not_found`; `state_changed` where another revision came than the one that was looked at;
            `not_reviewable` where a record is to be verified that does not count as entered.
    """
    record = await _within(pg, reach, record_id)
    await queue_up(pg, record["enumerator_id"], None)
    record = await _within(pg, reach, record_id)
    if told.revision is not None and told.revision != record["revision"]:
        raise Problem(Code.STATE_CHANGED)
    undecided = record["revision"] != record["counted_revision"] or record["counted_as"] != CountedAs.ENTERED
    if told.decision == "verified" and undecided:
        raise Problem(Code.NOT_REVIEWABLE)
    reason = told.reason or None
    before = (await reviews_in_force(pg, [record_id])).get(record_id)
    if before is None or (before.decision, before.reason, before.revision) != (
        told.decision,
        reason,
        record["revision"],
    ):
        await _enter(pg, principal, record_id, record, told.decision, reason, before, now, trace_id)
    row = await read_the(
        pg,
        _Decision,
        "SELECT record_id, revision, decision, reason, decided_at, decided_by FROM review"
        " WHERE record_id = $1 AND ended_on IS NULL",
        record_id,
    )
    return ReviewOut.model_validate(row, from_attributes=True)


class _Decision(Row, table=Review):
    """A decision that holds, as it is told."""

    record_id: UUID
    revision: int
    decision: str
    reason: str | None
    decided_at: datetime
    decided_by: UUID


async def _within(pg: asyncpg.Connection, reach: Reach, record_id: UUID) -> asyncpg.Record:
    record = await pg.fetchrow(_RECORD, record_id)
    if record is None or not reach.covers(record["enumerator_id"], record["region_code"]):
        raise Problem(Code.NOT_FOUND)
    return record


async def _enter(
    pg: asyncpg.Connection,
    principal: Principal,
    record_id: UUID,
    record: asyncpg.Record,
    decision: ReviewDecision,
    reason: str | None,
    before: OpenReview | None,
    now: datetime,
    trace_id: str | None,
) -> None:
    today = local_date(now, record["region_code"])
    id_, regency, region, captured_on = new_id(), record["regency_code"], record["region_code"], record["captured_on"]
    changes = [Change(decision, 1, region, regency, today, captured_on)]
    if before is not None:
        changes.append(Change(before.decision, -1, before.region_code, before.regency_code, today, before.captured_on))
        await end_reviews(pg, [(before, today)])
    await pg.execute(
        "INSERT INTO review (id, regency_code, campaign_id, enumerator_id, record_id, revision, region_code,"
        " captured_on, decision, reason, decided_by, decided_at, decided_on)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        id_, regency, record["campaign_id"], record["enumerator_id"], record_id, record["revision"], region,
        captured_on, decision, reason, principal.account_id, now, today,
    )  # fmt: skip
    await review_changed(pg, record["business_id"], record_id, decision)
    await rollup.count(pg, record["campaign_id"], record["enumerator_id"], id_, record["received_at"], changes)
    change = ReviewChange(
        kind="review",
        record_id=record_id,
        revision=record["revision"],
        decision=decision,
        reason=reason,
        decided_at=now,
    )
    await tell(pg, [News(record["enumerator_id"], change)])
    await trail.record(
        pg, _ACTIONS[decision], actor_id=principal.account_id, subject=("record", str(record_id)), occurred_at=now,
        detail={"revision": record["revision"]}, trace_id=trace_id,
    )  # fmt: skip
