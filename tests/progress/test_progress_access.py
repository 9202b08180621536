"""Who is told what of progress."""

from typing import Any

import asyncpg
from shapes import Call, Deed
from world import VILLAGE, World

EMBEDDED_IS_ENOUGH = True


async def test_what_lies_outside_the_territory_or_is_unknown_is_not_found(ask: Call, world: World) -> None:
    paths = [
        ("regions/16.71", {}),
        ("regions/16", {}),
        ("regions", {}),
        ("regions", {"parent": "16"}),
        ("regions/16.0", {}),
        ("regions/16.01.99", {}),
        ("regions/nowhere", {}),
        ("regions/16.01%00", {}),
        ("enumerators", {"region": "16.71"}),
        ("enumerators", {"coordinator": "nobody"}),
        ("dates", {"region": "ID"}),
        ("dates", {"enumerator": "nobody"}),
        ("dates", {"enumerator": str(world.id("enumerator.palembang"))}),
    ]
    for name in ("officer", "coordinator.1"):
        for path, params in paths:
            answer = await ask(name, path, **params)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), (name, path, params)


async def test_who_counted_in_a_region_without_being_assigned_there_is_in_its_list(
    ask: Call, world: World, enter: Deed
) -> None:
    await enter("enumerator.palembang", 2)
    rows = (await ask("officer", "enumerators", region=VILLAGE)).json()["items"]
    assert rows[-1]["enumerator"]["username"] == "enumerator.palembang"
    assert (rows[-1]["coordinator"], rows[-1]["quota"], rows[-1]["percent"]) == (None, None, None)


async def test_a_coordinator_sees_its_own_team_and_an_enumerator_itself(ask: Call, world: World) -> None:
    async def names(who: str, **params: Any) -> list[str]:
        return [row["enumerator"]["username"] for row in (await ask(who, "enumerators", **params)).json()["items"]]

    assert await names("coordinator.2") == ["enumerator.4", "enumerator.5", "enumerator.6"]
    assert await names("officer", coordinator="coordinator.2") == [
        "enumerator.4",
        "enumerator.5",
        "enumerator.6",
    ]
    assert await names("officer", coordinator=str(world.id("coordinator.1"))) == [f"enumerator.{n}" for n in (1, 2, 3)]
    assert await names("enumerator.4") == ["enumerator.4"]
    assert await names("enumerator.4", coordinator="coordinator.2") == ["enumerator.4"]
    assert (await ask("enumerator.4", "enumerators", coordinator="coordinator.1")).status_code == 404
    assert (await ask("coordinator.2", "enumerators", coordinator="coordinator.1")).status_code == 404
    for who, whom, status in (
        ("enumerator.1", "enumerator.1", 200),
        ("enumerator.1", "enumerator.2", 404),
        ("coordinator.1", "enumerator.2", 200),
        ("coordinator.1", "enumerator.4", 404),
        ("officer", "enumerator.4", 200),
        ("officer", "coordinator.1", 404),
    ):
        answer = await ask(who, "dates", enumerator=whom)
        assert answer.status_code == status, (who, whom)


async def test_who_changed_teams_belongs_to_the_last_one_by_the_cut_off(
    ask: Call, pg: asyncpg.Connection, world: World
) -> None:
    other = await pg.fetchval("SELECT id FROM team WHERE coordinator_id = $1", world.id("coordinator.2"))
    await pg.execute(
        "INSERT INTO team_member (team_id, enumerator_id, campaign_id, starts_on, quota)"
        " VALUES ($1, $2, 1, '2022-09-10', 100)",
        other,
        world.id("enumerator.1"),
    )
    for as_of, leader in (("2022-09-09", "coordinator.1"), ("2022-09-10", "coordinator.2")):
        rows = (await ask("officer", "enumerators", coordinator=leader, as_of=as_of)).json()["items"]
        assert "enumerator.1" in [row["enumerator"]["username"] for row in rows]
        rows = (await ask("officer", "enumerators", as_of=as_of)).json()["items"]
        assert rows[0]["coordinator"]["username"] == leader
