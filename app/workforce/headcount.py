"""Headcount and presence, derived from assignments, teams and members.

An assignment counts in its region, in everything above it up to the nation and in everything below it: who is
assigned to a district works in each of its villages. A person who is assigned to several places of a region
counts once in it. Coordinators count where a member of their team is assigned, while it is both member and
assigned.
"""

import asyncpg

_LOCK = 0x6B756D6B_6863  # with the campaign's id: two processes never rebuild the same campaign at once

# Which nodes each assigned region counts in. Codes have a fixed width at every level, '/' follows '.' in the
# C collation, and UNION drops the nation's and the region's own second mention.
_NODE = """
assigned AS MATERIALIZED (
    SELECT DISTINCT region_code FROM assignment WHERE campaign_id = $1
), node AS MATERIALIZED (
    SELECT region_code, 'ID' COLLATE "C" AS node FROM assigned
    UNION
    SELECT region_code, left(region_code, width)
    FROM assigned CROSS JOIN unnest(ARRAY[2, 5, 8, 13]) AS width WHERE width <= length(region_code)
    UNION
    SELECT assigned.region_code, region.code
    FROM assigned JOIN region ON region.code >= CASE region_code WHEN 'ID' THEN '' ELSE region_code || '.' END
                             AND region.code < CASE region_code WHEN 'ID' THEN '~' ELSE region_code || '/' END
    WHERE length(region_code) < 13
)"""

# A person's overlapping times in a node become one (range_agg), then +1 on the first day and -1 after the
# last.
_HEADCOUNT = """
WITH {node}, term AS (
    SELECT region_code, enumerator_id, daterange(starts_on, ends_on, '[]') AS during
    FROM assignment WHERE campaign_id = $1
), led AS (
    SELECT term.region_code, team.coordinator_id, range_agg(term.during * member.during) AS during
    FROM term
    JOIN (SELECT team_id, enumerator_id, daterange(starts_on, ends_on, '[]') AS during
          FROM team_member WHERE campaign_id = $1) AS member USING (enumerator_id)
    JOIN team ON team.id = member.team_id AND team.campaign_id = $1
    WHERE term.during && member.during
    GROUP BY term.region_code, team.coordinator_id
), stay AS (
    SELECT node, 1 AS enumerators, 0 AS coordinators, unnest(range_agg(during)) AS during
    FROM term JOIN node USING (region_code) GROUP BY node, enumerator_id
    UNION ALL
    SELECT node, 0, 1, unnest(range_agg(during))
    FROM led JOIN node USING (region_code) GROUP BY node, coordinator_id
), step AS (
    SELECT node, lower(during) AS day, sum(enumerators) AS enumerators, sum(coordinators) AS coordinators
    FROM stay GROUP BY 1, 2
    UNION ALL
    SELECT node, upper(during), -sum(enumerators), -sum(coordinators)
    FROM stay WHERE NOT upper_inf(during) GROUP BY 1, 2
)
INSERT INTO headcount (campaign_id, region_code, day, enumerators, coordinators)
SELECT $1, node, day,
       sum(sum(enumerators)) OVER (PARTITION BY node ORDER BY day),
       sum(sum(coordinators)) OVER (PARTITION BY node ORDER BY day)
FROM step GROUP BY node, day
"""

_PRESENCE = """
WITH {node}
INSERT INTO presence (campaign_id, region_code, enumerator_id, starts_on)
SELECT $1, node, enumerator_id, min(starts_on)
FROM assignment JOIN node USING (region_code) WHERE campaign_id = $1
GROUP BY node, enumerator_id
"""


async def rebuild(pg: asyncpg.Connection, campaign_id: int) -> None:
    """Make a campaign's headcount and presence what its assignments, teams and members say.

    To be called after they changed, in the same transaction. Idempotent by nature: it replaces what was
    there; readers see the old figures until the commit.
    """
    async with pg.transaction():
        await pg.execute("SELECT pg_advisory_xact_lock($1)", _LOCK * 0x1_0000 + campaign_id)
        await pg.execute("DELETE FROM headcount WHERE campaign_id = $1", campaign_id)
        await pg.execute("DELETE FROM presence WHERE campaign_id = $1", campaign_id)
        await pg.execute(_HEADCOUNT.format(node=_NODE), campaign_id)
        await pg.execute(_PRESENCE.format(node=_NODE), campaign_id)
