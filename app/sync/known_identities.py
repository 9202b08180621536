"""The known-identities filter of a regency: built from the register, kept, and given out whole or as what is new.

It is built from the sealed answers, which the database alone does not open, and kept as bare fingerprints; the key that
makes use of them is derived from the server's and goes out with the answer only.
"""

import asyncio
import hmac
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import asyncpg
import orjson

from app.accounts.permissions import Principal
from app.campaigns.queries import CampaignRow, campaign_by_code, current_campaign
from app.core.problems import Code, Problem
from app.core.sealing import KeyRing
from app.identifiers.known_filter import KnownFilter, filter_of, hash64, write
from app.regions.region_code import Level, is_region_code, level_of, regency_of, span_of
from app.submissions.records import bound_to
from app.workforce.queries import assignments_of

KEPT = 8
"""Editions that are kept, so that tablets which have one of them get only what is new."""

_CHUNK = 5_000
_PURPOSE = b"kumkm known identities, version 1:"

# Who claimed a number has it in its answers, whoever's answers are in force for the business.
_NUMBERS = """
WITH known AS (
    SELECT nik_digest, nib_digest, cooperative_number_digest, alias_digests FROM business
    WHERE region_code >= $1 AND region_code < $2 AND campaign_ids @> ARRAY[$3::smallint] AND NOT unidentified
), claimer AS (
    SELECT DISTINCT identity.record_id
    FROM known CROSS JOIN LATERAL (
        SELECT unnest(ARRAY[nik_digest, nib_digest, cooperative_number_digest] || alias_digests)
    ) AS number (digest)
    JOIN identity ON identity.digest = number.digest
)
SELECT submission.record_id, submission.revision, questionnaire, sealed
FROM claimer JOIN record USING (record_id)
JOIN submission ON submission.record_id = record.record_id AND submission.revision = record.counted_revision
WHERE sealed IS NOT NULL
"""


class Edition(NamedTuple):
    """A filter as it is kept: fingerprints of `bits` bits, each in as few bytes as hold them."""

    tag: bytes
    bits: int
    packed: bytes

    def opened(self) -> KnownFilter:
        """The filter."""
        width = _width(self.bits)
        places = range(0, len(self.packed), width)
        return KnownFilter(self.bits, [int.from_bytes(self.packed[at : at + width]) for at in places])


def key_of(secret: bytes, campaign_id: int, region_code: str) -> bytes:
    """The key of a regency's filter in a campaign, the same for as long as the campaign runs."""
    return hmac.digest(secret, _PURPOSE + f"{campaign_id}:{region_code}".encode(), "sha256")


async def current(
    pg: asyncpg.Connection, ring: KeyRing, secret: bytes, campaign_id: int, region_code: str, *, refresh_s: int
) -> Edition:
    """The newest edition; made anew where it is older than `refresh_s` and nobody else is at it.

    Idempotent by nature: an edition that says the same as the one before is that one, with a new date.
    """
    found = await pg.fetchrow(
        "SELECT tag, bits, packed, made_at > now() - make_interval(secs => $3) FROM known_filter"
        " WHERE campaign_id = $1 AND region_code = $2 ORDER BY made_at DESC LIMIT 1",
        campaign_id,
        region_code,
        float(refresh_s),
    )
    newest = Edition(*found[:3]) if found else None
    if newest is not None and found[3]:
        return newest
    if not await pg.fetchval("SELECT pg_try_advisory_xact_lock($1, hashtext($2))", campaign_id, f"ki {region_code}"):
        if newest is not None:
            return newest
        await pg.execute("SELECT pg_advisory_xact_lock($1, hashtext($2))", campaign_id, f"ki {region_code}")
    made = await _build(pg, ring, key_of(secret, campaign_id, region_code), campaign_id, region_code)
    await _keep(pg, campaign_id, region_code, made)
    return made


