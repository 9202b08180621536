"""Of which businesses somebody sent an item that was kept raw. There is no digest of a number beside it: it is opened,
of the few people who are about to be given something, and searched (`raw_texts.py`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.core.offload import offload
from app.core.rows import Row, read
from app.regions.region_code import ancestry, is_place, village_of
from app.reinterviews.described import Described, Opening
from app.reinterviews.naming import Sentences, is_distinctive
from app.reinterviews.raw_texts import said_in

MOST_KEPT = 2 << 20
"""Bytes of items kept raw of one person that are searched, in a second or two. Who has more is given nothing."""
_SEARCHED = 64
"""What opening and searching a byte of an item costs, in bytes of a form that is read."""
# The key of assignments begins with the campaign.
_AREAS = """
SELECT DISTINCT region_code FROM assignment
WHERE campaign_id = ANY(ARRAY(SELECT id FROM campaign)) AND enumerator_id = $1
"""
_THERE_ARE = "SELECT code FROM region WHERE code = ANY($1)"
_KEPT = "SELECT id, region_code, sealed FROM raw_item WHERE enumerator_id = $1 AND sealed IS NOT NULL"
_KEPT_BYTES = "SELECT coalesce(sum(octet_length(sealed)), 0) FROM raw_item WHERE enumerator_id = $1"

Spots = Mapping[str, Collection[tuple[str, UUID]]]
"""By name: in which village which business has it."""


class _Kept(Row):
    id: UUID
    region_code: str
    sealed: bytes


async def kept_raw_of(
    pg: asyncpg.Connection, by: Opening, enumerator_id: UUID, businesses: Collection[Described]
) -> frozenset[UUID]:
    """Those of these businesses of which that enumerator sent an item that was kept raw: with one of their numbers; or
    with their name, trade name or owner's name, since a number may be what was wrong with it.

    A name counts in the village that the item says. Where it says only a district, or no place that there is, which is
    all areas that are or were the enumerator's, there are many businesses, and many of one name: it counts in full, and
    only if it is distinctive. All of them, where more is kept than is searched: it is asked at each sync, and somebody
    could keep the server busy with it.
    """
    sought = _Sought(businesses)
    if sought.is_empty:
        return frozenset()
    if await pg.fetchval(_KEPT_BYTES, enumerator_id) > MOST_KEPT:
        return frozenset(business.id for business in businesses)
    rows = await read(pg, _Kept, _KEPT, enumerator_id)
    said = await offload(_SEARCHED * sum(len(row.sealed) for row in rows), _opened, by, sought, rows)
    said_places = {place for each in said for place in each.places}
    there_are = {row[0] for row in await pg.fetch(_THERE_ARE, list(said_places))}
    areas = {row[0] for row in await pg.fetch(_AREAS, enumerator_id)}
    found = set[UUID]()
    for row, each in zip(rows, said, strict=True):
        found |= each.by_number
        places = each.places & there_are
        if is_place(row.region_code):
            places = places | {village_of(row.region_code)}
        found |= {id_ for village, id_ in each.named if village in places}
        wide = {place for place in places if not is_place(place)} if places else areas
        found |= {id_ for village, id_ in each.named_in_full if not wide.isdisjoint(ancestry(village))}
    return frozenset(found)


class _Sought:
    """By what businesses are looked for."""

    def __init__(self, businesses: Iterable[Described]) -> None:
        self.numbers = defaultdict[bytes, set[UUID]](set)
        self.heard = defaultdict[str, set[tuple[str, UUID]]](set)
        self.full = defaultdict[str, set[tuple[str, UUID]]](set)
        self.in_sentences = defaultdict[str, set[tuple[str, UUID]]](set)
        for business in businesses:
            for digest in business.numbers:
                self.numbers[digest].add(business.id)
            for called in business.called:
                spot = called.village, business.id
                for names, spots in (
                    (called.all, self.heard),
                    (called.full, self.full),
                    (called.sentences, self.in_sentences),
                ):
                    for name in names:
                        spots[name].add(spot)
        self.sentences = Sentences(self.in_sentences)
        self.is_empty = not (self.numbers or self.full)


class _Opened(NamedTuple):
    """Which businesses an item may be of: by a number; by a name, each in its village; by one that counts in a wide
    area, too. And the places that it says."""

    by_number: frozenset[UUID]
    named: frozenset[tuple[str, UUID]]
    named_in_full: frozenset[tuple[str, UUID]]
    places: frozenset[str]


def _opened(by: Opening, sought: _Sought, rows: Iterable[_Kept]) -> list[_Opened]:
    """What is found in items that were kept raw; what they say is not handed on."""
    found = []
    for row in rows:
        said = said_in(by.ring.unseal(row.sealed, row.id.bytes))
        digests = (digest for kind, digits in said.numbers for digest in by.digester.digests(kind, digits))
        by_number = frozenset[UUID]().union(*(sought.numbers.get(digest, ()) for digest in digests))
        in_texts = _spots(sought.in_sentences, sought.sentences.found_in(said.sentences))
        named = in_texts | _spots(sought.heard, said.heard) | _spots(sought.full, said.full)
        wide = in_texts | _spots(sought.full, filter(is_distinctive, said.full))
        found.append(_Opened(by_number, named, wide, said.places))
    return found


def _spots(of_name: Spots, names: Iterable[str]) -> frozenset[tuple[str, UUID]]:
    return frozenset(spot for name in names for spot in of_name.get(name, ()))
