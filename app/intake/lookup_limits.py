"""The limit on what an enumerator can learn about numbers by sending them. Pure.

The receipt of a number shows whether another enumerator's business has it, so records with invented numbers probe for
people. Honest work probes as well: ten to forty numbers a day, of which one or two are known, and now and then a number
that was mistyped. What goes beyond is held for a supervisor, without an answer and without loss:

* a number that takes the place of another one in its record, where that record's were changed three times before, or
  fifty numbers were changed that day. What a supervisor returned may be changed as often as it is returned.
* any number, once fifty answers of the day were news: the smaller part of those that are known and those that are not.
  Who sends a thousand new businesses, or goes once more through a village where all are known, learns little.
* any number beyond the day's lookups, as soon as one answer was news.

Counts are of the enumerator and the day (`accounts/lookup_counts.py`). What is known as the enumerator's own is no
news. An item without another number than before asks nothing, and is never held for this.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from app.accounts.lookup_counts import INFORMATIVE_A_DAY, LookupCounts
from app.register.deduplication import comes_too_late, objection
from app.register.verdicts import KINDS, Claim, Ledger, Record

CHANGES_OF_A_RECORD = 3
CHANGES_A_DAY = 50

_TAG = 8
_NOTHING = bytes(_TAG)
_FIRST = 3
"""So many kinds every remembered record has room for; the others where it said such a number."""
_AT = {kind: slice(at * _TAG, (at + 1) * _TAG) for at, kind in enumerate(KINDS)}

NUMBER_KEEPS_CHANGING, NUMBERS_ASKED = "number_keeps_changing", "too_many_numbers"


@dataclass(slots=True)
class LookupLimit:
    """Counts of the day before the batch, and what the batch adds. `released`: nothing is counted or held."""

    before: LookupCounts
    lookups_a_day: int
    released: bool = False
    numbers: int = 0
    known: int = 0
    changed: int = 0
    held: Counter[str] = field(default_factory=Counter)

    @property
    def more(self) -> LookupCounts:
        """What this batch adds."""
        return LookupCounts(self.numbers, self.known, self.changed)

    def reason_to_hold(self, ledger: Ledger, claim: Claim, *, returned: bool) -> str | None:
        """Why an item is not judged; None where it is, which is counted then. `returned`: a supervisor asked for a
        correction.

        The item is not in the ledger yet.
        """
        record = ledger.records.get(claim.record_id)
        if self.released or not (record is None or _is_rejudged(record, claim)):
            return None
        if record is None:
            new, changes = list(claim.numbers), False
        else:
            new = [kind for kind in claim.numbers if _tag(claim, kind) != _said(record, kind)]
            changes = not returned and any(_said(record, kind) != _NOTHING for kind in new)
        if not new:
            return None
        reason = self._reason(record, changes=changes)
        if reason is not None:
            self.held[reason] += 1
            return reason
        self.numbers += len(new)
        self.changed += changes
        self.known += sum(_is_anothers(ledger, claim.numbers[kind], claim.enumerator_id, record) for kind in new)
        if record is not None and changes:
            record.number_changes = (record.number_changes or 0) + 1
        return None

    def _reason(self, record: Record | None, *, changes: bool) -> str | None:
        asked = LookupCounts(self.before.numbers + self.numbers, self.before.known + self.known)
        if changes and (
            (record is not None and (record.number_changes or 0) >= CHANGES_OF_A_RECORD)
            or self.before.changed + self.changed >= CHANGES_A_DAY
        ):
            return NUMBER_KEEPS_CHANGING
        too_many = asked.informative >= INFORMATIVE_A_DAY or (asked.informative and asked.numbers >= self.lookups_a_day)
        return NUMBERS_ASKED if too_many else None


def remember(record: Record, claim: Claim) -> None:
    """Remember the numbers of the record. A number that it no longer has is remembered, too; else leaving it out would
    avoid the limit.

    Only a fingerprint of eight bytes is kept for each kind, to see that a number changed.
    """
    said = bytearray(record.said or _NOTHING * _FIRST)
    for kind in claim.numbers:
        said.extend(bytes(max(0, _AT[kind].stop - len(said))))
        said[_AT[kind]] = _tag(claim, kind)
    record.said = bytes(said)


def _tag(claim: Claim, kind: str) -> bytes:
    return hashlib.sha256(claim.record_id.bytes + claim.numbers[kind]).digest()[:_TAG]


def _said(record: Record, kind: str) -> bytes:
    return (record.said and record.said[_AT[kind]]) or _NOTHING


def _is_rejudged(record: Record, claim: Claim) -> bool:
    return (
        not comes_too_late(record, claim)
        and objection(record, claim.revision, claim.enumerator_id, claim.campaign_id) is None
    )


def _is_anothers(ledger: Ledger, digest: bytes, enumerator_id: UUID, record: Record | None) -> bool:
    owner = ledger.owners.get(digest)
    if owner is None or (record is not None and owner.business_id == record.business_id):
        return False
    business = ledger.businesses[owner.business_id]
    return business.enumerator_id not in (None, enumerator_id)
