"""The states of businesses' numbers, brought up to date under the locks of the businesses.

Whatever may change a number or a name of a business that was ever answered about calls `restate`, in its own
transaction: batches, decisions and their undoing, answers that are applied. So no state outlives the pair that it is
about.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from app.core.rows import Row, read
from app.register.confirming import VerifiedRow, write_verification
from app.register.ledger import LockedBusiness
from app.verification.states import KINDS, Answered, Kind, Pair, as_stored, standings


class Holder(Row):
    """A business, its numbers, and the names that belong to them."""

    id: UUID
    regency_code: str
    name: str
    owner_name: str | None
    nik_digest: bytes | None
    nib_digest: bytes | None
    cooperative_number_digest: bytes | None
    verification: str | None

    @property
    def pairs(self) -> dict[Kind, Pair]:
        """Its numbers with what each is compared with: a NIK with the owner's name, the others with the business's."""
        names: Mapping[Kind, str | None] = {"nik": self.owner_name, "nib": self.name, "cooperative_number": self.name}
        found: dict[Kind, Pair] = {}
        for kind in KINDS:
            digest: bytes | None = getattr(self, f"{kind}_digest")
            name = names[kind]
            if digest is not None and name:
                found[kind] = Pair(digest, name)
        return found


class _Answered(Row):
    """An answer that was applied or is about to be, and when the request was made."""

    business_id: UUID
    request_id: UUID
    kind: Kind
    number_digest: bytes
    name_digest: bytes
    answer: Any
    source: str
    answered_on: date
    answered_at: datetime


HOLDER = """
business.id, business.regency_code, business.name, submission.answers->'owner'->>'name' AS owner_name,
business.nik_digest, business.nib_digest, business.cooperative_number_digest, business.verification::text
"""
WITH_ANSWERS = """
JOIN submission ON submission.record_id = business.record_id AND submission.revision = business.revision
 AND submission.regency_code = business.regency_code
"""
_HOLDERS = f"SELECT {HOLDER} FROM business {WITH_ANSWERS} WHERE business.id = ANY($1) ORDER BY business.id"
_ANSWERS = f"""
SELECT {", ".join(_Answered.columns)} FROM verification_item WHERE business_id = ANY($1) AND answer IS NOT NULL
"""


async def holders(pg: asyncpg.Connection, business_ids: Collection[UUID]) -> list[Holder]:
    """Businesses as they are now, by their ids."""
    return await read(pg, Holder, _HOLDERS, list(business_ids)) if business_ids else []


async def restate(pg: asyncpg.Connection, business_ids: Collection[UUID]) -> dict[UUID, Holder]:
    """Write the states of these businesses as they follow from what they have now; gives them. Under their locks;
    idempotent by nature. Only differences are written.
    """
    found = {each.id: each for each in await holders(pg, business_ids)}
    if not found:
        return {}
    answers: defaultdict[UUID, list[Answered]] = defaultdict(list)
    for row in await read(pg, _Answered, _ANSWERS, list(found)):
        answers[row.business_id].append(
            Answered(
                kind=row.kind,
                number=row.number_digest,
                name=row.name_digest,
                salt=row.request_id.bytes,
                answer=row.answer,
                source=row.source,
                answered_on=row.answered_on,
                answered_at=row.answered_at,
            )
        )
    changed = []
    for id_, holder in found.items():
        said = as_stored(standings(answers[id_], holder.pairs)) if id_ in answers else None
        before = None if holder.verification is None else orjson.loads(holder.verification)
        if said != before:
            text = None if said is None else orjson.dumps(said).decode()
            changed.append(VerifiedRow(id=id_, regency_code=holder.regency_code, verification=text))
    await write_verification(pg, changed)
    return found


async def restate_answered(pg: asyncpg.Connection, locked: Mapping[UUID, LockedBusiness]) -> None:
    """The same, of locked businesses whose states may change with what was written of them: those that were ever
    answered about, which is nearly always none."""
    await restate(pg, [id_ for id_, row in locked.items() if row.verification is not None])
