"""Who heard what a business answers: who sent a record of it, or of another business of its owner, however that counts,
or an item that was kept raw; and who asked it again in another round.

A record says of which business it is only where it counts for one: a conflict does not, nor one with somebody else's
number. So the cases of the business are asked, too, and the businesses that have one of its numbers. What was recorded
once more without a number is linked by nothing: it is known by its village and name. What was kept raw has no digest of
a number beside it: it is opened, of the few people who are about to be given something.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.core.offload import offload
from app.core.rows import Row, read
from app.core.sealing import Digester, KeyRing
from app.identifiers.phonetic_name import phonetic_name
from app.regions.region_code import ancestry, is_place, span_of, village_of
from app.register.ledger import DIGESTS
from app.reinterviews.raw_texts import said_in
from app.review.apart import merged_into

_NUMBERS = f"SELECT id, array_remove(ARRAY[{DIGESTS}] || alias_digests, NULL) FROM business WHERE id = ANY($1)"
_SAID = """
submission.answers->>'trade_name' AS trade_name,
coalesce(submission.answers->'owner', submission.answers->'chair')->>'name' AS owner_name
"""
_CALLED = "SELECT id, region_code, name, NULL AS trade_name, NULL AS owner_name FROM business WHERE id = ANY($1)"
_RECORDED = "SELECT record_id, business_id FROM record WHERE business_id = ANY($1)"
# In every revision of a record, since a name may have been corrected.
_CALLED_IN = f"""
SELECT record_id AS id, region_code, answers->>'legal_name' AS name, {_SAID} FROM submission WHERE record_id = ANY($1)
"""
# By the index of an enumerator's businesses: of each of few villages.
_OWN = f"""
SELECT business.id, business.region_code, business.name, {_SAID}
FROM unnest($2::text[], $3::text[]) AS village (first, behind)
JOIN business ON business.enumerator_id = $1
 AND business.region_code >= village.first AND business.region_code < village.behind
LEFT JOIN submission ON submission.record_id = business.record_id AND submission.revision = business.revision
 AND submission.regency_code = business.regency_code
"""
_HAVING = """
SELECT digest, business_id FROM identity WHERE digest = ANY($1)
UNION ALL SELECT digest, business_id FROM shared_number WHERE digest = ANY($1)
"""
# Of any state: what was decided, or came again as something else, was heard all the same.
_CASES = """
SELECT record_id, business_ids FROM duplicate_case WHERE business_ids && $1
UNION ALL SELECT record_id, business_ids FROM duplicate_case WHERE record_id = ANY($2)
"""
_AT_ONCE = 20
"""So many businesses are asked for by the index of those that cases name; of more, PostgreSQL reads all cases."""
MOST_KEPT = 2 << 20
"""Bytes of items kept raw of one person that are searched, in a second or two. Who has more is given nothing."""
_SEARCHED = 64
"""What opening and searching a byte of an item costs, in bytes of a form that is read."""
_RECORDS = """
SELECT record_id, business_id, enumerator_id FROM record WHERE business_id = ANY($1) OR record_id = ANY($2)
"""
_COPIES = "SELECT subject_id, enumerator_id FROM raw_item WHERE subject_id = ANY($1)"
_HEARD_AGAIN = """
SELECT reinterview.record_id, reinterview.business_id, heard.sender_id
FROM reinterview JOIN reinterview_version AS heard
  ON heard.id = reinterview.id AND heard.regency_code = reinterview.regency_code
