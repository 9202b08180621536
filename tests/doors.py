"""Visits without an interview, and the interviews at the same doors, as items of a batch."""

from typing import Any

import httpx
from shapes import Json
from world import World, batch, item, put

RESULTS = ("open_visits", "refused", "closed", "moved", "not_found", "not_eligible", "non_response")
SUBMITTED = ("entered", "duplicates", "conflicts", "invalid")


def visit(result: str = "absent", day: int = 5, record: Json | None = None, **answers: Any) -> Json:
    """A visit on a day of September; the next revision of a record where one is given."""
    at = f"2022-09-{day:02d}T09:00:00+07:00"
    told = item(
        record_id=record["record_id"] if record else None,
        revision=record["revision"] + 1 if record else 1,
        region=answers.pop("region", record["region_code"] if record else "16.01.14.1003"),
        captured_at=at,
        answers={"result": result, "visited_at": at, **answers},
    )
    return {**told, "questionnaire": "visit@1"}


def form(record: Json, **said: Any) -> Json:
    """The interview at a door, as the next revision."""
    return item(record_id=record["record_id"], revision=record["revision"] + 1, **said)


async def send(client: httpx.AsyncClient, world: World, *items: Json, name: str = "enumerator.1") -> list[Json]:
    answer = await put(client, world, name, batch(*items))
    assert answer.status_code == 201, answer.text
    lines: list[Json] = answer.json()["items"]
    return lines


def codes(line: Json) -> list[str]:
    return [each["code"] for each in line["warnings"]]


async def figures(client: httpx.AsyncClient, world: World, code: str = "16.01", **asked: str) -> Json:
    path = f"/v1/progress/regions/{code}"
    row: Json = (await client.get(path, params=asked, headers=world.auth("admin"))).json()["item"]
    assert row["submissions"] == sum(row[each] for each in SUBMITTED)
    assert row["doors"] == row["submissions"] + sum(row[each] for each in RESULTS)
    return row
