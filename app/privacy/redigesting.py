"""Rotating the key for the digests of numbers while servers run: two keys are in force until every number is under the
new one, whose digests are made from the sealed answers that say the numbers.

Servers that know both keys find a number under either (`register/claims.py: as_stored`); the database says which one is
used for new numbers, so that all of them change at the same moment. To be run as the owner.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from app.accounts.permissions import OPERATOR
from app.audit import trail
from app.audit.actions import Action
from app.core.database import TryAgain
from app.core.sealed_rows import CHUNK
from app.core.sealing import Digester, KeyRing
from app.listing.sealed import redigest_entries
from app.register import number_keys
from app.register.claims import keep_batches_out
from app.register.number_keys import Moved
from app.register.verdicts import PLACES
from app.review.involved import with_sharers
from app.review.journal_rows import move_in_journals
from app.submissions.queries import records_by_id
from app.submissions.records import unsealed
from app.submissions.sealed import with_answers
from app.submissions.store import forget_said
from app.verification.forgetting import move_in_verification

_NEXT = """
SELECT record_id, revision, sealed FROM submission
WHERE (record_id, revision) > ($1, $2::int) AND sealed IS NOT NULL ORDER BY record_id, revision LIMIT $3
"""


class Redigested(NamedTuple):
    """What came of it: numbers that were moved, those whose answers are no longer kept, and those that were entered
    under the new key as well before they were moved."""

    moved: int
    left: int
    doubled: int


async def redigest(
    pg: asyncpg.Connection, ring: KeyRing, digester: Digester, advance: Callable[[int], None]
) -> Redigested:
    """Bring every number under the newest key, in chunks that are committed one by one.

    Can be cut off and run again at any time: it continues after the last chunk. Idempotent by the key.

    Raises:
        UnsealError: something is sealed under a key that is not in the ring.
    """
    key, moved, doubled = digester.fingerprints[-1], 0, 0
    async with pg.transaction():
        await keep_batches_out(pg)
        await number_keys.take_over(pg, key)
    while True:
        with suppress(TryAgain):  # a business moved to another regency meanwhile
            async with pg.transaction():
                # No batch is judged meanwhile, so no number is looked for under a digest that it no longer has.
                await keep_batches_out(pg)
                record_id, revision = await number_keys.reached(pg, key)
                rows = await pg.fetch(_NEXT, record_id or UUID(int=0), revision or 0, CHUNK)
                if not rows:
                    break
                done = await _move(pg, ring, digester, rows)
                await number_keys.note_reached(pg, key, rows[-1]["record_id"], rows[-1]["revision"])
            moved, doubled = moved + done.numbers, doubled + done.doubled
            advance(len(rows))
    await redigest_entries(pg, ring, digester)
    left = await _left(pg)
    await number_keys.note_finished(pg, key)
    subjects = [("key", key.hex(), {"moved": moved, "left": left, "doubled": doubled})]
    await trail.record_many(pg, Action.KEYS_REDIGESTED, actor_id=OPERATOR.account_id, trace_id=None, subjects=subjects)
    return Redigested(moved, left, doubled)


async def _move(pg: asyncpg.Connection, ring: KeyRing, digester: Digester, rows: list[asyncpg.Record]) -> Moved:
    """Move the numbers that these revisions say, wherever they stand."""
    fresh: dict[bytes, bytes] = {}
    for record_id, revision, sealed in rows:
        for kind, digits in _numbers(unsealed(ring, record_id, revision, sealed) or {}):
            *older, newest = digester.digests(kind, digits)
            fresh |= dict.fromkeys(older, newest)
    moved = await number_keys.move_claims(pg, fresh)
    record_ids = list({row["record_id"] for row in rows})
    # What a record said is compared by digests: the same number under another key would look changed.
    await forget_said(pg, record_ids)
    said = {record.business_id for record in await records_by_id(pg, record_ids) if record.business_id is not None}
    business_ids = await with_sharers(pg, said.union(moved.business_ids))
    await number_keys.move_in_businesses(pg, fresh, business_ids)
    await move_in_journals(pg, fresh, record_ids, list(business_ids))
    await move_in_verification(pg, fresh, business_ids)
    return moved


async def _left(pg: asyncpg.Connection) -> int:
    """How many numbers could not be moved, since no answers of their records are kept."""
    left, after = 0, b""
    while claims := await number_keys.claims_after(pg, after, CHUNK):
        kept = await with_answers(pg, {claim.record_id for claim in claims})
        left += sum(claim.record_id not in kept for claim in claims)
        after = claims[-1].digest
    return left


def _numbers(answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind, path in PLACES.items():
        value: Any = answers
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(value, str):
            yield kind, value
