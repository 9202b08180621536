"""Headcount and presence: who works in a region, from the village to the nation, on any day."""

from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import uuid_utils.compat as uuids
from world import World

from app.workforce.headcount import changing, rebuild

EMBEDDED_IS_ENOUGH = True

DISTRICT, VILLAGE, SECOND_VILLAGE, OTHER_DISTRICT = "16.01.13", "16.01.13.1003", "16.01.13.1004", "16.01.14"
PALEMBANG_VILLAGE = "16.71.01.1001"
APRIL, MAY, JUNE, JULY = (date(2022, month, 1) for month in (4, 5, 6, 7))


def is_within(region: str, whole: str) -> bool:
    return f"{region}.".startswith(f"{whole}.")


class Staff:
    """Writes people into an empty campaign and reads what the headcount makes of them."""

    def __init__(self, pg: asyncpg.Connection) -> None:
        self._pg = pg

    async def account(self, role: str = "enumerator") -> UUID:
        account_id = uuids.uuid7()
        await self._pg.execute(
            "INSERT INTO account (id, username, name, role, region_code, created_at)"
            " VALUES ($1::uuid, $1::text, 'A', $2, '16', now())",
            account_id,
            role,
        )
        return account_id

    async def assign(self, enumerator: UUID, region: str, starts_on: date, ends_on: date | None = None) -> None:
        await self._pg.execute(
            "INSERT INTO assignment (campaign_id, enumerator_id, region_code, starts_on, ends_on)"
            " VALUES (1, $1, $2, $3, $4)",
            enumerator,
            region,
            starts_on,
            ends_on,
        )

    async def team(self, coordinator: UUID) -> UUID:
        team_id = uuids.uuid7()
        await self._pg.execute(
            "INSERT INTO team (id, campaign_id, coordinator_id, region_code, name)"
            " VALUES ($1, 1, $2, '16.01', $1::uuid::text)",
            team_id,
            coordinator,
        )
        return team_id

    async def join(self, team: UUID, enumerator: UUID, starts_on: date, ends_on: date | None = None) -> None:
        await self._pg.execute(
            "INSERT INTO team_member (team_id, enumerator_id, starts_on, ends_on, campaign_id, quota)"
            " VALUES ($1, $2, $3, $4, 1, 500)",
            team,
            enumerator,
            starts_on,
            ends_on,
        )

    async def at(self, region: str, day: date) -> tuple[int, int]:
        """(enumerators, coordinators) of a region on a day."""
        row = await self._pg.fetchrow(
            "SELECT enumerators, coordinators FROM headcount WHERE campaign_id = 1 AND region_code = $1"
            " AND day <= $2 ORDER BY day DESC LIMIT 1",
            region,
            day,
        )
        return tuple(row) if row else (0, 0)


@pytest.fixture
async def staff(pg: asyncpg.Connection) -> Staff:
    await pg.execute("INSERT INTO campaign VALUES (1, 'one', 'One', '2022-04-01', '2022-10-31', '2022-11-30')")
    return Staff(pg)


async def test_who_is_assigned_to_two_villages_counts_once_above_them(pg: asyncpg.Connection, staff: Staff) -> None:
    one = await staff.account()
    await staff.assign(one, VILLAGE, APRIL)
    await staff.assign(one, SECOND_VILLAGE, MAY)
    await rebuild(pg, 1)
    for region in ("ID", "16", "16.01", DISTRICT, VILLAGE):
        assert await staff.at(region, APRIL) == (1, 0)
        assert await staff.at(region, JUNE) == (1, 0)
    assert await staff.at(SECOND_VILLAGE, APRIL) == (0, 0)
    assert await staff.at(SECOND_VILLAGE, MAY) == (1, 0)
    assert await staff.at(OTHER_DISTRICT, JUNE) == (0, 0)


async def test_an_assignment_counts_everywhere_below_and_above_its_region(pg: asyncpg.Connection, staff: Staff) -> None:
    await staff.assign(await staff.account(), DISTRICT, APRIL)
    await rebuild(pg, 1)
    for region in ("ID", "16", "16.01", DISTRICT, VILLAGE, SECOND_VILLAGE):
        assert await staff.at(region, APRIL) == (1, 0)
    assert await staff.at("16.01.14.1003", APRIL) == (0, 0)


