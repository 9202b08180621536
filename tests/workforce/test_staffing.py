"""Teams and assignments: who may enter them, and what happens when an enumerator is replaced."""

import asyncpg
import httpx
from lists import pages
from one_by_one import each
from shapes import Call, Json, the
from world import World, item, nik, outcomes

EMBEDDED_IS_ENOUGH = True


def assignment(
    enumerator: str = "enumerator.1",
    region: str = "16.01.14",
    starts_on: str = "2022-08-01",
    ends_on: str | None = None,
) -> Json:
    return {
        "campaign": "pl-kumkm-2022",
        "enumerator": enumerator,
        "region_code": region,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }


async def test_an_assignment_is_entered_once_changed_and_counted(act: Call, pg: asyncpg.Connection) -> None:
    for expected in ("created", "unchanged"):
        done = (await act("officer", "PUT", "assignments", assignment())).json()
        assert done == {"created": 0, "changed": 0, "unchanged": 0, expected: 1}
    done = (await act("officer", "PUT", "assignments", assignment(ends_on="2022-08-31"))).json()
    assert done["changed"] == 1
    assert await pg.fetchval(
        "SELECT count(*) FROM presence WHERE region_code = '16.01.14' AND campaign_id = 1 AND enumerator_id ="
        " (SELECT id FROM account WHERE username = 'enumerator.1')"
    )


@each(
    ("who", "row", "status", "code"),
    [
        ("officer", assignment(region="16.71"), 422, "region_unknown"),
        ("officer", assignment(region="16"), 422, "region_unknown"),
        ("officer", assignment(enumerator="enumerator.palembang"), 422, "account_unknown"),
        ("officer", assignment(enumerator="coordinator.1"), 422, "account_unknown"),
        ("officer", assignment(ends_on="2022-07-31"), 422, "dates_out_of_order"),
        ("officer", {**assignment(), "campaign": "none"}, 422, "unknown_campaign"),
        ("officer", {**assignment(), "starts_on": "1 August"}, 422, "not_a_date"),
        ("coordinator.1", assignment(), 403, "not_allowed"),
        ("enumerator.1", assignment(), 403, "not_allowed"),
    ],
)
async def test_what_may_not_be_assigned(
    act: Call, pg: asyncpg.Connection, who: str, row: Json, status: int, code: str
) -> None:
    before = await pg.fetchval("SELECT count(*) FROM assignment")
    answer = await act(who, "PUT", "assignments", row)
    assert answer.status_code == status
    assert code in (answer.json()["code"], *(error["code"] for error in answer.json()["errors"]))
    assert await pg.fetchval("SELECT count(*) FROM assignment") == before


