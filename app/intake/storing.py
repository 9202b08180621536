"""From verdicts to rows: collected item by item, written table by table.

`Writing` takes the items in order, since an item may undo what an earlier one of the batch did. The database is
written only by `store`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import asyncpg

from app.audit.trail import SignedEvent
from app.core.database import TryAgain
from app.core.group_commit import GoesAlone, company
from app.core.ids import new_id
from app.core.offload import offload
from app.core.round_trips import AnyWrite, Insert, table_of, write_together
from app.core.sealing import KeyRing
from app.intake.interim import Interim
from app.intake.judging import Judged, JudgedBatch
from app.intake.known import Known, Place
from app.intake.queries import BatchRow, resolve_raw_items
from app.intake.raw_items import RawItems
from app.intake.receipts import ReceiptLine
from app.intake.revision_status import CLIENT_ACTION, StoredRevision, status_if_sent_again
from app.intake.rules import Arrival
from app.listing.rules import Listing, Standing, objection
from app.listing.store import counted as counted_of_listing
from app.listing.store import relive, write_listing
from app.progress import rollup
from app.progress.rollup import Change, Counted
from app.questionnaires.findings import Finding
from app.regions.region_code import regency_of, village_of
from app.register import register
from app.register.coding import as_coded
from app.register.directory import record_entry
from app.register.doors import number_of
from app.register.lives import GONE
from app.register.register import BusinessRow, CaseRow, business_row, numbers_row
from app.register.verdicts import RESULTS, SAME_OWNER, Business, Claim, CountedAs, Outcome, Verdict
from app.review.queries import EndedReview, MoveRow, add_moves, end_reviews
from app.submissions import doors
from app.submissions import store as submissions
from app.submissions.doors import DoorCount, DoorRow
from app.submissions.records import bound_to
from app.submissions.store import RecordEntry, SubmissionRow
from app.verification.standing import restate_answered


@dataclass(slots=True)
class Writing:
    """Everything that a batch is about to write."""

    batch: BatchRow
    known: Known
    judged: JudgedBatch
    arrival: Arrival
    ring: KeyRing
    listing: Listing
    submissions: list[SubmissionRow] = field(default_factory=list)
    in_force: dict[UUID, Judged] = field(default_factory=dict)  # by business, the last one
    records: set[UUID] = field(default_factory=set)
    cases: list[CaseRow] = field(default_factory=list)
    rejudged: set[UUID] = field(default_factory=set)  # records, whose earlier cases are over
    alone: set[UUID] = field(default_factory=set)  # those of them whose businesses share no number any more
    changes: list[Change] = field(default_factory=list)
    ended: list[EndedReview] = field(default_factory=list)
    doors: dict[UUID, DoorRow | None] = field(default_factory=dict)  # None: an interview took place
    door_counts: dict[UUID, DoorCount] = field(default_factory=dict)  # where an earlier visit came late
    moves: list[MoveRow] = field(default_factory=list)
    state: Interim = field(init=False)
    raw: RawItems = field(init=False)

    def __post_init__(self) -> None:
        self.state = Interim.before(self.known)
        self.raw = RawItems(self.batch, self.state, self.judged.ledger, self.arrival, self.ring, self.changes)

    def add(self, position: int, judged: Judged) -> ReceiptLine:
        """Collect what one item writes, and return its line of the receipt."""
        if judged.verdict.outcome in (Outcome.HELD, Outcome.INVALID):
            return self.raw.keep(position, judged)
        examined, claim, verdict = judged.assessed.examined, judged.claim, judged.verdict
        if claim is None:  # its answers were erased
            return self.raw.remember_without_content(position, judged)
        outcome = verdict.outcome
        # A visit that changes nothing takes the place of no other revision that waits for a decision.
        idle = claim.visited is not None and verdict.outcome is Outcome.UNCHANGED
        first = claim.revision if idle else 0
        self.raw.close(
            claim.record_id,
            examined.received_on,
            by_visit=claim.visited is not None,
            held_from=first,
            held_to=claim.revision,
        )
        if self.judged.ledger.records[claim.record_id].enumerator_id == claim.enumerator_id:
            outcome = self._reported_outcome(claim, verdict)
        else:
            self.raw.remember_copy(position, examined)
        if verdict.counted_as is not None and verdict.behind is not None:
            self._move_behind(judged, verdict.counted_as, verdict.behind)
        elif verdict.counted_as is not None:
            self._move(judged, verdict.counted_as)
            self._note_door(judged, verdict.counted_as)
        if verdict.stored:
            self._stand(judged)
            self._add_submission(judged)
            self.records.add(claim.record_id)
        if verdict.in_force and verdict.business_id is not None:
            self.in_force[verdict.business_id] = judged
        warnings = judged.assessed.warnings
        review = self.state.reviews.get(claim.record_id)
        if verdict.outcome is Outcome.UNCHANGED and review is not None and review.decision == "returned":
            warnings = [*warnings, Finding("/revision", "still_returned")]
        return ReceiptLine(
            claim.record_id,
            claim.revision,
            outcome,
            CLIENT_ACTION[outcome],
            verdict.business_id,
            verdict.matched_on,
            warnings,
            counted_as=self.raw.counted_as(claim.record_id),
        )

    def _reported_outcome(self, claim: Claim, verdict: Verdict) -> Outcome:
        """The reported outcome of a stored revision of an own record: a conflict until it is decided."""
        conflicts, place = self.state.conflicts, (claim.record_id, claim.revision)
        if not verdict.stored:
            outcome = Outcome.CONFLICT if place in conflicts else verdict.outcome
            kept = StoredRevision(claim.revision, claim.content, outcome, waits=outcome is Outcome.CONFLICT)
            return status_if_sent_again(kept, claim.revision).outcome
        self.state.add_revision(
            claim.record_id,
            claim.revision,
            newest=verdict.outcome is not Outcome.UNCHANGED,
            is_visit=claim.visited is not None,
        )
        if conflicts and verdict.outcome is not Outcome.UNCHANGED:
            conflicts.difference_update([each for each in conflicts if each[0] == claim.record_id])
        if verdict.outcome is Outcome.CONFLICT:
            conflicts.add(place)
        return verdict.outcome

    def _add_submission(self, judged: Judged) -> None:
        (examined, _, _, warnings), claim, verdict = judged
        item, reading = examined.draft.item, examined.reading
        assert claim and item and reading and examined.captured_at  # noqa: S101, PT018  (it was judged)
        regency_code, location = regency_of(item.region_code), item.location
        self.submissions.append(
            SubmissionRow(
                record_id=claim.record_id,
                revision=claim.revision,
                regency_code=regency_code,
                campaign_id=claim.campaign_id,
                batch_id=self.batch.id,
                enumerator_id=claim.enumerator_id,
                business_id=verdict.business_id,
                outcome=verdict.outcome.value,
                counted_as=verdict.counted_as.value if verdict.counted_as and verdict.behind is None else None,
                questionnaire=item.questionnaire,
                region_code=item.region_code,
                content_digest=claim.content,
                started_at=item.started_at,
                captured_at=examined.captured_at,
                captured_at_told=item.captured_at,
                captured_on=examined.captured_on,
                received_at=self.arrival.received_at,
                received_on=examined.received_on,
                latitude=location.latitude if location else None,
                longitude=location.longitude if location else None,
                accuracy_m=location.accuracy_m if location else None,
                warnings=[f"{code} {pointer}" for pointer, code in warnings],
                answers=reading.open_text,
                sealed=self.ring.seal(reading.sealed_text, bound_to(claim.record_id, claim.revision)),
            )
        )
        if verdict.outcome is not Outcome.UNCHANGED:
            if verdict.outcome is Outcome.UPDATED and not self._shares(verdict.business_id):
                self.alone.add(claim.record_id)
            if claim.record_id in self.rejudged:
                self._supersede(claim.record_id)
            self.rejudged.add(claim.record_id)
        if verdict.case is not None:
            self.cases.append(
                CaseRow(
                    id=new_id(),
                    regency_code=regency_code,
                    campaign_id=claim.campaign_id,
                    region_code=item.region_code,
                    record_id=claim.record_id,
                    revision=claim.revision,
                    kind=verdict.case,
                    business_ids=list(verdict.parties),
                    matched_on=list(verdict.matched_on),
                    differs=list(verdict.differs),
                    state="open",
                    opened_at=self.arrival.received_at,
                )
            )

    def _shares(self, business_id: UUID | None) -> bool:
        """Whether a business has a number beside another one, after the whole batch."""
        return any(business_id in those for those in self.judged.ledger.sharers.values())

    def _supersede(self, record_id: UUID) -> None:
        """A case that this very batch opened is over, since the record came again in it."""
        for place, case in enumerate(self.cases):
            if case.record_id == record_id and (case.kind != SAME_OWNER or record_id in self.alone):
                self.cases[place] = case.but(state="superseded", resolved_at=self.arrival.received_at)

    def _move(self, judged: Judged, counted_as: CountedAs) -> None:
        """The record counts here and as this from today on, and no longer where it counted before."""
        examined, claim = judged.assessed.examined, judged.claim
        assert claim and examined.draft.item  # noqa: S101, PT018  (it was judged)
        before = self.state.places.get(claim.record_id)
        now = Place(examined.draft.item.region_code, examined.captured_on, counted_as)
        if before is not None:
            self._change(before.counted_as.counter, -1, before.region_code, examined.received_on, before.captured_on)
        self._change(counted_as.counter, 1, now.region_code, examined.received_on, now.captured_on)
        self.state.places[claim.record_id] = now
        review = self.state.reviews.pop(claim.record_id, None)
        if review is not None:  # the decision was about the earlier revision
            self.ended.append(review.ended_by(examined.received_on))
            self._change(review.decision, -1, review.region_code, examined.received_on, review.captured_on)

    def _move_behind(self, judged: Judged, counted_as: CountedAs, behind: int) -> None:
        """By a visit that came after a later one, the door counts as something else from today on, where it counted."""
        examined, claim = judged.assessed.examined, judged.claim
        assert claim is not None  # noqa: S101  (it was judged)
        before = self.state.places[claim.record_id]
        self._change(before.counted_as.counter, -1, before.region_code, examined.received_on, before.captured_on)
        self._change(counted_as.counter, 1, before.region_code, examined.received_on, before.captured_on)
        self.state.places[claim.record_id] = before._replace(counted_as=counted_as)
        regency_code = regency_of(before.region_code)
        self.moves.append(
            MoveRow(
                id=new_id(),
                regency_code=regency_code,
                campaign_id=claim.campaign_id,
                enumerator_id=claim.enumerator_id,
                record_id=claim.record_id,
                revision=behind,
                region_code=before.region_code,
                captured_on=before.captured_on,
                counted_as=counted_as.value,
                moved_on=examined.received_on,
            )
        )
        visits = number_of(self.judged.ledger.records[claim.record_id].visits.values())
        listed = self.doors.get(claim.record_id)
        if listed is None:
            count = DoorCount(
                record_id=claim.record_id, regency_code=regency_code, counted_as=counted_as.value, visits=visits
            )
            self.door_counts[claim.record_id] = count
        else:
            due = listed.next_visit_on if counted_as is CountedAs.OPEN_VISITS else None
            self.doors[claim.record_id] = listed.but(counted_as=counted_as.value, visits=visits, next_visit_on=due)

    def _stand(self, judged: Judged) -> None:
        """The record stands so towards the listing: the entry that it claims is decided, and what is doubtful is
        warned of. A revision that is not in force names the entry only where none is claimed.
        """
        examined, claim, verdict = judged.assessed.examined, judged.claim, judged.verdict
        item = examined.draft.item
        assert claim and item  # noqa: S101, PT018  (it was judged)
        in_force = verdict.counted_as is not None and verdict.behind is None
        named, doubts = item.listing_id, list[str]()
        if claim.record_id not in self.listing.claimed:
            named = named or self.raw.entry_named(claim.record_id)
        elif not in_force:
            named = None
        if named is None and (verdict.counted_as is None or claim.record_id not in self.listing.claimed):
            return
        entry = None if named is None else self.listing.entries.get(named)
        if named is not None:
            in_area = entry is not None and self.known.works_in(entry.region_code, examined.captured_on)
            code = objection(entry, self.batch.campaign_id, in_area=in_area)
            if code is None and entry is not None and village_of(entry.region_code) != village_of(item.region_code):
                doubts.append("listing_in_another_village")
            elif code is not None:
                doubts.append(code)
                named = None
        place = self.state.places[claim.record_id]
        standing = Standing(
            claim.record_id, claim.enumerator_id, place.counted_as, place.region_code, place.captured_on
        )
        if not self.listing.stand(standing, named, examined.received_on):
            doubts.append("listing_claimed")
        judged.assessed.warnings.extend(Finding("/listing_id", code) for code in doubts)

    def _note_door(self, judged: Judged, counted_as: CountedAs) -> None:
        """The door is in the list of those without an interview, with what was found there last; or no longer."""
        examined, claim = judged.assessed.examined, judged.claim
        item = examined.draft.item
        assert claim and item and examined.reading and examined.captured_at  # noqa: S101, PT018  (it was judged)
        visit, visited = examined.reading.visit, claim.visited
        before = self.known.records.get(claim.record_id)
        if visit is None or visited is None:
            if claim.record_id in self.doors or (before is not None and before.counted_as in RESULTS):
                self.doors[claim.record_id] = None
            return
        visits = self.judged.ledger.records[claim.record_id].visits
        self.door_counts.pop(claim.record_id, None)
        self.doors[claim.record_id] = DoorRow(
            record_id=claim.record_id,
            regency_code=regency_of(item.region_code),
            campaign_id=claim.campaign_id,
            enumerator_id=claim.enumerator_id,
            region_code=item.region_code,
            revision=claim.revision,
            counted_as=counted_as.value,
            visits=number_of(each for revision, each in visits.items() if revision <= claim.revision),
            visited_at=self.arrival.corrected(visited.visited_at) if visit.visited_at else examined.captured_at,
            next_visit_on=visit.next_visit_on if counted_as is CountedAs.OPEN_VISITS else None,
            received_at=self.arrival.received_at,
        )

    def _change(self, counter: str, by: int, region_code: str, received_on: date, captured_on: date) -> None:
        self.changes.append(Change(counter, by, region_code, regency_of(region_code), received_on, captured_on))

    def business_rows(self) -> dict[UUID, BusinessRow]:
        """The businesses that an item of this batch describes."""
        after = self.judged.ledger.businesses
        return {id_: self.business_row(after[id_], item) for id_, item in self.in_force.items()}

    def business_row(self, business: Business, judged: Judged) -> BusinessRow:
        """The business as the item in force describes it."""
        examined, claim = judged.assessed.examined, judged.claim
        item, reading = examined.draft.item, examined.reading
        assert claim and item and reading  # noqa: S101, PT018  (it was judged)
        place = register.Place(item.region_code, claim.revision, claim.enumerator_id)
        return business_row(business, reading, place, self.judged.masks, self.arrival.received_at)

    def record_entry(self, record_id: UUID) -> RecordEntry:
        """The directory's entry as it is after this batch."""
        regency_code = regency_of(self.state.places[record_id].region_code)
        record, listing_id = self.judged.ledger.records[record_id], self.listing.claimed.get(record_id)
        return record_entry(record_id, record, regency_code, listing_id)

    @property
    def only_adds(self) -> bool:
        """Whether nothing that is stored changes but counts and entries of the listing: such a batch may share its
        transaction."""
        changes = (
            *(self.known.records, self.judged.locked.rows, self.listing.lives),
            *(self.cases, self.raw.resolved, self.ended, self.moves, self.door_counts),
        )
        return not any(changes)

    def counted(self) -> list[Counted]:
        """What counts otherwise: of the batch's own records, and of others whose entry of the listing one decides."""
        batch, now = self.batch, self.arrival.received_at
        own = Counted(batch.campaign_id, batch.enumerator_id, batch.id, now, self.changes)
        return [own, *counted_of_listing(self.listing, now, {(batch.campaign_id, batch.enumerator_id): batch.id})]


