"""Writing what a decision changed: the register, the directory of numbers, records, progress, and the tablets' news."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg

from app.changes.log import News, tell
from app.changes.news import ResolutionChange, ResolutionDecision
from app.core.ids import new_id
from app.core.problems import Code, Problem
from app.core.sealing import Digester
from app.progress import rollup
from app.progress.rollup import Change
from app.questionnaires.assessment import Reading
from app.questionnaires.masking import masked
from app.regions.region_code import local_date
from app.register.claims import NewClaim, StoredDigests, claim_numbers, settle_claims
from app.register.deduplication import Business, CountedAs, Record
from app.register.register import review_changed
from app.register.rewriting import Answered, Rewritten, rewrite_businesses
from app.review.queries import end_reviews, reviews_in_force
from app.review.table import Table
from app.submissions.store import RecordEntry, change_records
from app.workforce.reach import Reach

_TOLD_AS: Mapping[CountedAs, Literal["accepted", "duplicate", "conflict"]] = {
    CountedAs.ENTERED: "accepted",
    CountedAs.DUPLICATE: "duplicate",
    CountedAs.CONFLICT: "conflict",
}


def _change(counter: str, by: int, place: Mapping[str, Any], today: Any) -> Change:
    return Change(counter, by, place["region_code"], place["regency_code"], today, place["captured_on"])


@dataclass(frozen=True, slots=True)
class Settling:
    """Who writes, into what."""

    pg: asyncpg.Connection
    table: Table
    digester: Digester | StoredDigests
    reach: Reach
    now: datetime

    async def write(
        self,
        journal: Mapping[str, Any],
        readings: Mapping[UUID, Reading],
        decision: ResolutionDecision,
        reinstated: Iterable[str] = (),
    ) -> list[str]:
        """Write what changed; gives the reviews that ended with it. `readings`: what records newly in force say.

        Raises:
            Problem: `not_allowed` where a business beyond the territory would change; `not_resolvable` where an entry
                of its own would need answers that are no longer kept.
        """
        ledger, regions = self.table.ledger, self.table.regions
        changed = [ledger.businesses[UUID(key)] for key in journal["businesses"]]
        if not all(self.reach.territory.contains(regions[each.id]) for each in changed if each.id in regions):
            raise Problem(Code.NOT_ALLOWED)
        await self._settle()
        for reading in readings.values():
            self.table.masks |= {
                self.digester.digest(kind, digits): masked(digits) for kind, digits in reading.identities
            }
        reread = [each for each in ledger.businesses.values() if self._says_otherwise(each) and each not in changed]
        await rewrite_businesses(self.pg, [self._rewritten(each, readings) for each in (*changed, *reread)], self.now)
        records = {UUID(key): step for key, step in journal["records"].items()}
        await change_records(self.pg, [self._entry(id_) for id_ in sorted(records)])
        ended = await self._recount(records, reinstated)
        await tell(self.pg, [self._news(ledger.records[id_], id_, decision) for id_ in records])
        return ended

    def _says_otherwise(self, business: Business) -> bool:
        """Whether the business is new, or its record in force counts in another revision than before."""
        record, revision = self.table.ledger.records.get(business.record_id), self.table.revisions.get(business.id)
        return record is not None and business.merged_into is None and revision != record.counted_revision

    def _rewritten(self, business: Business, readings: Mapping[UUID, Reading]) -> Rewritten:
        record, masks = self.table.ledger.records.get(business.record_id), self.table.masks
        if record is None or not self._says_otherwise(business):
            return Rewritten(business, masks)
        reading = readings.get(business.record_id)
        if reading is None:
            raise Problem(Code.NOT_RESOLVABLE)
        place = self.table.places[business.record_id, record.counted_revision]
        return Rewritten(business, masks, Answered(reading, place, record))

    async def _settle(self) -> None:
        """Make the directory of numbers say what the ledger says; what is put back may have gone to others."""
        owners, claimed = self.table.ledger.owners, self.table.claimed
        missing = [digest for digest in owners if digest not in self.table.owners_before and digest not in claimed]
        kinds = {
            digest: kind for each in self.table.ledger.businesses.values() for kind, digest in each.numbers.items()
        }
        claims = [
            NewClaim(
                digest=digest,
                kind=kinds[digest],
                business_id=owners[digest].business_id,
                record_id=owners[digest].record_id,
            )
            for digest in missing
            if digest in kinds
        ]
        taken = await claim_numbers(self.pg, claims)
        if len(taken) != len(missing):
            raise Problem(Code.STATE_CHANGED)  # somebody else has it by now
        await settle_claims(self.pg, self.table.owners_before, claimed | taken, owners)

    def _entry(self, record_id: UUID) -> RecordEntry:
        record = self.table.ledger.records[record_id]
        return RecordEntry(
            record_id=record_id,
            campaign_id=record.campaign_id,
            enumerator_id=record.enumerator_id,
            regency_code=self.table.places[record_id, record.counted_revision]["regency_code"],
            revision=record.revision,
            counted_revision=record.counted_revision,
            counted_as=record.counted_as.value,
            business_id=record.business_id,
        )

    async def _recount(self, changed: Mapping[UUID, Any], reinstated: Iterable[str]) -> list[str]:
        """Records count as something else from today on; what was verified of those that are not entered ends."""
        reviews = await reviews_in_force(self.pg, changed)
        again = await self.pg.fetch("SELECT * FROM review WHERE id = ANY($1)", list(map(UUID, reinstated)))
        ended = []
        for id_, step in sorted(changed.items()):
            record, was = self.table.ledger.records[id_], step["before"]
            places = self.table.places
            before, after = places[id_, was["counted_revision"]], places[id_, record.counted_revision]
            today = local_date(self.now, after["region_code"])
            changes = [
                _change(CountedAs(was["counted_as"]).counter, -1, before, today),
                _change(record.counted_as.counter, 1, after, today),
            ]
            review = reviews.get(id_)
            stale = record.counted_as is not CountedAs.ENTERED or was["counted_revision"] != record.counted_revision
            if review is not None and review.decision == "verified" and stale:
                await end_reviews(self.pg, [(review, today)])
                changes.append(_change("verified", -1, review._asdict(), today))
                ended.append(str(review.id))
            for row in again:
                if row["record_id"] == id_ and review is None and row["revision"] == record.counted_revision:
                    await self._reinstate(row, today)
                    changes.append(_change("verified", 1, dict(row), today))
            move = new_id()
            await self.pg.execute(
                "INSERT INTO counted_move (id, regency_code, campaign_id, enumerator_id, record_id, revision,"
                " region_code, captured_on, counted_as, moved_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                move, after["regency_code"], record.campaign_id, record.enumerator_id, id_, record.revision,
                after["region_code"], after["captured_on"], record.counted_as.value, today,
            )  # fmt: skip
            await rollup.count(self.pg, record.campaign_id, record.enumerator_id, move, after["received_at"], changes)
        return ended

    async def _reinstate(self, row: asyncpg.Record, today: Any) -> None:
        """A decision that ended only because of what is undone holds again, from today on."""
        told = dict(row) | {"id": new_id(), "decided_on": today, "ended_on": None}
        places = ", ".join(f"${at}" for at in range(1, len(told) + 1))
        await self.pg.execute(f"INSERT INTO review ({', '.join(told)}) VALUES ({places})", *told.values())
        record = self.table.ledger.records[row["record_id"]]
        await review_changed(self.pg, record.business_id, row["record_id"], row["decision"])

    async def take_back_return(self, record_id: UUID, since: datetime) -> None:
        review = (await reviews_in_force(self.pg, [record_id])).get(record_id)
        row = await self.pg.fetchrow(
            "SELECT campaign_id, enumerator_id, decided_at FROM review WHERE record_id = $1 AND ended_on IS NULL",
            record_id,
        )
        if review is None or row is None or review.decision != "returned" or row["decided_at"] != since:
            return  # somebody decided otherwise since
        today = local_date(self.now, review.region_code)
        await end_reviews(self.pg, [(review, today)])
        business_id = await self.pg.fetchval("SELECT business_id FROM record WHERE record_id = $1", record_id)
        await review_changed(self.pg, business_id, record_id, "unreviewed")
        changes = [_change("returned", -1, review._asdict(), today)]
        await rollup.count(self.pg, row["campaign_id"], row["enumerator_id"], new_id(), row["decided_at"], changes)

    def _news(self, record: Record, record_id: UUID, decision: ResolutionDecision) -> News:
        outcome = _TOLD_AS[record.counted_as]
        change = ResolutionChange(
            kind="resolution",
            record_id=record_id,
            revision=record.counted_revision,
            decision=decision,
            outcome=outcome,
            decided_at=self.now,
        )
        return News(record.enumerator_id, change)
