"""Deciding on a record: verify it, or return it to its enumerator.

The decision is published to the enumerator's tablet.

A decision holds until another decision, or until a revision takes the place of the one it was about: a returned record
that is sent again as a higher revision has to be reviewed again, and still counts once.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal
from app.accounts.queries import lock_enumerator, usernames_of
from app.audit import trail
from app.audit.actions import Action
from app.changes.log import News, publish
from app.changes.news import ReviewChange, ReviewDecision
from app.core.ids import new_id
from app.core.problems import Code, Problem
from app.core.rows import read_one
from app.progress import rollup
from app.regions.region_code import local_date
from app.register.register import ReviewedRow, review_changed
from app.register.verdicts import CountedAs
from app.review.queries import ReviewRow, add_reviews, counted, end_reviews, review_in_force
from app.review.schemas import ReviewIn, ReviewOut
from app.submissions.queries import CountedRecord
from app.submissions.sealed import with_answers
from app.workforce.reach import Reach

_ACTIONS: Mapping[ReviewDecision, Action] = {
    "verified": Action.RECORD_VERIFIED,
    "returned": Action.RECORD_RETURNED,
}


class ReviewedRecord(CountedRecord):
    """A record with where and when the revision in force was captured."""

    regency_code: str
    region_code: str
    captured_on: date
    received_at: datetime


_RECORD = f"""
WITH record AS MATERIALIZED (SELECT * FROM record WHERE record_id = $1)
SELECT {", ".join(f"record.{column}" for column in CountedRecord.columns)},
       submission.regency_code, submission.region_code, submission.captured_on, submission.received_at
FROM record JOIN submission
  ON submission.record_id = record.record_id AND submission.revision = record.counted_revision
"""


async def decide(
    pg: asyncpg.Connection,
    principal: Principal,
    reach: Reach,
    record_id: UUID,
    review: ReviewIn,
    *,
    now: datetime,
    trace_id: str | None,
) -> ReviewOut:
    """Verify a record or return it, in the caller's transaction. Idempotent: the same decision again changes nothing.

    Raises:
        Problem: `not_found`; `state_changed` if another revision came than the one that was looked at, or another
        decision was made since, or its answers are no longer kept;
        `not_reviewable` where a record is to be verified that does not count as entered.
    """
    record = await _within(pg, reach, record_id)
    await lock_enumerator(pg, record.enumerator_id, None)
    record = await _within(pg, reach, record_id)
    # An erasure holds the same lock. Its tombstone is the last that a tablet hears of the record.
    if not await with_answers(pg, [record_id]):
        raise Problem(Code.STATE_CHANGED)
    if review.revision is not None and review.revision != record.revision:
        raise Problem(Code.STATE_CHANGED)
    undecided = record.revision != record.counted_revision or record.counted_as != CountedAs.ENTERED
    if review.decision == "verified" and undecided:
        raise Problem(Code.NOT_REVIEWABLE)
    row = await review_in_force(pg, record_id)
    wanted = (review.decision, review.reason or None, record.revision)
    if row is None or (row.decision, row.reason, row.revision) != wanted:
        if review.review_state not in (None, "unreviewed" if row is None else row.decision):
            raise Problem(Code.STATE_CHANGED, current=await _in_force(pg, row))
        if row is not None:  # it was waited for, and may have been made after this one was asked for
            now = max(now, row.decided_at + timedelta(microseconds=1))
        row = await _enter(pg, principal, record, review, row, now, trace_id)
    return ReviewOut.model_validate(row, from_attributes=True)


async def _in_force(pg: asyncpg.Connection, row: ReviewRow | None) -> dict[str, str]:
    """The decision in force, for a reviewer who decided without knowing of it."""
    if row is None:
        return {"review_state": "unreviewed"}
    current = {
        "review_state": row.decision,
        "decided_by": (await usernames_of(pg, [row.decided_by]))[row.decided_by],
        "decided_at": row.decided_at.isoformat(),
    }
    return current if row.reason is None else current | {"reason": row.reason}


async def _within(pg: asyncpg.Connection, reach: Reach, record_id: UUID) -> ReviewedRecord:
    record = await read_one(pg, ReviewedRecord, _RECORD, record_id)
    if record is None or not reach.covers(record.enumerator_id, record.region_code):
        raise Problem(Code.NOT_FOUND)
    return record


async def _enter(
    pg: asyncpg.Connection,
    principal: Principal,
    record: ReviewedRecord,
    review: ReviewIn,
    before: ReviewRow | None,
    now: datetime,
    trace_id: str | None,
) -> ReviewRow:
    today = local_date(now, record.region_code)
    row = ReviewRow(
        id=new_id(),
        regency_code=record.regency_code,
        campaign_id=record.campaign_id,
        enumerator_id=record.enumerator_id,
        record_id=record.record_id,
        revision=record.revision,
        region_code=record.region_code,
        captured_on=record.captured_on,
        decision=review.decision,
        reason=review.reason or None,
        decided_by=principal.account_id,
        decided_at=now,
        decided_on=today,
    )
    changes = [counted(row, 1, today)]
    if before is not None:
        changes.append(counted(before, -1, today))
        await end_reviews(pg, [before.ended_by(today)])
    await add_reviews(pg, [row])
    if record.business_id is not None:
        reviewed = ReviewedRow(id=record.business_id, record_id=row.record_id, review_state=row.decision)
        await review_changed(pg, [reviewed])
    await rollup.count(pg, row.campaign_id, row.enumerator_id, row.id, record.received_at, changes)
    change = ReviewChange(
        kind="review",
        record_id=row.record_id,
        revision=row.revision,
        decision=review.decision,
        reason=row.reason,
        decided_at=now,
    )
    await publish(pg, [News(row.enumerator_id, change)])
    await trail.record(
        pg,
        _ACTIONS[review.decision],
        actor_id=principal.account_id,
        subject=("record", str(row.record_id)),
        occurred_at=now,
        detail={"revision": row.revision},
        trace_id=trace_id,
    )
    return row
