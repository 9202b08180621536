"""Re-interviews of the demo: two records in a hundred are drawn, the server gives them to others, and a part of them is
done. Who cheats agrees less; everybody else differs here and there, as people do.
"""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any, NamedTuple

import asyncpg
import httpx
import orjson

from app.core.clock import SetClock
from app.intake.ingest import Ingest
from app.reinterviews.rounds import Drawing
from kumkm_proof.demo.census import MORNING, OKU
from kumkm_proof.demo.cheats import CHEATS
from kumkm_proof.demo.geography import village_place

DOCUMENT = {"share_percent": 2.0, "seed": "contoh-kabupaten-oku-2022"}
"""Of the campaign. Known to everybody, since it is an example."""

DONE = 70
"""Re-interviews that are done, of about three hundred in OKU."""

_BEGAN = timedelta(days=16)
_SLIP, _INVENTED = 0.05, 0.6
_SWAPPED = {"male": "female", "female": "male"}
_NOT_THERE = 0.25
"""How often a business that a cheat recorded is not there."""

_DRAWN = """
SELECT reinterview.id, record_id, reinterview.region_code, own.username AS enumerator, other.username AS assignee
FROM reinterview JOIN account AS own ON own.id = enumerator_id JOIN account AS other ON other.id = assignee_id
WHERE state = 'assigned' AND regency_code = $1 ORDER BY record_id
"""
_NOT_GIVEN = "SELECT true FROM reinterview WHERE state = 'open' AND tried_at IS NULL LIMIT 1"
# As if they had been given away over two weeks: a few are overdue.
_ONE_BY_ONE = """
UPDATE reinterview SET assigned_at = assigned_at + later.days * interval '1 day', due_on = due_on + later.days
FROM (SELECT id, get_byte(uuid_send(record_id), 15) % 14 AS days FROM reinterview) AS later
WHERE later.id = reinterview.id AND state = 'assigned'
"""


class _Task(NamedTuple):
    id: Any
    record_id: Any
    region_code: str
    enumerator: str
    assignee: str


async def draw(pg: asyncpg.Connection, ingest: Ingest) -> None:
    """Switch it on, draw, and have the server give it all away, as of some days before the morning."""
    await pg.execute("UPDATE campaign SET reinterviews = $1 WHERE id = 1", orjson.dumps(DOCUMENT).decode())
    drawing = Drawing(ingest, SetClock(MORNING - _BEGAN))
    while await drawing.round() or await pg.fetchval(_NOT_GIVEN):
        pass
    await pg.execute(_ONE_BY_ONE)


async def answer(
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    items: Mapping[str, dict[str, Any]],
    sign_in: Any,
) -> None:
    """Send what was heard, as the second enumerators' tablets do. `items`: what was sent of each record."""
    found = [_Task(*row) for row in await pg.fetch(_DRAWN, OKU.code)]
    # Those of the cheats are among them, as a supervisor would have them done first.
    chosen = sorted(found, key=lambda each: each.enumerator not in CHEATS)[:DONE]
    for task in chosen:
        rng = Random(f"asked again {task.record_id}")
        reply = await client.put(
            f"/v1/sync/reinterviews/{task.id}",
            content=orjson.dumps(_heard(task, items[str(task.record_id)], rng)),
            headers={"Authorization": sign_in(task.assignee), "Content-Type": "application/json"},
        )
        reply.raise_for_status()


def _heard(task: _Task, item: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    cheats = task.enumerator in CHEATS
    longitude, latitude = village_place(task.region_code)
    truth = {"latitude": latitude + rng.uniform(-0.003, 0.003), "longitude": longitude + rng.uniform(-0.003, 0.003)}
    body = {
        "questionnaire": item["questionnaire"],
        "captured_at": (MORNING - timedelta(hours=rng.randint(20, 200))).isoformat(),
        "location": truth if cheats or item["location"] is None else item["location"],
    }
    if cheats and rng.random() < _NOT_THERE:
        return body | {"result": "not_found"}
    often = _INVENTED if cheats else _SLIP
    return body | {"result": "done", "answers": _otherwise(item["answers"], often, rng)}


def _otherwise(answers: Mapping[str, Any], often: float, rng: Random) -> dict[str, Any]:
    """The same answers, but for some that are heard otherwise; what is required stays."""
    said: dict[str, Any] = {}
    for name, value in answers.items():
        if isinstance(value, dict):
            said[name] = _otherwise(value, often, rng)
        elif isinstance(value, bool) and rng.random() < often:
            said[name] = not value
        elif isinstance(value, int) and rng.random() < often:
            said[name] = value + rng.choice((-2, 2)) if name.endswith("_year") else round(value * rng.choice((0.4, 2)))
        elif name == "sex" and rng.random() < often:
            said[name] = _SWAPPED[value]
        elif name in ("kbli", "phone", "postcode") and rng.random() < often / 2:
            said[name] = value[::-1]
        else:
            said[name] = value
    return said
