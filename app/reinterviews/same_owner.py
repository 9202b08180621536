"""Which re-interviews wait beside one, of the same owner. Who hears one of them is not blind for the others
(`senders.py`): so nobody has two of them to do at the same time, and where that comes to be, as by a merger or the
correction of a number, the others are taken back with the first interview.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

import asyncpg

from app.core.rows import Row, read
from app.reinterviews.senders import AskedAgain, few_at_once, kin_of
from app.reinterviews.taking_back import take_back

_CASES = "SELECT record_id, business_ids FROM duplicate_case WHERE business_ids && $1 OR record_id = ANY($2)"
_WAITING = """
SELECT id, record_id, business_id, assignee_id FROM reinterview
WHERE (business_id = ANY($1) OR record_id = ANY($2)) AND state IN ('open', 'assigned')
"""


class Waiting(Row):
    """One that nobody has heard yet, and who has it to do."""

    id: UUID
    record_id: UUID
    business_id: UUID
    assignee_id: UUID | None


async def waiting_beside(pg: asyncpg.Connection, asked: Collection[AskedAgain]) -> Mapping[UUID, list[Waiting]]:
    """By record: those of the owner's other businesses, or of one that it may be, as its cases say."""
    kin = await kin_of(pg, {each.business_id for each in asked})
    parties, named = defaultdict[UUID, set[UUID]](set), defaultdict[UUID, set[UUID]](set)
    own = [each.record_id for each in asked]
    for some in few_at_once({id_ for ids in kin.values() for id_ in ids}):
        for record_id, business_ids in await pg.fetch(_CASES, some, own):
            parties[record_id].update(business_ids)
            for id_ in business_ids:
                named[id_].add(record_id)
        own = []  # once is enough
    businesses = {each.record_id: kin[each.business_id] | parties[each.record_id] for each in asked}
    records = {id_: {each for those in businesses[id_] for each in named[those]} for id_ in businesses}
    every = ({each for ids in some.values() for each in ids} for some in (businesses, records))
    waiting = await read(pg, Waiting, _WAITING, *map(list, every))
    return {
        id_: [
            row
            for row in waiting
            if row.record_id != id_ and (row.business_id in businesses[id_] or row.record_id in records[id_])
        ]
        for id_ in businesses
    }


async def take_back_beside(pg: asyncpg.Connection, asked: AskedAgain, heard_by: UUID) -> None:
    """Take back from who heard this one what waits beside it. Idempotent by nature."""
    waiting = (await waiting_beside(pg, [asked]))[asked.record_id]
    theirs = [row.id for row in waiting if row.assignee_id == heard_by]
    if theirs:
        await take_back(pg, [heard_by], theirs)
