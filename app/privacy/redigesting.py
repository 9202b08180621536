"""Another key for the digests of numbers, while servers work: two keys are in force until every number is under the new
one, whose digests are made from the sealed answers that say the numbers.

Servers that know both keys find a number under either (`register/claims.py: as_stored`); which one new numbers are
written under stands in the database, so that all of them change at the same moment. To be run as the owner.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from app.accounts.permissions import OPERATOR
from app.audit import trail
from app.audit.actions import Action
from app.core.sealing import Digester, KeyRing
from app.privacy.sealed import CHUNK
from app.register.claims import NUMBERS_LOCK
from app.register.deduplication import KINDS
from app.submissions.records import unsealed

_AFTER = "SELECT after_record, after_revision FROM number_key WHERE fingerprint = $1"
_NEXT = """
SELECT record_id, revision, sealed FROM submission
WHERE (record_id, revision) > ($1, $2::int) AND sealed IS NOT NULL ORDER BY record_id, revision LIMIT $3
"""
_PATHS = (("nik", ("owner", "nik")), ("nib", ("nib",)), ("cooperative_number", ("cooperative_number",)))
_COLUMNS = ", ".join(f"{kind}_digest" for kind in KINDS)


class Redigested(NamedTuple):
    """What came of it: numbers that were moved, and those whose answers are no longer kept."""

    moved: int
    left: int


async def redigest(
    pg: asyncpg.Connection, ring: KeyRing, digester: Digester, advance: Callable[[int], None]
) -> Redigested:
    """Bring every number under the newest key, in chunks that are committed one by one.

    Can be cut off and run again at any time: it goes on behind the last chunk. Idempotent by the key.

    Raises:
        UnsealError: something is sealed under a key that is not in the ring.
    """
    key, moved = digester.fingerprints[-1], 0
    async with pg.transaction():
        await pg.execute("SELECT pg_advisory_xact_lock($1)", NUMBERS_LOCK)
        await pg.execute("INSERT INTO number_key (fingerprint) VALUES ($1) ON CONFLICT DO NOTHING", key)
    while True:
        async with pg.transaction():
            # Nobody judges a batch meanwhile, so no number is looked for where it is no longer.
            await pg.execute("SELECT pg_advisory_xact_lock($1)", NUMBERS_LOCK)
            ((record_id, revision),) = await pg.fetch(_AFTER, key)
            rows = await pg.fetch(_NEXT, record_id or UUID(int=0), revision or 0, CHUNK)
            if not rows:
                break
            moved += await _move(pg, ring, digester, rows)
            await pg.execute(
                "UPDATE number_key SET after_record = $2, after_revision = $3 WHERE fingerprint = $1",
                key,
                rows[-1]["record_id"],
                rows[-1]["revision"],
            )
        advance(len(rows))
    left = await pg.fetchval(
        "SELECT count(*) FROM identity WHERE NOT EXISTS (SELECT FROM submission"
        " WHERE submission.record_id = identity.record_id AND sealed IS NOT NULL)"
    )
    await pg.execute("UPDATE number_key SET finished_at = now() WHERE fingerprint = $1", key)
    subjects = [("key", key.hex(), {"moved": moved, "left": left})]
    await trail.record_many(pg, Action.KEYS_REDIGESTED, actor_id=OPERATOR.account_id, subjects=subjects)
    return Redigested(moved, left)


async def _move(pg: asyncpg.Connection, ring: KeyRing, digester: Digester, rows: list[asyncpg.Record]) -> int:
    """Move the numbers that these revisions say, wherever they stand; how many."""
    fresh: dict[bytes, bytes] = {}
    for record_id, revision, sealed in rows:
        for kind, digits in _numbers(unsealed(ring, record_id, revision, sealed) or {}):
            *older, newest = digester.digests(kind, digits)
            fresh |= dict.fromkeys(older, newest)
    moved = await pg.fetch(
        "UPDATE identity SET digest = told.fresh FROM unnest($1::bytea[], $2::bytea[]) AS told (old, fresh)"
        " WHERE digest = told.old RETURNING business_id",
        list(fresh),
        list(fresh.values()),
    )
    record_ids = list({row["record_id"] for row in rows})
    # What a record said is told by digests: the same number under another key would look changed.
    await pg.execute("UPDATE record SET said = NULL WHERE record_id = ANY($1)", record_ids)
    businesses = await pg.fetch(
        f"SELECT id, {_COLUMNS}, alias_digests FROM business WHERE id = ANY($1) OR record_id = ANY($2)"
        " OR id IN (SELECT business_id FROM record WHERE record_id = ANY($2)) ORDER BY id FOR NO KEY UPDATE",
        [row[0] for row in moved],
        record_ids,
    )
    for id_, *numbers, aliases in businesses:
        told = [fresh.get(each, each) for each in numbers], [fresh.get(each, each) for each in aliases]
        if told != (numbers, aliases):
            await pg.execute(
                "UPDATE business SET (nik_digest, nib_digest, cooperative_number_digest) = ($2, $3, $4),"
                " alias_digests = $5 WHERE id = $1",
                id_,
                *told[0],
                told[1],
            )
    await _move_in_journals(pg, fresh, record_ids, [row["id"] for row in businesses])
    return len(moved)


async def _move_in_journals(
    pg: asyncpg.Connection, fresh: Mapping[bytes, bytes], record_ids: list[UUID], business_ids: list[UUID]
) -> None:
    """What was decided can be undone afterwards as well: digests stand there in hexadecimal."""
    journals = await pg.fetch(
        "SELECT id, journal::text FROM resolution WHERE record_id = ANY($1) OR business_ids && $2::uuid[]",
        record_ids,
        business_ids,
    )
    told = {old.hex(): new.hex() for old, new in fresh.items()}
    for id_, text in journals:
        journal = orjson.loads(text)
        if (moved := _replaced(journal, told)) != journal:
            await pg.execute("UPDATE resolution SET journal = $2 WHERE id = $1", id_, orjson.dumps(moved).decode())


def _replaced(value: Any, told: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {told.get(key, key): _replaced(inner, told) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, told) for inner in value]
    return told.get(value, value) if isinstance(value, str) else value


def _numbers(answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind, path in _PATHS:
        value: Any = answers
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(value, str):
            yield kind, value