async def earlier(pg: asyncpg.Connection, campaign_id: int, region_code: str, tag: bytes) -> Edition | None:
    """An edition that is kept still."""
    row = await pg.fetchrow(
        "SELECT tag, bits, packed FROM known_filter WHERE campaign_id = $1 AND region_code = $2 AND tag = $3",
        campaign_id,
        region_code,
        tag,
    )
    return Edition(*row) if row else None


def whole(key: bytes, edition: Edition) -> bytes:
    """The bytes of an edition."""
    return write(key, edition.opened())


def additions(key: bytes, before: Edition, now: Edition) -> bytes | None:
    """The bytes of what is new since an edition; None where it cannot be told so: bits differ, or numbers went away."""
    old, new = set(before.opened().fingerprints), set(now.opened().fingerprints)
    if before.bits != now.bits or not old <= new:
        return None
    return write(key, KnownFilter(now.bits, sorted(new - old)), base=before.tag)


async def regency_at(
    pg: asyncpg.Connection, principal: Principal, campaign_code: str | None, region_code: str, today: date
) -> CampaignRow:
    """The campaign whose filter is asked for; by default the current one.

    Raises:
        Problem: `unknown_campaign`; `not_found` for what is no regency, or none where the enumerator works.
    """
    campaign = await (campaign_by_code(pg, campaign_code) if campaign_code else current_campaign(pg, today))
    if campaign is None:
        raise Problem(Code.UNKNOWN_CAMPAIGN)
    assigned = await assignments_of(pg, campaign.id, principal.account_id)
    works_there = principal.territory.contains(region_code) or any(
        regency_of(each.region_code) == region_code for each in assigned
    )
    if not is_region_code(region_code) or level_of(region_code) is not Level.REGENCY or not works_there:
        raise Problem(Code.NOT_FOUND)
    return campaign


async def _build(pg: asyncpg.Connection, ring: KeyRing, key: bytes, campaign_id: int, region_code: str) -> Edition:
    hashes: list[int] = []
    rows = await pg.cursor(_NUMBERS, *span_of(region_code), campaign_id)
    while chunk := await rows.fetch(_CHUNK):
        # In a thread, so that batches are served meanwhile.
        hashes += await asyncio.to_thread(_hashes, ring, key, chunk)
    known = await asyncio.to_thread(filter_of, hashes)
    width = _width(known.bits)
    return Edition(known.tag, known.bits, b"".join(each.to_bytes(width) for each in known.fingerprints))


def _width(bits: int) -> int:
    return (bits + 7) // 8


def _hashes(ring: KeyRing, key: bytes, rows: Sequence[asyncpg.Record]) -> list[int]:
    found = []
    for record_id, revision, questionnaire, sealed in rows:
        answers = orjson.loads(ring.unseal(sealed, bound_to(record_id, revision)))
        # A cooperative is never known by a person's number.
        if questionnaire.startswith("umkm@"):
            numbers = {"nik": (answers.get("owner") or {}).get("nik"), "nib": answers.get("nib")}
        else:
            numbers = {name: answers.get(name) for name in ("cooperative_number", "nib")}
        found += [hash64(key, kind, digits) for kind, digits in numbers.items() if digits]
    return found


async def _keep(pg: asyncpg.Connection, campaign_id: int, region_code: str, made: Edition) -> None:
    await pg.execute(
        "INSERT INTO known_filter (campaign_id, region_code, tag, bits, packed, made_at)"
        " VALUES ($1, $2, $3, $4, $5, clock_timestamp())"
        " ON CONFLICT (campaign_id, region_code, tag) DO UPDATE SET made_at = excluded.made_at",
        campaign_id,
        region_code,
        *made,
    )
    await pg.execute(
        "DELETE FROM known_filter WHERE campaign_id = $1 AND region_code = $2 AND tag NOT IN"
        " (SELECT tag FROM known_filter WHERE campaign_id = $1 AND region_code = $2 ORDER BY made_at DESC LIMIT $3)",
        campaign_id,
        region_code,
        KEPT,
    )
