"""The ledger on locked rows, for batches and for decisions; afterwards the directory of numbers is written from it.

Writers cannot deadlock: free numbers are claimed in the order of their digests, then the businesses that have the other
numbers are locked, one regency after another, in the order of their ids. The numbers of a business change only under
its lock, and a transaction that locks businesses does not wait for one that claims numbers.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from app.core.database import TryAgain
from app.core.rows import Row, as_set, read, set_of
from app.register.claims import NewClaim, claim_numbers
from app.register.deduplication import Business, Ledger, Owner
from app.register.models import Business as BusinessTable
from app.register.models import Identity


class NumberedRow(Row, table=BusinessTable):
    """A business and its numbers, and how they are shown."""

    id: UUID
    nik_digest: bytes | None
    nib_digest: bytes | None
    cooperative_number_digest: bytes | None
    nik_masked: str | None
    nib_masked: str | None
    cooperative_number_masked: str | None


class LockedBusiness(NumberedRow, table=BusinessTable):
    """A business as it is under its lock."""

    kind: str
    region_code: str
    alias_digests: list[bytes]
    merged_into: UUID | None
    campaign_ids: list[int]
    record_id: UUID
    revision: int
    enumerator_id: UUID

    @property
    def numbers(self) -> dict[str, bytes]:
        """Its numbers by kind."""
        numbers = {"nik": self.nik_digest, "nib": self.nib_digest, "cooperative_number": self.cooperative_number_digest}
        return {kind: digest for kind, digest in numbers.items() if digest is not None}

    @property
    def masks(self) -> dict[bytes, str | None]:
        """How its numbers are shown, by digest."""
        masks = {"nik": self.nik_masked, "nib": self.nib_masked, "cooperative_number": self.cooperative_number_masked}
        return {digest: masks[kind] for kind, digest in self.numbers.items()}

    def as_judged(self) -> Business:
        """What the rules need to know of it."""
        return Business(
            id=self.id,
            kind=self.kind,
            numbers=self.numbers,
            campaign_ids=list(self.campaign_ids),
            record_id=self.record_id,
            aliases=set(self.alias_digests),
            merged_into=self.merged_into,
            enumerator_id=self.enumerator_id,
        )


class OwnerRow(Row, table=Identity):
    """A number and its owner."""

    digest: bytes
    business_id: UUID
    record_id: UUID
    matched: bool


class NumberTaken(Exception):
    """A number that the ledger gives to a business belongs to another one that is not in the ledger."""


@dataclass(frozen=True, slots=True)
class LockedLedger:
    """A ledger, and the rows that it was made of. What is judged changes `ledger` alone."""

    ledger: Ledger
    rows: Mapping[UUID, LockedBusiness]
    owners_before: Mapping[bytes, Owner]
    claimed: Mapping[bytes, NewClaim]  # by this transaction, for what the claims supposed


async def lock_ledger(
    pg: asyncpg.Connection,
    ledger: Ledger,
    claims: Collection[NewClaim],
    business_ids: Iterable[UUID],
    digests: Iterable[bytes] = (),
) -> LockedLedger:
    """Claim the free numbers, lock the businesses that have the others and those named, and enter them in
    the ledger with their numbers. `digests`: further numbers, whose owners are entered as well.

    Raises:
        TryAgain: a number changed hands before its business was locked.
    """
    claimed = await claim_numbers(pg, claims)
    taken = {claim.digest for claim in claims} - claimed.keys()
    wanted = {*business_ids, *await _owning(pg, taken)}
    rows = await lock_businesses(pg, wanted)
    ledger.businesses.update((row.id, row.as_judged()) for row in rows)
    said = {digest for row in rows for digest in (*row.numbers.values(), *row.alias_digests)}
    owners = await _owners(pg, {*taken, *said, *digests} - claimed.keys())
    ledger.owners.update(owners)
    # Other numbers may have no owner, or one that is not asked: some are shared by a person's decision.
    if any(digest not in owners or owners[digest].business_id not in ledger.businesses for digest in taken):
        raise TryAgain
    return LockedLedger(ledger, {row.id: row for row in rows}, owners, claimed)


async def lock_businesses(pg: asyncpg.Connection, ids: Collection[UUID]) -> list[LockedBusiness]:
    """Lock businesses until the transaction ends, one regency after another, in the order of their ids.

    Raises:
        TryAgain: a business moved to another regency before it was locked.
    """
    rows: list[LockedBusiness] = []
    homes = await pg.fetch(_HOMES, list(ids)) if ids else []
    for regency_code, its_ids in homes:
        rows += await read(pg, LockedBusiness, _LOCK, regency_code, its_ids)
    if len(rows) != sum(len(its_ids) for _, its_ids in homes):
        raise TryAgain
    return rows


async def settle(pg: asyncpg.Connection, locked: LockedLedger) -> None:
    """Make the directory of numbers say what the ledger says, where that is not what was claimed.

    Raises:
        NumberTaken: a number was given back to a business, and another one has it by now.
    """
    owners = locked.ledger.owners
    claimed = {**locked.claimed, **await _claim_again(pg, locked)}
    supposed = {**locked.owners_before}
    for digest, claim in claimed.items():
        supposed[digest] = Owner(claim.business_id, claim.record_id, matched=False)
    freed = [digest for digest in supposed if digest not in owners]
    changed = [
        OwnerRow(digest=digest, business_id=owner.business_id, record_id=owner.record_id, matched=owner.matched)
        for digest, owner in owners.items()
        if supposed.get(digest) != owner
    ]
    if freed:
        await pg.execute("DELETE FROM identity WHERE digest = ANY($1)", freed)
    if changed:
        await pg.execute(_CHANGE_OWNERS, *as_set(OwnerRow, changed))


_HOMES = "SELECT regency_code, array_agg(id) FROM business WHERE id = ANY($1) GROUP BY 1 ORDER BY 1"
# Of one regency, since rows on several nodes cannot be locked in one statement.
_LOCK = f"""
SELECT {", ".join(LockedBusiness.columns)} FROM business WHERE regency_code = $1 AND id = ANY($2)
ORDER BY id FOR NO KEY UPDATE
"""
_CHANGE_OWNERS = f"""
UPDATE identity SET business_id = input.business_id, record_id = input.record_id, matched = input.matched
FROM {set_of(OwnerRow)} WHERE identity.digest = input.digest
"""


async def _owning(pg: asyncpg.Connection, digests: Collection[bytes]) -> set[UUID]:
    if not digests:
        return set()
    rows = await pg.fetch("SELECT business_id FROM identity WHERE digest = ANY($1)", list(digests))
    if len(rows) != len(digests):
        raise TryAgain
    return {row[0] for row in rows}


async def _owners(pg: asyncpg.Connection, digests: Collection[bytes]) -> dict[bytes, Owner]:
    if not digests:
        return {}
    columns = ", ".join(OwnerRow.columns)
    rows = await read(pg, OwnerRow, f"SELECT {columns} FROM identity WHERE digest = ANY($1)", list(digests))
    return {row.digest: Owner(row.business_id, row.record_id, row.matched) for row in rows}


async def _claim_again(pg: asyncpg.Connection, locked: LockedLedger) -> dict[bytes, NewClaim]:
    """Numbers that were free when the ledger was opened, and that a business has again."""
    ledger = locked.ledger
    known = locked.owners_before.keys() | locked.claimed.keys()
    missing = {digest: owner for digest, owner in ledger.owners.items() if digest not in known}
    if not missing:
        return {}
    kinds = {digest: kind for each in ledger.businesses.values() for kind, digest in each.numbers.items()}
    if not missing.keys() <= kinds.keys():
        raise NumberTaken
    claims = [
        NewClaim(digest=digest, kind=kinds[digest], business_id=owner.business_id, record_id=owner.record_id)
        for digest, owner in missing.items()
    ]
    claimed = await claim_numbers(pg, claims)
    if claimed.keys() != missing.keys():
        raise NumberTaken
    return claimed
