"""The ledger on locked rows, for batches and for decisions; afterwards the directory of numbers is written from it.

Writers cannot deadlock: free numbers are claimed in the order of their digests, then the businesses that have the other
numbers, as owners or beside them, are locked, one regency after another, in the order of their ids. The numbers of a
business change only under its lock, and so does its row among those that share a number; another business comes to
share a number only under the locks of all that have it. A transaction that locks businesses does not wait for one that
claims numbers.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from app.campaigns.queries import campaign_rounds
from app.core.database import TryAgain
from app.core.rows import Row, as_set, read, set_of
from app.register.claims import NewClaim, claim_numbers
from app.register.deduplication import having
from app.register.models import Business as BusinessTable
from app.register.models import Identity, SharedNumber
from app.register.owners import Description
from app.register.verdicts import KINDS, OF_OWNERS, Business, Ledger, Owner


class DigestsRow(Row, table=BusinessTable):
    """A business and the digests of its numbers."""

    id: UUID
    nik_digest: bytes | None
    nib_digest: bytes | None
    cooperative_number_digest: bytes | None
    passport_digest: bytes | None
    kitas_digest: bytes | None


class NumberedRow(DigestsRow, table=BusinessTable):
    """A business and its numbers, and how they are shown."""

    nik_masked: str | None
    nib_masked: str | None
    cooperative_number_masked: str | None
    passport_masked: str | None
    kitas_masked: str | None


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
    life: str
    verification: str | None

    @property
    def numbers(self) -> dict[str, bytes]:
        """Its numbers by kind."""
        numbers = {kind: getattr(self, f"{kind}_digest") for kind in KINDS}
        return {kind: digest for kind, digest in numbers.items() if digest is not None}

    @property
    def masks(self) -> dict[bytes, str | None]:
        """How its numbers are shown, by digest."""
        return {digest: getattr(self, f"{kind}_masked") for kind, digest in self.numbers.items()}

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


class SharerRow(Row, table=SharedNumber):
    """A number, and a business that has it beside its owner."""

    digest: bytes
    business_id: UUID
    record_id: UUID
    matched: bool


class _Held(Row):
    """A number and its owner, and a business that shares it, if there is one: a row for each of those."""

    digest: bytes
    business_id: UUID
    record_id: UUID
    matched: bool
    sharer_id: UUID | None
    sharer_record_id: UUID | None
    sharer_matched: bool | None


class _Described(Row):
    """What the record in force says of a business; of its activity, what a person decided where one did."""

    id: UUID
    region_code: str
    latitude: float | None
    longitude: float | None
    legal_name: str | None
    trade_name: str | None
    kbli: str
    kbli_version: str
    kbli_known: bool
    owner_name: str | None
    other_business: bool


DIGESTS = ", ".join(f"{kind}_digest" for kind in KINDS)
"""The columns with the numbers of a business."""


class NumberTaken(Exception):
    """A number that the ledger gives to a business belongs to another one that is not in the ledger."""


@dataclass(frozen=True, slots=True)
class LockedLedger:
    """A ledger, and the rows that it was made of. What is judged changes `ledger` alone."""

    ledger: Ledger
    rows: Mapping[UUID, LockedBusiness]
    owners_before: Mapping[bytes, Owner]
    claimed: Mapping[bytes, NewClaim]  # by this transaction, for what the claims supposed
    sharers_before: Mapping[tuple[bytes, UUID], Owner] = field(default_factory=dict)


async def order_rounds(pg: asyncpg.Connection, ledger: Ledger, campaign_ids: Iterable[int]) -> None:
    """Enter the order of campaigns, where the businesses and the claims about them (`campaign_ids`) are of several."""
    entered_in = (id_ for each in ledger.businesses.values() for id_ in each.campaign_ids)
    if len({*campaign_ids, *entered_in}) > 1:
        ledger.rounds = await campaign_rounds(pg)


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
    wanted = {*business_ids, *await _having(pg, taken)}
    rows = {row.id: row for row in await lock_businesses(pg, wanted)}
    ledger.businesses.update((id_, row.as_judged()) for id_, row in rows.items())
    said = {digest for row in rows.values() for digest in (*row.numbers.values(), *row.alias_digests)}
    held = await _held(pg, {*taken, *said, *digests} - claimed.keys())
    owners = {row.digest: Owner(row.business_id, row.record_id, row.matched) for row in held}
    sharers = {
        (row.digest, row.sharer_id): Owner(row.sharer_id, row.sharer_record_id, bool(row.sharer_matched))
        for row in held
        if row.sharer_id is not None and row.sharer_record_id is not None
    }
    ledger.owners.update(owners)
    # Other numbers may have no owner, or one that is not asked: some are shared by a person's decision.
    if any(digest not in owners or owners[digest].business_id not in rows for digest in taken):
        raise TryAgain
    if any(digest in taken and id_ not in rows for digest, id_ in sharers):
        raise TryAgain
    sharers = {(digest, id_): each for (digest, id_), each in sharers.items() if id_ in rows}
    _enter_sharers(ledger, sharers)
    await _describe(pg, ledger, [claim for claim in claims if claim.kind in OF_OWNERS and claim.digest in taken])
    return LockedLedger(ledger, rows, owners, claimed, sharers)


def _enter_sharers(ledger: Ledger, sharers: Mapping[tuple[bytes, UUID], Owner]) -> None:
    """Which businesses share a number. Those that were decided on before there was a directory of them are known by
    what they say."""
    for business in ledger.businesses.values():
        for digest in {*business.numbers.values(), *business.aliases} if business.merged_into is None else ():
            owner = ledger.owners.get(digest)
            if owner is not None and owner.business_id != business.id:
                decided = Owner(business.id, business.record_id, matched=True)
                ledger.sharers.setdefault(digest, {})[business.id] = sharers.get((digest, business.id), decided)


async def _describe(pg: asyncpg.Connection, ledger: Ledger, claims: Iterable[NewClaim]) -> None:
    """Enter what is said of businesses with which the rules compare these claims on known numbers of persons."""
    compared = {
        business.id
        for claim in claims
        if len(those := having(ledger, claim.digest)) > 1 or those[0].record_id != claim.record_id
        for business in those
    }
    for id_, description in (await descriptions_of(pg, compared)).items():
        ledger.businesses[id_].description = description


async def descriptions_of(pg: asyncpg.Connection, business_ids: Collection[UUID]) -> dict[UUID, Description]:
    """What the records in force say of businesses, as far as it is compared; those whose answers are no longer kept are
    missing."""
    rows = await read(pg, _Described, _DESCRIBED, list(business_ids)) if business_ids else []
    return {
        row.id: Description(
            legal_name=row.legal_name,
            trade_name=row.trade_name or "",
            owner_name=row.owner_name or "",
            kbli=row.kbli,
            region_code=row.region_code,
            latitude=row.latitude,
            longitude=row.longitude,
            other_business=row.other_business,
            kbli_version=row.kbli_version,
            kbli_known=row.kbli_known,
        )
        for row in rows
        if row.legal_name is not None
    }


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
    await _settle_sharers(pg, locked)


async def _settle_sharers(pg: asyncpg.Connection, locked: LockedLedger) -> None:
    before = locked.sharers_before
    after = {(digest, id_): each for digest, those in locked.ledger.sharers.items() for id_, each in those.items()}
    gone = [key for key in before if key not in after]
    changed = [
        SharerRow(digest=digest, business_id=id_, record_id=each.record_id, matched=each.matched)
        for (digest, id_), each in sorted(after.items())
        if before.get((digest, id_)) != each
    ]
    if gone:
        digests, ids = zip(*gone, strict=True)
        await pg.execute(_STOP_SHARING, list(digests), list(ids))
    if changed:
        await pg.execute(_SHARE, *as_set(SharerRow, changed))


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


_HELD = """
SELECT identity.digest, identity.business_id, identity.record_id, identity.matched,
       shared_number.business_id AS sharer_id, shared_number.record_id AS sharer_record_id,
       shared_number.matched AS sharer_matched
