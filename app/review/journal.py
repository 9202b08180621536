"""The journal of a resolution, to undo it: rows of the register before and after. Pure.

Ids, digests, masked numbers and counts only, never an answer. Undoing puts everything back as it was, but keeps what
came since: a number that another record added to a business, a campaign that it was entered in. Where a later decision
or revision rests on what is to be undone, it cannot be: that is to be decided first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from app.register.resolution import merge, pass_on
from app.register.verdicts import Business, CountedAs, Ledger, Owner, Record

B = TypeVar("B")
A = TypeVar("A")


class BuiltUpon(Exception):
    """Something rests on what is to be undone."""


class _Stored(BaseModel):
    """JSON as it is stored: digests are hexadecimal there."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="hex", val_json_bytes="hex")


class BusinessImage(_Stored):
    """How a business stands."""

    numbers: Mapping[str, bytes]
    aliases: tuple[bytes, ...]
    campaign_ids: tuple[int, ...]
    merged_into: UUID | None

    @classmethod
    def of(cls, business: Business) -> Self:
        """As the ledger has it."""
        return cls(
            numbers=dict(business.numbers),
            aliases=tuple(sorted(business.aliases)),
            campaign_ids=tuple(business.campaign_ids),
            merged_into=business.merged_into,
        )


class OwnerImage(_Stored):
    """The owner of a number."""

    business_id: UUID
    record_id: UUID
    matched: bool

    @classmethod
    def of(cls, owner: Owner) -> Self:
        """As the ledger has it."""
        return cls(business_id=owner.business_id, record_id=owner.record_id, matched=owner.matched)


class RecordImage(_Stored):
    """What a record counts as."""

    revision: int
    counted_revision: int
    counted_as: CountedAs
    business_id: UUID | None

    @classmethod
    def of(cls, record: Record) -> Self:
        """As the ledger has it."""
        return cls(
            revision=record.revision,
            counted_revision=record.counted_revision,
            counted_as=record.counted_as,
            business_id=record.business_id,
        )


class Step(_Stored, Generic[B, A]):
    """How something stood before, and after; None where there was nothing."""

    before: B
    after: A


BusinessStep = Step[BusinessImage | None, BusinessImage]
OwnerStep = Step[OwnerImage | None, OwnerImage | None]
RecordStep = Step[RecordImage, RecordImage]
Sharers = tuple[OwnerImage, ...]
SharersStep = Step[Sharers, Sharers]
"""The businesses that have a number beside its owner."""


InForceStep = Step[UUID, UUID]
"""The record whose answers are in force for a business."""


class Journal(_Stored):
    """Everything that a decision changed.

    `reviews` ended with it; `masks` are the numbers as they are shown, by digest; `returned` is the record that was
    returned.
    """

    businesses: Mapping[UUID, BusinessStep]
    owners: Mapping[bytes, OwnerStep]
    records: Mapping[UUID, RecordStep]
    reviews: tuple[UUID, ...] = ()
    masks: Mapping[bytes, str | None] = {}
    returned: UUID | None = None
    sharers: Mapping[bytes, SharersStep] = {}
    in_force: Mapping[UUID, InForceStep] = {}

    @classmethod
    def read(cls, text: str) -> Self | None:
        """A journal as it is stored; None where it was emptied, because a person's answers were erased."""
        return None if text == "{}" else cls.model_validate_json(text)

    def written(self) -> str:
        """The journal as it is stored; without what former versions did not know where nothing of it changed."""
        return self.model_dump_json(exclude={name for name in ("sharers", "in_force") if not getattr(self, name)})

    def with_digests(self, fresh: Mapping[bytes, bytes]) -> Self:
        """The same journal with other digests of the same numbers."""
        businesses = {
            id_: BusinessStep(before=step.before and _renamed(step.before, fresh), after=_renamed(step.after, fresh))
            for id_, step in self.businesses.items()
        }
        owners = {fresh.get(digest, digest): step for digest, step in self.owners.items()}
        masks = {fresh.get(digest, digest): shown for digest, shown in self.masks.items()}
        sharers = {fresh.get(digest, digest): step for digest, step in self.sharers.items()}
        return self.model_copy(update={"businesses": businesses, "owners": owners, "masks": masks, "sharers": sharers})


@dataclass(frozen=True, slots=True)
class Images:
    """How everything in a ledger stands."""

    businesses: Mapping[UUID, BusinessImage]
    owners: Mapping[bytes, OwnerImage]
    records: Mapping[UUID, RecordImage]
    sharers: Mapping[bytes, Sharers]
    in_force: Mapping[UUID, UUID]  # by business


def images(ledger: Ledger) -> Images:
    """How everything in the ledger stands now."""
    return Images(
        businesses={id_: BusinessImage.of(business) for id_, business in ledger.businesses.items()},
        owners={digest: OwnerImage.of(owner) for digest, owner in ledger.owners.items()},
        records={id_: RecordImage.of(record) for id_, record in ledger.records.items()},
        sharers={
            digest: tuple(OwnerImage.of(those[id_]) for id_ in sorted(those))
            for digest, those in ledger.sharers.items()
        },
        in_force={id_: business.record_id for id_, business in ledger.businesses.items()},
    )