WHERE (reinterview.business_id = ANY($1) OR reinterview.record_id = ANY($2)) AND heard.result = 'done'
"""
# The key of assignments begins with the campaign.
_AREAS = """
SELECT DISTINCT region_code FROM assignment
WHERE campaign_id = ANY(ARRAY(SELECT id FROM campaign)) AND enumerator_id = $1
"""
_THERE_ARE = "SELECT code FROM region WHERE code = ANY($1)"
_KEPT = "SELECT id, region_code, sealed FROM raw_item WHERE enumerator_id = $1 AND sealed IS NOT NULL"
_KEPT_BYTES = "SELECT coalesce(sum(octet_length(sealed)), 0) FROM raw_item WHERE enumerator_id = $1"


class AskedAgain(NamedTuple):
    """What is asked again: a record, and the business that it counts for."""

    record_id: UUID
    business_id: UUID


class Opening(NamedTuple):
    """With what sealed items are opened and their numbers compared, and the day."""

    ring: KeyRing
    digester: Digester
    today: date


class Described(NamedTuple):
    """A business as what names no business is compared with it: by the numbers and names that it has, that its owner's
    others have, and that those have that were merged into them; each name where that business lies."""

    id: UUID
    numbers: Sequence[bytes]
    called: Sequence["Called"]


class Called(NamedTuple):
    """Where a business lies, its own names as they are heard, and with them that of its owner."""

    village: str
    own: frozenset[str]
    all: frozenset[str]


class _Named(Row):
    """What a business is called, by itself or in a revision of a record; the id is of either."""

    id: UUID
    region_code: str
    name: str | None
    trade_name: str | None
    owner_name: str | None

    def called(self) -> Called:
        own = _heard(self.name, self.trade_name)
        return Called(village_of(self.region_code), own, own | _heard(self.owner_name))


class _Kept(Row):
    id: UUID
    region_code: str
    sealed: bytes


class _Case(Row):
    record_id: UUID
    business_ids: list[UUID]


async def described(pg: asyncpg.Connection, business_ids: Iterable[UUID]) -> Mapping[UUID, Described]:
    """These businesses, by id."""
    kin = await kin_of(pg, set(business_ids))
    every = {each for those in kin.values() for each in those}
    numbers = await _numbers_of(pg, every)
    called = await _called(pg, every)
    return {
        id_: Described(
            id_,
            [digest for each in those for digest in numbers.get(each, ())],
            [one for each in those for one in called[each]],
        )
        for id_, those in kin.items()
    }


async def _called(pg: asyncpg.Connection, business_ids: Iterable[UUID]) -> Mapping[UUID, set[Called]]:
    """What each of these businesses is called, and was in the records of it."""
    found = defaultdict[UUID, set[Called]](set)
    ids = list(business_ids)
    for row in await read(pg, _Named, _CALLED, ids):
        found[row.id].add(row.called())
    of_record = {row[0]: row[1] for row in await pg.fetch(_RECORDED, ids)}
    for row in await read(pg, _Named, _CALLED_IN, list(of_record)):
        found[of_record[row.id]].add(row.called())
    return found


async def merged_of(pg: asyncpg.Connection, business_ids: Iterable[UUID]) -> Mapping[UUID, set[UUID]]:
    """By business: those that were merged into it, at any depth."""
    found: dict[UUID, set[UUID]] = {id_: set() for id_ in business_ids}
    for some in few_at_once(found):
        for id_, survivor in (await merged_into(pg, some)).items():
            found[survivor].add(id_)
    return found


async def senders_of(pg: asyncpg.Connection, asked: Collection[AskedAgain]) -> Mapping[UUID, set[UUID]]:
    """By record: everybody who sent a record that has to do with its business, and who asked that again elsewhere."""
    kin = await kin_of(pg, {each.business_id for each in asked})
    every = {id_ for ids in kin.values() for id_ in ids}
    records = defaultdict[UUID, set[UUID]](set)  # by business
    parties = defaultdict[UUID, set[UUID]](set)  # by record
    own = [each.record_id for each in asked]
    for some in few_at_once(every):
        for case in await read(pg, _Case, _CASES, some, own):
            parties[case.record_id].update(case.business_ids)
            for id_ in case.business_ids:
                records[id_].add(case.record_id)
        own = []  # once is enough
    those = {each.record_id: kin[each.business_id] | parties[each.record_id] for each in asked}
    every |= {id_ for ids in those.values() for id_ in ids}
    named = {id_ for ids in records.values() for id_ in ids} | those.keys()
    people = defaultdict[UUID, set[UUID]](set)  # by record
    for record_id, business_id, enumerator_id in await pg.fetch(_RECORDS, list(every), list(named)):
        people[record_id].add(enumerator_id)
        if business_id is not None:
            records[business_id].add(record_id)
    named |= people.keys()
    for record_id, enumerator_id in await pg.fetch(_COPIES, list(named)):
        people[record_id].add(enumerator_id)
    again = defaultdict[UUID, set[tuple[UUID, UUID]]](set)  # by business: of which record, and by whom
    for record_id, business_id, sender_id in await pg.fetch(_HEARD_AGAIN, list(every), list(named)):
        again[business_id].add((record_id, sender_id))
        again[record_id].add((record_id, sender_id))
    found = dict[UUID, set[UUID]]()
    for each in asked:
        of_these = {id_ for business_id in those[each.record_id] for id_ in records[business_id]} | {each.record_id}
        found[each.record_id] = {who for record_id in of_these for who in people[record_id]}
        found[each.record_id] |= {
            who
            for id_ in (*of_these, *those[each.record_id])
            for record_id, who in again[id_]
            if record_id != each.record_id
        }
    return found


async def heard_unlinked(
    pg: asyncpg.Connection, by: Opening, enumerator_id: UUID, businesses: Collection[Described]
) -> frozenset[UUID]:
    """Those of these businesses of which that enumerator sent something that no number links with them: a record of a
    business in the same village under the same name, or an item that was kept raw (`kept_raw_of`)."""
    return await _recorded_alike(pg, enumerator_id, businesses) | await kept_raw_of(pg, by, enumerator_id, businesses)


async def _recorded_alike(
    pg: asyncpg.Connection, enumerator_id: UUID, businesses: Iterable[Described]
) -> frozenset[UUID]:
    """Names are compared as they are heard (`openapi/README.md`), the trade name, too."""
    alike = defaultdict[tuple[str, str], set[UUID]](set)
    for business in businesses:
        for called in business.called:
            for name in called.own:
                alike[called.village, name].add(business.id)
    spans = [span_of(village) for village in sorted({village for village, _ in alike})]
    first, behind = [each[0] for each in spans], [each[1] for each in spans]
    rows = await read(pg, _Named, _OWN, enumerator_id, first, behind) if spans else []
    own = [row.called() for row in rows]
    return frozenset(id_ for each in own for name in each.own for id_ in alike.get((each.village, name), ()))


async def kept_raw_of(
    pg: asyncpg.Connection, by: Opening, enumerator_id: UUID, businesses: Collection[Described]
) -> frozenset[UUID]:
    """Those of these businesses of which that enumerator sent an item that was kept raw: with one of their numbers; or
    with their name, trade name or owner's name as it is heard, since a number may be what was wrong with it.

    A name counts in the village that the item says, or else the district. Where it says neither, or none that there is,
    it counts in all areas that are or were the enumerator's. All of them, where more is kept than is searched: it is
    asked at each sync, and somebody could keep the server busy with it.
    """
    of_number, of_name = defaultdict[bytes, set[UUID]](set), defaultdict[str, set[tuple[str, UUID]]](set)
    for business in businesses:
        for digest in business.numbers:
            of_number[digest].add(business.id)
        for called in business.called:
            for name in called.all:
                of_name[name].add((called.village, business.id))
    if not (of_number or of_name):
        return frozenset()
    if await pg.fetchval(_KEPT_BYTES, enumerator_id) > MOST_KEPT:
        return frozenset(business.id for business in businesses)
    rows = await read(pg, _Kept, _KEPT, enumerator_id)
    said = await offload(_SEARCHED * sum(len(row.sealed) for row in rows), _opened, by, rows)
    said_places = {place for each in said for place in each.places}
    there_are = {row[0] for row in await pg.fetch(_THERE_ARE, list(said_places))}
    areas = {row[0] for row in await pg.fetch(_AREAS, enumerator_id)}
    found = set[UUID]()
    for row, each in zip(rows, said, strict=True):
        found.update(*(of_number.get(digest, ()) for digest in each.digests))
        places = each.places & there_are
        if is_place(row.region_code):
            places = places | {village_of(row.region_code)}
        named = {spot for name in each.names for spot in of_name.get(name, ())}
        found |= {id_ for village, id_ in named if not (places or areas).isdisjoint(ancestry(village))}
    return frozenset(found)


class _Opened(NamedTuple):
    digests: frozenset[bytes]
    names: frozenset[str]
    places: frozenset[str]


def _opened(by: Opening, rows: Iterable[_Kept]) -> list[_Opened]:
    """What is compared of items that were kept raw; the numbers themselves are not handed on."""
    found = []
    for row in rows:
        said = said_in(by.ring.unseal(row.sealed, row.id.bytes))
        digests = (digest for kind, digits in said.numbers for digest in by.digester.digests(kind, digits))
        found.append(_Opened(frozenset(digests), said.names, said.places))
    return found


async def kin_of(pg: asyncpg.Connection, business_ids: Collection[UUID]) -> Mapping[UUID, set[UUID]]:
    """With each business those that have one of its numbers, which are its owner's others, and what was merged."""
    numbers = await _numbers_of(pg, business_ids)
    having = defaultdict[bytes, set[UUID]](set)
    for digest, business_id in await pg.fetch(_HAVING, list({each for some in numbers.values() for each in some})):
        having[digest].add(business_id)
    kin = {id_: {id_, *(each for digest in numbers.get(id_, ()) for each in having[digest])} for id_ in business_ids}
    merged = await merged_of(pg, {each for those in kin.values() for each in those})
    return {id_: those.union(*(merged[each] for each in those)) for id_, those in kin.items()}


async def _numbers_of(pg: asyncpg.Connection, business_ids: Iterable[UUID]) -> dict[UUID, list[bytes]]:
    return {row[0]: row[1] for row in await pg.fetch(_NUMBERS, list(business_ids))}


def _heard(*names: str | None) -> frozenset[str]:
    return frozenset(heard for name in names if name and (heard := phonetic_name(name)))


def few_at_once(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    every = sorted(ids)
    return (every[at : at + _AT_ONCE] for at in range(0, len(every), _AT_ONCE))
