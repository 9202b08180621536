"""A background export is made, and its file given out, while its account may have it; each fetch is in the trail."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from shapes import Call, Json, the
from world import World, item, nik, outcomes

from app.core.problems import Problem

EMBEDDED_IS_ENOUGH = True
REASON = {"X-Access-Reason": "Pencocokan Dinas"}

TAKEN_AWAY = {
    "closed": ("UPDATE account SET deactivated_at = now() WHERE username = $1", "officer"),
    "without pii:read": ("UPDATE account SET scopes = '{}' WHERE username = $1", "officer"),
    "moved": ("UPDATE account SET region_code = '16.71' WHERE username = $1", "officer"),
    "without businesses:read": ("UPDATE account SET scopes = '{pii:read,progress:read}' WHERE username = $1", "system"),
}


@pytest.fixture
def token() -> Json:
    return {"scopes": ["pii:read", "businesses:read"]}


@pytest.fixture
async def ask(act: Call, client: httpx.AsyncClient, world: World) -> Callable[..., Awaitable[str]]:
    await outcomes(client, world, "enumerator.1", item(nik=nik()))

    async def call(who: str = "officer", **told: Any) -> str:
        told = {"format": "ndjson", **told}
        answer = await act("POST", "exports", who, json=told, headers=REASON)
        assert answer.status_code == 202, answer.text
        return answer.json()["id"]

    return call


@pytest.mark.parametrize("way", TAKEN_AWAY)
async def test_what_was_taken_away_makes_no_file_and_gives_none(
    act: Call, ask: Callable[..., Awaitable[str]], app: FastAPI, pg: asyncpg.Connection, way: Any
) -> None:
    statement, who = TAKEN_AWAY[way]
    desk = app.state.services.jobs
    made = await ask(who, unmasked=who == "officer")
    assert await desk.work_once()
    assert (await act("GET", f"exports/{made}/file", who)).status_code == 200
    waiting = await ask(who, unmasked=who == "officer")
    await pg.execute(statement, who)
    with pytest.raises(Problem):
        await desk.work_once()
    state = await pg.fetchrow("SELECT state, parts::text, attempts FROM export_job WHERE id = $1", waiting)
    assert tuple(the(state)) == ("failed", "[]", 1), "nobody tries again"
    answer = await act("GET", f"exports/{made}/file", who)
    assert answer.status_code == (404 if way == "moved" else 403), answer.text


async def test_a_job_that_is_refused_is_no_failure_of_the_work_and_the_next_one_is_made(
    ask: Callable[..., Awaitable[str]], app: FastAPI, pg: asyncpg.Connection
) -> None:
    statement, who = TAKEN_AWAY["moved"]
    refused, other = await ask(who), await ask("coordinator.1")
    await pg.execute(statement, who)
    desk = app.state.services.jobs
    assert [await desk.round(), await desk.round(), await desk.round()] == [True, True, False]
    states = dict(map(tuple, await pg.fetch("SELECT id::text, state FROM export_job")))
    assert states == {refused: "failed", other: "done"}


async def test_a_coordinator_does_not_fetch_the_work_of_who_left_its_team(
    act: Call, ask: Callable[..., Awaitable[str]], app: FastAPI, pg: asyncpg.Connection, world: World
) -> None:
    made = await ask("coordinator.1")
    assert await app.state.services.jobs.work_once()
    assert (await act("GET", f"exports/{made}/file", "coordinator.1")).status_code == 200
    await pg.execute(
        "INSERT INTO team_member (team_id, enumerator_id, campaign_id, starts_on, quota)"
        " SELECT id, $1, 1, '2022-09-01', 500 FROM team WHERE coordinator_id = $2",
        world.id("enumerator.1"),
        world.id("coordinator.2"),
    )
    assert (await act("GET", f"exports/{made}/file", "coordinator.1")).status_code == 404


async def test_every_fetch_is_in_the_trail_and_a_refused_one_is_none(
    act: Call, ask: Callable[..., Awaitable[str]], app: FastAPI, pg: asyncpg.Connection, world: World
) -> None:
    made = await ask(unmasked=True)
    assert await app.state.services.jobs.work_once()
    assert (await act("GET", f"exports/{made}/file")).status_code == 200
    assert (await act("GET", f"exports/{made}/file", headers={"Range": "bytes=0-9"})).status_code == 206
    assert (await act("GET", f"exports/{made}/file", scopes=())).status_code == 403
    told = await pg.fetch(
        "SELECT actor_id, subject_id, detail ->> 'unmasked', (detail ->> 'first')::int, (detail ->> 'last')::int"
        " FROM audit_event WHERE action = 'export.fetched' ORDER BY id"
    )
    last = told[0][4]
    assert [tuple(row) for row in told] == [
        (world.id("officer"), made, "true", 0, last),
        (world.id("officer"), made, "true", 0, 9),
    ]
