"""What became of an entry of the listing, and which record decides. Pure.

A record may say which entry it is about (`listing_id`); what the revision in force says holds, and a revision that says
nothing leaves it. The rules (`docs/listing.md`):

* an entry is `open` until a record claims it, then what that record counts as; a record that contradicts the register
  (`conflict`) decides nothing yet;
* of several records an interview that is entered decides, then a duplicate, then a final result, then a visit that is
  not final; among equals the one that came first;
* an entry is done in every state but `open` and `open_visits`;
* what is entered and decides no entry was found without the listing.

So each entry is in exactly one state, and stands for at most one entered business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.register.lives import GONE
from app.register.verdicts import RESULTS, CountedAs

OPEN = "open"
_NOT_DONE = frozenset({OPEN, CountedAs.OPEN_VISITS.value})
_RANKS = {
    CountedAs.ENTERED: 0,
    CountedAs.DUPLICATE: 1,
    **dict.fromkeys(RESULTS - {CountedAs.OPEN_VISITS}, 2),
    CountedAs.OPEN_VISITS: 3,
}


class Standing(NamedTuple):
    """How a record stands: whose it is, and where, when and as what it counts."""

    record_id: UUID
    enumerator_id: UUID
    counted_as: CountedAs
    region_code: str
    captured_on: date


class Decided(NamedTuple):
    """What an entry is, and the record that decided so; None while it is open."""

    state: str
    by: Standing | None

    @property
    def done(self) -> bool:
        """Whether nobody has to go there any more."""
        return self.state not in _NOT_DONE


UNDECIDED = Decided(OPEN, None)


class Count(NamedTuple):
    """That an entry (or the record that decides it) counts, or no longer counts: the counter, +1 or -1, the campaign,
    whose work it is, where, and the day of capture."""

    counter: str
    by: int
    campaign_id: int
    enumerator_id: UUID
    region_code: str
    captured_on: date


def decided_by(claims: Mapping[UUID, Standing], before: UUID | None) -> Decided:
    """What an entry is after these claims, by record; `before`: the record that decided until now."""
    ranked = {id_: _RANKS[each.counted_as] for id_, each in claims.items() if each.counted_as in _RANKS}
    if not ranked:
        return UNDECIDED
    best = min(ranked.values())
    first = [id_ for id_, rank in sorted(ranked.items()) if rank == best]
    chosen = claims[before if before in first else first[0]]
    return Decided(chosen.counted_as.value, chosen)


def counts_of(decided: Decided, campaign_id: int, village: str, by: int) -> list[Count]:
    """What counts of an entry of a village while it is decided so."""
    one = decided.by
    if one is None or not decided.done:
        return []
    counts = [Count("listed_done", by, campaign_id, one.enumerator_id, village, one.captured_on)]
    if one.counted_as is CountedAs.ENTERED:
        counts.append(Count("listed_entered", by, campaign_id, one.enumerator_id, one.region_code, one.captured_on))
    return counts


class Step(NamedTuple):
    """That an entry is decided otherwise, from a day on."""

    entry_id: UUID
    number: int
    decided: Decided
    received_on: date


@dataclass(slots=True)
class Entry:
    """An entry while records change: where it is, what it is, and who claims it."""

    id: UUID
    regency_code: str
    campaign_id: int
    region_code: str
    business_id: UUID | None
    decided: Decided
    step: int
    claims: dict[UUID, Standing] = field(default_factory=dict)


@dataclass(slots=True)
class Listing:
    """The entries that a batch, or a decision, is about; what became of them, and what counts otherwise with it."""

    entries: dict[UUID, Entry] = field(default_factory=dict)
    claimed: dict[UUID, UUID] = field(default_factory=dict)  # by record, the entry that it claims
    steps: list[Step] = field(default_factory=list)
    counts: list[tuple[Count, date]] = field(default_factory=list)  # with the day of the change
    lives: set[UUID] = field(default_factory=set)  # businesses that were found to be gone, or no longer

    def stand(self, standing: Standing, entry_id: UUID | None, received_on: date) -> bool:
        """A record stands so from now on, and claims an entry, if it names one; otherwise the one that it claimed.
        Whether it decides that entry; True where it claims none.
        """
        record_id = standing.record_id
        before = self.claimed.get(record_id)
        named = before if entry_id is None else entry_id
        if before is not None and before != named:
            self.entries[before].claims.pop(record_id, None)
            self._decide(self.entries[before], received_on)
        if named is None or named not in self.entries:
            return True
        self.claimed[record_id] = named
        entry = self.entries[named]
        entry.claims[record_id] = standing
        self._decide(entry, received_on)
        return entry.decided.by is None or entry.decided.by.record_id == record_id

    def _decide(self, entry: Entry, received_on: date) -> None:
        was = entry.decided
        now = decided_by(entry.claims, was.by.record_id if was.by else None)
        if now == was:
            return
        entry.step += 1
        entry.decided = now
        self.steps.append(Step(entry.id, entry.step, now, received_on))
        if entry.business_id is not None and not GONE.isdisjoint((was.state, now.state)):
            self.lives.add(entry.business_id)
        for decided, by in ((was, -1), (now, 1)):
            counts = counts_of(decided, entry.campaign_id, entry.region_code, by)
            self.counts += [(each, received_on) for each in counts]

    @property
    def changed(self) -> list[Entry]:
        """The entries that are decided otherwise than before."""
        return [self.entries[id_] for id_ in dict.fromkeys(step.entry_id for step in self.steps)]


def objection(entry: Entry | None, campaign_id: int, *, in_area: bool) -> str | None:
    """Why a record cannot claim an entry; None where it can. `in_area`: whether the entry is where its enumerator
    works.
    """
    if entry is None:
        return "listing_unknown"
    if entry.campaign_id != campaign_id:
        return "listing_of_another_campaign"
    return None if in_area else "listing_outside_assignment"