@pytest.mark.proof
async def test_an_assignment_to_the_nation_counts_in_every_region(pg: asyncpg.Connection, staff: Staff) -> None:
    await staff.assign(await staff.account(), "ID", APRIL)
    await rebuild(pg, 1)
    assert await pg.fetchval("SELECT count(*) FROM headcount") == await pg.fetchval("SELECT count(*) FROM region")


async def test_the_last_day_counts_and_the_day_after_does_not(pg: asyncpg.Connection, staff: Staff) -> None:
    await staff.assign(await staff.account(), VILLAGE, APRIL, MAY)
    await rebuild(pg, 1)
    assert await staff.at(VILLAGE, APRIL - timedelta(1)) == (0, 0)
    assert await staff.at(VILLAGE, MAY) == (1, 0)
    assert await staff.at(VILLAGE, MAY + timedelta(1)) == (0, 0)


async def test_a_coordinator_counts_while_a_member_is_both_in_the_team_and_assigned(
    pg: asyncpg.Connection, staff: Staff
) -> None:
    one, coordinator = await staff.account(), await staff.account("coordinator")
    await staff.assign(one, VILLAGE, MAY, JUNE)
    await staff.join(await staff.team(coordinator), one, APRIL, JUNE - timedelta(1))
    await rebuild(pg, 1)
    assert await staff.at(VILLAGE, APRIL) == (0, 0)
    assert await staff.at("16.01", MAY) == (1, 1)
    assert await staff.at("16.01", JUNE) == (1, 0)
    assert await staff.at("16.01", JULY) == (0, 0)


async def test_a_coordinator_of_two_teams_counts_once(pg: asyncpg.Connection, staff: Staff) -> None:
    coordinator = await staff.account("coordinator")
    for _ in range(2):
        one = await staff.account()
        await staff.assign(one, VILLAGE, APRIL)
        await staff.join(await staff.team(coordinator), one, APRIL)
    await rebuild(pg, 1)
    assert await staff.at("ID", MAY) == (2, 1)


async def test_presence_begins_with_the_first_assignment_and_never_ends(pg: asyncpg.Connection, staff: Staff) -> None:
    one = await staff.account()
    await staff.assign(one, VILLAGE, MAY, JUNE)
    await staff.assign(one, SECOND_VILLAGE, APRIL, APRIL)
    await rebuild(pg, 1)
    rows = await pg.fetch("SELECT region_code, starts_on FROM presence WHERE enumerator_id = $1", one)
    assert dict(map(tuple, rows)) == {
        "ID": APRIL,
        "16": APRIL,
        "16.01": APRIL,
        DISTRICT: APRIL,
        VILLAGE: MAY,
        SECOND_VILLAGE: APRIL,
    }


async def test_a_rebuild_replaces_what_was_there_and_leaves_other_campaigns_alone(
    pg: asyncpg.Connection, staff: Staff
) -> None:
    one = await staff.account()
    await staff.assign(one, VILLAGE, APRIL)
    await pg.execute("INSERT INTO campaign VALUES (2, 'two', 'Two', '2023-04-01', '2023-10-31', '2023-11-30')")
    await pg.execute("INSERT INTO headcount VALUES (2, '16', '2023-04-01', 5, 1)")
    await rebuild(pg, 1)
    before = await pg.fetch("SELECT * FROM headcount ORDER BY campaign_id, region_code, day")
    await rebuild(pg, 1)
    assert await pg.fetch("SELECT * FROM headcount ORDER BY campaign_id, region_code, day") == before
    await pg.execute("DELETE FROM assignment")
    await rebuild(pg, 1)
    assert await pg.fetchval("SELECT count(*) FROM headcount WHERE campaign_id = 1") == 0
    assert await pg.fetchval("SELECT count(*) FROM headcount WHERE campaign_id = 2") == 1


