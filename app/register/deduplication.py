"""One business, one record: the verdict on each item of a batch. Pure.

An enterprise is known by its owner's NIK (or a foreigner's passport or residence permit: what is said of the NIK here
is said of them) and its NIB, a cooperative by its cooperative number and its NIB. Here they are keyed digests. `judge`
takes the items one by one, in order, and the ledger carries what one item changed to the next, so a batch is judged
exactly as if its items had been sent alone; how a batch is cut makes no difference.

The rules, each with the function that holds it:

* a record that is already stored changes nothing (`_recognise`);
* a new record whose numbers nobody has is a new business (`_enter`);
* a number that one business has, and nothing that contradicts it, is that business: entered once in a campaign,
  known again in the next one (`_enter`);
* an owner may have several businesses: of a known NIK, `owners.py` says whether the record is one of them, another one
  that shares the NIK, or a stranger's (`_recognise_owner`);
* what a person decided to be two businesses is not asked again because both have one owner, or look alike (`_apart`);
* numbers of two businesses, or another number of a kind that the business has, are never merged or chosen between by
  machine: `conflict` (`_enter`, `_revise`);
* a number that only a duplicate says is not the business's before a person decided so (`_enter`);
* an enumerator may correct the numbers of its own record as long as no other record rests on them; a number that the
  revision's form does not ask for stays (`_revise`);
* a visit without an interview changes neither businesses nor numbers (`_visit`; the rules are in `doors.py`).
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from app.core.canonical import same_content
from app.register.doors import found as found_at
from app.register.owners import Candidate, Meaning, Meant, meant
from app.register.verdicts import (
    NOBODY,
    NOTHING,
    OF_OWNERS,
    RESULTS,
    SAME_OWNER,
    WRONG_NUMBER,
    Business,
    Claim,
    CountedAs,
    Ledger,
    Outcome,
    Owner,
    Record,
    Verdict,
    Visited,
)

_OF_OWNERS = frozenset(OF_OWNERS)
_CASES = {Meaning.ANOTHER: SAME_OWNER, Meaning.STRANGER: WRONG_NUMBER}


def judge_all(ledger: Ledger, claims: Iterable[Claim]) -> list[Verdict]:
    """The verdicts on items in their order."""
    return [judge(ledger, claim) for claim in claims]


def judge(ledger: Ledger, claim: Claim) -> Verdict:
    """The verdict on one item; the ledger is brought up to date."""
    record = ledger.records.get(claim.record_id)
    if claim.visited is not None:
        return (record and _recognise(record, claim)) or _visit(ledger, claim, claim.visited, record)
    if record is None:
        return _enter(ledger, claim, None)
    return _recognise(record, claim) or (_revise if record.counted_as is CountedAs.ENTERED else _enter)(
        ledger, claim, record
    )


def objection(record: Record, revision: int, enumerator_id: UUID, campaign_id: int) -> str | None:
    """Why an item that is not stored yet can never be a revision of this record; None where it can."""
    if record.enumerator_id != enumerator_id:
        return "record_of_another"
    if record.campaign_id != campaign_id:
        return "record_of_another_campaign"
    return "revision_reused" if revision in record.contents else None


def comes_too_late(record: Record, claim: Claim) -> bool:
    """Whether a higher revision is there already that counts instead. At a door where nobody was interviewed none does:
    it counts as what all its visits say, in whatever order they come, and an interview counts before any visit.
    """
    return claim.revision < record.revision and record.counted_as not in RESULTS


def _recognise(record: Record, claim: Claim) -> Verdict | None:
    """An item of a known record that brings nothing new, or may not bring it; None where it is a higher revision, or
    the door counts as what its visits say.
    """
    stored = record.contents.get(claim.revision)
    if stored is not None and same_content(stored, claim.content) and record.campaign_id == claim.campaign_id:
        return Verdict(Outcome.UNCHANGED, record.business_id, stored=False)
    error = objection(record, claim.revision, claim.enumerator_id, claim.campaign_id)
    if error is not None:
        return Verdict(Outcome.INVALID, stored=False, error=error)
    if comes_too_late(record, claim):
        record.contents[claim.revision] = claim.content
        return Verdict(Outcome.UNCHANGED, record.business_id)
    return None


def _visit(ledger: Ledger, claim: Claim, visited: Visited, record: Record | None) -> Verdict:
    """A visit without an interview. What changes nothing is stored, and the record's revision stays as it is: what
    waits for a decision waits on, and what is in force can be reviewed. So it stays with a visit that comes after a
    later one, though the door may count as something else with it.
    """
    others, before = ({}, None) if record is None else (record.visits, record.counted_as)
    late = record is not None and claim.revision < record.revision
    counted_as, doubts = found_at(visited, claim.revision, others, before, late=late)
    if record is None or (counted_as is not None and not late):
        assert counted_as is not None  # noqa: S101  (a new door counts as something)
        _remember(ledger, claim, record, counted_as, None)
        return Verdict(Outcome.ACCEPTED if record is None else Outcome.UPDATED, counted_as=counted_as, doubts=doubts)
    _keep(record, claim)
    if counted_as is None:
        return Verdict(Outcome.UNCHANGED, record.business_id, doubts=doubts)
    record.counted_as = counted_as
    return Verdict(Outcome.UPDATED, counted_as=counted_as, doubts=doubts, behind=record.revision)


def _enter(ledger: Ledger, claim: Claim, record: Record | None) -> Verdict:
    """A record that is not entered yet, new or corrected."""
    if record is not None:
        _take_back(ledger, record, claim)
    owners = ledger.owners
    found = {kind: owners[digest].business_id for kind, digest in claim.numbers.items() if digest in owners}
    parties = _meant(ledger, claim, tuple(dict.fromkeys(found.values())))
    case, differs = "", NOTHING
    if (kind := _only_owner(found)) is not None:
        parties, case, differs = _recognise_owner(ledger, claim, None, kind)
    if not parties or case == SAME_OWNER:
        business = Business(claim.new_business_id, claim.kind, {}, [], claim.record_id)
        ledger.businesses[business.id] = business
    else:
        business = ledger.businesses[parties[0]]
    verdict = Verdict(Outcome.ACCEPTED, business.id, matched_on=tuple(found), parties=parties, differs=differs)
    if case == WRONG_NUMBER or len(parties) > 1 or (parties and not case and _contradicts(ledger, business, claim)):
        _remember(ledger, claim, record, CountedAs.CONFLICT, None)
        return verdict._replace(
            outcome=Outcome.CONFLICT, business_id=None, counted_as=CountedAs.CONFLICT, case=case or "conflict"
        )
    if claim.campaign_id in business.campaign_ids:
        _match(ledger, business, claim)
        _remember(ledger, claim, record, CountedAs.DUPLICATE, business.id)
        return verdict._replace(outcome=Outcome.DUPLICATE, counted_as=CountedAs.DUPLICATE, case="duplicate")
    _add_numbers(ledger, business, claim)
    newest = ledger.is_newest(claim.campaign_id, business)
    business.campaign_ids.append(claim.campaign_id)
    if newest:
        business.record_id, business.description = claim.record_id, claim.description
    _remember(ledger, claim, record, CountedAs.ENTERED, business.id)
    entered = verdict._replace(counted_as=CountedAs.ENTERED, in_force=newest)
    if case:
        return entered._replace(case=case, parties=(*parties, business.id))
    return entered._replace(parties=(), differs=())


def _revise(ledger: Ledger, claim: Claim, record: Record) -> Verdict:
    """A higher revision of a record that is entered: the business stays, its numbers may be corrected."""
    assert record.business_id is not None  # noqa: S101  (an entered record has a business)
    business = ledger.businesses[record.business_id]
    owners = ledger.owners
    found = {
        kind: owners[digest].business_id
        for kind, digest in claim.numbers.items()
        if digest in owners and owners[digest].business_id != business.id and business.numbers.get(kind) != digest
    }
    own = {
        digest: held
        for kind, digest in business.numbers.items()
        if claim.numbers.get(kind) != digest
        and kind not in claim.unasked
        and (held := _held(ledger, business, digest)) is not None
        and held.record_id == claim.record_id
    }
    replaced = any(
        business.numbers.get(kind, digest) != digest and business.numbers[kind] not in own
        for kind, digest in claim.numbers.items()
    )
    others, case, differs = tuple(dict.fromkeys(found.values())), "", NOTHING
    if (kind := _only_owner(found)) is not None:
        if _apart(ledger, claim, business, kind):
            found, others = {}, NOBODY
        else:
            others, case, differs = _recognise_owner(ledger, claim, business, kind)
    contradicts = replaced or business.kind != claim.kind or any(held.matched for held in own.values())
    turned = None if found or contradicts else _turned(ledger, claim, business)
    if turned is not None:
        others, case, differs = turned.others, turned.case, turned.differs
    if contradicts or turned is not None or (found and case != SAME_OWNER):
        # The revision before stays in force, so the business stays entered; a person decides.
        record.revision = claim.revision
        record.contents[claim.revision] = claim.content
        return Verdict(
            Outcome.CONFLICT,
            business.id,
            matched_on=tuple(found) if turned is None else (turned.kind,),
            parties=tuple(dict.fromkeys((business.id, *others))),
            case=WRONG_NUMBER if case == WRONG_NUMBER else "conflict",
            differs=differs,
        )
    for digest in own:
        _let_go(ledger, business, digest)
    business.numbers = {kind: digest for kind, digest in business.numbers.items() if digest not in own}
    _add_numbers(ledger, business, claim)
    _remember(ledger, claim, record, CountedAs.ENTERED, business.id)
    in_force = business.record_id == claim.record_id
    if in_force:
        business.description = claim.description
    updated = Verdict(Outcome.UPDATED, business.id, counted_as=CountedAs.ENTERED, in_force=in_force)
    if not case:
        return updated
    return updated._replace(matched_on=tuple(found), case=case, parties=(*others, business.id), differs=differs)


class _Turned(NamedTuple):
    """As `_recognise_owner`, with the kind of number by which the owner is known."""

    kind: str
    others: tuple[UUID, ...]
    case: str
    differs: tuple[str, ...]


def _only_owner(found: Mapping[str, UUID]) -> str | None:
    """The kind of number by which an owner is known, where nothing else is: a NIK, or what a foreigner has instead. Of
    several, which lead to the same business, the first."""
    if not found or not found.keys() <= _OF_OWNERS or len(set(found.values())) > 1:
        return None
    return next(iter(found))


def _recognise_owner(
    ledger: Ledger, claim: Claim, own: Business | None, kind: str
) -> tuple[tuple[UUID, ...], str, tuple[str, ...]]:
    """What a known owner means: the business that the record is or is most like, the kind of case where it is none of
    the owner's that are known, and what speaks for another business. `own`: the record's own business.
    """
    business_id, found = _compared(ledger, claim, own, kind)
    return (business_id,), _CASES.get(found.meaning, ""), found.differs


def _apart(ledger: Ledger, claim: Claim, own: Business, kind: str) -> bool:
    """Whether a person decided that the record's own business is another one than each that has the NIK. A NIK tells of
    the owner alone, who may have both; but where it is probably a stranger's, the number is in question, not the pair.
    """
    those = [each for each in having(ledger, claim.numbers[kind]) if each is not own]
    if not those or any(frozenset((own.id, each.id)) not in ledger.apart for each in those):
        return False
    return _compared(ledger, claim, own, kind)[1].meaning is not Meaning.STRANGER


def _turned(ledger: Ledger, claim: Claim, business: Business) -> _Turned | None:
    """As `_recognise_owner`, where a revision no longer says what made its business another one of the owner: or a copy
    could come in as that, and be corrected into what it is. None where nothing of that changed.
    """
    said = business.description
    if said is None or business.record_id != claim.record_id:
        return None
    for kind in OF_OWNERS:
        number = claim.numbers.get(kind)
        if number is None or number != business.numbers.get(kind) or len(having(ledger, number)) == 1:
            continue
        _, before = _compared(ledger, claim._replace(description=said, numbers=business.numbers), business, kind)
        business_id, after = _compared(ledger, claim, business, kind)
        if after.meaning not in (before.meaning, Meaning.ANOTHER):
            return _Turned(kind, (business_id,), _CASES.get(after.meaning, ""), after.differs)
    return None


def _compared(ledger: Ledger, claim: Claim, own: Business | None, kind: str) -> tuple[UUID, Meant]:
    nib = claim.numbers.get("nib")
    those = [each for each in having(ledger, claim.numbers[kind]) if each is not own]
    other_nib = [nib is not None and each.numbers.get("nib", nib) != nib for each in those]
    entered = [claim.campaign_id in each.campaign_ids for each in those]
    apart = [own is not None and frozenset((own.id, each.id)) in ledger.apart for each in those]
    candidates = map(
        Candidate,
        (each.description for each in those),
        other_nib,
        entered,
        apart,
        (tuple(each.merged_descriptions) for each in those),
    )
    found = meant(claim.description, list(candidates))
    return those[found.place].id, found


def having(ledger: Ledger, digest: bytes) -> list[Business]:
    """The businesses in the ledger that have a number: its owner first, then those that share it, by age."""
    ids = [ledger.owners[digest].business_id] if digest in ledger.owners else []
    ids += sorted(ledger.sharers.get(digest, {}))  # ids are made in the order of time
    return [ledger.businesses[id_] for id_ in ids if id_ in ledger.businesses]


def _meant(ledger: Ledger, claim: Claim, parties: tuple[UUID, ...]) -> tuple[UUID, ...]:
    """Of several businesses the one that has all these numbers, where it shares some with the others."""
    if len(parties) < 2:  # noqa: PLR2004  (nothing to choose)
        return parties
    known = {digest for digest in claim.numbers.values() if digest in ledger.owners}
    fitting = [id_ for id_ in parties if known <= set(ledger.businesses[id_].numbers.values())]
    return tuple(fitting) if len(fitting) == 1 else parties


def _contradicts(ledger: Ledger, business: Business, claim: Claim) -> bool:
    """Whether the item says something else of the business than the register does."""
    return business.kind != claim.kind or any(
        business.numbers.get(kind, digest) != digest
        and (digest not in ledger.owners or ledger.owners[digest].business_id != business.id)
        for kind, digest in claim.numbers.items()
    )


def _add_numbers(ledger: Ledger, business: Business, claim: Claim) -> None:
    """The business has the item's numbers: its own where nobody has them, and those that another one has are shared."""
    owners = ledger.owners
    for kind, digest in claim.numbers.items():
        owner = owners.get(digest)
        if owner is None:
            owners[digest] = Owner(business.id, claim.record_id, matched=False)
            business.numbers[kind] = digest
        elif owner.business_id != business.id and kind not in business.numbers:
            business.numbers[kind] = digest
            ledger.sharers.setdefault(digest, {})[business.id] = Owner(business.id, claim.record_id, matched=False)
    _match(ledger, business, claim)


