"""Correction of a record, at its subject's wish or by an officer: a new revision, judged like any other."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from app.accounts.queries import lock_enumerator
from app.audit import trail
from app.audit.actions import Action
from app.core.problems import Code, FieldError, Problem
from app.core.rows import Row, read_one
from app.corrections.merge_patch import merged
from app.corrections.schemas import CorrectionIn, CorrectionOut
from app.intake.finding_texts import text_of
from app.intake.ingest import Ingest
from app.intake.on_behalf import Origin, enter_on_behalf
from app.intake.queries import last_revision
from app.intake.schemas import ItemReceipt
from app.regions.region_code import regency_of
from app.register.verdicts import Outcome
from app.review.queries import CorrectionRow, note_correction
from app.submissions.records import item_of
from app.workforce.reach import Reach


class _Record(Row):
    """Whose a record is, and which of its revisions are stored and in force."""

    enumerator_id: UUID
    campaign: str
    revision: int
    counted_revision: int


class _InForce(Row):
    """The record whose answers a business has."""

    record_id: UUID
    revision: int
    region_code: str
    enumerator_id: UUID
    merged_into: UUID | None


_RECORD = """
SELECT enumerator_id, campaign.code AS campaign, revision, counted_revision
FROM record JOIN campaign ON campaign.id = record.campaign_id WHERE record_id = $1
"""
_IN_FORCE = "SELECT record_id, revision, region_code, enumerator_id, merged_into FROM business WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Correcting:
    """The account that corrects, the reason, and the language of outcomes."""

    ingest: Ingest
    actor_id: UUID
    reason: str
    trace_id: str | None
    language: str = "id"

    async def correct(self, pg: asyncpg.Connection, record_id: UUID, changes: dict[str, Any]) -> ItemReceipt:
        """Enter the next revision of a record with `changes` merged into its answers (RFC 7396), in the caller's
        transaction; what became of it. A caller that does not accept the outcome rolls back.

        Raises:
            Problem: `not_found` for an unknown record; `state_changed` where its answers are no longer kept.
        """
        record = await self._locked(pg, record_id)
        item = await item_of(pg, self.ingest.ring, record_id, record.counted_revision)
        if item is None:
            raise Problem(Code.STATE_CHANGED)
        revision = await last_revision(pg, record_id, record.enumerator_id) + 1
        item |= {"revision": revision, "answers": merged(item["answers"], changes)}
        plain = orjson.loads(orjson.dumps(item, default=str))
        origin = Origin(record.enumerator_id, record.campaign)
        receipt = await enter_on_behalf(pg, self.ingest, origin, plain, language=self.language)
        await trail.record_many(
            pg,
            Action.RECORD_CORRECTED,
            actor_id=self.actor_id,
            trace_id=self.trace_id,
            subjects=[("record", str(record_id), {"reason": self.reason, "outcome": receipt.outcome})],
        )
        if receipt.outcome not in (Outcome.HELD, Outcome.INVALID):
            correction = CorrectionRow(
                record_id=record_id,
                revision=revision,
                regency_code=regency_of(item["region_code"]),
                reason=self.reason,
                corrected_by=self.actor_id,
                corrected_at=self.ingest.clock.now(),
            )
            await note_correction(pg, correction)
        return receipt

    async def _locked(self, pg: asyncpg.Connection, record_id: UUID) -> _Record:
        """The record, while no batch of its enumerator is worked on."""
        record = await read_one(pg, _Record, _RECORD, record_id)
        if record is not None:
            await lock_enumerator(pg, record.enumerator_id, None)
            record = await read_one(pg, _Record, _RECORD, record_id)
        if record is None:
            raise Problem(Code.NOT_FOUND)
        return record

    async def correct_business(
        self, pg: asyncpg.Connection, reach: Reach, business_id: UUID, correction: CorrectionIn
    ) -> CorrectionOut:
        """Correct the record whose answers a business has, in the caller's transaction, which a problem rolls back.

        Raises:
            Problem: `not_found`, also for what is out of reach; `state_changed` where another revision is in force than
                the one that was looked at; `correction_conflicts` where it would become another's; `invalid_fields`.
        """
        business = await self._looked_at(pg, reach, business_id, correction.revision)
        await self._locked(pg, business.record_id)
        # While the record was waited for, another correction or a batch may have put another revision in force.
        locked = await self._looked_at(pg, reach, business_id, correction.revision)
        if locked.record_id != business.record_id:
            raise Problem(Code.STATE_CHANGED)
        receipt = await self.correct(pg, business.record_id, correction.changes)
        if receipt.outcome is Outcome.CONFLICT:
            raise Problem(Code.CORRECTION_CONFLICTS)
        if receipt.outcome is not Outcome.UPDATED or receipt.revision is None:
            raise Problem(Code.INVALID_FIELDS, errors=_faults(receipt))
        # A record of another enumerator, for whom nobody waited, may have come first.
        await self._looked_at(pg, reach, business_id, receipt.revision)
        return CorrectionOut(
            business_id=business_id,
            record_id=business.record_id,
            revision=receipt.revision,
            warnings=receipt.warnings,
        )

    async def _looked_at(self, pg: asyncpg.Connection, reach: Reach, business_id: UUID, revision: int) -> _InForce:
        """The record whose answers a business has, if that revision of it is in force."""
        business = await read_one(pg, _InForce, _IN_FORCE, business_id)
        if business is None or not reach.covers(business.enumerator_id, business.region_code):
            raise Problem(Code.NOT_FOUND)
        if business.merged_into is not None or business.revision != revision:
            raise Problem(Code.STATE_CHANGED)
        return business


def _faults(receipt: ItemReceipt) -> tuple[FieldError, ...]:
    """Errors of answers as errors of the changes that made them."""
    return tuple(
        FieldError(f"/changes{each.pointer.removeprefix('/answers')}", each.code, text_of(each.code))
        for each in receipt.errors
    )
