"""The setting in an app: what a request costs, what is counted by whom, and what the others hear of it."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from peers import statements
from shapes import Json
from world import World

from app.core.clock import SetClock
from app.core.settings import Settings
from app.main import create_app
from app.processes.lives import FRESH_S

EMBEDDED_IS_ENOUGH = True


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"shared_limits": "on", "rate_list": "600/day", "rate_sign_in": "30/day"})


@pytest.fixture
async def app(settings: Settings, clock: SetClock) -> AsyncIterator[FastAPI]:
    made = create_app(settings, clock=clock)
    async with made.router.lifespan_context(made):
        made.state.services.shared._lives._since -= FRESH_S
        yield made


async def cost(client: httpx.AsyncClient, headers: Json, requests: int) -> list[str]:
    with statements("_get_statement") as sent:
        for _ in range(requests):
            assert (await client.get("/v1/campaigns", headers=headers)).status_code == 200
    return sent


@pytest.mark.proof
async def test_a_request_far_below_its_rate_costs_what_it_does_without_the_setting(
    app: FastAPI, client: httpx.AsyncClient, world: World, settings: Settings, clock: SetClock
) -> None:
    off = create_app(settings.model_copy(update={"shared_limits": "off"}), clock=clock)
    transport = httpx.ASGITransport(app=off)
    headers = world.auth("admin")
    async with off.router.lifespan_context(off), httpx.AsyncClient(transport=transport, base_url="http://k") as other:
        await cost(other, headers, 1)
        without = await cost(other, headers, 50)
    await cost(client, headers, 1)
    assert sorted(await cost(client, headers, 50)) == sorted(without)
    asked = [each for each in await cost(client, headers, 300) if "rate_count" in each]
    assert 0 < len(asked) < 300 / 10
    text = (await client.get("/metrics")).text
    assert f'kumkm_rate_asks_total{{counted_by="database"}} {len(asked)}.0' in text


async def test_sign_ins_are_counted_by_address_and_rates_of_accounts_with_all_they_ask(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    form = {"grant_type": "password", "username": "nobody", "password": "nothing at all"}
    for _ in range(5):
        assert (await client.post("/v1/auth/token", data=form)).status_code == 400
    assert await pg.fetchval("SELECT max(hits) FROM rate_count") == 4, "three are not reported"
    await pg.execute("UPDATE account SET rate = '4/day' WHERE username = 'system'")
    headers = world.auth("system", scopes=["feed:read", "businesses:read"])
    told = [await client.get(path, headers=headers) for path in ("/v1/businesses", "/v1/feed") * 3]
    assert [each.status_code for each in told] == [200] * 4 + [429] * 2
    assert int(told[-1].headers["Retry-After"]) > 60


async def test_a_server_that_ends_says_so_and_one_without_the_setting_says_nothing(
    settings: Settings, pg: asyncpg.Connection, clock: SetClock
) -> None:
    count = "SELECT count(*) FROM server_process"
    for shared, living in (("on", 1), ("off", 0)):
        app = create_app(settings.model_copy(update={"shared_limits": shared}), clock=clock)
        before = await pg.fetchval(count)
        async with app.router.lifespan_context(app):
            assert await pg.fetchval(count) == before + living
        assert await pg.fetchval(count) == before


async def test_what_passes_is_not_logged(pg: asyncpg.Connection) -> None:
    kinds = await pg.fetch(
        "SELECT relname, relpersistence::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 2200"
    )
    unlogged = {name for name, persistence in kinds if persistence == "u"}
    assert unlogged == {"export_place", "rate_count", "server_process"}