def _match(ledger: Ledger, business: Business, claim: Claim) -> None:
    """Numbers that were claimed by another record have now been matched."""
    for digest in claim.numbers.values():
        owner = ledger.owners.get(digest)
        if owner is not None and owner.record_id != claim.record_id and not owner.matched:
            ledger.owners[digest] = owner._replace(matched=True)
        sharers = ledger.sharers.get(digest, {})
        shared = sharers.get(business.id)
        if shared is not None and shared.record_id != claim.record_id and not shared.matched:
            sharers[business.id] = shared._replace(matched=True)


def _held(ledger: Ledger, business: Business, digest: bytes) -> Owner | None:
    """How a business has a number: as its owner, or shared; None where that is not known."""
    owner = ledger.owners.get(digest)
    if owner is not None and owner.business_id == business.id:
        return owner
    return ledger.sharers.get(digest, {}).get(business.id)


def _let_go(ledger: Ledger, business: Business, digest: bytes) -> None:
    """The business no longer has a number that no other record rests on."""
    sharers = ledger.sharers.get(digest, {})
    if sharers.pop(business.id, None) is None:
        del ledger.owners[digest]
    if not sharers:
        ledger.sharers.pop(digest, None)


def _take_back(ledger: Ledger, record: Record, claim: Claim) -> None:
    """A duplicate's next revision starts afresh: what only it had added to the business's numbers is free again."""
    business = ledger.businesses.get(record.business_id) if record.business_id else None
    if business is None:
        return
    for kind, digest in list(business.numbers.items()):
        owner = ledger.owners.get(digest)
        if owner is not None and owner.record_id == claim.record_id and not owner.matched:
            del ledger.owners[digest]
            del business.numbers[kind]


def _remember(
    ledger: Ledger, claim: Claim, record: Record | None, counted_as: CountedAs, business_id: UUID | None
) -> None:
    if record is None:
        record = ledger.records[claim.record_id] = Record(
            claim.enumerator_id, claim.campaign_id, 0, 0, counted_as, None, {}
        )
    record.revision = record.counted_revision = claim.revision
    record.counted_as = counted_as
    record.business_id = business_id
    _keep(record, claim)


def _keep(record: Record, claim: Claim) -> None:
    """The revision is stored, whatever it changes."""
    record.contents[claim.revision] = claim.content
    if claim.visited is not None:
        record.visits[claim.revision] = claim.visited
