"""Resolving duplicate cases, and undoing it, with all effects on the register, progress, the feed and tablets.

The rules are pure (`register/resolution.py`, `review/journal.py`); the rows that they need are locked by `involved.py`,
and what they changed is written by `storing.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal
from app.audit import trail
from app.audit.actions import Action
from app.changes.news import CaseDecision
from app.core.ids import new_id
from app.core.problems import Code, Problem
from app.core.rows import Row, copy_rows, read, read_one
from app.core.sealing import Digester, KeyRing
from app.questionnaires.assessment import Reading, sized
from app.questionnaires.assessment import read as read_answers
from app.questionnaires.catalogue import CATALOGUE
from app.questionnaires.masking import masked_identity
from app.regions.region_code import local_date
from app.register.claims import StoredDigests, as_stored
from app.register.register import CaseSubject, close_case
from app.register.resolution import OF_BUSINESSES, Decision, Dispute, Undecidable, resolve
from app.register.verdicts import Claim, Record
from app.review.assigning import prolong, refuse_where_of_another
from app.review.cases import Party, survivors_of
from app.review.deciding import decide
from app.review.involved import lock_involved
from app.review.journal import BuiltUpon, Journal, images, journal_of, undo
from app.review.models import Resolution
from app.review.safe_together import is_safe
from app.review.schemas import ResolutionIn, ReviewIn
from app.review.storing import Storing, take_back_return
from app.submissions.records import item_of, reference_year_of
from app.workforce.reach import Reach

_ACTIONS: Mapping[CaseDecision, Action] = {
    "same": Action.DUPLICATE_SAME,
    "separate": Action.DUPLICATE_SEPARATE,
    "wrong_identity": Action.DUPLICATE_WRONG_IDENTITY,
    "owner_changed": Action.DUPLICATE_OWNER_CHANGED,
    "undone": Action.DUPLICATE_UNDONE,
}


class DisputedCase(CaseSubject):
    """A case, locked, and whose record it is about."""

    state: str
    enumerator_id: UUID
    score: float | None
    differs: list[str]


class ResolutionRow(Row, table=Resolution):
    """A resolution as it is stored."""

    id: UUID
    regency_code: str
    case_id: UUID
    record_id: UUID
    business_ids: list[UUID]
    decision: str
    reason: str
    journal: str
    decided_by: UUID
    decided_at: datetime


class _InForce(Row, table=Resolution):
    """The resolution of a case that is to be undone."""

    id: UUID
    journal: str
    decided_at: datetime


class _Side(Row):
    """The enumerator and the place of a business."""

    enumerator_id: UUID
    region_code: str


# The revision in question is of the case's regency, and its enumerator is the record's.
_CASE = f"""
SELECT {", ".join(f"duplicate_case.{column}" for column in CaseSubject.columns)}, state, submission.enumerator_id,
       score, differs
