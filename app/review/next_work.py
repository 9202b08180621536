"""The next piece of work of the queue of duplicates: what nobody has, and what who asks may decide.

A case of which one side was recorded by another team is left to those who reach both: a coordinator could only look at
it, and would keep it from them for two hours.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal
from app.core.rows import Row, read
from app.review.assigning import lock_assignments, store_assignment
from app.review.case_pages import Narrowed, ProbablePosition, by_probability
from app.review.cases import survivors_of
from app.review.groups import Group, groups_of
from app.workforce.reach import Reach

_PAGE = 100


class _Named(Row):
    """The businesses that a case names."""

    id: UUID
    business_ids: list[UUID]


_NAMED = "SELECT id, business_ids FROM duplicate_case WHERE id = ANY($1)"


async def take_next(
    pg: asyncpg.Connection, principal: Principal, reach: Reach, narrowed: Narrowed, *, trace_id: str
) -> Group | None:
    """Take the most probable group that nobody has and the caller may decide; None where there is none. Each call takes
    another group, so it is not idempotent: a group whose answer was lost is among the caller's own, and lapses.

    What belongs to a group that somebody has, but is beyond its bound, is the next piece of work, as one again.
    """
    await lock_assignments(pg)
    free, behind = narrowed._replace(unassigned=True), None
    while cases := await by_probability(pg, free, limit=_PAGE, after=behind):
        able = await _decidable(pg, reach, {case.id: case.business_ids for case in cases})
        case = next((each for each in cases if each.id in able), None)
        if case is not None:
            groups = await groups_of(pg, reach, {case.id: case.business_ids}, free_at=narrowed.now)
            group = await _whole(pg, reach, groups[case.id].cases)
            await store_assignment(pg, principal, group, principal.account_id, narrowed.now, trace_id)
            return group
        behind = ProbablePosition.of(cases[-1])
    return None


async def _whole(pg: asyncpg.Connection, reach: Reach, case_ids: Sequence[UUID]) -> Group:
    """The group of those of these cases that the caller may decide, of which one at least is."""
    named = {row.id: row.business_ids for row in await read(pg, _Named, _NAMED, list(case_ids))}
    able = await _decidable(pg, reach, named)
    cases = tuple(id_ for id_ in case_ids if id_ in able)
    return Group(cases[0], cases)


async def _decidable(pg: asyncpg.Connection, reach: Reach, named: Mapping[UUID, Sequence[UUID]]) -> set[UUID]:
    """Those of these cases within reach of which all businesses are, too."""
    parties = await survivors_of(pg, {id_ for ids in named.values() for id_ in ids})
    seen = {id_ for id_, party in parties.items() if reach.covers(party.enumerator_id, party.region_code)}
    return {case for case, ids in named.items() if seen.issuperset(ids)}
