"""The list of doors without an interview: who sees which, page by page."""

from typing import Any

import httpx
import pytest
from shapes import Json
from world import OTHER_VILLAGE, PALEMBANG_VILLAGE, VILLAGE, World, batch, item, nik, put

EMBEDDED_IS_ENOUGH = True


def visit(result: str, *, village: str = VILLAGE, revision: int = 1, record: Json | None = None, **said: Any) -> Json:
    at = f"2022-09-{4 + revision:02d}T09:00:00+07:00"
    answers = {"result": result, "visited_at": at, "note": "Rumah bercat hijau", **said}
    record_id = record["record_id"] if record else None
    told = item(record_id=record_id, revision=revision, region=village, captured_at=at, answers=answers)
    return {**told, "questionnaire": "visit@1"}


@pytest.fixture
async def visited(client: httpx.AsyncClient, world: World) -> dict[str, Json]:
    """Doors of three enumerators, in two teams and two regencies."""
    doors = {
        "friday": visit("absent", next_visit_on="2022-09-16"),
        "monday": visit("absent", village=OTHER_VILLAGE, next_visit_on="2022-09-19"),
        "some day": visit("absent"),
        "refused": visit("refused", reason="Tidak sempat"),
        "other team": visit("absent"),
        "palembang": visit("absent", village=PALEMBANG_VILLAGE),
        "interviewed": visit("absent"),
    }
    own = [each for name, each in doors.items() if name not in ("other team", "palembang")]
    again = visit("absent", revision=2, record=doors["friday"], next_visit_on="2022-09-16")
    interview = item(record_id=doors["interviewed"]["record_id"], revision=2, nik=nik())
    for name, items in (
        ("enumerator.1", [*own, again, interview]),
        ("enumerator.4", [doors["other team"]]),
        ("enumerator.palembang", [doors["palembang"]]),
    ):
        lines = (await put(client, world, name, batch(*items))).json()["items"]
        assert {line["outcome"] for line in lines} <= {"accepted", "updated"}
    return doors


async def listed(
    client: httpx.AsyncClient, world: World, doors: dict[str, Json], who: str, **asked: Any
) -> tuple[list[str], list[Json]]:
    """The names of the doors that somebody sees, and their rows."""
    answer = await client.get("/v1/doors", params=asked, headers=world.auth(who))
    assert answer.status_code == 200, answer.text
    rows = answer.json()["items"]
    names = {each["record_id"]: name for name, each in doors.items()}
    return [names[row["record_id"]] for row in rows], rows


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("enumerator.1", {"friday", "monday", "some day"}),
        ("enumerator.4", {"other team"}),
        ("enumerator.2", set()),
        ("coordinator.1", {"friday", "monday", "some day"}),
        ("officer", {"friday", "monday", "some day", "other team"}),
        ("officer.palembang", {"palembang"}),
        ("admin", {"friday", "monday", "some day", "other team", "palembang"}),
    ],
)
async def test_everybody_sees_the_open_doors_within_reach(
    client: httpx.AsyncClient, world: World, visited: dict[str, Json], who: str, seen: set[str]
) -> None:
    names, _ = await listed(client, world, visited, who)
    assert set(names) == seen
    assert len(names) == len(seen)


async def test_systems_do_not_see_doors(client: httpx.AsyncClient, world: World) -> None:
    assert (await client.get("/v1/doors", headers=world.auth("system"))).status_code == 403


async def test_a_door_says_when_to_go_again_and_nothing_of_what_was_noted(
    client: httpx.AsyncClient, world: World, visited: dict[str, Json]
) -> None:
    _, (row, *others) = await listed(client, world, visited, "enumerator.1", due_by="2022-09-16")
    assert not others
    assert row.pop("region_name")
    assert row.pop("received_at")
    assert row == {
        "record_id": visited["friday"]["record_id"],
        "revision": 2,
        "campaign": "pl-kumkm-2022",
        "region_code": VILLAGE,
        "enumerator": "enumerator.1",
        "enumerator_name": "Enumerator.1",
        "counted_as": "open_visits",
        "visits": 2,
        "visited_at": "2022-09-06T02:00:00Z",
        "next_visit_on": "2022-09-16",
    }


async def test_doors_are_narrowed(client: httpx.AsyncClient, world: World, visited: dict[str, Json]) -> None:
    for asked, seen in (
        ({"state": "refused"}, {"refused"}),
        ({"state": "closed"}, set()),
        ({"due_by": "2022-09-19"}, {"friday", "monday"}),
        ({"region": OTHER_VILLAGE}, {"monday"}),
        ({"enumerator": "enumerator.4"}, {"other team"}),
        ({"coordinator": "coordinator.2"}, {"other team"}),
        ({"campaign": "pl-kumkm-2023"}, set()),
    ):
        names, _ = await listed(client, world, visited, "officer", **asked)
        assert set(names) == seen, asked
    for asked, status in (
        ({"region": PALEMBANG_VILLAGE}, 404),
        ({"campaign": "nowhere"}, 422),
        ({"state": "sleeping"}, 422),
        ({"due_by": "soon"}, 422),
    ):
        assert (await client.get("/v1/doors", params=asked, headers=world.auth("officer"))).status_code == status, asked


async def test_pages_have_each_door_once(client: httpx.AsyncClient, world: World, visited: dict[str, Json]) -> None:
    found: list[str] = []
    asked: dict[str, Any] = {"limit": 2}
    while True:
        answer = (await client.get("/v1/doors", params=asked, headers=world.auth("admin"))).json()
        found += [row["record_id"] for row in answer["items"]]
        if answer["next_cursor"] is None:
            break
        asked["cursor"] = answer["next_cursor"]
    assert len(found) == len(set(found)) == 5
    stolen = {"limit": 2, "cursor": asked["cursor"], "state": "refused"}
    answer = await client.get("/v1/doors", params=stolen, headers=world.auth("admin"))
    assert answer.json()["code"] == "invalid_cursor", "a cursor is bound to what was asked"
