"""Which businesses people decided to be two, so that nobody is asked again.

A decision holds for the businesses, not for the records that opened the case: also where one of them was merged into
another since, and in the next campaign. What was undone is asked again.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

import asyncpg

from app.core.rows import Row, read
from app.register.resolution import OF_BUSINESSES
from app.review.cases import survivors_of

Pair = frozenset[UUID]

_SEPARATE = """
WITH decided AS MATERIALIZED (
    SELECT kind, duplicate_case.business_ids, duplicate_case.record_id FROM resolution
    JOIN duplicate_case ON duplicate_case.id = case_id AND duplicate_case.regency_code = resolution.regency_code
    WHERE decision = 'separate' AND undone_at IS NULL AND resolution.business_ids && $1
)
SELECT kind, business_ids, record.business_id AS own FROM decided JOIN record USING (record_id)
"""
_MERGED_WITH = """
SELECT DISTINCT unnest(business_ids) FROM resolution
WHERE decision IN ('same', 'owner_changed') AND undone_at IS NULL AND business_ids && $1
"""
_ASKED = "SELECT business_ids FROM duplicate_case WHERE kind IN ('likely', 'same_owner') AND business_ids && $1"


class Separated(Row):
    """A case that was decided to be of two businesses, and which business its record belongs to."""

    kind: str
    business_ids: list[UUID]
    own: UUID | None


def pairs_of(rows: Iterable[Separated], survivors: Mapping[UUID, UUID]) -> set[Pair]:
    """The pairs that are two, as the businesses are called today. Pure.

    Of a case about two businesses these two; of one about a record its own business and each that it was taken for,
    but not those among themselves: nobody was asked about them.
    """
    found = set()
    for row in rows:
        if row.kind in OF_BUSINESSES:
            found.add(frozenset(survivors.get(id_, id_) for id_ in row.business_ids))
        elif row.own is not None:
            own = survivors.get(row.own, row.own)
            found |= {frozenset((own, survivors.get(id_, id_))) for id_ in row.business_ids}
    return {pair for pair in found if len(pair) > 1}


async def decided_apart(pg: asyncpg.Connection, business_ids: Iterable[UUID]) -> set[Pair]:
    """The pairs with one of these businesses that a person decided to be two."""
    named = await _with_merged(pg, business_ids)
    rows = await read(pg, Separated, _SEPARATE, list(named))
    ids = {id_ for row in rows for id_ in (*row.business_ids, *([] if row.own is None else [row.own]))}
    return pairs_of(rows, await _names_today(pg, ids))


async def asked_already(pg: asyncpg.Connection, business_ids: Iterable[UUID]) -> set[Pair]:
    """The pairs with one of these businesses that are or were in the queue as two businesses, in any state."""
    rows = await pg.fetch(_ASKED, list(await _with_merged(pg, business_ids)))
    survivors = await _names_today(pg, {id_ for row in rows for id_ in row[0]})
    return {frozenset(survivors.get(id_, id_) for id_ in row[0]) for row in rows}


async def merged_into(pg: asyncpg.Connection, business_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The businesses that decisions merged into one of these, and into which."""
    those = set(business_ids)
    named = await _with_merged(pg, those) - those
    today = await _names_today(pg, named) if named else {}
    return {id_: survivor for id_, survivor in today.items() if survivor in those}


async def _names_today(pg: asyncpg.Connection, business_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    return {asked: party.id for asked, party in (await survivors_of(pg, business_ids)).items()}


async def _with_merged(pg: asyncpg.Connection, business_ids: Iterable[UUID]) -> set[UUID]:
    """These businesses, and what decisions named together with them as one. Decisions are few: mostly one statement."""
    found = asked = set(business_ids)
    while asked:
        asked = {row[0] for row in await pg.fetch(_MERGED_WITH, list(asked))} - found
        found = found | asked
    return found