async def test_the_headcount_of_every_day_is_that_of_counting_by_hand(pg: asyncpg.Connection, staff: Staff) -> None:
    random = Random(13)
    villages = [VILLAGE, SECOND_VILLAGE, "16.01.14.1003", PALEMBANG_VILLAGE, DISTRICT]
    assigned, led = [], []
    for _ in range(3):
        coordinator = await staff.account("coordinator")
        team = await staff.team(coordinator)
        for _ in range(4):
            one = await staff.account()
            terms = {(random.choice(villages), random.randrange(20)): random.randrange(8) for _ in range(4)}
            for (village, start), length in terms.items():
                first, last = APRIL + timedelta(start), APRIL + timedelta(start + length)
                await staff.assign(one, village, first, last)
                assigned.append((one, village, first, last))
            first, last = (
                APRIL + timedelta(random.randrange(10)),
                APRIL + timedelta(10 + random.randrange(15)),
            )
            await staff.join(team, one, first, last)
            led.append((coordinator, one, first, last))
    await rebuild(pg, 1)
    for region in ("ID", "16", "16.01", DISTRICT, *villages, "16.71"):
        for day in (APRIL + timedelta(n) for n in range(30)):
            here = {
                one
                for one, village, first, last in assigned
                if first <= day <= last and (region == "ID" or is_within(village, region) or is_within(region, village))
            }
            leaders = {coordinator for coordinator, one, first, last in led if one in here and first <= day <= last}
            assert await staff.at(region, day) == (len(here), len(leaders)), (region, day)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(2))
async def test_a_change_that_is_worked_in_gives_what_counting_everything_anew_gives(
    pg: asyncpg.Connection, world: World, seed: int
) -> None:
    rng = Random(seed)
    people = [world.id(f"enumerator.{n}") for n in range(1, 7)]
    leaders = [world.id("coordinator.1"), world.id("coordinator.2")]
    teams = [row[0] for row in await pg.fetch("SELECT id FROM team WHERE campaign_id = 1")]
    regions = ["16.01", "16.01.13", "16.01.14", "16.01.14.1003", "16.71", "16"]

    def days() -> tuple[date, date | None]:
        first = date(2022, 4, 1) + timedelta(rng.randrange(60))
        return first, rng.choice([None, first + timedelta(rng.randrange(40))])

    async def figures() -> Any:
        return (
            await pg.fetch("SELECT * FROM headcount WHERE campaign_id = 1 ORDER BY region_code, day"),
            await pg.fetch("SELECT * FROM presence WHERE campaign_id = 1 ORDER BY region_code, enumerator_id"),
        )

    for _ in range(12):
        person, (first, last) = rng.choice(people), days()
        what = rng.choice(["assign", "leave", "join", "lead"])
        async with pg.transaction():
            if what == "lead":
                team, leader = rng.choice(teams), rng.choice(leaders)
                was = await pg.fetchval("SELECT coordinator_id FROM team WHERE id = $1", team)
                async with changing(pg, 1, coordinators=(was, leader)):
                    await pg.execute("UPDATE team SET coordinator_id = $2 WHERE id = $1", team, leader)
                continue
            team = rng.choice(teams)
            leader = await pg.fetchval("SELECT coordinator_id FROM team WHERE id = $1", team)
            async with changing(pg, 1, enumerators=(person,), coordinators=(leader,)):
                if what == "assign":
                    await pg.execute(
                        "INSERT INTO assignment VALUES (1, $1, $2, $3, $4) ON CONFLICT DO NOTHING",
                        person,
                        rng.choice(regions),
                        first,
                        last,
                    )
                elif what == "leave":
                    await pg.execute("DELETE FROM assignment WHERE campaign_id = 1 AND enumerator_id = $1", person)
                else:
                    await pg.execute(
                        "INSERT INTO team_member (team_id, enumerator_id, starts_on, ends_on, campaign_id, quota)"
                        " VALUES ($1, $2, $3, $4, 1, 1) ON CONFLICT DO NOTHING",
                        team,
                        person,
                        first,
                        last,
                    )
        worked_in = await figures()
        async with pg.transaction():
            await rebuild(pg, 1)
        assert await figures() == worked_in, what
