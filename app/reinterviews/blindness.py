"""Who can read on the list of a later round what a business answered in this one, so that a second interview is not
blind.

A round that begins from the register lists each business with the answers that it gave (`listing/carrying.py`). The
enumerators of a village have that list on their tablets, those of the round before among them.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

import asyncpg
import orjson

from app.core.rows import Row, read
from app.core.sealing import KeyRing
from app.listing.contents import Contents, prefilled
from app.questionnaires.assessment import leaves
from app.regions.region_code import ancestry

# Only a later round took over what this one heard.
_LISTED_LATER = """
SELECT entry.id, entry.business_id, entry.campaign_id, entry.region_code, entry.listed_on, entry.answers::text,
       entry.sealed
FROM listing_entry AS entry JOIN campaign AS later ON later.id = entry.campaign_id
WHERE entry.business_id = ANY($2) AND entry.source LIKE 'campaign:%'
  AND later.starts_on > (SELECT starts_on FROM campaign WHERE id = $1)
"""
# Also areas that begin later, which tablets read ahead; not those that had ended when the list was made.
_READ_BY = """
SELECT campaign_id, region_code, enumerator_id, ends_on FROM assignment
WHERE campaign_id = ANY($1) AND region_code = ANY($2) AND ($3::uuid IS NULL OR enumerator_id = $3)
"""


class _Listed(Row):
    """An entry of a later round; `answers` is JSON text."""

    id: UUID
    business_id: UUID
    campaign_id: int
    region_code: str
    listed_on: date
    answers: str
    sealed: bytes | None


class _Area(Row):
    """An area of a later round, and whose it is."""

    campaign_id: int
    region_code: str
    enumerator_id: UUID
    ends_on: date | None


async def readers_of(
    pg: asyncpg.Connection, campaign_id: int, business_ids: Collection[UUID]
) -> Mapping[UUID, frozenset[UUID]]:
    """By business: the enumerators whose list of a later round has its answers."""
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for entry, reader in await _readings(pg, campaign_id, business_ids):
        found[entry.business_id].add(reader)
    return {business_id: frozenset(readers) for business_id, readers in found.items()}


async def pointers_read(
    pg: asyncpg.Connection, ring: KeyRing, campaign_id: int, business_id: UUID, enumerator_id: UUID
) -> frozenset[str]:
    """The questions whose answers stand on a list of that enumerator, by their pointers."""
    pointers: set[str] = set()
    for entry, _ in await _readings(pg, campaign_id, [business_id], enumerator_id):
        contents = Contents.unseal(ring, entry.id, entry.sealed)
        pointers |= {at for at, _ in leaves(prefilled(orjson.loads(entry.answers), contents))}
    return frozenset(pointers)


async def _readings(
    pg: asyncpg.Connection, campaign_id: int, business_ids: Collection[UUID], only: UUID | None = None
) -> list[tuple[_Listed, UUID]]:
    """Each entry of a later round with each enumerator who reads it."""
    entries = await read(pg, _Listed, _LISTED_LATER, campaign_id, list(business_ids))
    if not entries:
        return []
    areas: defaultdict[tuple[int, str], list[_Area]] = defaultdict(list)
    places = {code for entry in entries for code in ancestry(entry.region_code)}
    for area in await read(pg, _Area, _READ_BY, list({entry.campaign_id for entry in entries}), list(places), only):
        areas[area.campaign_id, area.region_code].append(area)
    return [
        (entry, area.enumerator_id)
        for entry in entries
        for code in ancestry(entry.region_code)
        for area in areas[entry.campaign_id, code]
        if area.ends_on is None or area.ends_on >= entry.listed_on
    ]
