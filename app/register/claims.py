"""Claiming numbers, so that two tablets that send the same NIK at the same moment compete for one row.

Claims are made in the order of their digests, so that writers cannot deadlock; what is locked after them: `ledger.py`.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from uuid import UUID

import asyncpg
import structlog

from app.core.group_commit import GoesAlone, Meeting, company
from app.core.problems import Code, Problem
from app.core.rows import Row, as_set, set_of
from app.core.sealing import Digester
from app.core.settings import SettingsError
from app.register.models import Identity
from app.register.verdicts import Claim

_log = structlog.get_logger()

NUMBERS_LOCK = 0x6B756D6B_6E75  # shared by batches and decisions, exclusive for the command that changes keys


KEYS = """
(SELECT string_agg(encode(fingerprint, 'hex'), ' ' ORDER BY began_at DESC) FROM number_key
 WHERE began_at >= coalesce((SELECT max(began_at) FROM number_key WHERE finished_at IS NOT NULL), '-infinity'))
"""
"""Of a SELECT under a shared `NUMBERS_LOCK`, a column for `fingerprints`: the keys that a process must know, which are
the newest, under which new numbers are, and those under which numbers still are while they move."""


def fingerprints(keys: str | None) -> list[bytes]:
    """The fingerprints of the keys in a column of `KEYS`, the newest first."""
    return [bytes.fromhex(each) for each in (keys or "").split()]


class StoredDigests:
    """Digests of numbers as they are in the directory while their key changes; of unknown numbers, under the key in
    use."""

    def __init__(self, digester: Digester, in_use: int, stored: AbstractSet[bytes]) -> None:
        self._digester, self._in_use, self._stored = digester, in_use, stored

    def digest(self, kind: str, digits: str) -> bytes:
        """As `Digester.digest`."""
        every = self._digester.digests(kind, digits)
        return next((each for each in every if each in self._stored), every[self._in_use])


async def keys_in_use(pg: asyncpg.Connection) -> list[bytes]:
    """The fingerprints of the keys that numbers are under, the newest first; none moves until the transaction ends."""
    # Who waits for the lock may see the keys as they were before a new one took over; no number has moved then, and
    # none does before that transaction ends.
    (row,) = await pg.fetch(f"SELECT pg_advisory_xact_lock_shared({NUMBERS_LOCK}), {KEYS}")
    return fingerprints(row[1])


async def keep_batches_out(pg: asyncpg.Connection) -> None:
    """Wait until every batch that was begun is committed; the next ones wait until this transaction ends."""
    await pg.execute("SELECT pg_advisory_xact_lock($1)", NUMBERS_LOCK)


async def as_stored(
    pg: asyncpg.Connection,
    digester: Digester,
    numbers: Iterable[tuple[str, str]],
    in_use: Sequence[bytes] | None = None,
) -> Digester | StoredDigests:
    """What digests these numbers (kind, digits) as the directory has them: with one key, which is nearly always, the
    digester itself. `in_use`: as `keys_in_use` gave it in this transaction; without it, it is asked.

    Raises:
        Problem: `overloaded` where numbers are under a key that this process does not know.
    """
    if in_use is None:
        in_use = await keys_in_use(pg)
    if not digester.fingerprints_include(in_use):
        _log.error("number_key_missing", setting="KUMKM_NUMBER_KEYS")
        raise Problem(Code.OVERLOADED, retry_after=60)
    if len(digester.fingerprints) == 1:
        return digester
    every = [each for kind, digits in numbers for each in digester.digests(kind, digits)]
    stored = await pg.fetchval("SELECT ARRAY(SELECT digest FROM identity WHERE digest = ANY($1))", every)
    place = digester.fingerprints.index(in_use[0]) if in_use else 0
    return StoredDigests(digester, place, set(stored))


async def refuse_outdated(pg: asyncpg.Connection, digester: Digester) -> None:
    """Not to start without a key that numbers are under: each of these would be new.

    Raises:
        SettingsError: one is not among the process's own.
    """
    in_use = await keys_in_use(pg)
    if in_use and in_use[0] not in digester.fingerprints:
        raise SettingsError(
            "KUMKM_NUMBER_KEYS (by default KUMKM_DIGEST_KEY) is not the key under which this database has its numbers."
        )
    if not digester.fingerprints_include(in_use):
        raise SettingsError(
            "KUMKM_NUMBER_KEYS has the newest key alone, and this database has numbers under the one before: put that"
            " back until `kumkm keys rotate-digest move` has ended."
        )


async def refuse_unfinished(pg: asyncpg.Connection, newest: bytes) -> None:
    """Not to take the older keys out before every number is under the newest one, identified by its fingerprint.

    Raises:
        SettingsError: `kumkm keys rotate-digest move` was not run, or did not end.
    """
    if await keys_in_use(pg) != [newest]:
        raise SettingsError(
            "Numbers of this database are still under the older key: run `kumkm keys rotate-digest move` until it ends."
        )


async def note_first_key(pg: asyncpg.Connection, digester: Digester) -> None:
    """Remember the key of numbers of the first server, so that another one is refused from then on: with it every known
    number would be new. Idempotent by nature.
    """
    if await pg.fetchval("SELECT EXISTS (SELECT FROM number_key)"):  # also where the database only reads
        return
    await pg.execute(
        "INSERT INTO number_key (fingerprint, finished_at)"
        " SELECT $1, now() WHERE NOT EXISTS (SELECT FROM number_key) ON CONFLICT DO NOTHING",
        digester.fingerprints[0],
    )


class NewClaim(Row, table=Identity):
    """A number, the business that gets it if no other has it yet, and the record in which it stands."""

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
    """Claim free numbers; returns those that were free, now locked for this transaction."""
    by_digest: dict[bytes, NewClaim] = {}
    for claim in claims:
        by_digest.setdefault(claim.digest, claim)
    if not by_digest:
        return {}
    with_others = company(pg)
    if with_others is not None:
        return await with_others.meet(_CLAIMING, by_digest)
    wanted = [by_digest[digest] for digest in sorted(by_digest)]
    rows = await pg.fetch(_CLAIM, *as_set(NewClaim, wanted))
    return {row[0]: by_digest[row[0]] for row in rows}


async def _claim_for_all(
    pg: asyncpg.Connection, each_claims: Sequence[dict[bytes, NewClaim]]
) -> list[dict[bytes, NewClaim] | GoesAlone]:
    """Claim what several want. Of a number that is not free, or that two of them want, more has to be known: who wants
    it goes alone, and claims nothing here."""
    free = await claim_numbers(pg, (claim for claims in each_claims for claim in claims.values()))
    answers = [
        claims if all(free.get(digest) is claim for digest, claim in claims.items()) else GoesAlone()
        for claims in each_claims
    ]
    kept = {digest for claims in answers if not isinstance(claims, GoesAlone) for digest in claims}
    await _unclaim(pg, [{digest: claim for digest, claim in free.items() if digest not in kept}])
    return answers


async def _unclaim(pg: asyncpg.Connection, each_claims: Sequence[dict[bytes, NewClaim]]) -> None:
    digests = [digest for claims in each_claims for digest in claims]
    if digests:
        await pg.execute("DELETE FROM identity WHERE digest = ANY($1)", digests)


_CLAIMING = Meeting(3, _claim_for_all, _unclaim)
