"""Thresholds are data of the campaign: admins change them, senseless ones are refused with a pointer, and all is judged
again."""

from typing import Any

import asyncpg
import httpx
import pytest
from interviewed import Rounds, ask
from pydantic import ValidationError
from shapes import Json
from world import World

from app.campaigns.thresholds import Thresholds, ThresholdsChange

PATH = "/v1/campaigns/pl-kumkm-2022"


async def patch(client: httpx.AsyncClient, world: World, quality: Any, who: str = "admin") -> httpx.Response:
    return await client.patch(PATH, json={"quality": quality}, headers=world.auth(who))


def test_a_change_replaces_a_part_and_null_puts_the_default_back() -> None:
    stored: dict[str, Any] = {}
    for said in ({"short_interview": {"deviations": 4.0}}, {"least_group": 30, "same_point": {"records": 20}}):
        stored = ThresholdsChange.model_validate(said).applied(stored)
    document = Thresholds.model_validate(stored)
    assert (document.short_interview.deviations, document.least_group, document.same_point.records) == (4.0, 30, 20)
    assert document.same_point.villages == Thresholds().same_point.villages
    change = ThresholdsChange.model_validate({"short_interview": None, "least_group": None})
    assert Thresholds.model_validate(change.applied(stored)).short_interview == Thresholds().short_interview
    assert change.applied(stored).keys() == {"same_point"}
    with pytest.raises(ValidationError):
        ThresholdsChange.model_validate({})


async def test_the_document_has_its_defaults(client: httpx.AsyncClient, world: World) -> None:
    for item in (await client.get("/v1/campaigns", headers=world.auth("officer"))).json()["items"]:
        assert item["quality"] == Thresholds().model_dump()


async def test_records_are_judged_again_by_other_thresholds(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, field: list[Json], judge_all: Rounds
) -> None:
    await judge_all()
    assert len((await ask(client, world, "records", flag="short_interview"))["items"]) == 24
    answer = await patch(client, world, {"short_interview": {"deviations": 50.0}})
    assert answer.status_code == 200
    assert answer.json()["quality"]["short_interview"] == {"deviations": 50.0}
    assert answer.json()["quality"]["far_point"] == Thresholds().far_point.model_dump()
    await judge_all()
    assert (await ask(client, world, "records", flag="short_interview"))["items"] == []
    await patch(client, world, {"short_interview": None})
    await judge_all()
    assert len((await ask(client, world, "records", flag="short_interview"))["items"]) == 24
    assert await pg.fetchval("SELECT quality FROM campaign WHERE id = 1") is None
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'campaign.thresholds_changed'") == 2


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"short_interview": {"deviations": 0}}, "/quality/short_interview/deviations"),
        ({"short_interview": {"deviations": -3.0}}, "/quality/short_interview/deviations"),
        ({"short_interview": {"deviations": "3"}}, "/quality/short_interview/deviations"),
        ({"short_interview": {"deviation": 3.0}}, "/quality/short_interview/deviation"),
        ({"copied_answers": {"alike": 1.5}}, "/quality/copied_answers/alike"),
        ({"copied_answers": {"before": 0}}, "/quality/copied_answers/before"),
        ({"same_point": {"records": 1}}, "/quality/same_point/records"),
        ({"same_point": {"records": 2.5}}, "/quality/same_point/records"),
        ({"far_point": {"least_m": 0}}, "/quality/far_point/least_m"),
        ({"enumerators": {"least_excess": 0}}, "/quality/enumerators/least_excess"),
        ({"least_group": 1}, "/quality/least_group"),
        ({"unheard_of": {}}, "/quality/unheard_of"),
        ({}, "/quality"),
        (None, "/quality"),
    ],
)
async def test_senseless_thresholds_are_refused(
    client: httpx.AsyncClient, world: World, said: Any, pointer: str
) -> None:
    answer = await patch(client, world, said)
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/body{pointer}"]
    assert (await client.get("/v1/campaigns", headers=world.auth("admin"))).json()["items"][0]["quality"] == (
        Thresholds().model_dump()
    )


async def test_no_campaign_of_that_code_is_not_found(client: httpx.AsyncClient, world: World) -> None:
    body = {"quality": {"least_group": 30}}
    answer = await client.patch("/v1/campaigns/unheard-of", json=body, headers=world.auth("admin"))
    assert answer.status_code == 404
