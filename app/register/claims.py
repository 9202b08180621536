"""Claiming numbers, so that two tablets that send the same NIK at the same moment meet on one row.

Nobody waits in a circle: new claims are made in the order of their digests, then the businesses that own the other
numbers are locked in the order of their ids, and a business's numbers change only under its lock. Whoever is in the
second step waits for nobody in the first.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from uuid import UUID

import asyncpg

from app.core.database import TryAgain
from app.core.problems import Code, Problem
from app.core.rows import Row, as_set, set_of
from app.core.sealing import Digester
from app.core.settings import SettingsError
from app.register.deduplication import Business, Claim, Ledger, Owner
from app.register.models import Identity

NUMBERS_LOCK = 0x6B756D6B_6E75  # shared by who judges numbers while their key changes; whole by who moves them


class StoredDigests:
    """Digests of numbers as they stand in the directory while their key changes; of others, under the key in use."""

    def __init__(self, digester: Digester, in_use: int, stored: AbstractSet[bytes]) -> None:
        self._digester, self._in_use, self._stored = digester, in_use, stored

    def digest(self, kind: str, digits: str) -> bytes:
        """As `Digester.digest`."""
        every = self._digester.digests(kind, digits)
        return next((each for each in every if each in self._stored), every[self._in_use])


async def as_stored(
    pg: asyncpg.Connection, digester: Digester, numbers: Iterable[tuple[str, str]]
) -> Digester | StoredDigests:
    """What digests these numbers (kind, digits) as the directory has them. With one key, which is nearly always, the
    digester itself and no statement.

    Raises:
        Problem: `overloaded` where new numbers are under a key that this process does not know.
    """
    if len(digester.fingerprints) == 1:
        return digester
    await pg.execute("SELECT pg_advisory_xact_lock_shared($1)", NUMBERS_LOCK)
    every = [each for kind, digits in numbers for each in digester.digests(kind, digits)]
    ((in_use, stored),) = await pg.fetch(
        "SELECT (SELECT fingerprint FROM number_key ORDER BY began_at DESC LIMIT 1),"
        " ARRAY(SELECT digest FROM identity WHERE digest = ANY($1))",
        every,
    )
    if in_use is not None and in_use not in digester.fingerprints:
        raise Problem(Code.OVERLOADED, retry_after=60)
    place = digester.fingerprints.index(in_use) if in_use is not None else 0
    return StoredDigests(digester, place, set(stored))


async def refuse_outdated(pg: asyncpg.Connection, digester: Digester) -> None:
    """Not to start with a key of numbers that is no longer in use: every known number would be new.

    Raises:
        SettingsError: new numbers are under a key that is not among these.
    """
    in_use = await pg.fetchval("SELECT fingerprint FROM number_key ORDER BY began_at DESC LIMIT 1")
    if in_use is not None and in_use not in digester.fingerprints:
        raise SettingsError(
            "KUMKM_NUMBER_KEYS (by default KUMKM_DIGEST_KEY) is not the key under which this database has its numbers."
        )


class NewClaim(Row, table=Identity):
    """A number, the business that is to have it if nobody has it yet, and the record that says so."""

    digest: bytes
    kind: str
    business_id: UUID
    record_id: UUID


def new_claims(claim: Claim) -> Iterator[NewClaim]:
    """The numbers of an item, as claimed for the business that it would make."""
    for kind, digest in claim.numbers.items():
        yield NewClaim(digest=digest, kind=kind, business_id=claim.new_business_id, record_id=claim.record_id)


_CLAIM = f"""
INSERT INTO identity (digest, kind, business_id, record_id) SELECT * FROM {set_of(NewClaim)}
ON CONFLICT (digest) DO NOTHING RETURNING digest
"""


async def claim_numbers(pg: asyncpg.Connection, claims: Iterable[NewClaim]) -> dict[bytes, NewClaim]:
    """Claim numbers that nobody has; gives those that were free, now held for this transaction."""
    by_digest: dict[bytes, NewClaim] = {}
    for claim in claims:
        by_digest.setdefault(claim.digest, claim)
    if not by_digest:
        return {}
    wanted = [by_digest[digest] for digest in sorted(by_digest)]
    rows = await pg.fetch(_CLAIM, *as_set(NewClaim, wanted))
    return {row[0]: by_digest[row[0]] for row in rows}


async def open_ledger(
    pg: asyncpg.Connection, taken: Sequence[bytes], business_ids: Iterable[UUID], ledger: Ledger
) -> None:
    """Lock the businesses that own the taken numbers, and those named, and enter them with their numbers.

    Raises:
        TryAgain: a number changed hands before its business was locked.
    """
    wanted = set(business_ids)
    if taken:
        rows = await pg.fetch("SELECT business_id FROM identity WHERE digest = ANY($1)", taken)
        if len(rows) != len(taken):
            raise TryAgain
        wanted |= {row[0] for row in rows}
    if not wanted:
        return
    rows = await pg.fetch(
        "SELECT id, kind, nik_digest, nib_digest, cooperative_number_digest, campaign_ids, record_id,"
        " enumerator_id FROM business WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE",
        sorted(wanted),
    )
    for business_id, kind, nik, nib, cooperative_number, campaign_ids, record_id, enumerator_id in rows:
        numbers = {"nik": nik, "nib": nib, "cooperative_number": cooperative_number}
        ledger.businesses[business_id] = Business(
            business_id,
            kind,
            {kind: digest for kind, digest in numbers.items() if digest is not None},
            list(campaign_ids),
            record_id,
            enumerator_id=enumerator_id,
        )
    digests = {
        *taken,
        *(digest for business in ledger.businesses.values() for digest in business.numbers.values()),
    }
    owners = await pg.fetch(
        "SELECT digest, business_id, record_id, matched FROM identity WHERE digest = ANY($1)", list(digests)
    )
    ledger.owners.update({digest: Owner(*rest) for digest, *rest in owners})
    # A number that a locked business says, it has, or shares by a person's decision with an owner that is not asked.
    said = digests.difference(taken)
    if len(owners) != len(digests) or any(
        owner.business_id not in ledger.businesses for digest, owner in ledger.owners.items() if digest not in said
    ):
        raise TryAgain


async def settle_claims(
    pg: asyncpg.Connection,
    before: dict[bytes, Owner],
    claimed: dict[bytes, NewClaim],
    after: dict[bytes, Owner],
) -> None:
    """Make the directory say what the ledger says, where the verdicts turned out otherwise than was claimed.

    `before`: the owners of numbers taken before this batch; `claimed`: what this transaction has claimed.
    """
    supposed = before | {
        digest: Owner(claim.business_id, claim.record_id, matched=False) for digest, claim in claimed.items()
    }
    freed = [digest for digest in supposed if digest not in after]
    changed = [(digest, *owner) for digest, owner in after.items() if supposed.get(digest) != owner]
    if freed:
        await pg.execute("DELETE FROM identity WHERE digest = ANY($1)", freed)
    if changed:
        await pg.execute(
            "UPDATE identity SET business_id = told.business_id, record_id = told.record_id, matched = told.matched"
            " FROM unnest($1::bytea[], $2::uuid[], $3::uuid[], $4::bool[])"
            " AS told (digest, business_id, record_id, matched) WHERE identity.digest = told.digest",
            *zip(*changed, strict=True),
        )