def journal_of(before: Images, after: Images) -> Journal:
    """What differs. Businesses may be new and numbers may go; records stay."""
    return Journal(
        businesses={
            id_: BusinessStep(before=before.businesses.get(id_), after=after.businesses[id_])
            for id_ in sorted(after.businesses)
            if before.businesses.get(id_) != after.businesses[id_]
        },
        owners={
            digest: OwnerStep(before=before.owners.get(digest), after=after.owners.get(digest))
            for digest in sorted(before.owners.keys() | after.owners.keys())
            if before.owners.get(digest) != after.owners.get(digest)
        },
        records={
            id_: RecordStep(before=before.records[id_], after=after.records[id_])
            for id_ in sorted(after.records)
            if before.records[id_] != after.records[id_]
        },
        sharers={
            digest: SharersStep(before=before.sharers.get(digest, ()), after=after.sharers.get(digest, ()))
            for digest in sorted(before.sharers.keys() | after.sharers.keys())
            if before.sharers.get(digest) != after.sharers.get(digest)
        },
        in_force={
            id_: InForceStep(before=record_id, after=after.in_force[id_])
            for id_, record_id in before.in_force.items()
            if after.in_force[id_] != record_id
        },
    )


def undo(ledger: Ledger, journal: Journal, heir: UUID | None) -> None:
    """Put the ledger back. `heir`: the business that takes what a removed business had.

    Raises:
        BuiltUpon: see there.
    """
    _refuse_built_upon(ledger, journal)
    for record_id, moved in journal.records.items():
        record = ledger.records[record_id]
        record.counted_as = moved.before.counted_as
        record.counted_revision = moved.before.counted_revision
        record.business_id = moved.before.business_id
    for digest, passed in journal.owners.items():
        owner = passed.before
        if owner is None:
            ledger.owners.pop(digest, None)
        else:
            ledger.owners[digest] = Owner(owner.business_id, owner.record_id, owner.matched)
    for digest, shared in journal.sharers.items():
        those = ledger.sharers.setdefault(digest, {})
        for each in shared.before:
            those[each.business_id] = Owner(each.business_id, each.record_id, each.matched)
    for business_id, answered in journal.in_force.items():
        ledger.businesses[business_id].record_id = answered.before
    for business_id, changed in journal.businesses.items():
        business = ledger.businesses[business_id]
        _put_back(business, changed.before or _NOTHING, changed.after)
        if changed.before is None:
            if heir is None:
                raise BuiltUpon
            merge(ledger, business, ledger.businesses[heir])
    pass_on(ledger)


_NOTHING = BusinessImage(numbers={}, aliases=(), campaign_ids=(), merged_into=None)


def _refuse_built_upon(ledger: Ledger, journal: Journal) -> None:
    in_force = {id_: business.record_id for id_, business in ledger.businesses.items()}
    if any(in_force.get(id_) != answered.after for id_, answered in journal.in_force.items()):
        raise BuiltUpon
    for record_id, moved in journal.records.items():
        record = ledger.records.get(record_id)
        if record is None or RecordImage.of(record) != moved.after:
            raise BuiltUpon
    for business_id, changed in journal.businesses.items():
        business, then = ledger.businesses.get(business_id), changed.after
        if business is None or then.merged_into != business.merged_into:
            raise BuiltUpon
        if any(business.numbers.get(kind) != digest for kind, digest in then.numbers.items()):
            raise BuiltUpon
        # A number that was taken away, and in whose place the business has said another one since.
        was = {} if changed.before is None else changed.before.numbers
        if any(
            business.numbers.get(kind, digest) != digest for kind, digest in was.items() if kind not in then.numbers
        ):
            raise BuiltUpon
    for digest, passed in journal.owners.items():
        owner = ledger.owners.get(digest)
        if (owner and owner.business_id) != (passed.after and passed.after.business_id):
            raise BuiltUpon


def _put_back(business: Business, was: BusinessImage, then: BusinessImage) -> None:
    """As it was, with what came since."""
    since = {kind: digest for kind, digest in business.numbers.items() if kind not in then.numbers}
    business.numbers = {**was.numbers, **since}
    business.aliases = {*was.aliases, *business.aliases.difference(then.aliases)}
    entered_since = [id_ for id_ in business.campaign_ids if id_ not in then.campaign_ids]
    business.campaign_ids = list(dict.fromkeys((*was.campaign_ids, *entered_since)))
    business.merged_into = was.merged_into


def _renamed(image: BusinessImage, fresh: Mapping[bytes, bytes]) -> BusinessImage:
    numbers = {kind: fresh.get(digest, digest) for kind, digest in image.numbers.items()}
    aliases = tuple(fresh.get(digest, digest) for digest in image.aliases)
    return image.model_copy(update={"numbers": numbers, "aliases": aliases})
