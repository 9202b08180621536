"""The effect of a decision on a duplicate case. Pure, on the same ledger as the verdicts on items.

Four decisions (see `docs/duplicates.md`):

* `same`: it is the business that it was taken for. Where more than one was meant, they are one: all but one are merged
  into that one, whose id stays; the merged ids stay, too, and say where to look.
* `separate`: it is another business, of the same owner perhaps, which becomes an entry of its own and counts. A number
  that both have goes on pointing to the one that had it first, and the other shares it.
* `wrong_identity`: a number was mistyped. It is free again, and the record that said it goes back to its enumerator.
* `owner_changed`: it is the business that it was taken for, which has another owner now. It keeps its id and its NIB,
  the NIK of the owner before is free, and the answers of the new record are in force.

No tablet reverts what a person decided: numbers that the decision rests on stay as they are until the next one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.register.deduplication import judge
from app.register.verdicts import OF_OWNERS, SAME_OWNER, WRONG_NUMBER, Business, Claim, CountedAs, Ledger, Owner, Record

OF_BUSINESSES = ("likely", SAME_OWNER)
"""Kinds of cases about two businesses, both of them entered: no revision of a record ends them."""


class Decision(StrEnum):
    """A decision on a case."""

    SAME = "same"
    SEPARATE = "separate"
    WRONG_IDENTITY = "wrong_identity"
    OWNER_CHANGED = "owner_changed"


class Undecidable(Exception):
    """The decision does not fit the case: the survivor or the record that is named has no part in it."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A case, as the ledger's rules see it.

    `claim` is what the disputed revision of the record says. `parties` are businesses that are no other's name.
    """

    kind: str  # duplicate, conflict, wrong_number, likely or same_owner
    claim: Claim
    parties: tuple[UUID, ...]

    @property
    def of_businesses(self) -> bool:
        """Whether it is about two businesses that are both entered, not about a record that is to be placed."""
        return self.kind in OF_BUSINESSES


@dataclass(frozen=True, slots=True)
class Settled:
    """The result beside the ledger: the record that is returned, and whether the disputed revision is in force."""

    returned: UUID | None = None
    in_force: bool = False


def resolve(
    ledger: Ledger,
    dispute: Dispute,
    decision: Decision,
    *,
    survivor: UUID | None = None,
    wrong_record: UUID | None = None,
) -> Settled:
    """Bring the ledger up to date. `survivor`: which business it is; `wrong_record`: whose number was mistyped, by
    default the disputed record's.

    Raises:
        Undecidable: see there.
    """
    claim = dispute.claim
    record = ledger.records[claim.record_id]
    if decision is Decision.SAME:
        settled = _same(ledger, dispute, record, survivor)
    elif decision is Decision.OWNER_CHANGED:
        settled = _change_owner(ledger, dispute, record, survivor)
    elif decision is Decision.SEPARATE:
        settled = Settled() if dispute.of_businesses else _separate(ledger, dispute, record)
    elif wrong_record in (None, claim.record_id) or dispute.of_businesses:
        settled = _free_own(ledger, dispute, record, wrong_record)
    else:
        settled = _free_others(ledger, dispute, record, wrong_record)
    pass_on(ledger)
    return settled


def pass_on(ledger: Ledger) -> None:
    """A number whose owner no longer says it belongs to a business that shares it, or to none. While several businesses
    say it, its owner's tablet does not take it back.
    """
    says: dict[bytes, list[Business]] = {}
    for business in sorted(ledger.businesses.values(), key=lambda each: each.id):
        if business.merged_into is None:
            for digest in {*business.numbers.values(), *business.aliases}:
                says.setdefault(digest, []).append(business)
    for digest, owner in list(ledger.owners.items()):
        if owner.business_id in ledger.businesses and digest not in says:
            del ledger.owners[digest]
    for digest, those in says.items():
        known = ledger.owners.get(digest)
        if known is None or (
            known.business_id in ledger.businesses and all(each.id != known.business_id for each in those)
        ):
            ledger.owners[digest] = Owner(those[0].id, those[0].record_id, matched=True)
        elif len(those) > 1:
            ledger.owners[digest] = known._replace(matched=True)
    _share(ledger, says)


def _share(ledger: Ledger, says: Mapping[bytes, list[Business]]) -> None:
    """All but the owner of a number that say it share it. No tablet takes back what a person decided."""
    before, ledger.sharers = ledger.sharers, {}
    for digest, those in says.items():
        for each in those:
            if each.id != ledger.owners[digest].business_id:
                decided = Owner(each.id, each.record_id, matched=True)
                ledger.sharers.setdefault(digest, {})[each.id] = before.get(digest, {}).get(each.id, decided)


def merge(ledger: Ledger, loser: Business, winner: Business) -> None:
    """Let one business be another name of the other. Its records are the other's; one of two that count in the same
    campaign becomes a duplicate.
    """
    if loser.kind != winner.kind:
        raise Undecidable
    for digest, owner in ledger.owners.items():
        if owner.business_id == loser.id:
            ledger.owners[digest] = Owner(winner.id, owner.record_id, matched=True)
    for kind, digest in loser.numbers.items():
        if winner.numbers.setdefault(kind, digest) != digest:
            winner.aliases.add(digest)
    winner.aliases |= loser.aliases
    for record in ledger.records.values():
        if record.business_id != loser.id:
            continue
        record.business_id = winner.id
        if record.counted_as is CountedAs.ENTERED:
            if record.campaign_id in winner.campaign_ids:
                record.counted_as = CountedAs.DUPLICATE
            else:
                winner.campaign_ids.append(record.campaign_id)
    loser.merged_into = winner.id


def _same(ledger: Ledger, dispute: Dispute, record: Record, survivor: UUID | None) -> Settled:
    claim = dispute.claim
    pending = _pending(dispute, record)
    chosen = survivor or (record.business_id if pending else dispute.parties[0])
    if chosen not in dispute.parties:
        raise Undecidable
    winner = ledger.businesses[chosen]
    for id_ in dispute.parties:
        if id_ != winner.id:
            merge(ledger, ledger.businesses[id_], winner)
    if dispute.of_businesses:
        return Settled()
    if winner.kind != claim.kind:
        raise Undecidable
    _take_over(ledger, winner, claim, corrected=pending)
    if pending:
        record.counted_revision = claim.revision
        return Settled(in_force=winner.record_id == claim.record_id)
    record.business_id = winner.id
    if claim.campaign_id in winner.campaign_ids:
        record.counted_as = CountedAs.DUPLICATE
        return Settled()
    winner.campaign_ids.append(claim.campaign_id)
    record.counted_as = CountedAs.ENTERED
    return Settled()


def _separate(ledger: Ledger, dispute: Dispute, record: Record) -> Settled:
    claim = dispute.claim
    if _pending(dispute, record):
        own = ledger.businesses[record.business_id]  # type: ignore[index]  # an entered record has a business
        _take_over(ledger, own, claim, corrected=True)
        record.counted_revision = claim.revision
        return Settled(in_force=own.record_id == claim.record_id)
    new = Business(claim.new_business_id, claim.kind, {}, [claim.campaign_id], claim.record_id)
    ledger.businesses[new.id] = new
    _release(ledger, dispute.parties, claim)
    _take_over(ledger, new, claim, corrected=False)
    record.business_id, record.counted_as = new.id, CountedAs.ENTERED
    return Settled()


def _change_owner(ledger: Ledger, dispute: Dispute, record: Record, survivor: UUID | None) -> Settled:
    """The business, whose owner had another number than the record says, is the record's owner's from now on."""
    claim = dispute.claim
    numbers, pending = _of_owner(claim.numbers), _pending(dispute, record)
    if not numbers:
        raise Undecidable
    sold = [
        each
        for id_ in dispute.parties
        if (had := _of_owner((each := ledger.businesses[id_]).numbers)) and had.isdisjoint(numbers)
    ]
    chosen = survivor or (record.business_id if pending else sold[0].id if len(sold) == 1 else None)
    found = [each for each in sold if each.id == chosen]
    if not found or found[0].kind != claim.kind or (pending and chosen != record.business_id):
        raise Undecidable
    (business,) = found
    for before in _of_owner(business.numbers):
        if ledger.owners.get(before, _NOBODY).business_id == business.id:
            del ledger.owners[before]
        _forget(business, before)
    newest = ledger.is_newest(claim.campaign_id, business)
    if dispute.of_businesses and record.business_id is not None and record.business_id != business.id:
        merge(ledger, ledger.businesses[record.business_id], business)
    elif pending:
        record.counted_revision = claim.revision
    else:
        record.business_id, record.counted_as = business.id, CountedAs.DUPLICATE
    _take_over(ledger, business, claim, corrected=False)
    if newest:
        _enter_instead(ledger, business, record)
        business.record_id = claim.record_id
    elif claim.campaign_id not in business.campaign_ids:
        _enter_instead(ledger, business, record)
    return Settled(in_force=newest)


def _of_owner(numbers: Mapping[str, bytes]) -> set[bytes]:
    """The numbers that identify an owner."""
    return {digest for kind, digest in numbers.items() if kind in OF_OWNERS}


def _enter_instead(ledger: Ledger, business: Business, record: Record) -> None:
    """The record is the one by which the business is entered in its campaign: a record that is in force is entered."""
    for other in ledger.records.values():
        alike = other.business_id == business.id and other.campaign_id == record.campaign_id
        if alike and other.counted_as is CountedAs.ENTERED:
            other.counted_as = CountedAs.DUPLICATE
    record.counted_as = CountedAs.ENTERED
    if record.campaign_id not in business.campaign_ids:
        business.campaign_ids.append(record.campaign_id)


def _free_own(ledger: Ledger, dispute: Dispute, record: Record, wrong_record: UUID | None) -> Settled:
    """The disputed record's own number is wrong."""
    claim = dispute.claim
    if dispute.of_businesses:
        entered = {ledger.businesses[id_].record_id for id_ in dispute.parties}
        if wrong_record not in (None, *entered):
            raise Undecidable
        if dispute.kind == SAME_OWNER:
            _free_shared(ledger, dispute, wrong_record or claim.record_id)
        return Settled(returned=wrong_record or claim.record_id)
    if not _pending(dispute, record):
        _release(ledger, dispute.parties, claim)
        record.business_id, record.counted_as = None, CountedAs.CONFLICT
    return Settled(returned=claim.record_id)


