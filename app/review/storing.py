"""Writing what a decision changed: the register, the directory of numbers, records, progress, and the tablets' news.

Sets only: the number of statements depends neither on how many records change nor on whose they are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import asyncpg

from app.changes.log import News, publish
from app.changes.news import CaseDecision, ResolutionChange
from app.core.ids import new_id
from app.core.problems import Code, Problem
from app.listing.rules import Standing
from app.listing.store import claims_of, entries_named, lock_listing, relive, write_listing
from app.listing.store import counted as counted_of_listing
from app.progress import rollup
from app.progress.rollup import Change, Counted
from app.questionnaires.assessment import Reading
from app.regions.region_code import local_date
from app.register.directory import record_entry
from app.register.ledger import NumberTaken, settle
from app.register.lives import GONE
from app.register.register import Masks, Place, ReviewedRow, review_changed
from app.register.rewriting import Answered, Rewritten, rewrite_businesses
from app.register.verdicts import Business, CountedAs
from app.review.involved import Involved, RevisionRow
from app.review.journal import Journal, RecordStep
from app.review.queries import (
    EndedReview,
    MoveRow,
    OpenReview,
    ReviewRow,
    add_moves,
    add_reviews,
    counted,
    end_reviews,
    review_in_force,
    reviews_by_id,
    reviews_in_force,
)
from app.submissions.store import RecordEntry, change_records
from app.verification.standing import restate_answered
from app.workforce.reach import Reach

_TOLD_AS: Mapping[CountedAs, Literal["accepted", "duplicate", "conflict"]] = {
    CountedAs.ENTERED: "accepted",
    CountedAs.DUPLICATE: "duplicate",
    CountedAs.CONFLICT: "conflict",
}


@dataclass(slots=True)
class Recount:
    """How records count otherwise from today on, and which reviews end or hold again with that."""

    moves: list[MoveRow]
    counted: list[Counted]
    ended: list[EndedReview]
    reinstated: list[ReviewRow]


@dataclass(frozen=True, slots=True)
class Storing:
    """What a decision leaves behind: the ledger as it is to be, and what records newly in force say."""

    involved: Involved
    readings: Mapping[UUID, Reading]
    masks: Masks
    reach: Reach
    now: datetime

    async def store(
        self, pg: asyncpg.Connection, journal: Journal, decision: CaseDecision, reinstated: Sequence[UUID] = ()
    ) -> tuple[UUID, ...]:
        """Write what changed; gives the reviews that ended with it. `reinstated`: reviews that ended only because of
        what is undone. Idempotent by the journal, which differs from nothing afterwards.

        Raises:
            Problem: `not_allowed` where a business beyond reach would change; `not_resolvable` where an entry of its
                own would need answers that are no longer kept; `state_changed` where a number has another owner by now.
        """
        self._refuse_beyond(journal)
        rewritten = self._rewritten(journal)
        try:
            await settle(pg, self.involved.locked)
        except NumberTaken as exc:
            raise Problem(Code.STATE_CHANGED) from exc
        await rewrite_businesses(pg, rewritten, self.masks, self.now)
        await _review_as_decided(pg, [self.involved.ledger.businesses[id_] for id_ in journal.in_force])
        await change_records(pg, [self._entry(id_) for id_ in journal.records])
        recount = self._recount(
            journal.records, await reviews_in_force(pg, journal.records), await reviews_by_id(pg, reinstated)
        )
        await add_moves(pg, recount.moves)
        recount.counted += await self._relist(pg, journal.records, recount)
        await _review_again(pg, self.involved, recount)
        await rollup.count_all(pg, recount.counted)
        gone = [row.id for row in self.involved.locked.rows.values() if row.life in GONE]
        await relive(pg, journal.businesses, gone)
        await restate_answered(pg, self.involved.locked.rows)
        await publish(pg, [self._news(id_, decision) for id_ in journal.records])
        return tuple(each.id for each in recount.ended)

    def _refuse_beyond(self, journal: Journal) -> None:
        rows = self.involved.locked.rows
        changed = [rows[id_] for id_ in journal.businesses if id_ in rows]
        if not all(self.reach.covers(row.enumerator_id, row.region_code) for row in changed):
            raise Problem(Code.NOT_ALLOWED)

    def _rewritten(self, journal: Journal) -> list[Rewritten]:
        """Businesses that changed, and those of which another revision is in force."""
        return [
            self._answered(business) if self._says_otherwise(business) else Rewritten(business)
            for id_, business in self.involved.ledger.businesses.items()
            if id_ in journal.businesses or self._says_otherwise(business)
        ]

    def _says_otherwise(self, business: Business) -> bool:
        """Whether the business is new, or another record or revision of it is in force than before."""
        record = self.involved.ledger.records.get(business.record_id)
        row = self.involved.locked.rows.get(business.id)
        said = None if row is None else (row.record_id, row.revision)
        return (
            record is not None
            and business.merged_into is None
            and said != (business.record_id, record.counted_revision)
        )

    def _answered(self, business: Business) -> Rewritten:
        record, reading = self.involved.ledger.records[business.record_id], self.readings.get(business.record_id)
        if reading is None:
            raise Problem(Code.NOT_RESOLVABLE)
        revision = self.involved.revisions[business.record_id, record.counted_revision]
        place = Place(revision.region_code, revision.revision, record.enumerator_id)
        return Rewritten(business, Answered(reading, place), is_new=business.id not in self.involved.locked.rows)

    def _entry(self, record_id: UUID) -> RecordEntry:
        record = self.involved.ledger.records[record_id]
        revision = self.involved.revisions[record_id, record.counted_revision]
        return record_entry(record_id, record, revision.regency_code)

    def _recount(
        self,
        steps: Mapping[UUID, RecordStep],
        in_force: Mapping[UUID, OpenReview],
        ended_before: Sequence[ReviewRow],
    ) -> Recount:
        """Records count as something else from today on; what was verified of those that are not entered ends."""
        recount = Recount([], [], [], [])
        sources: defaultdict[tuple[int, UUID], UUID] = defaultdict(new_id)
        for id_, step in steps.items():
            record = self.involved.ledger.records[id_]
            before = self.involved.revisions[id_, step.before.counted_revision]
            after = self.involved.revisions[id_, record.counted_revision]
            today = local_date(self.now, after.region_code)
            changes = [
                _change(step.before.counted_as.counter, -1, before, today),
                _change(record.counted_as.counter, 1, after, today),
            ]
            review = in_force.get(id_)
            stale = record.counted_as is not CountedAs.ENTERED or before.revision != after.revision
            if review is not None and review.decision == "verified" and stale:
                recount.ended.append(review.ended_by(today))
                changes.append(counted(review, -1, today))
            for row in ended_before:
                if row.record_id == id_ and review is None and row.revision == record.counted_revision:
                    recount.reinstated.append(row.but(id=new_id(), decided_on=today, ended_on=None))
                    changes.append(counted(row, 1, today))
            move = MoveRow(
                id=new_id(),
                regency_code=after.regency_code,
                campaign_id=record.campaign_id,
                enumerator_id=record.enumerator_id,
                record_id=id_,
                revision=record.revision,
                region_code=after.region_code,
                captured_on=after.captured_on,
                counted_as=record.counted_as.value,
                moved_on=today,
            )
            recount.moves.append(move)
            source = sources[record.campaign_id, record.enumerator_id]
            recount.counted.append(
                Counted(record.campaign_id, record.enumerator_id, source, after.received_at, changes)
            )
        return recount

    async def _relist(self, pg: asyncpg.Connection, record_ids: Iterable[UUID], recount: Recount) -> list[Counted]:
        """Decide entries of the listing by how their records count from today on; what counts otherwise with it."""
        claimed = await claims_of(pg, list(record_ids))
        listing = await lock_listing(pg, await entries_named(pg, set(claimed.values())), claimed)
        for id_ in claimed:
            record = self.involved.ledger.records[id_]
            at = self.involved.revisions[id_, record.counted_revision]
            standing = Standing(id_, record.enumerator_id, record.counted_as, at.region_code, at.captured_on)
            listing.stand(standing, None, local_date(self.now, at.region_code))
        await write_listing(pg, listing, self.now)
        await relive(pg, listing.lives, listing.lives)
        sources = {(each.campaign_id, each.enumerator_id): each.source_id for each in recount.counted}
        return counted_of_listing(listing, self.now, sources)

    def _news(self, record_id: UUID, decision: CaseDecision) -> News:
        record = self.involved.ledger.records[record_id]
        change = ResolutionChange(
            kind="resolution",
            record_id=record_id,
            revision=record.counted_revision,
            decision="same" if decision == "owner_changed" else decision,
            outcome=_TOLD_AS[record.counted_as],
            decided_at=self.now,
        )
        return News(record.enumerator_id, change)


async def take_back_return(pg: asyncpg.Connection, record_id: UUID, since: datetime, now: datetime) -> None:
    """End the return that came with a decision made at `since`, unless another decision followed.

    Idempotent: what has ended is not in force.
    """
    review = await review_in_force(pg, record_id)
    if review is None or review.decision != "returned" or review.decided_at != since:
        return
    today = local_date(now, review.region_code)
    await end_reviews(pg, [review.ended_by(today)])
    business_id = await pg.fetchval("SELECT business_id FROM record WHERE record_id = $1", record_id)
    if business_id is not None:
        await review_changed(pg, [ReviewedRow(id=business_id, record_id=record_id, review_state="unreviewed")])
    changes = [counted(review, -1, today)]
    await rollup.count(pg, review.campaign_id, review.enumerator_id, new_id(), review.decided_at, changes)


async def _review_as_decided(pg: asyncpg.Connection, businesses: Sequence[Business]) -> None:
    """Businesses for which another record's answers are in force stand as was decided on that record."""
    decided = await reviews_in_force(pg, [each.record_id for each in businesses]) if businesses else {}
    reviewed = [
        ReviewedRow(id=each.id, record_id=each.record_id, review_state=decided[each.record_id].decision)
        for each in businesses
        if each.record_id in decided
    ]
    await review_changed(pg, reviewed)


async def _review_again(pg: asyncpg.Connection, involved: Involved, recount: Recount) -> None:
    """Decisions end, and those that ended only because of what is undone hold again, from today on."""
    await end_reviews(pg, recount.ended)
    await add_reviews(pg, recount.reinstated)
    records = involved.ledger.records
    reviewed = [
        ReviewedRow(id=business_id, record_id=row.record_id, review_state=row.decision)
        for row in recount.reinstated
        if (business_id := records[row.record_id].business_id) is not None
    ]
    await review_changed(pg, reviewed)


def _change(counter: str, by: int, at: RevisionRow, today: date) -> Change:
    """That a record counts, or no longer counts, where and when it was captured."""
    return Change(counter, by, at.region_code, at.regency_code, today, at.captured_on)
