"""From assessed items to verdicts: numbers become keyed digests, digests are claimed, the register's rules decide.

Only digests are compared from here on. The plain numbers are used once more: `storing.py` seals them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.core.ids import new_id
from app.core.offload import offload
from app.core.sealing import Digester
from app.intake.known import Known
from app.intake.lookup_limits import LookupLimit, remember
from app.intake.rules import Assessed
from app.intake.schemas import Item
from app.questionnaires.assessment import Reading
from app.questionnaires.findings import Finding
from app.questionnaires.masking import masked_identity
from app.register.claims import NewClaim, StoredDigests, as_stored
from app.register.deduplication import having, judge
from app.register.ledger import LockedLedger, descriptions_of, lock_ledger, order_rounds, settle
from app.register.owners import Description
from app.register.register import Masks
from app.register.verdicts import Claim, CountedAs, Ledger, Outcome, Verdict, Visited
from app.review.apart import decided_apart, merged_into


class Judged(NamedTuple):
    """An item with the verdict on it."""

    assessed: Assessed
    claim: Claim | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class JudgedBatch:
    """All items in order, and the register as it is now."""

    items: list[Judged]
    locked: LockedLedger
    masks: Masks  # how the numbers of this batch are shown

    @property
    def ledger(self) -> Ledger:
        """The register as it is now."""
        return self.locked.ledger


async def judge_batch(
    pg: asyncpg.Connection,
    digester: Digester,
    keys_in_use: Sequence[bytes],
    enumerator_id: UUID,
    known: Known,
    items: Sequence[Assessed],
    lookups: LookupLimit,
    size: int,
) -> JudgedBatch:
    """Judge the items in order; those beyond the lookup limit are held. `keys_in_use`: of numbers, as the database has
    them in this transaction; `size`: the bytes of the items.

    The numbers of the items are locked for this transaction when this returns.
    """
    readings = [item.examined.reading for item in items if item.examined.reading is not None]
    numbers = [number for reading in readings for number in reading.identities]
    stored = await as_stored(pg, digester, numbers, keys_in_use)
    claims = await offload(size, lambda: [_claim(item, stored, enumerator_id, known) for item in items])
    new = [claim for claim, item in zip(claims, items, strict=True) if claim and not known.has(item.examined.draft)]
    touched = {claim.record_id for claim in new}
    businesses = [record.business_id for id_, record in known.records.items() if id_ in touched and record.business_id]
    businesses += [each.business_id for each in known.listed if each.business_id is not None]
    locked = await lock_ledger(pg, _ledger_of(known), _wanted(new, known), businesses)
    beside = _revised_beside(locked.ledger, new)
    if beside:
        locked.ledger.apart = await decided_apart(pg, beside)
    await order_rounds(pg, locked.ledger, [known.campaign.id])
    await _describe_merged(pg, locked.ledger)
    judged, masks = await offload(size, _judge_all, items, claims, locked.ledger, known, lookups)
    await settle(pg, locked)
    return JudgedBatch(judged, locked, masks)


async def _describe_merged(pg: asyncpg.Connection, ledger: Ledger) -> None:
    """Enter what those businesses say that were merged into the ones with which items are compared: what a person found
    to be one is known again under each of its names."""
    compared = {business.id for business in ledger.businesses.values() if business.description is not None}
    merged = await merged_into(pg, compared) if compared else {}
    for id_, description in sorted((await descriptions_of(pg, merged.keys())).items()):
        ledger.businesses[merged[id_]].merged_descriptions.append(description)


def _revised_beside(ledger: Ledger, claims: Sequence[Claim]) -> set[UUID]:
    """Businesses of which records are revised that say a number of another one: a person may have decided on both."""
    found = set()
    for claim in claims:
        record = ledger.records.get(claim.record_id)
        if record is not None and record.business_id is not None:
            those = {each.id for digest in claim.numbers.values() for each in having(ledger, digest)}
            if those - {record.business_id}:
                found.add(record.business_id)
    return found


def _ledger_of(known: Known) -> Ledger:
    return Ledger(records={id_: record.copy() for id_, record in known.records.items()})


def _judge_all(
    items: Sequence[Assessed], claims: Sequence[Claim | None], ledger: Ledger, known: Known, lookups: LookupLimit
) -> tuple[list[Judged], Masks]:
    judged = []
    for item, claim in zip(items, claims, strict=True):
        if claim is not None and _skips(claim, ledger, known):
            item.warnings.append(Finding("/revision", "revision_skipped"))
        judged.append(_judged(item, claim, ledger, known, lookups))
    return judged, _masks(judged)


def _judged(item: Assessed, claim: Claim | None, ledger: Ledger, known: Known, lookups: LookupLimit) -> Judged:
    if claim is None:
        return Judged(item, None, Verdict(item.outcome or Outcome.INVALID, stored=False))
    review = known.reviews.get(claim.record_id)
    returned = review is not None and review.decision == "returned"
    reason = lookups.reason_to_hold(ledger, claim, returned=returned)
    if reason is not None:
        held = item._replace(outcome=Outcome.HELD, errors=[Finding("/answers", reason)])
        return Judged(held, None, Verdict(Outcome.HELD, stored=False))
    takes_back = _takes_back(claim, ledger, known)
    verdict = judge(ledger, claim)
    if verdict.stored and claim.visited is None and claim.revision == ledger.records[claim.record_id].revision:
        remember(ledger.records[claim.record_id], claim)
    if verdict.warning is not None:
        item.warnings.append(Finding(f"/answers/owner/{verdict.owner_known_by}", verdict.warning))
    if verdict.in_force and takes_back:
        item.warnings.append(Finding("/revision", "correction_overwritten"))
    item.warnings.extend(Finding(*doubt) for doubt in verdict.doubts)
    return Judged(item, claim, verdict)


def _masks(judged: Sequence[Judged]) -> Masks:
    return {
        claim.numbers[kind]: masked_identity(kind, digits)
        for item, claim, _ in judged
        if claim is not None and item.examined.reading is not None
        for kind, digits in item.examined.reading.identities
    }


def _claim(item: Assessed, digester: Digester | StoredDigests, enumerator_id: UUID, known: Known) -> Claim | None:
    draft, reading = item.examined.draft, item.examined.reading
    if item.outcome is not None or draft.item is None:
        return None
    visit = reading.visit if reading else None
    return Claim(
        record_id=draft.item.record_id,
        revision=draft.item.revision,
        enumerator_id=enumerator_id,
        campaign_id=known.campaign.id,
        content=draft.content_digest,
        kind=reading.kind if reading else "",
        numbers={kind: digester.digest(kind, digits) for kind, digits in reading.identities} if reading else {},
        new_business_id=new_id(),
        description=_description(draft.item, reading) if reading and not visit else None,
        visited=Visited(visit.result, visit.visited_at or draft.item.captured_at) if visit else None,
        unasked=reading.unasked if reading else frozenset(),
    )


def _description(item: Item, reading: Reading) -> Description:
    """What the rules compare of a record whose NIK is known."""
    answers, location = reading.open_answers, item.location
    owner = answers.get("owner")
    return Description(
        legal_name=reading.legal_name,
        trade_name=answers.get("trade_name") or "",
        owner_name=(owner.get("name") or "") if owner else "",
        kbli=reading.kbli,
        region_code=item.region_code,
        latitude=location.latitude if location else None,
        longitude=location.longitude if location else None,
        other_business=answers.get("other_business_of_owner") is True,
        kbli_version=reading.kbli_version,
        kbli_known=reading.kbli_known,
    )


def _skips(claim: Claim, ledger: Ledger, known: Known) -> bool:
    """Whether revisions are missing between this one and the one before; a held or invalid revision is not missing."""
    record = ledger.records.get(claim.record_id)
    if record is None or claim.revision <= record.revision + 1 or known.raw_items.get(claim.record_id):
        return False
    return claim.revision > max(record.contents, default=record.revision) + 1


def _takes_back(claim: Claim, ledger: Ledger, known: Known) -> bool:
    """Whether an officer's correction is in force that the tablet has not seen: it can fetch only what was returned."""
    record, corrected = ledger.records.get(claim.record_id), known.corrected.get(claim.record_id)
    if record is None or corrected is None or record.counted_revision != corrected or known.released:
        return False
    review = known.reviews.get(claim.record_id)
    return review is None or (review.decision, review.revision) != ("returned", corrected)


def _wanted(claims: Sequence[Claim], known: Known) -> list[NewClaim]:
    """What to claim, assuming that a new record is a new business and a known record keeps its business."""
    wanted = []
    for claim in claims:
        record = known.records.get(claim.record_id)
        entered = record is not None and record.counted_as is CountedAs.ENTERED
        business_id = record.business_id if record and entered and record.business_id else claim.new_business_id
        wanted += [
            NewClaim(
                digest=digest,
                kind=kind,
                business_id=business_id,
                record_id=claim.record_id,
            )
            for kind, digest in claim.numbers.items()
        ]
    return wanted