FROM identity LEFT JOIN shared_number ON shared_number.digest = identity.digest WHERE identity.digest = ANY($1)
"""
_SAID = f"""
SELECT DISTINCT unnest(ARRAY[{DIGESTS}] || alias_digests)
FROM business WHERE id = ANY($1)
"""
_SHARE = f"""
INSERT INTO shared_number (digest, business_id, record_id, matched) SELECT * FROM {set_of(SharerRow)}
ON CONFLICT (digest, business_id) DO UPDATE SET record_id = excluded.record_id, matched = excluded.matched
"""
_STOP_SHARING = """
DELETE FROM shared_number USING unnest($1::bytea[], $2::uuid[]) AS gone (digest, business_id)
WHERE shared_number.digest = gone.digest AND shared_number.business_id = gone.business_id
"""
_DESCRIBED = """
SELECT business.id, submission.region_code, submission.latitude, submission.longitude,
       answers->>'legal_name' AS legal_name, answers->>'trade_name' AS trade_name,
       business.kbli, business.kbli_version, NOT business.kbli_unknown AS kbli_known,
       answers->'owner'->>'name' AS owner_name,
       coalesce(answers->>'other_business_of_owner' = 'true', false) AS other_business
FROM business JOIN submission
  ON submission.record_id = business.record_id AND submission.revision = business.revision
 AND submission.regency_code = business.regency_code
WHERE business.id = ANY($1)
"""


async def _having(pg: asyncpg.Connection, digests: Collection[bytes]) -> set[UUID]:
    """The businesses that have these numbers, all of which somebody has."""
    held = await _held(pg, digests)
    if len({row.digest for row in held}) != len(digests):
        raise TryAgain
    return {row.business_id for row in held} | {row.sharer_id for row in held if row.sharer_id is not None}


async def sharing(pg: asyncpg.Connection, business_ids: Iterable[UUID]) -> set[UUID]:
    """The businesses that have a number which several have, one of these among them."""
    said = await pg.fetch(_SAID, list(business_ids))
    held = await _held(pg, {row[0] for row in said if row[0] is not None})
    shared = [row for row in held if row.sharer_id is not None]
    return {row.business_id for row in shared} | {row.sharer_id for row in shared if row.sharer_id is not None}


async def _held(pg: asyncpg.Connection, digests: Collection[bytes]) -> list[_Held]:
    return await read(pg, _Held, _HELD, list(digests)) if digests else []


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
