"""Headcount and presence, derived from assignments, teams and members.

An assignment counts in its region, in everything above it up to the nation and in everything below it: an enumerator of
a district works in each of its villages. A person who is assigned to several places of a region counts once in it.
Coordinators count where a member of their team is assigned, while it is both member and assigned.

A change is worked in by what it moves (`changing`), so that one enumerator more costs the same among a hundred as among
a hundred thousand; `rebuild` derives everything again, and a test holds the two to the same figures.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import date
from itertools import accumulate
from uuid import UUID

import asyncpg

_LOCK = 0x6B756D6B_6863  # with the campaign's id: two processes never change the same campaign's at once
_MANY = 2_000
"""With so many people touched, deriving everything again is faster."""

# $1 the campaign, $2 the enumerators and $3 the coordinators that are asked for; all, where they are null.
# Which nodes each assigned region counts in: codes have a fixed width at every level, '/' follows '.' in the
# C collation, and UNION drops the nation's and the region's own second mention.
_NODE = """
concerned AS MATERIALIZED (
    SELECT unnest($2::uuid[]) AS enumerator_id
    UNION
    SELECT member.enumerator_id FROM team JOIN team_member AS member ON member.team_id = team.id
    WHERE team.campaign_id = $1 AND team.coordinator_id = ANY ($3::uuid[])
), term AS MATERIALIZED (
    SELECT region_code, enumerator_id, starts_on, daterange(starts_on, ends_on, '[]') AS during
    FROM assignment
    WHERE campaign_id = $1 AND ($2::uuid[] IS NULL OR enumerator_id = ANY (ARRAY(SELECT enumerator_id FROM concerned)))
), assigned AS MATERIALIZED (
    SELECT DISTINCT region_code FROM term
), node AS MATERIALIZED (
    SELECT region_code, 'ID' COLLATE "C" AS node FROM assigned
    UNION
    SELECT region_code, left(region_code, width)
    FROM assigned CROSS JOIN unnest(ARRAY[2, 5, 8, 13, 18]) AS width WHERE width <= length(region_code)
    UNION
    SELECT assigned.region_code, region.code
    FROM assigned JOIN region ON region.code >= CASE region_code WHEN 'ID' THEN '' ELSE region_code || '.' END
                             AND region.code < CASE region_code WHEN 'ID' THEN '~' ELSE region_code || '/' END
    WHERE length(region_code) < 18
)"""

# A person's overlapping times in a node become one (range_agg), then +1 on the first day and -1 after the last.
_STEPS = f"""
WITH {_NODE}, led AS (
    SELECT term.region_code, team.coordinator_id, range_agg(term.during * member.during) AS during
    FROM term
    JOIN (SELECT team_id, enumerator_id, daterange(starts_on, ends_on, '[]') AS during
          FROM team_member WHERE campaign_id = $1) AS member USING (enumerator_id)
    JOIN team ON team.id = member.team_id AND team.campaign_id = $1
    WHERE term.during && member.during AND ($3::uuid[] IS NULL OR team.coordinator_id = ANY ($3))
    GROUP BY term.region_code, team.coordinator_id
), stay AS (
    SELECT node, 1 AS enumerators, 0 AS coordinators, unnest(range_agg(during)) AS during
    FROM term JOIN node USING (region_code)
    WHERE $2::uuid[] IS NULL OR enumerator_id = ANY ($2)
    GROUP BY node, enumerator_id
    UNION ALL
    SELECT node, 0, 1, unnest(range_agg(during))
    FROM led JOIN node USING (region_code) GROUP BY node, coordinator_id
), edge AS (
    SELECT node, lower(during) AS day, enumerators, coordinators FROM stay
    UNION ALL
    SELECT node, upper(during), -enumerators, -coordinators FROM stay WHERE NOT upper_inf(during)
), step AS (
    SELECT node, day, sum(enumerators)::int AS enumerators, sum(coordinators)::int AS coordinators
    FROM edge GROUP BY 1, 2 HAVING sum(enumerators) <> 0 OR sum(coordinators) <> 0
)
"""

_HEADCOUNT = f"""{_STEPS}
INSERT INTO headcount (campaign_id, region_code, day, enumerators, coordinators)
SELECT $1, node, day,
       sum(enumerators) OVER (PARTITION BY node ORDER BY day),
       sum(coordinators) OVER (PARTITION BY node ORDER BY day)