FROM duplicate_case JOIN submission USING (record_id, revision, regency_code)
WHERE duplicate_case.id = $1 AND duplicate_case.regency_code = $2 FOR UPDATE OF duplicate_case
"""
_REGENCY = "SELECT regency_code FROM duplicate_case WHERE id = $1"
_IN_FORCE = "SELECT id, journal::text, decided_at FROM resolution WHERE case_id = $1 AND undone_at IS NULL"
_UNDO = "UPDATE resolution SET undone_by = $2, undone_at = $3, undone_because = $4 WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Resolving:
    """The deciding account, its reach, and the time."""

    ring: KeyRing
    digester: Digester
    principal: Principal
    reach: Reach
    now: datetime
    trace_id: str

    async def resolve(
        self, pg: asyncpg.Connection, case_id: UUID, resolution: ResolutionIn, together: str | None = None
    ) -> None:
        """Resolve an open case, in the caller's transaction. Idempotent by the case, which is resolved once.
        `together`: it is decided with others, all of this kind.

        Raises:
            Problem: `not_found`; `state_changed` where it is not open any more; `not_allowed` where one of its sides
                is beyond the caller's reach; `assigned_to_another`; `not_safe_together`; `not_resolvable` where the
                decision does not fit.
        """
        case = await self._case(pg, case_id)
        if case.state != "open":
            raise _changed(case.state)
        if together is not None and not (
            case.kind == together and is_safe(case.kind, resolution.decision, case.score, case.differs)
        ):
            raise Problem(Code.NOT_SAFE_TOGETHER)
        await refuse_where_of_another(pg, self.principal, [case_id], self.now)
        survivors = await survivors_of(pg, case.business_ids)
        parties = tuple(dict.fromkeys(survivors[id_].id for id_ in case.business_ids))
        self._refuse_beyond(survivors.values())
        reading = await self._reading(pg, case.record_id, case.revision)
        stored = await as_stored(pg, self.digester, () if reading is None else reading.identities)
        claim = _claim(case, reading, stored)
        involved = await lock_involved(pg, {case.record_id}, set(parties), claim)
        _refuse_stale(case, involved.ledger.records[case.record_id], parties)
        try:
            settled = resolve(
                involved.ledger,
                Dispute(case.kind, claim, parties),
                Decision(resolution.decision),
                survivor=resolution.business_id,
                wrong_record=resolution.wrong_record_id,
            )
        except Undecidable as exc:
            raise Problem(Code.NOT_RESOLVABLE) from exc
        readings = {} if reading is None else {case.record_id: reading}
        masks = involved.masks | _masks(readings, stored)
        journal = journal_of(involved.before, images(involved.ledger))
        storing = Storing(involved, readings, masks, self.reach, self.now)
        ended = await storing.store(pg, journal, resolution.decision)
        journal = journal.model_copy(update={"reviews": ended, "masks": masks, "returned": settled.returned})
        if settled.returned is not None:
            await self._return(pg, settled.returned, resolution.reason)
        row = ResolutionRow(
            id=new_id(),
            regency_code=case.regency_code,
            case_id=case_id,
            record_id=case.record_id,
            business_ids=list({*parties, *journal.businesses}),
            decision=resolution.decision,
            reason=resolution.reason,
            journal=journal.written(),
            decided_by=self.principal.account_id,
            decided_at=self.now,
        )
        await copy_rows(pg, [row])
        await self._close(pg, case, "resolved", resolution.decision)
        await prolong(pg, self.principal.account_id, case_id, self.now)

    async def undo(self, pg: asyncpg.Connection, case_id: UUID, reason: str) -> None:
        """Undo what was decided on a case, which is open again. Idempotent by the resolution, which is undone once.

        Raises:
            Problem: `not_found`; `state_changed` where nothing is to be undone, or something rests on it since;
                `not_allowed` as for `resolve`.
        """
        case = await self._case(pg, case_id)
        await as_stored(pg, self.digester, ())  # while the key of numbers changes, the journal holds still
        row = await read_one(pg, _InForce, _IN_FORCE, case_id)
        if row is None:
            raise _changed(case.state)
        journal = Journal.read(row.journal)
        survivors = await survivors_of(pg, case.business_ids)
        parties = [survivors[id_].id for id_ in case.business_ids if id_ in survivors]
        named = {*parties, *(journal.businesses if journal else ())}
        statement = "SELECT enumerator_id, region_code FROM business WHERE id = ANY($1)"
        self._refuse_beyond(await read(pg, _Side, statement, list(named)))
        if journal is None:
            raise _changed(case.state)
        involved = await lock_involved(
            pg, {*journal.records, case.record_id}, {*journal.businesses, *parties}, digests=journal.owners
        )
        if journal.returned is not None:
            await take_back_return(pg, journal.returned, row.decided_at, self.now)
        try:
            undo(involved.ledger, journal, parties[0] if parties else None)
        except BuiltUpon as exc:
            raise _changed(case.state) from exc
        readings = await self._readings_before(pg, case.record_id, journal)
        numbers = [number for reading in readings.values() for number in reading.identities]
        stored = await as_stored(pg, self.digester, numbers)
        masks = {**involved.masks, **journal.masks, **_masks(readings, stored)}
        storing = Storing(involved, readings, masks, self.reach, self.now)
        await storing.store(pg, journal_of(involved.before, images(involved.ledger)), "undone", journal.reviews)
        await pg.execute(_UNDO, row.id, self.principal.account_id, self.now, reason)
        await self._close(pg, case, "open", "undone")

    async def _case(self, pg: asyncpg.Connection, case_id: UUID) -> DisputedCase:
        case = await read_one(pg, DisputedCase, _CASE, case_id, await pg.fetchval(_REGENCY, case_id))
        if case is None or not self.reach.covers(case.enumerator_id, case.region_code):
            raise Problem(Code.NOT_FOUND)
        return case

    def _refuse_beyond(self, sides: Iterable[_Side | Party]) -> None:
        """Refuse an account whose reach does not cover all sides: it sees too little to decide between them."""
        if not all(self.reach.covers(side.enumerator_id, side.region_code) for side in sides):
            raise Problem(Code.NOT_ALLOWED)

    async def _close(
        self, pg: asyncpg.Connection, case: DisputedCase, state: Literal["open", "resolved"], what: CaseDecision
    ) -> None:
        await close_case(pg, case.id, case.regency_code, state, self.now)
        await trail.record(
            pg,
            _ACTIONS[what],
            actor_id=self.principal.account_id,
            subject=("duplicate_case", str(case.id)),
            occurred_at=self.now,
            detail={"record_id": str(case.record_id)},
            trace_id=self.trace_id,
        )

    async def _reading(self, pg: asyncpg.Connection, record_id: UUID, revision: int) -> Reading | None:
        """What a revision says; None where its answers are no longer kept."""
        item = await item_of(pg, self.ring, record_id, revision)
        if item is None:
            return None
        today = local_date(self.now, item["region_code"])
        questionnaire = CATALOGUE[item["questionnaire"]]
        reading = read_answers(questionnaire, item["answers"], captured_on=today, today=today, suspicious=False)
        if reading.sales is not None:
            sized(reading, await reference_year_of(pg, record_id))
        return reading

    async def _readings_before(self, pg: asyncpg.Connection, record_id: UUID, journal: Journal) -> dict[UUID, Reading]:
        """What the disputed record said, where another of its revisions counted before, of no other did that change;
        and what the records said that are in force again."""
        step, revisions = journal.records.get(record_id), dict[UUID, int]()
        if step is not None and step.before.counted_revision != step.after.counted_revision:
            revisions[record_id] = step.before.counted_revision
        for id_ in {each.before for each in journal.in_force.values()} - revisions.keys():
            counted = await pg.fetchval("SELECT counted_revision FROM record WHERE record_id = $1", id_)
            revisions[id_] = counted
        found = {id_: await self._reading(pg, id_, revision) for id_, revision in revisions.items()}
        return {id_: reading for id_, reading in found.items() if reading is not None}

    async def _return(self, pg: asyncpg.Connection, record_id: UUID, reason: str) -> None:
        resolution = ReviewIn(decision="returned", reason=reason)
        await decide(pg, self.principal, self.reach, record_id, resolution, now=self.now, trace_id=self.trace_id)


def _changed(state: str) -> Problem:
    return Problem(Code.STATE_CHANGED, current={"state": state})


def _claim(case: DisputedCase, reading: Reading | None, stored: Digester | StoredDigests) -> Claim:
    numbers = {} if reading is None else dict(reading.identities)
    return Claim(
        record_id=case.record_id,
        revision=case.revision,
        enumerator_id=case.enumerator_id,
        campaign_id=case.campaign_id,
        content=b"",
        kind=reading.kind if reading is not None else "",
        numbers={kind: stored.digest(kind, digits) for kind, digits in numbers.items()},
        new_business_id=new_id(),
        unasked=reading.unasked if reading is not None else frozenset(),
    )


def _masks(readings: Mapping[UUID, Reading], stored: Digester | StoredDigests) -> dict[bytes, str | None]:
    """How the numbers that were read are shown."""
    return {
        stored.digest(kind, digits): masked_identity(kind, digits)
        for reading in readings.values()
        for kind, digits in reading.identities
    }


def _refuse_stale(case: DisputedCase, record: Record, parties: Sequence[UUID]) -> None:
    """Refuse what was judged again since, and what is one business by now."""
    if (len(parties) < 2) if case.kind in OF_BUSINESSES else (record.revision != case.revision):  # noqa: PLR2004  (two that look alike)
        raise _changed("superseded")