def is_own(counted: Sequence[Counted], enumerator_id: UUID) -> bool:
    """Whether what is counted is this enumerator's: in a group, nobody counts for another member."""
    return all(each.enumerator_id == enumerator_id for each in counted)


_RACED_FOR = {"batch", "progress_delta", "progress_door_delta", "progress_listing_delta", "record"}
"""Tables with keys that tablets choose: ids of batches, also as the source of what they count, and of records."""


async def store(
    pg: asyncpg.Connection, writing: Writing, entry: Sequence[AnyWrite], events: Sequence[SignedEvent], size: int
) -> None:
    """Write the batch and its events, and what was gathered of its items of so many bytes: what is new in one
    statement, then what is changed, table by table.

    Idempotent by the batch's id.

    Raises:
        TryAgain: another enumerator's batch took its id or that of a record meanwhile.
    """
    judged, arrival = writing.judged, writing.arrival
    before, after = judged.locked.rows, judged.ledger.businesses
    known = writing.known.records.keys()
    new, known_records = writing.records - known, writing.records & known
    in_force = await offload(size, writing.business_rows)
    counted = writing.counted()
    if company(pg) is not None and not (writing.only_adds and is_own(counted, writing.batch.enumerator_id)):
        raise GoesAlone
    unknown = [row for row in in_force.values() if row.kbli_unknown and row.record_id in known]
    in_force |= {row.id: row for row in await as_coded(pg, unknown)}
    try:
        await write_together(
            pg,
            [
                *entry,
                *submissions.adding(map(writing.record_entry, sorted(new)), writing.submissions),
                *register.adding(row for id_, row in in_force.items() if id_ not in before),
                *rollup.counting(counted),
                Insert(list(writing.raw.rows.values())),
                doors.adding(row for id_, row in writing.doors.items() if id_ in new),
                Insert(events),
            ],
        )
    except asyncpg.UniqueViolationError as exc:
        if table_of(exc) in _RACED_FOR:
            raise TryAgain from exc
        raise
    await submissions.change_records(pg, map(writing.record_entry, sorted(known_records)))
    await register.change_businesses(pg, (row for id_, row in in_force.items() if id_ in before))
    await register.change_numbers(
        pg,
        (
            numbers_row(after[id_], judged.masks, arrival.received_at)
            for id_, row in before.items()
            if id_ not in in_force and after[id_] != row.as_judged()
        ),
    )
    await register.supersede_cases(pg, writing.rejudged & known, writing.alone, arrival.received_at)
    await register.open_cases(pg, writing.cases)
    await resolve_raw_items(pg, writing.raw.resolved)
    await end_reviews(pg, writing.ended)
    await add_moves(pg, writing.moves)
    await doors.count_doors(pg, writing.door_counts.values())
    await doors.replace_doors(pg, {id_: row for id_, row in writing.doors.items() if id_ not in new})
    await write_listing(pg, writing.listing, arrival.received_at)
    gone = [row.id for row in before.values() if row.life in GONE]
    await relive(pg, writing.listing.lives, [*writing.listing.lives, *gone])
    await restate_answered(pg, before)
