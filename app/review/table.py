"""What a decision on a duplicate case is made on: records, businesses and numbers, locked and laid out.

Locks are taken as batches take them, so that nobody waits in a circle: the enumerators of all records in question, in
the order of their ids, then the numbers that nobody has yet, then the businesses in the order of theirs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from app.accounts.queries import queue_up
from app.core.database import TryAgain
from app.register.claims import NewClaim, claim_numbers, new_claims
from app.register.deduplication import KINDS, Business, Claim, CountedAs, Ledger, Owner, Record
from app.review.journal import images

_RECORDS = """
SELECT record.record_id, record.campaign_id, record.enumerator_id, record.revision, record.counted_revision,
       record.counted_as, record.business_id
FROM record WHERE record_id = ANY($1) OR business_id = ANY($2)
"""
_PLACES = """
SELECT record_id, revision, regency_code, region_code, captured_on, received_at
FROM submission WHERE record_id = ANY($1)
"""
_BUSINESSES = """
SELECT id, kind, nik_digest, nib_digest, cooperative_number_digest, campaign_ids, record_id, alias_digests, merged_into,
       region_code, revision, nik_masked, nib_masked, cooperative_number_masked
FROM business WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE
"""


@dataclass(slots=True)
class Table:
    """Everything that a decision is made on, locked, and how it stood before."""

    ledger: Ledger
    places: dict[tuple[UUID, int], Mapping[str, Any]]
    masks: dict[bytes, str]
    regions: dict[UUID, str]  # of businesses
    revisions: dict[UUID, int]  # in force, of businesses
    claimed: dict[bytes, NewClaim]
    owners_before: dict[bytes, Owner] = field(default_factory=dict)
    before: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


async def lay(
    pg: asyncpg.Connection,
    record_ids: set[UUID],
    business_ids: set[UUID],
    claim: Claim | None,
    digests: Iterable[bytes] = (),
) -> Table:
    """Lock and read everything that a decision on these records and businesses may touch."""
    wanted = [*record_ids], [*business_ids]
    people = {row["enumerator_id"] for row in await pg.fetch(_RECORDS, *wanted)}
    for enumerator_id in sorted(people):
        await queue_up(pg, enumerator_id, None)
    claims = [] if claim is None else list(new_claims(claim))
    claimed = await claim_numbers(pg, claims)
    ledger, masks, regions, revisions = Ledger(), dict[bytes, str](), dict[UUID, str](), dict[UUID, int]()
    rows = await pg.fetch(_BUSINESSES, [*{*business_ids}])
    for row in rows:
        numbers = {kind: row[f"{kind}_digest"] for kind in KINDS if row[f"{kind}_digest"] is not None}
        masks |= {digest: row[f"{kind}_masked"] for kind, digest in numbers.items()}
        regions[row["id"]], revisions[row["id"]] = row["region_code"], row["revision"]
        ledger.businesses[row["id"]] = Business(
            row["id"], row["kind"], numbers, list(row["campaign_ids"]), row["record_id"],
            set(row["alias_digests"]), row["merged_into"],
        )  # fmt: skip
    for row in await pg.fetch(_RECORDS, *wanted):
        if row["enumerator_id"] not in people:
            raise TryAgain
        ledger.records[row["record_id"]] = Record(
            row["enumerator_id"], row["campaign_id"], row["revision"], row["counted_revision"],
            CountedAs(row["counted_as"]), row["business_id"], {},
        )  # fmt: skip
    said = {*digests, *(claim.numbers.values() if claim else ())} - set(claimed)
    for business in ledger.businesses.values():
        said |= {*business.numbers.values(), *business.aliases}
    owners = await pg.fetch(
        "SELECT digest, business_id, record_id, matched FROM identity WHERE digest = ANY($1)", list(said)
    )
    ledger.owners.update({row[0]: Owner(*row[1:]) for row in owners})
    places: dict[tuple[UUID, int], Mapping[str, Any]] = {
        (row["record_id"], row["revision"]): dict(row) for row in await pg.fetch(_PLACES, list(ledger.records))
    }
    return Table(ledger, places, masks, regions, revisions, claimed, dict(ledger.owners), images(ledger))
