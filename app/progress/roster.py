"""Reads of people's progress: who belongs to a region, who leads them, and their figures.

Enumerators belong to a region where they are or were assigned by then, or where any of their records is
counted. Their coordinator is that of the team they joined last by then, also after they left: a coordinator answers for
their records. Figures come from the cells, which every batch writes itself, so they do not depend on folding.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.accounts.schemas import as_kept
from app.progress.models import COUNTERS
from app.progress.queries import BASES, COUNTED, SUMS, Counts, Question
from app.progress.unfolded import UNFOLDED
from app.regions.region_code import span_of


class Person(NamedTuple):
    """An account as progress shows it."""

    id: UUID
    username: str
    name: str


class EnumeratorFigures(NamedTuple):
    """What one enumerator brought in a region. `quota` is that of its team, for the whole campaign."""

    enumerator: Person
    coordinator: Person | None
    quota: int | None
    active_days: int
    last_received_at: datetime | None
    counts: Counts


async def account_named(pg: asyncpg.Connection, name: str) -> UUID | None:
    """The id of the account that has this id or user name."""
    found: UUID | None
    try:
        found = await pg.fetchval("SELECT id FROM account WHERE id = $1", UUID(name))
    except ValueError:
        found = await pg.fetchval("SELECT id FROM account WHERE username = $1", as_kept(name))
    return found


# $1 campaign, $2 as_of, $3 region, $4 and $5 its span, $6 the limit, $7 where the page begins, or the only person for.
_ROSTER = """
SELECT enumerator_id FROM (
    (SELECT enumerator_id FROM presence
     WHERE campaign_id = $1 AND region_code = $3 AND starts_on <= $2 AND {which} ORDER BY 1 LIMIT $6)
    UNION
    (SELECT enumerator_id FROM progress_activity
     WHERE campaign_id = $1 AND region_code = $3 AND first_{basis}_on <= $2 AND {which} ORDER BY 1 LIMIT $6)
    UNION
    (SELECT DISTINCT enumerator_id FROM {unfolded} AS delta
     WHERE campaign_id = $1 AND region_code >= $4 AND region_code < $5 AND {basis}_on <= $2 AND ({counted})
       AND {which} ORDER BY 1 LIMIT $6)
) AS known ORDER BY 1 LIMIT $6
"""
_ROSTER_OF = {
    basis: (
        _ROSTER.format(basis=basis, counted=COUNTED, unfolded=UNFOLDED, which="enumerator_id > $7::uuid"),
        _ROSTER.format(basis=basis, counted=COUNTED, unfolded=UNFOLDED, which="enumerator_id = ANY ($7::uuid[])"),
    )
    for basis in BASES
}

_NOBODY = UUID(int=0)


async def roster(
    pg: asyncpg.Connection,
    question: Question,
    region_code: str,
    *,
    limit: int,
    after: UUID | None = None,
    only: Sequence[UUID] | None = None,
) -> list[UUID]:
    """The first `limit` enumerators of a region, by id, that come `after` one; of `only` these, if given."""
    everyone, some = _ROSTER_OF[question.basis]
    wanted: object = after or _NOBODY
    if only is not None:
        wanted = [one for one in only if after is None or one > after]
    statement = everyone if only is None else some
    rows = await pg.fetch(
        statement, question.campaign_id, question.as_of, region_code, *span_of(region_code), limit, wanted
    )
    return [row[0] for row in rows]


# $1 campaign, $2 as_of, $3 and $4 the span, $5 the enumerators, $6 the campaign's first day.
_FIGURES = """
WITH brought AS MATERIALIZED (
    SELECT enumerator_id, {sums}, count(DISTINCT {basis}_on) FILTER (WHERE ({counted}) AND {basis}_on >= $6)::int
           AS active_days, max(last_received_at) FILTER (WHERE {counted}) AS last_received_at
    FROM progress_cell
    WHERE campaign_id = $1 AND enumerator_id = ANY ($5::uuid[]) AND region_code >= $3 AND region_code < $4
      AND {basis}_on <= $2
    GROUP BY enumerator_id
)
SELECT one.id, one.username, one.name, coordinator.id, coordinator.username, coordinator.name, member.quota,
       coalesce(brought.active_days, 0), brought.last_received_at, {names}
FROM account AS one
LEFT JOIN LATERAL (
    SELECT team_id, quota FROM team_member
    WHERE campaign_id = $1 AND enumerator_id = one.id AND starts_on <= $2
    ORDER BY starts_on DESC, team_id LIMIT 1
) AS member ON true
LEFT JOIN team ON team.id = member.team_id
LEFT JOIN account AS coordinator ON coordinator.id = team.coordinator_id
LEFT JOIN brought ON brought.enumerator_id = one.id
WHERE one.id = ANY ($5::uuid[])
ORDER BY one.id
"""
_BROUGHT = ", ".join(f"coalesce({name}, 0)" for name in COUNTERS)
_FIGURES_BY = {basis: _FIGURES.format(basis=basis, names=_BROUGHT, sums=SUMS, counted=COUNTED) for basis in BASES}


def enumerators_sql(basis: str) -> str:
    """The statement of what enumerators brought; its columns are those of `EnumeratorFigures`, the counters last."""
    return _FIGURES_BY[basis]


async def figures_of_enumerators(
    pg: asyncpg.Connection, question: Question, region_code: str, enumerator_ids: Sequence[UUID]
) -> list[EnumeratorFigures]:
    """What each of the enumerators brought in the region, by id."""
    rows = await pg.fetch(
        _FIGURES_BY[question.basis],
        question.campaign_id,
        question.as_of,
        *span_of(region_code),
        enumerator_ids,
        question.starts_on,
    )
    return [
        EnumeratorFigures(
            Person(*row[:3]), Person(*row[3:6]) if row[3] else None, row[6], row[7], row[8], Counts(*row[9:])
        )
        for row in rows
    ]
