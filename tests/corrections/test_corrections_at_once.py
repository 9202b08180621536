"""Of corrections that come at the same moment, each is of the revision that its officer looked at."""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import httpx
import pytest
from shapes import Json
from world import World, batch, item, nik, outcomes, put

from app.recount import drift

EMBEDDED_IS_ENOUGH = True

Correct = Callable[[str], Any]


@pytest.fixture
async def sent(client: httpx.AsyncClient, world: World) -> Json:
    made = item(nik=nik())
    await outcomes(client, world, "enumerator.1", made)
    return made


@pytest.fixture
async def correct(client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, sent: Json) -> Correct:
    id_ = await pg.fetchval("SELECT id FROM business")

    async def send(name: str) -> httpx.Response:
        body = {"changes": {"legal_name": name}, "reason": "Salah ketik nama", "revision": 1}
        return await client.post(f"/v1/businesses/{id_}/corrections", json=body, headers=world.auth("officer"))

    return send


async def warned(client: httpx.AsyncClient, world: World, sent: Json, **changes: Any) -> list[str]:
    """The warnings about another revision of it."""
    made = {**sent, **changes, "answers": {**sent["answers"], "address": f"Jl. {changes}"}}
    (line,) = (await put(client, world, "enumerator.1", batch(made))).json()["items"]
    assert line["outcome"] in ("updated", "invalid")
    return [each["code"] for each in line["warnings"]]


async def revisions(pg: asyncpg.Connection) -> list[int]:
    return [row["revision"] for row in await pg.fetch("SELECT revision FROM submission ORDER BY revision")]


@pytest.mark.parametrize("names", [("Warung Baru", "Warung Baru"), ("Warung Baru", "Warung Lain")])
async def test_of_two_corrections_of_one_revision_one_is_taken(
    correct: Correct, pg: asyncpg.Connection, names: tuple[str, str]
) -> None:
    answers = await asyncio.gather(*map(correct, names))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "state_changed"}
    assert await revisions(pg) == [1, 2]
    assert await drift(pg) == []


async def test_a_correction_is_not_laid_over_a_revision_that_nobody_looked_at(
    correct: Correct, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, sent: Json
) -> None:
    newer = batch({**sent, "revision": 2})
    corrected, entered = await asyncio.gather(correct("Warung Baru"), put(client, world, "enumerator.1", newer))
    (receipt,) = entered.json()["items"]
    assert (corrected.status_code, receipt["outcome"]) in ((409, "updated"), (201, "invalid"))
    assert await revisions(pg) == [1, 2]
    assert await drift(pg) == []


async def test_a_tablet_that_takes_a_correction_back_does_not_do_so_in_silence(
    correct: Correct, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, sent: Json
) -> None:
    assert (await correct("Warung Baru")).status_code == 201
    assert await warned(client, world, sent, revision=2) == []  # refused: that number is the correction's
    assert await warned(client, world, sent, revision=3) == ["correction_overwritten"]
    assert await warned(client, world, sent, revision=4) == [], "it is said once"
    told = "SELECT warnings FROM submission WHERE revision = 3"
    assert await pg.fetchval(told) == ["correction_overwritten /revision"], "and kept for those who review"


async def test_a_revision_of_a_returned_correction_has_seen_it(
    correct: Correct, client: httpx.AsyncClient, world: World, sent: Json
) -> None:
    assert (await correct("Warung Baru")).status_code == 201
    body = {"decision": "returned", "reason": "Lengkapi alamat", "revision": 2}
    path = f"/v1/submissions/{sent['record_id']}/review"
    assert (await client.post(path, json=body, headers=world.auth("coordinator.1"))).status_code == 200
    assert await warned(client, world, sent, revision=3) == []


async def test_an_officer_who_corrects_a_correction_has_seen_it(
    correct: Correct, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    assert (await correct("Warung Baru")).status_code == 201
    id_ = await pg.fetchval("SELECT id FROM business")
    body = {"changes": {"legal_name": "Warung Lain"}, "reason": "Salah lagi", "revision": 2}
    again = await client.post(f"/v1/businesses/{id_}/corrections", json=body, headers=world.auth("officer"))
    assert (again.status_code, again.json()["warnings"]) == (201, [])
