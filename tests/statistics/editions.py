"""A small register and its edition, which several modules ask about."""

from types import SimpleNamespace
from typing import Any

import asyncpg
import httpx
import pytest
from shapes import Json
from world import World, batch, item, nik, put

from app.campaigns.queries import current_campaign
from app.campaigns.statistics import StatisticsDocument
from app.core.clock import SetClock
from app.core.database import Database
from app.statistics.rounds import MakingEditions

VILLAGES = ("16.01.14.1003", "16.01.14.1004")


@pytest.fixture
async def edition(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> Json:
    """Twenty businesses of three kinds, of which one is of a kind of its own; and their edition."""
    # By chance each cell of a table may be suppressed: the same chance each time.
    monkeypatch.setattr("app.statistics.rounds.secrets", SimpleNamespace(randbits=lambda _: 1))
    items = [
        item(
            nik=nik(),
            region=VILLAGES[at % 2],
            kbli="08101" if at == 0 else "10710" if at < 7 else "47112",  # of two kinds both would be suppressed
            legal_form="individual",
            practice={"internet": at % 2 == 0},
            workers={"paid_male": at % 3},
        )
        for at in range(20)
    ]
    answer = await put(client, world, "enumerator.1", batch(*items))
    assert answer.json()["counts"]["accepted"] == 20, answer.text
    await made(world.services.database, clock)
    return await ask(client, world, "businesses")


async def made(database: Database, clock: SetClock) -> None:
    async with database.snapshot() as pg:
        campaign = await current_campaign(pg, clock.now().date())
    assert campaign is not None
    assert await MakingEditions(database, clock).make(campaign, StatisticsDocument(), clock.now())


async def ask(client: httpx.AsyncClient, world: World, what: str, who: str = "officer", **params: Any) -> Json:
    answer = await client.get(f"/v1/statistics/{what}", params=params, headers=world.auth(who))
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found
