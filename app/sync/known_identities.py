"""The known-identities filter of the areas where an enumerator works: built for a regency at once, kept village by
village, and given out merged.

It is built from the sealed answers, which the database alone does not open. It stores whole hashes, which reveal more
than the fingerprints that tablets get, so they are sealed as well, under a key that is derived for this alone.
"""

import asyncio
import hashlib
import hmac
from array import array
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import asyncpg
import orjson

from app.accounts.permissions import Principal
from app.campaigns.asked import campaign_or_current
from app.campaigns.queries import CampaignRow
from app.core.problems import Code, Problem
from app.core.round_trips import ask
from app.core.rows import Row, read_one
from app.core.sealing import KeyRing
from app.identifiers.known_filter import Said, filter_of, hash64, write
from app.identifiers.phonetic_name import phonetic_name
from app.regions.region_code import Level, is_region_code, level_of, regency_of, span_of, village_of
from app.register.verdicts import OF_OWNERS
from app.submissions.records import bound_to
from app.workforce.queries import AssignedRegion, assignments_question

_CHUNK = 2_000
_REMEMBERED = 64
_AT_REST, _IN_HAND = b"kumkm known identities at rest, version 2", b"kumkm known identities, version 2"

# The record that claimed a number has it in its answers, also if another record's answers are in force.
_NUMBERS = """
WITH known AS (
    SELECT region_code, nik_digest, nib_digest, cooperative_number_digest, passport_digest, kitas_digest, alias_digests
    FROM business
    WHERE region_code >= $1 AND region_code < $2 AND campaign_ids @> ARRAY[$3::smallint] AND NOT unidentified
), number AS MATERIALIZED (
    SELECT region_code, unnest(
        ARRAY[nik_digest, nib_digest, cooperative_number_digest, passport_digest, kitas_digest] || alias_digests
    ) AS digest
    FROM known
), claimer AS MATERIALIZED (
    SELECT DISTINCT number.region_code, identity.record_id FROM number JOIN identity ON identity.digest = number.digest
), counted AS MATERIALIZED (
    SELECT claimer.region_code, record.record_id, record.counted_revision FROM claimer JOIN record USING (record_id)
)
SELECT counted.region_code, submission.record_id, submission.revision, questionnaire, sealed,
       answers->>'legal_name' AS legal_name, answers->'owner'->>'name' AS owner_name
FROM counted
JOIN submission ON submission.record_id = counted.record_id AND submission.revision = counted.counted_revision
WHERE sealed IS NOT NULL
"""


class Part(NamedTuple):
    """A village's numbers as they are stored: a tag that changes with them, and their hashes, sealed."""

    village: str
    tag: bytes
    sealed: bytes


class FilterRequest(NamedTuple):
    """What a tablet may have: a campaign, a regency, and the areas in it, none inside another."""

    campaign: CampaignRow
    regency: str
    areas: tuple[str, ...]


class FilterAnswer(NamedTuple):
    """A filter as it is sent: its tag, its bytes (None if the tablet has it), and how many numbers it contains."""

    tag: str
    content: bytes | None
    numbers: int


