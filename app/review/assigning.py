"""Who works on which duplicate cases. A group is taken as one, and lapses by itself where nothing is decided.

All that assigns waits for one lock, which is held for some milliseconds: so two reviewers who press "next" at once get
different groups, also where a group spans several regencies, whose rows a cluster would not lock in one order.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal, Role
from app.audit import trail
from app.audit.actions import Action
from app.core.problems import Code, Problem
from app.core.rows import Row, copy_rows, read
from app.review.case_pages import DISPUTED
from app.review.groups import Group
from app.review.models import CaseAssignment
from app.workforce.reach import Reach

LAPSES_AFTER = timedelta(hours=2)
"""A group that somebody took and did not decide on is free again after that."""
_LOCK = 0x6B756D6B_6173


class AssignmentRow(Row, table=CaseAssignment):
    """Who has a case, as it is stored."""

    case_id: UUID
    group_id: UUID
    assigned_to: UUID
    assigned_by: UUID
    assigned_at: datetime
    lapses_at: datetime


class Assignment(Row):
    """Who has a case, by user name, and until when."""

    case_id: UUID
    account_id: UUID
    username: str
    lapses_at: datetime


_ASSIGNED = """
SELECT case_id, assigned_to AS account_id, username, lapses_at
FROM case_assignment JOIN account ON account.id = assigned_to
WHERE case_id = ANY($1::uuid[]) AND lapses_at > $2
"""


async def assignments_of(pg: asyncpg.Connection, case_ids: Iterable[UUID], now: datetime) -> dict[UUID, Assignment]:
    """Who has these cases; those that nobody has are missing."""
    return {row.case_id: row for row in await read(pg, Assignment, _ASSIGNED, list(case_ids), now)}


async def refuse_where_of_another(
    pg: asyncpg.Connection, principal: Principal, case_ids: Iterable[UUID], now: datetime
) -> None:
    """Refuse a coordinator what somebody else has; an officer may decide on it.

    Raises:
        Problem: `assigned_to_another`, with who has it and until when.
    """
    if principal.role is not Role.COORDINATOR:
        return
    found = (await assignments_of(pg, case_ids, now)).values()
    other = next((each for each in found if each.account_id != principal.account_id), None)
    if other is not None:
        current = {"assigned_to": other.username, "lapses_at": other.lapses_at.isoformat()}
        raise Problem(Code.ASSIGNED_TO_ANOTHER, current=current)


async def take(
    pg: asyncpg.Connection, principal: Principal, group: Group, assigned_to: UUID, *, now: datetime, trace_id: str
) -> None:
    """Assign a group. Idempotent by nature: the same again makes it last longer.

    Raises:
        Problem: `assigned_to_another`.
    """
    await lock_assignments(pg)
    await refuse_where_of_another(pg, principal, group.cases, now)
    await store_assignment(pg, principal, group, assigned_to, now, trace_id)


_TAKEN_WITH = """
SELECT other.case_id FROM case_assignment AS one
JOIN case_assignment AS other ON other.group_id = one.group_id AND other.assigned_to = one.assigned_to
WHERE one.case_id = $1
"""
_WITHIN = f"""
SELECT duplicate_case.id FROM {DISPUTED}
WHERE duplicate_case.id = ANY($1) AND duplicate_case.region_code >= $2 AND duplicate_case.region_code < $3
  AND ($4::uuid[] IS NULL OR submission.enumerator_id = ANY($4)) ORDER BY 1
"""


async def let_go(
    pg: asyncpg.Connection, principal: Principal, reach: Reach, case_id: UUID, *, now: datetime, trace_id: str
) -> tuple[UUID, ...]:
    """Nobody has this case any more, nor what was taken together with it and is within reach; gives those cases. What
    others have of a group that is larger than one piece of work stays theirs. Idempotent by nature.

    Raises:
        Problem: `assigned_to_another`.
    """
    await lock_assignments(pg)
    taken = [row[0] for row in await pg.fetch(_TAKEN_WITH, case_id)]
    rows = await pg.fetch(_WITHIN, taken, *reach.territory.span, reach.only)
    cases = tuple(row[0] for row in rows)
    await refuse_where_of_another(pg, principal, cases, now)
    await pg.execute("DELETE FROM case_assignment WHERE case_id = ANY($1)", list(cases))
    await _note(pg, principal, cases, None, trace_id)
    return cases


_PROLONG = """
UPDATE case_assignment SET lapses_at = $3
WHERE assigned_to = $2
  AND group_id = (SELECT group_id FROM case_assignment WHERE case_id = $1 AND assigned_to = $2)
"""


async def prolong(pg: asyncpg.Connection, account_id: UUID, case_id: UUID, now: datetime) -> None:
    """Who decides on a case of a group keeps the others longer. Idempotent by nature."""
    await pg.execute(_PROLONG, case_id, account_id, now + LAPSES_AFTER)


async def lock_assignments(pg: asyncpg.Connection) -> None:
    """Wait for who assigns at this moment, until the transaction ends."""
    await pg.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)


async def store_assignment(
    pg: asyncpg.Connection, principal: Principal, group: Group, assigned_to: UUID, now: datetime, trace_id: str
) -> None:
    """Store who has a group from now on, under the lock; what lapsed is removed. Idempotent by nature."""
    await pg.execute("DELETE FROM case_assignment WHERE case_id = ANY($1) OR lapses_at <= $2", list(group.cases), now)
    lapses_at = now + LAPSES_AFTER
    rows = [
        AssignmentRow(
            case_id=id_,
            group_id=group.id,
            assigned_to=assigned_to,
            assigned_by=principal.account_id,
            assigned_at=now,
            lapses_at=lapses_at,
        )
        for id_ in group.cases
    ]
    await copy_rows(pg, rows)
    await _note(pg, principal, group.cases, assigned_to, trace_id)


async def _note(
    pg: asyncpg.Connection,
    principal: Principal,
    case_ids: Sequence[UUID],
    assigned_to: UUID | None,
    trace_id: str,
) -> None:
    detail = {"assigned_to": None if assigned_to is None else str(assigned_to)}
    await trail.record_many(
        pg,
        Action.DUPLICATE_ASSIGNED,
        actor_id=principal.account_id,
        trace_id=trace_id,
        subjects=[("duplicate_case", str(id_), detail) for id_ in case_ids],
    )
