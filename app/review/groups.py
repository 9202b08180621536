"""Open cases that belong together: one household, one owner, or one business that several cases are about.

Two cases belong together where they name one business, or businesses that have one NIK; so do those that both belong
together with a third. What a group is follows from the open cases and is worked out where it is read: batches store
nothing for it.

Two bounds keep a market, or a NIK that hundreds of records have, from becoming one piece of work. A business in more
than `MOST_SHARED` open cases, and a number of more than `MOST_SHARED` businesses, connects nothing: it is an agent's,
or a slip that many made. And a group ends at `MOST_CASES`: what is further away is the next piece of work.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.core.rows import Row, read
from app.review.case_pages import DISPUTED
from app.workforce.reach import Reach

MOST_SHARED = 20
MOST_CASES = 20
ROUNDS = 3
"""How many steps from case to case are looked at."""
_MOST_READ = 5_000


class Group(NamedTuple):
    """A group: its oldest case, by which it is named, and all its cases in the order of their age."""

    id: UUID
    cases: tuple[UUID, ...]


class _Named(Row):
    """The businesses that an open case names."""

    id: UUID
    business_ids: list[UUID]


class _Numbered(Row):
    """That a business has a number."""

    digest: bytes
    business_id: UUID


_CASES = f"""
SELECT duplicate_case.id, business_ids FROM {DISPUTED}
WHERE state = 'open' AND business_ids && $1 AND duplicate_case.region_code >= $2 AND duplicate_case.region_code < $3
  AND ($4::uuid[] IS NULL OR submission.enumerator_id = ANY($4))
  AND ($5::timestamptz IS NULL OR duplicate_case.id NOT IN (SELECT case_id FROM case_assignment WHERE lapses_at > $5))
LIMIT {_MOST_READ}
"""
_NIKS = """
SELECT digest, id AS business_id
FROM business CROSS JOIN LATERAL unnest(ARRAY[nik_digest, passport_digest, kitas_digest]) AS owner (digest)
WHERE id = ANY($1) AND digest IS NOT NULL
"""
_HAVING = f"""
SELECT digest, business_id FROM identity WHERE digest = ANY($1)
UNION ALL (SELECT digest, business_id FROM shared_number WHERE digest = ANY($1) LIMIT {_MOST_READ})
"""


def groups_among(
    named: Mapping[UUID, Iterable[UUID]], owned: Mapping[bytes, Iterable[UUID]], starts: Iterable[UUID]
) -> dict[UUID, Group]:
    """The groups of some cases. `named`: the businesses that each case names; `owned`: those that have each number.
    Pure.

    From each case its nearest are taken until there are `MOST_CASES`, so the groups of two cases of a larger component
    may differ; of any other component they are the same.
    """
    places: defaultdict[UUID | bytes, set[UUID]] = defaultdict(set)
    asked = Counter(business for ids in named.values() for business in set(ids))
    owners: defaultdict[UUID, set[bytes]] = defaultdict(set)
    for digest, ids in owned.items():
        if len(those := set(ids)) <= MOST_SHARED:
            for business in those:
                owners[business].add(digest)
    links: dict[UUID, set[UUID | bytes]] = {}
    for case, ids in named.items():
        linked: set[UUID | bytes] = {business for business in ids if asked[business] <= MOST_SHARED}
        links[case] = linked.union(*(owners[business] for business in ids))
        for link in links[case]:
            places[link].add(case)
    return {case: _from(case, links, places) for case in starts}


def _from(start: UUID, links: Mapping[UUID, set[UUID | bytes]], places: Mapping[UUID | bytes, set[UUID]]) -> Group:
    found, border = {start: None}, [start]
    while border and len(found) < MOST_CASES:
        near = sorted({case for each in border for link in links[each] for case in places[link]} - found.keys())
        border = near[: MOST_CASES - len(found)]
        found |= dict.fromkeys(border)
    cases = tuple(sorted(found))
    return Group(cases[0], cases)


async def groups_of(
    pg: asyncpg.Connection, reach: Reach, cases: Mapping[UUID, Iterable[UUID]], *, free_at: datetime | None = None
) -> dict[UUID, Group]:
    """The groups of open cases within reach, of which the businesses are given. Others of a group that are beyond reach
    are not in it, and with `free_at` neither are those that somebody has then. The number of statements does not depend
    on the number of cases."""
    named: dict[UUID, set[UUID]] = {case: set(ids) for case, ids in cases.items()}
    owned: defaultdict[bytes, set[UUID]] = defaultdict(set)
    looked: set[UUID] = set()
    groups = groups_among(named, owned, cases)
    for _ in range(ROUNDS):
        reached = {case for group in groups.values() for case in group.cases}
        border = {business for case in reached for business in named[case]} - looked
        if not border:
            break
        looked |= border
        digests = [row.digest for row in await read(pg, _Numbered, _NIKS, list(border))]
        for row in await read(pg, _Numbered, _HAVING, list(set(digests) - owned.keys())):
            owned[row.digest].add(row.business_id)
        border |= {business for ids in owned.values() if len(ids) <= MOST_SHARED for business in ids}
        found = await read(pg, _Named, _CASES, list(border), *reach.territory.span, reach.only, free_at)
        named.update((row.id, set(row.business_ids)) for row in found)
        groups = groups_among(named, owned, cases)
    return groups
