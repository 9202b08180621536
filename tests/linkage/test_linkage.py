"""Likely duplicates without numbers: found, explained, put before people once, and never merged by machine."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from shapes import Json, the
from world import World, item, nik, outcomes

from app.accounts.permissions import Territory
from app.core.clock import SetClock
from app.linkage.linking import Linked, Linking
from app.linkage.model import connect, load, packaged, predict, train
from app.recount import drift
from kumkm_proof.bench.synthetic import census

EMBEDDED_IS_ENOUGH = True
OKU = Territory("16.01")


@pytest.fixture(scope="session")
def labelled() -> list[Any]:
    return list(census(3, 6_000))


def test_the_census_is_the_same_for_the_same_seed() -> None:
    assert list(census(5, 300)) == list(census(5, 300)) != list(census(6, 300))


def test_the_packaged_model_finds_what_it_promises(labelled: list[Any]) -> None:
    labels = {row.features.unique_id: row.label for row in labelled}
    found = predict([row.features for row in labelled], packaged(), 0.8)
    right = sum(labels[str(one)] == labels[str(other)] for one, other in (pair.ids for pair in found))
    truth = len(labels) - len(set(labels.values()))
    assert right / len(found) >= 0.95
    assert right / truth >= 0.95
    assert all(pair.weights for pair in found), "each tells why"


@pytest.mark.proof
def test_a_model_is_learnt_without_labels(labelled: list[Any]) -> None:
    connection = connect()
    load(connection, (row.features for row in labelled))
    learned = train(connection, pairs=2e5)
    found = predict([row.features for row in labelled], learned, 0.8)
    labels = {row.features.unique_id: row.label for row in labelled}
    right = sum(labels[str(one)] == labels[str(other)] for one, other in (pair.ids for pair in found))
    assert right / len(found) >= 0.9


def test_what_is_linked_in_the_clear_touches_no_disk() -> None:
    (folder,) = the(connect().execute("SELECT current_setting('temp_directory')").fetchone())
    assert folder == ""


@pytest.fixture
def link(pg: asyncpg.Connection, app: FastAPI, clock: SetClock) -> Callable[[], Awaitable[Linked]]:
    linking = Linking(app.state.services.ingest.ring, packaged(), 0.8, clock.now())
    return lambda: linking.link(pg, OKU, lambda *_: None)


@pytest.fixture
async def slip(client: httpx.AsyncClient, world: World) -> tuple[Json, Json]:
    """A business, and a second visit with two digits of the NIK swapped; and one that only shares the village."""
    number = nik()
    first = item(nik=number)
    owner = {"name": "Sari Wijaya", "sex": "female", "phone": "081234567890"}
    first["answers"] |= {"legal_name": "Warung Bu Sari", "owner": {**owner, "nik": number}}
    again = item(nik=number)
    swapped = number[:12] + number[13] + number[12] + number[14:]
    swapped = swapped if swapped != number else number[:14] + str((int(number[14]) + 1) % 10) + number[15]
    again["answers"] |= {"legal_name": "Warung Sari", "owner": {**owner, "nik": swapped, "name": "Sari Wijaja"}}
    other = item(nik=nik(5_000))
    other["answers"] |= {"legal_name": "Bengkel Motor", "kbli": "45407", "owner": {"name": "Joko", "nik": nik(7_777)}}
    other["location"] = {"latitude": -4.2, "longitude": 104.3, "accuracy_m": 5}
    assert await outcomes(client, world, "enumerator.1", first) == ["accepted"]
    assert await outcomes(client, world, "enumerator.2", again) == ["accepted"]
    assert await outcomes(client, world, "enumerator.3", other) == ["accepted"]
    return first, again


@pytest.mark.proof
async def test_a_likely_pair_goes_into_the_queue_once_and_nothing_is_merged(
    link: Callable[[], Awaitable[Linked]],
    slip: tuple[Json, Json],
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
) -> None:
    found = await link()
    assert (found.businesses, found.pairs, found.opened) == (3, 1, 1)
    assert (await link()).opened == 0
    answer = await client.get("/v1/duplicates", params={"kind": "likely"}, headers=world.auth("coordinator.1"))
    (case,) = answer.json()["items"]
    assert case["record"]["record_id"] == slip[1]["record_id"]
    assert [side["record_id"] for side in case["businesses"]] == [slip[0]["record_id"]]
    assert case["explanation"]
    assert "nik" not in case["explanation"], "what a sealed answer weighs would answer guesses"
    assert slip[0]["answers"]["owner"]["nik"] not in answer.text
    assert await pg.fetchval("SELECT count(*) FROM business WHERE merged_into IS NOT NULL") == 0


@pytest.mark.parametrize("decision", ["same", "separate", "wrong_identity"])
async def test_a_likely_pair_is_decided_and_undone_like_any_other(
    link: Callable[[], Awaitable[Linked]],
    slip: tuple[Json, Json],
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
    decision: str,
) -> None:
    await link()
    (case,) = (await client.get("/v1/duplicates", headers=world.auth("officer"))).json()["items"]
    path, told = f"/v1/duplicates/{case['id']}/resolution", {"decision": decision, "reason": "Diperiksa di lapangan"}
    answer = await client.post(path, json=told, headers=world.auth("officer"))
    assert answer.status_code == 200, answer.text
    left = await pg.fetchval("SELECT count(*) FROM business WHERE merged_into IS NULL")
    assert left == (2 if decision == "same" else 3)
    assert await drift(pg) == []
    assert (await link()).opened == 0, "nobody is asked twice"
    undone = await client.post(f"{path}/undo", json={"reason": "Keliru memutuskan"}, headers=world.auth("officer"))
    assert undone.status_code == 200, undone.text
    assert await pg.fetchval("SELECT count(*) FROM business WHERE merged_into IS NULL") == 3
    assert await drift(pg) == []
