"""Reads of teams and assignments as people see them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import asyncpg

from app.campaigns.asked import campaign_id_asked
from app.workforce.reach import Reach
from app.workforce.schemas import AssignmentListed, MemberOut, StaffOut, TeamOut


async def list_teams(
    pg: asyncpg.Connection,
    reach: Reach,
    coordinator_id: UUID | None,
    campaign: str | None,
    *,
    limit: int,
    after: UUID | None,
) -> list[TeamOut]:
    """The first `limit` teams of the territory (of one coordinator, if given) after one, by id, with their members.

    Raises:
        Problem: `unknown_campaign`.
    """
    rows = await pg.fetch(
        "SELECT team.id, campaign.code, team.region_code, team.name, account.id, account.username, account.name"
        " FROM team JOIN campaign ON campaign.id = campaign_id JOIN account ON account.id = coordinator_id"
        " WHERE team.region_code >= $1 AND team.region_code < $2 AND ($3::uuid IS NULL OR coordinator_id = $3)"
        " AND ($4::smallint IS NULL OR team.campaign_id = $4) AND ($5::uuid IS NULL OR team.id > $5)"
        " ORDER BY team.id LIMIT $6",
        *reach.territory.span,
        coordinator_id,
        await campaign_id_asked(pg, campaign),
        after,
        limit,
    )
    members = await _members(pg, [row[0] for row in rows])
    return [
        TeamOut(
            id=id_,
            campaign=code,
            region_code=region,
            name=name,
            coordinator=StaffOut(id=person, username=username, name=person_name),
            members=members.get(id_, []),
        )
        for id_, code, region, name, person, username, person_name in rows
    ]


async def _members(pg: asyncpg.Connection, team_ids: Sequence[UUID]) -> dict[UUID, list[MemberOut]]:
    rows = await pg.fetch(
        "SELECT team_id, account.id, username, name, starts_on, ends_on, quota"
        " FROM team_member JOIN account ON account.id = enumerator_id WHERE team_id = ANY($1)"
        " ORDER BY team_id, username, starts_on",
        team_ids,
    )
    members: dict[UUID, list[MemberOut]] = {}
    for team_id, id_, username, name, starts_on, ends_on, quota in rows:
        person = StaffOut(id=id_, username=username, name=name)
        members.setdefault(team_id, []).append(
            MemberOut(enumerator=person, starts_on=starts_on, ends_on=ends_on, quota=quota)
        )
    return members


async def list_assignments(
    pg: asyncpg.Connection,
    reach: Reach,
    campaign: str | None,
    *,
    limit: int,
    after: tuple[UUID, str, int, date] | None,
) -> list[tuple[int, AssignmentListed]]:
    """The first `limit` assignments within reach after one, by enumerator, region, campaign and first day; each with
    its campaign's id.

    Raises:
        Problem: `unknown_campaign`.
    """
    rows = await pg.fetch(
        "SELECT campaign.id, campaign.code, account.id, username, account.name, assignment.region_code,"
        " assignment.starts_on, assignment.ends_on"
        " FROM assignment JOIN campaign ON campaign.id = campaign_id JOIN account ON account.id = enumerator_id"
        " WHERE assignment.region_code >= $1 AND assignment.region_code < $2"
        " AND ($3::uuid[] IS NULL OR enumerator_id = ANY($3)) AND ($4::smallint IS NULL OR campaign_id = $4)"
        " AND ($5::uuid IS NULL OR (enumerator_id, assignment.region_code, campaign_id, assignment.starts_on)"
        '  > ($5, $6::text COLLATE "C", $7::smallint, $8::date))'
        " ORDER BY enumerator_id, assignment.region_code, campaign_id, assignment.starts_on LIMIT $9",
        *reach.territory.span,
        reach.only,
        await campaign_id_asked(pg, campaign),
        *(after or (None, None, None, None)),
        limit,
    )
    return [
        (
            campaign_id,
            AssignmentListed(
                campaign=code,
                enumerator=StaffOut(id=id_, username=username, name=name),
                region_code=region,
                starts_on=starts_on,
                ends_on=ends_on,
            ),
        )
        for campaign_id, code, id_, username, name, region, starts_on, ends_on in rows
    ]
