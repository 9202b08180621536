"""Who heard what a business answers: who sent a record of it, or of another business of its owner, however that counts,
or an item that was kept raw; and who asked it again in another round.

A record says of which business it is only where it counts for one: a conflict does not, nor one with somebody else's
number. So the cases of the business are asked, too, and the businesses that have one of its numbers. What was kept raw
has no digest of a number beside it: it is opened, of the few people who are about to be given something.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from app.core.rows import Row, read
from app.core.sealing import Digester, KeyRing
from app.identifiers.numbers import InvalidNumber
from app.regions.region_code import village_of
from app.register.ledger import DIGESTS
from app.register.lookup import digits_of
from app.register.names import searchable
from app.register.verdicts import PLACES
from app.review.apart import merged_into

_BUSINESSES = f"""
SELECT id, region_code, search_name, array_remove(ARRAY[{DIGESTS}] || alias_digests, NULL) AS numbers
FROM business WHERE id = ANY($1)
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
_KEPT = "SELECT id, region_code, sealed FROM raw_item WHERE enumerator_id = $1 AND sealed IS NOT NULL"


class AskedAgain(NamedTuple):
    """What is asked again: a record, and the business that it counts for."""

    record_id: UUID
    business_id: UUID


class Opening(NamedTuple):
    """With what sealed items are opened and their numbers compared, and the day."""

    ring: KeyRing
    digester: Digester
    today: date


class Described(Row):
    """A business as what was kept raw is compared with it: by its numbers, and by its name where it lies."""

    id: UUID
    region_code: str
    search_name: str
    numbers: list[bytes]


class _Kept(Row):
    id: UUID
    region_code: str
    sealed: bytes


class _Case(Row):
    record_id: UUID
    business_ids: list[UUID]


async def described(pg: asyncpg.Connection, business_ids: Iterable[UUID]) -> Mapping[UUID, Described]:
    """These businesses, by id."""
    return {row.id: row for row in await read(pg, Described, _BUSINESSES, list(set(business_ids)))}


async def senders_of(pg: asyncpg.Connection, asked: Collection[AskedAgain]) -> Mapping[UUID, set[UUID]]:
    """By record: everybody who sent a record that has to do with its business, and who asked that again elsewhere."""
    kin = await _kin(pg, {each.business_id for each in asked})
    every = {id_ for ids in kin.values() for id_ in ids}
    records = defaultdict[UUID, set[UUID]](set)  # by business
    parties = defaultdict[UUID, set[UUID]](set)  # by record
    own = [each.record_id for each in asked]
    for some in _few_at_once(every):
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


async def kept_raw_of(
    pg: asyncpg.Connection, by: Opening, enumerator_id: UUID, businesses: Iterable[Described]
) -> frozenset[UUID]:
    """Those of these businesses of which that enumerator sent an item that was kept raw: with one of their numbers, or
    from the same village under the same name as it is heard, since a number may be what was wrong with it."""
    of_number, of_name = defaultdict[bytes, set[UUID]](set), defaultdict[tuple[str, frozenset[str]], set[UUID]](set)
    for business in businesses:
        for digest in business.numbers:
            of_number[digest].add(business.id)
        if words := frozenset(business.search_name.split()):
            of_name[village_of(business.region_code), words].add(business.id)
    found = set[UUID]()
    for row in await read(pg, _Kept, _KEPT, enumerator_id):
        answers = _answers(by.ring.unseal(row.sealed, row.id.bytes))
        found.update(*(of_number.get(digest, ()) for digest in _numbers(answers, by)))
        name = answers.get("legal_name")
        if isinstance(name, str):
            found |= of_name.get((village_of(row.region_code), frozenset(searchable(name).split())), set())
    return frozenset(found)


async def _kin(pg: asyncpg.Connection, business_ids: Collection[UUID]) -> Mapping[UUID, set[UUID]]:
    """With each business those that have one of its numbers, which are its owner's others, and what was merged."""
    numbers = {row.id: row.numbers for row in (await described(pg, business_ids)).values()}
    having = defaultdict[bytes, set[UUID]](set)
    for digest, business_id in await pg.fetch(_HAVING, list({each for some in numbers.values() for each in some})):
        having[digest].add(business_id)
    kin = {id_: {id_, *(each for digest in numbers.get(id_, ()) for each in having[digest])} for id_ in business_ids}
    losers = defaultdict[UUID, set[UUID]](set)
    for some in _few_at_once({each for those in kin.values() for each in those}):
        for id_, survivor in (await merged_into(pg, some)).items():
            losers[survivor].add(id_)
    return {id_: those.union(*(losers[each] for each in those)) for id_, those in kin.items()}


def _few_at_once(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    every = sorted(ids)
    return (every[at : at + _AT_ONCE] for at in range(0, len(every), _AT_ONCE))


def _answers(content: bytes) -> Mapping[str, Any]:
    """The answers of an item that was kept raw; none where they are no such thing, which may be why it was kept."""
    try:
        item = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}
    answers = item.get("answers") if isinstance(item, dict) else None
    return answers if isinstance(answers, dict) else {}


def _numbers(answers: Mapping[str, Any], by: Opening) -> list[bytes]:
    """The digests of the numbers in it that are such."""
    found = list[bytes]()
    for kind, path in PLACES.items():
        value: Any = answers
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, str):
            try:
                found += by.digester.digests(kind, digits_of(kind, value, by.today))
            except InvalidNumber:
                continue
    return found
