"""Items that are held or invalid: kept raw and sealed, and which of them wait.

Of a record the newest held revision waits for a supervisor, never an older one, in any order of arrival; an invalid
revision waits until the record comes again in any revision. A visit takes the place of no interview: of a door one of
each may wait. `storing.py` gives the items in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import orjson

from app.core.ids import new_id
from app.core.sealing import KeyRing
from app.intake.interim import Interim
from app.intake.judging import Judged
from app.intake.parsing import Draft
from app.intake.queries import BatchRow, RawItemRow, StoredRawItem
from app.intake.receipts import ReceiptLine
from app.intake.revision_status import CLIENT_ACTION, CONTRADICTIONS, is_superseded, newest_of, status_if_sent_again
from app.intake.rules import Arrival, Examined
from app.progress.rollup import Change
from app.questionnaires.catalogue import is_visit
from app.questionnaires.findings import Finding
from app.regions.region_code import NATION, is_place, regency_of
from app.register.deduplication import objection
from app.register.verdicts import Ledger, Outcome

_ERROR_POINTER = {
    "revision_reused": "/revision",
    "record_of_another": "/record_id",
    "record_of_another_campaign": "/record_id",
}


@dataclass(slots=True)
class RawItems:
    """What is kept raw of a batch, and which earlier raw items it closes."""

    batch: BatchRow
    state: Interim
    ledger: Ledger  # all items of the batch are judged in it
    arrival: Arrival
    ring: KeyRing
    changes: list[Change]  # of the counters, the batch's
    rows: dict[UUID, RawItemRow] = field(default_factory=dict)  # by their id
    resolved: list[tuple[UUID, str, date]] = field(default_factory=list)

    def keep(self, position: int, judged: Judged) -> ReceiptLine:
        """Keep an item that could not be processed, unless it is kept already."""
        (examined, _, errors, warnings), _, verdict = judged
        draft, outcome, error = examined.draft, verdict.outcome, verdict.error
        revision = draft.item.revision if draft.item else None
        refused = outcome is Outcome.HELD and self.state.known.refused(draft)
        if outcome is Outcome.HELD and not refused and (error := self._objection(draft)) is not None:
            outcome = Outcome.INVALID
        if error is not None:
            errors = [Finding(_ERROR_POINTER[error], error)]
        elif outcome is Outcome.INVALID and (error := self._contradiction(draft, errors)) is not None:
            errors = [*errors, Finding(_ERROR_POINTER[error], error)]
        history = self.state.raw_items[draft.subject_id]
        alike = (each for each in history if each.content_digest == draft.content_digest and each.outcome is outcome)
        raw = next(alike, None) or self._add(position, examined, outcome, errors)
        status = status_if_sent_again(raw.kept, self._newest(draft.subject_id, of_visit=raw.is_visit))
        if status.outcome is Outcome.UNCHANGED:
            errors, warnings = [], [*warnings, Finding("/revision", "revision_superseded")]
        counted_as = self.counted_as(draft.subject_id)
        return ReceiptLine(draft.record_id, revision, *status, warnings=warnings, errors=errors, counted_as=counted_as)

    def entry_named(self, subject_id: UUID) -> UUID | None:
        """The entry of the listing that the newest of a record's raw items named, as long as none was refused."""
        history = [raw for raw in self.state.raw_items.get(subject_id, ()) if raw.listing_id and not raw.refused]
        return max(history, key=lambda raw: raw.revision or 0).listing_id if history else None

    def counted_as(self, subject_id: UUID) -> str | None:
        """What a record counts as after the item at hand: by what is in force, or as invalid while nothing is; None for
        what counts nowhere yet, or is another enumerator's.
        """
        record = self.ledger.records.get(subject_id)
        place = self.state.places.get(subject_id)
        if record is not None and record.enumerator_id != self.batch.enumerator_id:
            return None
        if place is not None:
            return place.counted_as.value
        waits = any(raw.open and raw.counts for raw in self.state.raw_items.get(subject_id, ()))
        return Outcome.INVALID.value if waits else None

    def _add(self, position: int, examined: Examined, outcome: Outcome, errors: Sequence[Finding]) -> StoredRawItem:
        """A raw item that is new; closed at once where a higher revision is here, else it closes what was before."""
        draft, item, subject_id = examined.draft, examined.draft.item, examined.draft.subject_id
        region_code = self._region_of(examined)
        raw = StoredRawItem(
            id=new_id(),
            regency_code=regency_of(region_code),
            region_code=region_code,
            captured_on=examined.captured_on,
            captured_at=examined.captured_at,
            captured_at_told=item.captured_at if item and examined.captured_at else None,
            revision=item.revision if item else None,
            content_digest=draft.content_digest,
            outcome=outcome,
            open=False,
            refused=False,
            counts=False,
            is_visit=item is not None and is_visit(item.questionnaire),
            listing_id=item.listing_id if item else None,
            erased=False,
            contradicts=any(code in CONTRADICTIONS for _, code in errors),
        )
        newest = self._newest(subject_id, of_visit=raw.is_visit)
        if outcome is not Outcome.UNCHANGED and not is_superseded(raw.kept, newest):
            held_to = raw.revision if outcome is Outcome.HELD else 0
            self.close(subject_id, examined.received_on, by_visit=raw.is_visit, held_to=held_to)
            counts = outcome is Outcome.INVALID and subject_id not in self.ledger.records
            raw = raw._replace(open=True, counts=counts)
        if raw.counts:
            self._change("invalid", 1, region_code, examined.received_on, examined.captured_on)
        self.state.raw_items[subject_id].insert(0, raw)
        sealed = None if outcome is Outcome.UNCHANGED else self.ring.seal(draft.content, raw.id.bytes)
        self.rows[raw.id] = RawItemRow(
            id=raw.id,
            regency_code=raw.regency_code,
            campaign_id=self.batch.campaign_id,
            batch_id=self.batch.id,
            position=position,
            enumerator_id=self.batch.enumerator_id,
            subject_id=subject_id,
            revision=raw.revision,
            is_visit=raw.is_visit,
            listing_id=raw.listing_id,
            outcome=outcome.value,
            errors=orjson.dumps([{"pointer": pointer, "code": code} for pointer, code in errors]).decode(),
            region_code=region_code,
            captured_at=raw.captured_at,
            captured_at_told=raw.captured_at_told,
            captured_on=raw.captured_on,
            received_at=self.arrival.received_at,
            received_on=examined.received_on,
            resolved_on=None if raw.open else examined.received_on,
            counts=raw.counts,
            content_digest=raw.content_digest,
            sealed=sealed,
        )
        return raw

    def close(self, subject_id: UUID, today: date, *, by_visit: bool, held_to: int | None, held_from: int = 0) -> None:
        """Close the waiting raw items of a subject that was sent again: invalid ones, and held ones up to a revision
        (None: all), from another one on. A visit closes no held interview, but for one of its own revision."""
        history = self.state.raw_items.get(subject_id, [])
        for at, raw in enumerate(history):
            to_come = held_to is not None and raw.revision is not None and raw.revision > held_to
            stays = to_come or held_to == 0 or (raw.revision or 0) < held_from
            stays = stays or (by_visit and not raw.is_visit and raw.revision != held_to)
            if not raw.open or (raw.outcome is Outcome.HELD and stays):
                continue
            history[at] = raw._replace(open=False)
            if raw.id in self.rows:
                self.rows[raw.id] = self.rows[raw.id].but(resolved_on=today)
            else:
                self.resolved.append((raw.id, raw.regency_code, today))
            if raw.counts:
                self._change("invalid", -1, raw.region_code, today, raw.captured_on)

    def _newest(self, subject_id: UUID, *, of_visit: bool) -> int:
        """The highest revision that is stored or held before the item at hand, and supersedes a visit, or an
        interview; 0: none."""
        held = newest_of((each.kept for each in self.state.raw_items[subject_id]), of_visit=of_visit)
        stored = self.state.highest if of_visit else self.state.interviewed
        return max(stored.get(subject_id, 0), held)

    def remember_copy(self, position: int, examined: Examined) -> None:
        """Remember that this enumerator sent a copy of another one's record, for reconciling."""
        digest = examined.draft.content_digest
        if not any(each.content_digest == digest for each in self.state.raw_items[examined.draft.subject_id]):
            self._add(position, examined, Outcome.UNCHANGED, [])

    def remember_without_content(self, position: int, judged: Judged) -> ReceiptLine:
        """Remember that an item came of which nothing may be kept, for reconciling."""
        examined, draft = judged.assessed.examined, judged.assessed.examined.draft
        self.remember_copy(position, examined)
        return ReceiptLine(
            draft.record_id,
            draft.revision,
            Outcome.UNCHANGED,
            CLIENT_ACTION[Outcome.UNCHANGED],
            warnings=judged.assessed.warnings,
            counted_as=self.counted_as(draft.subject_id),
        )

    def _contradiction(self, draft: Draft, errors: Sequence[Finding]) -> str | None:
        """What an item with faults contradicts besides: another content is stored or held under its revision."""
        if draft.item is None or any(code in CONTRADICTIONS for _, code in errors):
            return None
        revision, held = draft.item.revision, self.state.raw_items[draft.subject_id]
        if any(each.kept.revision == revision and each.outcome is Outcome.HELD for each in held):
            return "revision_reused"
        return self._objection(draft) if revision <= self.state.highest.get(draft.subject_id, 0) else None

    def _objection(self, draft: Draft) -> str | None:
        """Why an item that would be held can never be a revision of its record."""
        item, record = draft.item, self.ledger.records.get(draft.subject_id)
        if item is None or record is None:
            return None
        error = objection(record, item.revision, self.batch.enumerator_id, self.batch.campaign_id)
        # The ledger has the whole batch already; an item that comes later in it contradicts nothing yet.
        is_later = error == "revision_reused" and item.revision not in self.state.revisions[draft.subject_id]
        return None if is_later else error

    def _region_of(self, examined: Examined) -> str:
        """The place that an unprocessed item names, or the enumerator's own region where it names none."""
        item = examined.draft.item
        if item and item.region_code in self.state.known.regions and is_place(item.region_code):
            return item.region_code
        return self.state.known.standing.region_code or NATION

    def _change(self, counter: str, by: int, region_code: str, received_on: date, captured_on: date) -> None:
        self.changes.append(Change(counter, by, region_code, regency_of(region_code), received_on, captured_on))
