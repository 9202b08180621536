"""Interviews as tablets send them, and questions about quality."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import httpx
from made_up import answers
from shapes import Json
from world import OTHER_VILLAGE, VILLAGE, World, item

START = datetime.fromisoformat("2022-09-12T07:00:00+07:00")


def interviews(enumerator: int, count: int, *, seed: int, minutes: float | None = None, **more: Any) -> list[Json]:
    rng, at, made = Random(seed), START, []
    for number in range(count):
        at += timedelta(minutes=rng.uniform(12, 20))
        serial = enumerator * 1_000 + number
        took = minutes or rng.uniform(8, 20)
        owner = f"160114520385{serial:04d}"
        said = answers(rng, serial) | {"kbli": "47112"}
        said["owner"]["nik"] = owner
        one = item(region=rng.choice((VILLAGE, OTHER_VILLAGE)), captured_at=at.isoformat(), answers=said)
        one["started_at"] = (at - timedelta(minutes=took)).isoformat()
        one["location"]["latitude"] += rng.uniform(-0.002, 0.002)
        made.append(one | more)
    return made


async def ask(client: httpx.AsyncClient, world: World, path: str, who: str = "officer", **params: Any) -> Any:
    answer = await client.get(f"/v1/quality/{path}", params=params, headers=world.auth(who))
    assert answer.status_code == 200, answer.text
    return answer.json()