def _free_shared(ledger: Ledger, dispute: Dispute, wrong_record: UUID) -> None:
    """The business whose answers this record gives loses the numbers that it shares with the other."""
    wrong = [each for id_ in dispute.parties if (each := ledger.businesses[id_]).record_id == wrong_record]
    if not wrong:
        raise Undecidable
    (business,) = wrong
    others = [ledger.businesses[id_] for id_ in dispute.parties if id_ != business.id]
    for digest in {digest for each in others for digest in (*each.numbers.values(), *each.aliases)}:
        if ledger.owners.get(digest, _NOBODY).business_id == business.id:
            del ledger.owners[digest]
        _forget(business, digest)


def _forget(business: Business, digest: bytes) -> None:
    business.aliases.discard(digest)
    business.numbers = {kind: each for kind, each in business.numbers.items() if each != digest}


def _free_others(ledger: Ledger, dispute: Dispute, record: Record, wrong_record: UUID | None) -> Settled:
    """A number of a business that was there before is wrong: it loses it, and the disputed record is judged again."""
    claim = dispute.claim
    found = [each for id_ in dispute.parties if (each := ledger.businesses[id_]).record_id == wrong_record]
    if not found or (found[0].id == record.business_id and _pending(dispute, record)):
        raise Undecidable
    (business,) = found
    for digest in claim.numbers.values():
        shared = ledger.sharers.get(digest, {}).pop(business.id, None)
        if shared is None and ledger.owners.get(digest, _NOBODY).business_id == business.id:
            del ledger.owners[digest]
        elif shared is None:
            continue
        _forget(business, digest)
    pass_on(ledger)
    # Judged as if it came now: it takes the number itself, unless another business still has it.
    revision, contents = record.revision, dict(record.contents)
    record.contents.pop(claim.revision, None)
    record.revision = min(record.revision, claim.revision - 1)
    verdict = judge(ledger, claim)
    record.revision, record.contents = revision, contents
    return Settled(returned=wrong_record, in_force=verdict.in_force)


