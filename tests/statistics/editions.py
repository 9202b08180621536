"""A small register and its edition, which several modules ask about."""

from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from scenes import Stage, scene
from shapes import Json
from world import World, batch, item, nik, put

from app.campaigns.queries import current_campaign
from app.campaigns.statistics import StatisticsDocument
from app.core.clock import SetClock
from app.core.database import Database
from app.statistics.rounds import MakingEditions

VILLAGES = ("16.01.14.1003", "16.01.14.1004")


@pytest.fixture
def edition(edition_of_twenty: Json, monkeypatch: pytest.MonkeyPatch) -> Json:
    """Twenty businesses of three kinds, of which one is of a kind of its own; and their edition."""
    _by_the_same_chance(monkeypatch)
    return edition_of_twenty


@scene
async def edition_of_twenty(stage: Stage) -> Json:
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
    answer = await put(stage.client, stage.world, "enumerator.1", batch(*items))
    assert answer.json()["counts"]["accepted"] == 20, answer.text
    with pytest.MonkeyPatch.context() as patch:
        _by_the_same_chance(patch)
        await made(stage.world.services.database, stage.clock)
    return await ask(stage.client, stage.world, "businesses")


def _by_the_same_chance(patch: pytest.MonkeyPatch) -> None:
    """By chance each cell of a table may be suppressed: the same chance each time."""
    patch.setattr("app.statistics.rounds.secrets", SimpleNamespace(randbits=lambda _: 1))


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