@dataclass(slots=True)
class KnownIdentities:
    """The filters of one server process. What was merged last is remembered, since many tablets ask for the same."""

    ring: KeyRing
    secret: bytes
    refresh_s: int
    _merged: OrderedDict[str, tuple[bytes, int]] = field(default_factory=OrderedDict)

    @property
    def key(self) -> bytes:
        """The key that tablets get. There is one for all regencies and campaigns: two filters with the same person
        under two keys would rule out each other's false hits."""
        return hmac.digest(self.secret, _IN_HAND, "sha256")

    async def give(self, pg: asyncpg.Connection, asked: FilterRequest, has: Callable[[str], bool]) -> FilterAnswer:
        """The newest filter of these areas; `has` says of a quoted tag whether the tablet has that one already."""
        await self._refreshed(pg, asked.campaign.id, asked.regency)
        spans = [span_of(area) for area in asked.areas]
        tags = await pg.fetch(_TAGS, asked.campaign.id, *zip(*spans, strict=True))
        digest = hashlib.sha256(self.key)
        for village, tag in tags:
            digest.update(village.encode() + tag)
        edition = digest.hexdigest()[:32]
        if has(f'"{edition}"'):
            return FilterAnswer(edition, None, 0)
        if edition not in self._merged:
            parts = await pg.fetch(_PARTS, asked.campaign.id, *zip(*spans, strict=True))
            self._merged[edition] = await asyncio.to_thread(self._merge, asked.campaign.id, parts)
            if len(self._merged) > _REMEMBERED:
                self._merged.popitem(last=False)
        return FilterAnswer(edition, *self._merged[edition])

    async def _refreshed(self, pg: asyncpg.Connection, campaign_id: int, regency: str) -> None:
        """See that a regency's numbers are not older than `refresh_s`, unless another transaction is doing it.

        Idempotent by nature: villages whose numbers did not change are not written.
        """
        state = await read_one(pg, _State, _STATE, campaign_id, regency, float(self.refresh_s))
        has_some = state is not None and state.tag == self._key_tag
        if state is not None and has_some and state.fresh:
            return
        lock = "advisory_xact_lock($1, hashtext($2))", campaign_id, f"ki {regency}"
        if not await pg.fetchval(f"SELECT pg_try_{lock[0]}", *lock[1:]):
            if has_some:
                return
            await pg.execute(f"SELECT pg_{lock[0]}", *lock[1:])
        villages = await self._built(pg, campaign_id, regency)
        kept = {row[0]: row[1] for row in await pg.fetch(_TAGS, campaign_id, *_listed(span_of(regency)))}
        new = [
            (village, tag, self._sealed(campaign_id, village, hashes))
            for village, hashes in villages.items()
            if kept.get(village) != (tag := self._tag(hashes))
        ]
        await pg.execute(_FORGET, campaign_id, [village for village in kept if village not in villages])
        await pg.execute(_KEEP, campaign_id, *_columns([*new, (regency, self._key_tag, b"")]))

    async def _built(self, pg: asyncpg.Connection, campaign_id: int, regency: str) -> "Mapping[str, array[int]]":
        villages: dict[str, set[int]] = defaultdict(set)
        rows = await pg.cursor(_NUMBERS, *span_of(regency), campaign_id)
        while chunk := await rows.fetch(_CHUNK):
            # In a thread, so that batches are served meanwhile.
            for village, hashes in await asyncio.to_thread(_hashes, self.ring, self.key, chunk):
                villages[village].update(hashes)
        return {village: array("Q", sorted(hashes)) for village, hashes in villages.items() if hashes}

    def _merge(self, campaign_id: int, parts: Sequence[asyncpg.Record]) -> tuple[bytes, int]:
        hashes: set[int] = set()
        for village, sealed in parts:
            opened = array("Q")
            opened.frombytes(self._at_rest.unseal(sealed, _bound(campaign_id, village)))
            hashes.update(opened)
        return write(self.key, filter_of(hashes)), len(hashes)

    def _sealed(self, campaign_id: int, village: str, hashes: "array[int]") -> bytes:
        return self._at_rest.seal(hashes.tobytes(), _bound(campaign_id, village))

    def _tag(self, hashes: "array[int]") -> bytes:
        return hmac.digest(self.secret, _AT_REST + hashes.tobytes(), "sha256")[:16]

    @property
    def _at_rest(self) -> KeyRing:
        return KeyRing({1: hmac.digest(self.secret, _AT_REST, "sha256")})

    @property
    def _key_tag(self) -> bytes:
        """Identifies the key under which a regency's numbers were hashed; they are built again for another digest
        key."""
        return hashlib.sha256(self.key).digest()[:16]


class _State(Row):
    """What a regency's numbers were gathered under, and whether lately."""

    tag: bytes
    fresh: bool