FROM step
"""

_PRESENCE = f"""
WITH {_NODE}
INSERT INTO presence (campaign_id, region_code, enumerator_id, starts_on)
SELECT $1, node, enumerator_id, min(starts_on)
FROM term JOIN node USING (region_code) WHERE $2::uuid[] IS NULL OR enumerator_id = ANY ($2)
GROUP BY node, enumerator_id
"""

Steps = dict[tuple[str, date], tuple[int, int]]


async def rebuild(pg: asyncpg.Connection, campaign_id: int) -> None:
    """Make a campaign's headcount and presence what its assignments, teams and members say.

    Idempotent by nature: it replaces what was there; readers see the old figures until the commit.
    """
    async with pg.transaction():
        await _lock(pg, campaign_id)
        await pg.execute("DELETE FROM headcount WHERE campaign_id = $1", campaign_id)
        await pg.execute("DELETE FROM presence WHERE campaign_id = $1", campaign_id)
        await pg.execute(_HEADCOUNT, campaign_id, None, None)
        await pg.execute(_PRESENCE, campaign_id, None, None)


@asynccontextmanager
async def changing(
    pg: asyncpg.Connection,
    campaign_id: int,
    *,
    enumerators: Collection[UUID] = (),
    coordinators: Collection[UUID] = (),
) -> AsyncIterator[None]:
    """Around a change of assignments, members or teams, in the caller's transaction: the figures follow. Pass the
    people whose work may change: `enumerators` whose assignments or memberships do, and `coordinators` who get or lose
    a team, or a member that had none of theirs. Those who lead the enumerators already are found.
    """
    await _lock(pg, campaign_id)
    if len(enumerators) + len(coordinators) > _MANY:
        yield
        await rebuild(pg, campaign_id)
        return
    people = list(enumerators)
    leaders = await pg.fetch(
        "SELECT DISTINCT coordinator_id FROM team JOIN team_member AS member ON member.team_id = team.id"
        " WHERE team.campaign_id = $1 AND member.enumerator_id = ANY ($2)",
        campaign_id,
        people,
    )
    leading = list({*coordinators, *(row[0] for row in leaders)})
    before = await _steps(pg, campaign_id, people, leading)
    yield
    after = await _steps(pg, campaign_id, people, leading)
    moved = {
        place: (
            after.get(place, (0, 0))[0] - before.get(place, (0, 0))[0],
            after.get(place, (0, 0))[1] - before.get(place, (0, 0))[1],
        )
        for place in before.keys() | after.keys()
    }
    await _work_in(pg, campaign_id, {place: step for place, step in moved.items() if any(step)})
    await pg.execute("DELETE FROM presence WHERE campaign_id = $1 AND enumerator_id = ANY ($2)", campaign_id, people)
    await pg.execute(_PRESENCE, campaign_id, people, [])


async def _lock(pg: asyncpg.Connection, campaign_id: int) -> None:
    await pg.execute("SELECT pg_advisory_xact_lock($1)", _LOCK * 0x1_0000 + campaign_id)


async def _steps(pg: asyncpg.Connection, campaign_id: int, people: list[UUID], leading: list[UUID]) -> Steps:
    """By how much these people raise or lower the headcount of each region on each day."""
    rows = await pg.fetch(
        f"{_STEPS} SELECT node, day, enumerators, coordinators FROM step", campaign_id, people, leading
    )
    return {(node, day): (enumerators, coordinators) for node, day, enumerators, coordinators in rows}


async def _work_in(pg: asyncpg.Connection, campaign_id: int, moved: Steps) -> None:
    """Write the headcount of changed regions again."""
    nodes = list({node for node, _ in moved})
    rows = await pg.fetch(
        "DELETE FROM headcount WHERE campaign_id = $1 AND region_code = ANY ($2)"
        " RETURNING region_code, day, enumerators, coordinators",
        campaign_id,
        nodes,
    )
    steps: defaultdict[str, defaultdict[date, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    standing: dict[str, tuple[int, int]] = {}
    for node, day, enumerators, coordinators in sorted(map(tuple, rows)):
        was = standing.get(node, (0, 0))
        steps[node][day] = [enumerators - was[0], coordinators - was[1]]
        standing[node] = enumerators, coordinators
    for (node, day), step in moved.items():
        steps[node][day][0] += step[0]
        steps[node][day][1] += step[1]
    records = []
    for node, days in steps.items():
        by_day = sorted((day, step) for day, step in days.items() if any(step))
        totals = zip(accumulate(step[0] for _, step in by_day), accumulate(step[1] for _, step in by_day), strict=True)
        records += [(campaign_id, node, day, *total) for (day, _), total in zip(by_day, totals, strict=True)]
    await pg.copy_records_to_table(
        "headcount", records=records, columns=["campaign_id", "region_code", "day", "enumerators", "coordinators"]
    )
