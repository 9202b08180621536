"""Who heard what a business answers: who sent a record of it, or of another business of its owner, however that counts;
and who asked it again in another round.

A record says of which business it is only where it counts for one: a conflict does not, nor one with somebody else's
number. So the cases of the business are asked, too, and the businesses that have one of its numbers. What was recorded
once more without a number is linked by nothing, nor is what was kept raw: see `unlinked.py`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.core.rows import Row, read
from app.register.ledger import DIGESTS
from app.review.apart import merged_into

_NUMBERS = f"SELECT id, array_remove(ARRAY[{DIGESTS}] || alias_digests, NULL) FROM business WHERE id = ANY($1)"
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


class AskedAgain(NamedTuple):
    """What is asked again: a record, and the business that it counts for."""

    record_id: UUID
    business_id: UUID


class _Case(Row):
    record_id: UUID
    business_ids: list[UUID]


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


async def kin_of(pg: asyncpg.Connection, business_ids: Collection[UUID]) -> Mapping[UUID, set[UUID]]:
    """With each business those that have one of its numbers, which are its owner's others, and what was merged."""
    numbers = await numbers_of(pg, business_ids)
    having = defaultdict[bytes, set[UUID]](set)
    for digest, business_id in await pg.fetch(_HAVING, list({each for some in numbers.values() for each in some})):
        having[digest].add(business_id)
    kin = {id_: {id_, *(each for digest in numbers.get(id_, ()) for each in having[digest])} for id_ in business_ids}
    merged = await merged_of(pg, {each for those in kin.values() for each in those})
    return {id_: those.union(*(merged[each] for each in those)) for id_, those in kin.items()}


async def numbers_of(pg: asyncpg.Connection, business_ids: Iterable[UUID]) -> Mapping[UUID, list[bytes]]:
    """By business: the digests of the numbers that it has."""
    return {row[0]: row[1] for row in await pg.fetch(_NUMBERS, list(business_ids))}


def few_at_once(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    every = sorted(ids)
    return (every[at : at + _AT_ONCE] for at in range(0, len(every), _AT_ONCE))