_STATE = """
SELECT tag, made_at > clock_timestamp() - make_interval(secs => $3) AS fresh FROM known_filter
WHERE campaign_id = $1 AND region_code = $2
"""
_OF_AREAS = """
FROM unnest($2::text[], $3::text[]) AS area (first, up_to)
JOIN known_filter ON campaign_id = $1 AND region_code >= first AND region_code < up_to AND length(region_code) = 13
ORDER BY region_code
"""
_TAGS = f"SELECT region_code, tag {_OF_AREAS}"
_PARTS = f"SELECT region_code, sealed {_OF_AREAS}"
_FORGET = "DELETE FROM known_filter WHERE campaign_id = $1 AND region_code = ANY($2)"
_KEEP = """
INSERT INTO known_filter (campaign_id, region_code, tag, sealed, made_at)
SELECT $1, input.*, clock_timestamp() FROM unnest($2::text[], $3::bytea[], $4::bytea[]) AS input
ON CONFLICT (campaign_id, region_code)
DO UPDATE SET tag = excluded.tag, sealed = excluded.sealed, made_at = excluded.made_at
"""


async def asked_by(
    pg: asyncpg.Connection, principal: Principal, campaign_code: str | None, region_code: str, today: date
) -> FilterRequest:
    """The campaign whose filter is asked for, by default the current one, and where in the regency the enumerator
    works, today or from a later day on.

    Raises:
        Problem: `unknown_campaign`; `not_found` for what is no regency, or none where the enumerator works.
    """
    campaign = await campaign_or_current(pg, campaign_code, today)
    if not is_region_code(region_code) or level_of(region_code) is not Level.REGENCY:
        raise Problem(Code.NOT_FOUND)
    assigned = await ask(pg, assignments_question(campaign.code, principal.account_id))
    areas = areas_in(region_code, assigned, today)
    if not areas:
        raise Problem(Code.NOT_FOUND)
    return FilterRequest(campaign, region_code, areas)


def areas_in(regency: str, assigned: Iterable[AssignedRegion], today: date) -> tuple[str, ...]:
    """The areas of a regency that an enumerator is assigned to, today or later; none inside another, sorted."""
    # Numbers are kept by village: an area within one has all of its numbers.
    codes = {village_of(each.region_code) for each in assigned if each.ends_on is None or each.ends_on >= today}
    if any(_holds(code, regency) for code in codes):
        return (regency,)
    within = sorted(code for code in codes if regency_of(code) == regency)
    return tuple(code for code in within if not any(other != code and _holds(other, code) for other in within))


def _holds(area: str, code: str) -> bool:
    first, up_to = span_of(area)
    return first <= code < up_to


def _hashes(ring: KeyRing, key: bytes, rows: Sequence[asyncpg.Record]) -> list[tuple[str, list[int]]]:
    found = []
    for region_code, record_id, revision, questionnaire, sealed, legal_name, owner_name in rows:
        answers = orjson.loads(ring.unseal(sealed, bound_to(record_id, revision)))
        # A cooperative is never known by a person's number.
        if questionnaire.startswith("umkm@"):
            owner = answers.get("owner") or {}
            numbers = {kind: owner.get(kind) for kind in OF_OWNERS} | {"nib": answers.get("nib")}
            heard = phonetic_name(owner_name or "") or phonetic_name(legal_name or "")
        else:
            numbers = {name: answers.get(name) for name in ("cooperative_number", "nib")}
            heard = phonetic_name(legal_name or "")
        if heard:
            said = [Said(kind, digits, heard) for kind, digits in numbers.items() if digits]
            found.append((village_of(region_code), [hash64(key, each) for each in said]))
    return found


def _bound(campaign_id: int, village: str) -> bytes:
    return f"{campaign_id}:{village}".encode()


def _listed(span: tuple[str, str]) -> tuple[list[str], list[str]]:
    return [span[0]], [span[1]]


def _columns(rows: Sequence[tuple[str, bytes, bytes]]) -> list[tuple[object, ...]]:
    return list(zip(*rows, strict=True))