async def test_an_enumerator_replaced_on_20_august_keeps_its_records_and_the_successor_has_the_area(
    act: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    early = item(nik=nik(), captured_at="2022-08-10T09:00:00+07:00")
    assert await outcomes(client, world, "enumerator.1", early) == ["accepted"]
    row = {"username": "pengganti", "name": "Pengganti", "role": "enumerator", "region_code": "16.01"}
    await act("officer", "POST", "accounts", row)
    handover = {
        "campaign": "pl-kumkm-2022",
        "predecessor": "enumerator.1",
        "successor": "pengganti",
        "starts_on": "2022-08-20",
    }
    assert (await act("officer", "POST", "assignments/handover", handover)).json()["created"] == 1
    world.accounts["pengganti"] = type(world.accounts["enumerator.1"])(
        **the(
            await pg.fetchrow(
                "SELECT id, username, name, role, region_code, scopes, created_at FROM account"
                " WHERE username = 'pengganti'"
            )
        )
    )
    await world.enrol(pg, world.id("pengganti"))
    late: Json = {"captured_at": "2022-08-20T09:00:00+07:00"}
    assert await outcomes(client, world, "enumerator.1", item(nik=nik(), **late)) == ["held"]
    assert await outcomes(client, world, "pengganti", item(nik=nik(), **late)) == ["accepted"]
    assert await outcomes(client, world, "enumerator.1", item(nik=nik(), captured_at="2022-08-19T09:00:00+07:00")) == [
        "accepted"
    ]
    assert await outcomes(client, world, "pengganti", item(nik=nik(), captured_at="2022-08-19T09:00:00+07:00")) == [
        "held"
    ]
    owner = await pg.fetchval("SELECT enumerator_id FROM record WHERE record_id = $1", early["record_id"])
    assert owner == world.id("enumerator.1")
    teams = (await act("coordinator.1", "GET", "teams")).json()["items"]
    stays = {m["enumerator"]["username"]: (m["starts_on"], m["ends_on"]) for m in teams[0]["members"]}
    assert stays["enumerator.1"] == ("2022-04-01", "2022-08-19")
    assert stays["pengganti"] == ("2022-08-20", None)
    again = await act("officer", "POST", "assignments/handover", handover)
    assert [error["code"] for error in again.json()["errors"]] == ["nothing_to_hand_over"]


async def test_an_officer_hands_over_only_inside_its_region(act: Call, pg: asyncpg.Connection, world: World) -> None:
    await act("admin", "PUT", "assignments", assignment(region="16.71", starts_on="2022-04-01"))
    handover = {
        "campaign": "pl-kumkm-2022",
        "predecessor": "enumerator.1",
        "successor": "enumerator.2",
        "starts_on": "2022-08-20",
    }
    await act("officer", "POST", "assignments/handover", handover)
    rows = await pg.fetch(
        "SELECT region_code, ends_on::text FROM assignment WHERE enumerator_id = $1 AND campaign_id = 1 ORDER BY 1",
        world.id("enumerator.1"),
    )
    assert list(map(tuple, rows)) == [("16.01", "2022-08-19"), ("16.71", None)]
    assert (await act("officer", "POST", "assignments/handover", {**handover, "successor": "admin"})).status_code == 422


async def test_teams_are_made_and_change_their_coordinator(act: Call, world: World) -> None:
    team = {"campaign": "pl-kumkm-2022", "region_code": "16.01.14", "name": "Baru", "coordinator": "coordinator.1"}
    assert (await act("officer", "PUT", "teams", team)).json()["created"] == 1
    assert (await act("officer", "PUT", "teams", {**team, "coordinator": "coordinator.2"})).json()["changed"] == 1
    assert (await act("officer", "PUT", "teams", {**team, "coordinator": "enumerator.1"})).status_code == 422
    member = {
        "campaign": "pl-kumkm-2022",
        "region_code": "16.01.14",
        "team": "Baru",
        "enumerator": "enumerator.1",
        "starts_on": "2022-09-01",
        "quota": 300,
    }
    assert (await act("officer", "PUT", "teams/members", member)).json()["created"] == 1
    assert (await act("officer", "PUT", "teams/members", {**member, "team": "None"})).status_code == 422
    mine = (await act("coordinator.2", "GET", "teams")).json()["items"]
    assert sorted(row["name"] for row in mine) == ["Baru", "Tim 2"]
    assert (await act("officer.palembang", "GET", "teams")).json()["items"] == []
    roster = (await act("coordinator.2", "GET", "progress/enumerators")).json()["items"]
    assert "enumerator.1" in [row["enumerator"]["username"] for row in roster], "it joined that team last"


async def test_assignments_are_listed_within_reach_page_by_page(act: Call, world: World) -> None:
    async def names(who: str) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        async for page in pages(lambda after: act(who, "GET", "assignments", params={"limit": 2, **after})):
            found += [(row["enumerator"]["username"], row["campaign"]) for row in page["items"]]
        return found

    assert len(await names("officer")) == 12
    assert {name for name, _ in await names("coordinator.1")} == {f"enumerator.{n}" for n in (1, 2, 3)}
    assert {name for name, _ in await names("enumerator.4")} == {"enumerator.4"}
    assert {name for name, _ in await names("officer.palembang")} == {"enumerator.palembang"}
    assert len(await names("admin")) == 14