def _pending(dispute: Dispute, record: Record) -> bool:
    """Whether the record is entered, and the dispute is about a later revision of it that waits."""
    return dispute.kind in ("conflict", WRONG_NUMBER) and record.counted_as is CountedAs.ENTERED


def _take_over(ledger: Ledger, business: Business, claim: Claim, *, corrected: bool) -> None:
    """The business has the numbers that the record says: its own from now on if no business has them, shared if another
    one does. `corrected`: they take the place of those that it had.
    """
    owners = ledger.owners
    for kind, digest in claim.numbers.items():
        owner = owners.get(digest)
        # What a person decided on is not for a tablet to take back.
        owners[digest] = owner._replace(matched=True) if owner else Owner(business.id, claim.record_id, matched=True)
        had = business.numbers.get(kind)
        if had == digest:
            continue
        if had is None or corrected:
            business.numbers[kind] = digest
            business.aliases.discard(digest)
            if had is not None and owners.get(had, _NOBODY).business_id == business.id:
                business.aliases.add(had)
        elif owners[digest].business_id == business.id:
            business.aliases.add(digest)


def _release(ledger: Ledger, parties: Iterable[UUID], claim: Claim) -> None:
    """Take from the parties what only this record has said of them."""
    for id_ in parties:
        business = ledger.businesses[id_]
        for kind, digest in list(business.numbers.items()):
            owner = ledger.owners.get(digest, _NOBODY)
            if owner.record_id == claim.record_id and not owner.matched:
                del ledger.owners[digest]
                del business.numbers[kind]


_NOBODY = Owner(UUID(int=0), UUID(int=0), matched=False)
