"""A server that stops: who was not done in time is told so, and nothing of it stays behind."""

import asyncio

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
import uvicorn
from fastapi import FastAPI
from processes import Served, free_port
from world import World, batch, item, put

from app.api.connections import Bounded
from app.serving import Server

EMBEDDED_IS_ENOUGH = True


class Stopping(Served, Server):
    """The program's own server, which leaves the signals to the tests."""


@pytest.mark.proof
async def test_who_waits_for_news_is_answered_when_the_server_stops(app: FastAPI, world: World) -> None:
    port = free_port()
    server = Stopping(uvicorn.Config(app, http=Bounded, port=port, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (uvicorn has no event for it)
        await asyncio.sleep(0.01)
    server.lifespan.state["ending"] = world.services.waiting.ending  # as the app's own lifespan gives it
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as mirror:
        headers = world.auth("officer")
        cursor = (await mirror.get("/v1/feed", headers=headers)).json()["next_cursor"]
        waiting = asyncio.create_task(mirror.get("/v1/feed", params={"cursor": cursor, "wait": 30}, headers=headers))
        await asyncio.sleep(0.5)
        server.should_exit = True
        assert (await asyncio.wait_for(waiting, 5)).status_code == 200
    await asyncio.wait_for(serving, 5)


@pytest.mark.proof
async def test_a_batch_that_is_not_done_when_the_server_stops_is_to_be_sent_again(
    app: FastAPI, world: World, pg: asyncpg.Connection, client: httpx.AsyncClient
) -> None:
    port, body, batch_id = free_port(), batch(item(nik="1601145203850001")), uuids.uuid7()
    server = Served(
        uvicorn.Config(
            app, http=Bounded, port=port, lifespan="off", log_config=None, timeout_graceful_shutdown=1, workers=1
        )
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (uvicorn has no event for it)
        await asyncio.sleep(0.01)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as tablet:
        async with pg.transaction():
            await pg.execute("LOCK TABLE submission IN ACCESS EXCLUSIVE MODE")
            sending = asyncio.create_task(put(tablet, world, "enumerator.1", body, batch_id=batch_id))
            while not world.services.database.busy:  # noqa: ASYNC110  (nor has the pool)
                await asyncio.sleep(0.01)
            server.should_exit = True
            answer = await sending
        assert (answer.status_code, answer.json()["code"]) == (503, "server_stopping")
        assert answer.json()["retryable"]
        assert "Retry-After" in answer.headers
    await serving
    assert await pg.fetchval("SELECT count(*) FROM submission") == 0
    assert (await put(client, world, "enumerator.1", body, batch_id=batch_id)).status_code == 201
