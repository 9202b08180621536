"""Re-interviews in tests: a campaign that draws, records to draw from, and what tablets ask and send."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from made_up import answers
from scenes import Stage, scene
from shapes import Json
from world import OTHER_VILLAGE, VILLAGE, World, batch, item, put

from app.core.clock import SetClock
from app.reinterviews.drawing import value_of
from app.reinterviews.rounds import Drawing

Draw = Callable[[], Awaitable[None]]
SEED = "benih-rahasia-2022"
CAMPAIGN = "/v1/campaigns/pl-kumkm-2022"
SAID = {
    "business": "Delima Sakti",
    "owner": "Ratna Kusuma",
    "address": "Dusun Melati 7",
    "activity": "kelontong",
}


_SYLLABLES = ("ba", "ca", "da", "ga", "ka", "la", "ma", "na", "pa", "ra")


def word_of(serial: int) -> str:
    """Another word for each number, also as it is heard."""
    return "".join(_SYLLABLES[int(digit)] for digit in f"{serial:04d}").title()


def records(enumerator: int, count: int) -> list[Json]:
    """Records of one enumerator, each with its own NIK and names, and with words that are found again where they
    leak."""
    rng = Random(enumerator)
    made = []
    for number in range(count):
        serial = enumerator * 1_000 + number
        said = answers(rng, serial)
        said |= {
            "kbli": "47112",
            "legal_name": f"Warung {word_of(serial)} {SAID['business']}",
            "address": SAID["address"],
            "main_activity": SAID["activity"],
            "phone": f"08137{serial:07d}",
            "notes": "catatan petugas pertama",
            "annual_sales_idr": 123_450_000 + serial,
        }
        said["owner"] |= {"name": f"{word_of(serial)} {SAID['owner']}", "nik": f"160114520385{serial:04d}"}
        made.append(item(region=rng.choice((VILLAGE, OTHER_VILLAGE)), answers=said))
    return made


async def send(client: httpx.AsyncClient, world: World, enumerator: int, items: list[Json]) -> None:
    for at in range(0, len(items), 100):
        part = items[at : at + 100]
        receipt = (await put(client, world, f"enumerator.{enumerator}", batch(*part))).json()
        assert receipt["counts"]["accepted"] == len(part), receipt["counts"]


async def configure(client: httpx.AsyncClient, world: World, who: str = "admin", **said: Any) -> httpx.Response:
    return await client.patch(CAMPAIGN, json={"reinterviews": said}, headers=world.auth(who))


async def tasks(client: httpx.AsyncClient, world: World, enumerator: int) -> list[Json]:
    answer = await client.get("/v1/sync/reinterviews", headers=world.auth(f"enumerator.{enumerator}"))
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["items"]
    return found


async def answered(
    client: httpx.AsyncClient, world: World, enumerator: int, id_: UUID | str, body: Json
) -> httpx.Response:
    path = f"/v1/sync/reinterviews/{id_}"
    return await client.put(path, json=body, headers=world.auth(f"enumerator.{enumerator}"))


def heard(of: Json, **changed: Any) -> Json:
    """What a second enumerator heard: as the first one, but for what is changed."""
    said = {**of["answers"], **changed}
    said["owner"] = {**of["answers"]["owner"], **changed.get("owner", {})}
    return {
        "result": "done",
        "questionnaire": "umkm@1",
        "captured_at": "2022-09-13T09:00:00+07:00",
        "location": of["location"],
        "answers": said,
    }


def nobody(result: str, day: int = 13) -> Json:
    return {"result": result, "questionnaire": "umkm@1", "captured_at": f"2022-09-{day}T09:00:00+07:00"}


async def assign(client: httpx.AsyncClient, world: World, id_: Any, to: str, who: str = "officer") -> httpx.Response:
    path = f"/v1/quality/reinterviews/{id_}/assignment"
    return await client.put(path, json={"enumerator": to}, headers=world.auth(who))


async def ask(client: httpx.AsyncClient, world: World, path: str, who: str = "officer", **params: Any) -> list[Json]:
    answer = await client.get(f"/v1/quality/{path}", params=params, headers=world.auth(who))
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["items"]
    return found


def seed_that_draws(record_id: UUID) -> str:
    return next(seed for seed in map("benih-{:04}".format, range(10_000)) if value_of(seed, record_id) < 0.2)


@pytest.fixture
def drawing(world: World, clock: SetClock) -> Drawing:
    return Drawing(world.services.ingest, clock)


@pytest.fixture
def draw_all(drawing: Drawing) -> Draw:
    async def run() -> None:
        while await drawing.round():
            pass

    return run


@scene
async def drawn(stage: Stage) -> dict[str, Json]:
    """Ten records of enumerator.1, of which three or four are drawn and given to enumerator.4; all of them by id."""
    pg, client, world, clock = stage.pg, stage.client, stage.world, stage.clock
    made = records(1, 10)
    await send(client, world, 1, made)
    ids = [UUID(each["record_id"]) for each in made]
    # Ids are other ones each time: a seed that draws three of these.
    seeds = map("benih-{:05}".format, range(100_000))
    seed = next(each for each in seeds if sum(value_of(each, id_) < 0.2 for id_ in ids) == 3)
    answer = await configure(client, world, share_percent=20.0, seed=seed, assignment="manual")
    assert answer.status_code == 200, answer.text
    while await Drawing(world.services.ingest, clock).round():
        pass
    for row in await pg.fetch("SELECT id FROM reinterview"):
        assert (await assign(client, world, row["id"], "enumerator.4")).status_code == 204
    clock.moment = clock.now() + timedelta(hours=1)
    return {each["record_id"]: each for each in made}


@pytest.fixture
async def asked_of_1(pg: asyncpg.Connection, drawn: dict[str, Json]) -> tuple[str, Json]:
    """A re-interview of a record of enumerator.1, that enumerator.4 has; and the record."""
    row = await pg.fetchrow("SELECT id, record_id FROM reinterview ORDER BY id LIMIT 1")
    assert row is not None
    return str(row["id"]), drawn[str(row["record_id"])]
