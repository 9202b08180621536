"""What the rules of one business, one record work on: items, what is known of numbers, businesses and records, and what
is said of an item. Pure. The rules are in `deduplication.py` and `resolution.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from app.questionnaires.visit_1 import Result
from app.register.owners import Description

KINDS = ("nik", "nib", "cooperative_number", "passport", "kitas")
"""The numbers that identify, in the order in which rows have them."""
OF_OWNERS = ("nik", "passport", "kitas")
"""Those that identify the owner, who may have several businesses."""
PLACES: Mapping[str, tuple[str, ...]] = {kind: ("owner", kind) if kind in OF_OWNERS else (kind,) for kind in KINDS}
"""Where answers have these numbers."""
SAME_OWNER, WRONG_NUMBER = "same_owner", "wrong_number"
"""Kinds of cases: another business of a known owner, which counts; a NIK that is probably somebody else's."""


class Outcome(StrEnum):
    """What the receipt says of an item."""

    ACCEPTED = "accepted"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    HELD = "held"
    INVALID = "invalid"


class CountedAs(StrEnum):
    """What a record counts as in the progress of its campaign: by its interview, or by its visits without one."""

    ENTERED = "entered"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    OPEN_VISITS = "open_visits"
    REFUSED = "refused"
    CLOSED = "closed"
    MOVED = "moved"
    NOT_FOUND = "not_found"
    NOT_ELIGIBLE = "not_eligible"
    NON_RESPONSE = "non_response"

    @property
    def counter(self) -> str:
        """The counter of progress that it counts in."""
        return _COUNTERS.get(self, self.value)


_COUNTERS = {
    CountedAs.DUPLICATE: "duplicates",
    CountedAs.CONFLICT: "conflicts",
}
"""Of those whose counter has another name."""

RESULTS = frozenset(CountedAs) - {CountedAs.ENTERED, CountedAs.DUPLICATE, CountedAs.CONFLICT}
"""What a door counts as at which nobody was interviewed."""


class Doubt(NamedTuple):
    """What is doubtful of an item because of what is known: a pointer and a stable code."""

    pointer: str
    code: str


class Visited(NamedTuple):
    """What a visit says that the rules need to know; its time is by the tablet's clock."""

    result: Result
    visited_at: datetime


class Owner(NamedTuple):
    """The owner of a number, or another business that shares it: the business, the record that claimed it, and whether
    another record was recognised by it."""

    business_id: UUID
    record_id: UUID
    matched: bool


@dataclass(slots=True)
class Business:
    """What the rules need to know of a business: at most one number of each kind, and where it is entered.

    It may share its owner's NIK with another business. By a decision, it may share any number with the business that
    owns it, be known by more numbers (`aliases`), or be no more than another name of its survivor (`merged_into`).
    """

    id: UUID
    kind: str
    numbers: dict[str, bytes]
    campaign_ids: list[int]
    record_id: UUID  # the record whose answers are in force
    aliases: set[bytes] = field(default_factory=set)
    merged_into: UUID | None = None
    enumerator_id: UUID | None = None  # whose record is in force; None for one that this batch made
    description: Description | None = field(default=None, compare=False)  # by the record in force, where it is needed
    merged_descriptions: list[Description] = field(default_factory=list, compare=False)  # of what was merged into it


@dataclass(slots=True)
class Record:
    """What the rules need to know of a stored record; `contents` are the digests of its stored revisions."""

    enumerator_id: UUID
    campaign_id: int
    revision: int
    counted_revision: int
    counted_as: CountedAs
    business_id: UUID | None
    contents: dict[int, bytes]
    said: bytes | None = None  # distinguishes its last numbers from others; see `intake/lookup_limits.py`
    number_changes: int | None = None
    visits: dict[int, Visited] = field(default_factory=dict)  # without an interview, by revision

    def copy(self) -> "Record":
        """One that judging may change."""
        return replace(self, contents=dict(self.contents), visits=dict(self.visits))


class Claim(NamedTuple):
    """One item that passed its own checks: its numbers, by which the business is known."""

    record_id: UUID
    revision: int
    enumerator_id: UUID
    campaign_id: int
    content: bytes
    kind: str
    numbers: Mapping[str, bytes]
    new_business_id: UUID  # the id of the business if this item turns out to be a new one
    description: Description | None = None
    visited: Visited | None = None  # only of a visit without an interview
    unasked: frozenset[str] = frozenset()  # see `questionnaires.assessment.Reading`


class Verdict(NamedTuple):
    """What becomes of an item.

    `stored`: it becomes a submission. `counted_as`: what its record counts as from now on, None where that stays.
    `in_force`: its answers become those of the business. `case`: what kind of case it opens, None for none, about the
    businesses `parties`; `differs`: what speaks for another business than the first of them. `error`: the stable code
    of an `invalid` item. `behind`: of a visit that comes after a later one, the revision that remains in force.
    """

    outcome: Outcome
    business_id: UUID | None = None
    stored: bool = True
    counted_as: CountedAs | None = None
    in_force: bool = False
    matched_on: tuple[str, ...] = ()
    parties: tuple[UUID, ...] = ()
    error: str | None = None
    case: str | None = None
    differs: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    behind: int | None = None

    @property
    def warning(self) -> str | None:
        """The code of the doubt about its owner's number, if there is one."""
        return _WARNINGS.get(self.case or "")

    @property
    def owner_known_by(self) -> str:
        """The kind of number by which its owner is known."""
        return next((kind for kind in self.matched_on if kind in OF_OWNERS), "nik")


NOTHING: tuple[str, ...] = ()
NOBODY: tuple[UUID, ...] = ()
_WARNINGS = {SAME_OWNER: "owner_known", WRONG_NUMBER: "number_of_another"}


@dataclass(slots=True)
class Ledger:
    """Everything that the items of a batch touch, as it was before, and as it is after each `judge`. `sharers`: of each
    number, the businesses that have it beside its owner; `apart`: pairs that a person decided to be two; `rounds`: the
    places of campaigns among all by their first day, where there are businesses of others."""

    owners: dict[bytes, Owner] = field(default_factory=dict)
    sharers: dict[bytes, dict[UUID, Owner]] = field(default_factory=dict)
    businesses: dict[UUID, Business] = field(default_factory=dict)
    records: dict[UUID, Record] = field(default_factory=dict)
    apart: set[frozenset[UUID]] = field(default_factory=set)
    rounds: Mapping[int, int] = field(default_factory=dict)

    def is_newest(self, campaign_id: int, business: Business) -> bool:
        """Whether no later round entered the business, so that what this one says of it is in force."""
        places = [self.rounds.get(each, each) for each in (campaign_id, *business.campaign_ids)]
        return places[0] == max(places)
