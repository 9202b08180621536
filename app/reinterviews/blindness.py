"""Who knows what a business answered, so that a second interview by them would not be blind.

That is who sent anything of the business or of its owner, or asked it again before (`senders.py`), and who could read
its answers on a list. A round that begins from the register lists each business with the answers that it gave
(`listing/carrying.py`): those of this round tell what the first enumerator confirmed, those of a later one what was
heard in this one. The enumerators of a village have that list on their tablets. What was merged into a business, before
or after it was listed, was listed as that business.

A list that has another business of the owner tells of this one only what is asked about the owner: who reads it may ask
again, but those questions are not compared.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

import asyncpg
import orjson

from app.core.rows import Row, read
from app.core.sealing import KeyRing
from app.listing.contents import Contents, prefilled
from app.questionnaires.assessment import leaves
from app.regions.region_code import ancestry
from app.reinterviews.described import Opening, described
from app.reinterviews.senders import AskedAgain, kin_of, merged_of, senders_of
from app.reinterviews.unlinked import heard_unlinked
from app.submissions.queries import records_by_id

# An earlier round's list has what was answered long before.
_LISTED = """
SELECT entry.id, entry.business_id, entry.campaign_id, entry.region_code, entry.source, entry.kbli,
       entry.answers::text, entry.sealed
FROM listing_entry AS entry JOIN campaign AS other ON other.id = entry.campaign_id
WHERE (entry.business_id = ANY($2) OR entry.id = ANY($3))
  AND other.starts_on >= (SELECT starts_on FROM campaign WHERE id = $1)
"""
# Whenever that is or was: areas that begin later are read ahead, and an end may be set after the list was read.
_READ_BY = """
SELECT campaign_id, region_code, enumerator_id FROM assignment
WHERE campaign_id = ANY($1) AND region_code = ANY($2) AND ($3::uuid IS NULL OR enumerator_id = $3)
UNION SELECT campaign_id, region_code, enumerator_id FROM former_area
WHERE campaign_id = ANY($1) AND region_code = ANY($2) AND ($3::uuid IS NULL OR enumerator_id = $3)
"""


_CONFIRMED = "SELECT listing_id, business_id FROM record WHERE business_id = ANY($1) AND listing_id IS NOT NULL"
_OF_OWNER = ("/owner/", "/chair/")


class _Listed(Row):
    """An entry of a listing; `answers` is JSON text."""

    id: UUID
    business_id: UUID | None
    campaign_id: int
    region_code: str
    source: str
    kbli: str | None
    answers: str
    sealed: bytes | None


class _Area(Row):
    """An area of a round, and whose it is or was."""

    campaign_id: int
    region_code: str
    enumerator_id: UUID


async def who_knows(
    pg: asyncpg.Connection, campaign_id: int, asked: Collection[AskedAgain]
) -> Mapping[UUID, frozenset[UUID]]:
    """By record: the enumerators who sent or heard something of its business, or whose list has its answers; but for
    what is linked by no number, which is looked at of one person at a time (`heard_unlinked`)."""
    found = await senders_of(pg, asked)
    those = await _with_merged(pg, asked)
    for record_id, entry, reader in await _readings(pg, campaign_id, asked, those):
        if entry.source.startswith("campaign:"):  # a file has names, and nothing that anybody answered
            found[record_id].add(reader)
    return {record_id: frozenset(people) for record_id, people in found.items()}


async def recorded_by(
    pg: asyncpg.Connection, by: Opening, asked: Collection[AskedAgain], enumerator_id: UUID
) -> frozenset[UUID]:
    """Of these records, those of whose business that enumerator sent or heard something, too."""
    if not asked:
        return frozenset()
    senders = await senders_of(pg, asked)
    businesses = await described(pg, by, (each.business_id for each in asked))
    unlinked = await heard_unlinked(pg, by, enumerator_id, businesses.values())
    return frozenset(
        each.record_id for each in asked if enumerator_id in senders[each.record_id] or each.business_id in unlinked
    )


async def pointers_read(
    pg: asyncpg.Connection, ring: KeyRing, campaign_id: int, asked: AskedAgain, enumerator_id: UUID
) -> frozenset[str]:
    """The questions whose answers stand on a list of that enumerator, by their pointers: of the business, and those
    about the owner on the entry of another business of the owner."""
    own = await _with_merged(pg, [asked])
    kin = {asked.record_id: set[UUID]().union(*(await kin_of(pg, own[asked.record_id])).values())}
    pointers: set[str] = set()
    for _, entry, _ in await _readings(pg, campaign_id, [asked], own, enumerator_id):
        pointers |= _pointers_of(ring, entry)
    for _, entry, _ in await _readings(pg, campaign_id, [asked], kin, enumerator_id):
        pointers |= {each for each in _pointers_of(ring, entry) if each.startswith(_OF_OWNER)}
    return frozenset(pointers)


def _pointers_of(ring: KeyRing, entry: _Listed) -> set[str]:
    contents = Contents.unseal(ring, entry.id, entry.sealed)
    found = {at for at, _ in leaves(prefilled(orjson.loads(entry.answers), contents))}
    return found if entry.kbli is None else found | {"/kbli"}


async def _with_merged(pg: asyncpg.Connection, asked: Collection[AskedAgain]) -> Mapping[UUID, set[UUID]]:
    """By record: its business, and those that were merged into that."""
    merged = await merged_of(pg, {each.business_id for each in asked})
    return {each.record_id: {each.business_id, *merged[each.business_id]} for each in asked}


async def _readings(
    pg: asyncpg.Connection,
    campaign_id: int,
    asked: Collection[AskedAgain],
    those: Mapping[UUID, Collection[UUID]],
    only: UUID | None = None,
) -> list[tuple[UUID, _Listed, UUID]]:
    """Each record with each entry of a list for `those` of its businesses, and each enumerator who reads or read it."""
    by_business = defaultdict[UUID | None, set[UUID]](set)
    for each in asked:
        for id_ in those[each.record_id]:
            by_business[id_].add(each.record_id)
    named = defaultdict[UUID, set[UUID]](set)
    for row in await records_by_id(pg, [each.record_id for each in asked]):
        if row.listing_id is not None:
            named[row.listing_id].add(row.record_id)
    for listing_id, business_id in await pg.fetch(_CONFIRMED, list(by_business)):
        named[listing_id] |= by_business[business_id]
    entries = await read(pg, _Listed, _LISTED, campaign_id, list(by_business), list(named))
    if not entries:
        return []
    areas: defaultdict[tuple[int, str], list[UUID]] = defaultdict(list)
    places = {code for entry in entries for code in ancestry(entry.region_code)}
    for area in await read(pg, _Area, _READ_BY, list({entry.campaign_id for entry in entries}), list(places), only):
        areas[area.campaign_id, area.region_code].append(area.enumerator_id)
    return [
        (record_id, entry, reader)
        for entry in entries
        for record_id in {*by_business.get(entry.business_id, ()), *named.get(entry.id, ())}
        for code in ancestry(entry.region_code)
        for reader in areas[entry.campaign_id, code]
    ]
