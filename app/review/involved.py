"""What a decision on a duplicate case may touch: records, businesses and numbers, locked.

Locks are taken as batches take them, so that decisions and batches cannot deadlock: the enumerators of all records in
question, in the order of their ids, then numbers and businesses (`register/ledger.py`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from app.accounts.queries import queue_up_all
from app.core.database import TryAgain
from app.core.rows import Row, read
from app.register.claims import new_claims
from app.register.directory import as_judged
from app.register.ledger import LockedLedger, lock_ledger, order_rounds, sharing
from app.register.verdicts import Claim, Ledger
from app.review.journal import Images, images
from app.submissions.queries import CountedRecord


class RevisionRow(Row):
    """Where and when a revision was captured."""

    record_id: UUID
    revision: int
    regency_code: str
    region_code: str
    captured_on: date
    received_at: datetime


_RECORDS = f"""
SELECT {", ".join(CountedRecord.columns)} FROM record WHERE record_id = ANY($1) OR business_id = ANY($2)
"""
_DECIDED_WITH = "SELECT DISTINCT unnest(business_ids) FROM resolution WHERE business_ids && $1"
_REVISIONS = f"""
SELECT {", ".join(RevisionRow.columns)} FROM submission WHERE record_id = ANY($1)
"""


@dataclass(frozen=True, slots=True)
class Involved:
    """Everything that a decision may touch, and how it stood before."""

    locked: LockedLedger
    revisions: Mapping[tuple[UUID, int], RevisionRow]
    before: Images

    @property
    def ledger(self) -> Ledger:
        """The register, which the decision changes."""
        return self.locked.ledger

    @property
    def masks(self) -> dict[bytes, str | None]:
        """How the numbers of these businesses are shown, by digest."""
        return {digest: shown for row in self.locked.rows.values() for digest, shown in row.masks.items()}


async def lock_involved(
    pg: asyncpg.Connection,
    record_ids: set[UUID],
    business_ids: set[UUID],
    claim: Claim | None = None,
    digests: Iterable[bytes] = (),
) -> Involved:
    """Lock and read everything that a decision on these records and businesses may touch. `claim`: what the disputed
    revision says; `digests`: further numbers that may get another owner.

    Raises:
        TryAgain: a record, a number or a decision came to one of the businesses meanwhile.
    """
    business_ids = await with_sharers(pg, business_ids)
    wanted = list(record_ids), list(business_ids)
    people = {row.enumerator_id for row in await read(pg, CountedRecord, _RECORDS, *wanted)}
    await queue_up_all(pg, people)
    claims = [] if claim is None else list(new_claims(claim))
    locked = await lock_ledger(pg, Ledger(), claims, business_ids, digests)
    if await with_sharers(pg, business_ids) != business_ids:
        raise TryAgain
    records = await read(pg, CountedRecord, _RECORDS, *wanted)
    if not people.issuperset(row.enumerator_id for row in records):
        raise TryAgain
    locked.ledger.records.update((row.record_id, as_judged(row, {})) for row in records)
    await order_rounds(pg, locked.ledger, (row.campaign_id for row in records))
    revisions = await read(pg, RevisionRow, _REVISIONS, list(locked.ledger.records))
    return Involved(locked, {(row.record_id, row.revision): row for row in revisions}, images(locked.ledger))


async def with_sharers(pg: asyncpg.Connection, business_ids: set[UUID]) -> set[UUID]:
    """These businesses, and those that may share a number with them: of the same owner, or by decisions on them, and on
    those in turn."""
    found, asked = set(business_ids), set(business_ids)
    while asked:
        decided = {row[0] for row in await pg.fetch(_DECIDED_WITH, list(asked))}
        asked = (decided | await sharing(pg, asked)) - found
        found |= asked
    return found
