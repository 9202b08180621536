"""Whatever the data, nobody is answered a row from outside its territory, or of somebody else's work.

Random censuses, and an oracle that knows nothing of the code: region codes are compared as text.
"""

import asyncio
import json
import random
import re
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from search import everything_stored
from shapes import Json
from world import World, item, nik, outcomes

from app.accounts.permissions import Territory
from app.progress.rollup import fold

EMBEDDED_IS_ENOUGH = True

REGIONS = ("16.01", "16.01.13", "16.01.14", "16.01.14.1003", "16.71", "16.71.01", "16.10", "16", "31.71")
VILLAGES = ("16.01.14.1003", "16.01.13.1003", "16.01.13.1001", "16.71.01.1001", "16.10.01.1001", "31.71.01.1001")
CODE = re.compile(r"^[0-9]{2}(\.[0-9]{2}){0,2}(\.[0-9]{4})?$")


def inside(code: str, territory: str) -> bool:
    return code == territory or code.startswith(territory + ".")


async def people(
    pg: asyncpg.Connection, world: World, rng: Random
) -> tuple[dict[str, tuple[UUID, str, str]], dict[str, set[str]]]:
    """Somebody of each role in every region, and teams across regions.

    Gives (account, role, region) by name, and whom each coordinator leads.
    """
    named: dict[str, tuple[UUID, str, str]] = {}
    for n, region in enumerate(REGIONS):
        for role in ("officer", "coordinator", "enumerator"):
            account_id, name = uuids.uuid7(), f"{role}.x{n}"
            await pg.execute(
                "INSERT INTO account (id, username, name, role, region_code, created_at)"
                " VALUES ($1, $2, $2, $3, $4, now())",
                account_id,
                name,
                role,
                region,
            )
            named[name] = (account_id, role, region)
        await world.enrol(pg, named[f"enumerator.x{n}"][0])
    teams = {}
    enumerators = [name for name in named if name.startswith("enumerator")]
    for n, region in enumerate(REGIONS):
        team = uuids.uuid7()
        await pg.execute(
            "INSERT INTO team (id, campaign_id, coordinator_id, region_code, name) VALUES ($1, 1, $2, $3, 'T')",
            team,
            named[f"coordinator.x{n}"][0],
            region,
        )
        teams[f"coordinator.x{n}"] = team
    led: dict[str, set[str]] = {name: set() for name in teams}
    for enumerator in enumerators:
        leader = rng.choice(list(teams))
        led[leader].add(enumerator)
        await pg.execute(
            "INSERT INTO team_member (team_id, enumerator_id, campaign_id, starts_on, quota)"
            " VALUES ($1, $2, 1, '2022-04-01', 9)",
            teams[leader],
            named[enumerator][0],
        )
        for region in rng.sample(REGIONS, 2):
            await pg.execute(
                "INSERT INTO assignment (campaign_id, enumerator_id, region_code, starts_on)"
                " VALUES (1, $1, $2, '2022-04-01') ON CONFLICT DO NOTHING",
                named[enumerator][0],
                region,
            )
    for region in rng.sample(REGIONS, 5):
        await pg.execute(
            "INSERT INTO target (campaign_id, region_code, businesses) VALUES (1, $1, 10) ON CONFLICT DO NOTHING",
            region,
        )
    return named, led


def texts_in(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text of an answer, wherever it stands, with its name."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from texts_in(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner, key)
    elif isinstance(value, str):
        yield key, value


def regions_in(value: Any) -> Iterator[str]:
    """Every region code that an answer tells."""
    return (text for key, text in texts_in(value) if key in ("region_code", "code") and CODE.match(text))


def enumerators_in(value: Any) -> Iterator[str]:
    return (text for _, text in texts_in(value) if text.startswith("enumerator"))


async def everything(
    client: httpx.AsyncClient, world: World, name: str, record_ids: Iterable[str], raw_ids: Iterable[str]
) -> list[tuple[str, Any]]:
    """All that somebody is answered, by path, page by page, and single objects by their ids."""
    answers: list[tuple[str, Any]] = []
    headers = world.auth(name)
    lists = ["held", "devices", "assignments", "teams", "accounts", "targets", "progress/enumerators"]
    lists += [f"progress/regions?parent={code}" for code in REGIONS] + ["progress/regions"]
    lists += [f"progress/regions/{code}" for code in (*REGIONS, *VILLAGES)]
    lists += [f"progress/enumerators?region={code}" for code in REGIONS]
    lists += [f"submissions/{id_}" for id_ in record_ids] + [f"held/{id_}" for id_ in raw_ids]
    for path in lists:
        cursor: str | None = None
        pages = 0
        while pages < 50:
            params = {"cursor": cursor} if cursor else None
            answer = await client.get(f"/v1/{path}", headers=headers, params=params)
            assert answer.status_code in (200, 403, 404), (name, path, answer.text)
            if answer.status_code != 200:
                break
            body = answer.json()
            answers.append((path, body))
            pages += 1
            if (cursor := body.get("next_cursor")) is None:
                break
    return answers


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(2))
async def test_nobody_is_answered_a_row_from_outside(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, app: FastAPI, seed: int
) -> None:
    rng = random.Random(seed)
    named, led = await people(pg, world, rng)
    world.accounts.update((await World.of(pg, world.services)).accounts)
    sent: list[Json] = []
    owners: dict[str, str] = {}
    for name in [name for name in named if name.startswith("enumerator")]:
        items = [item(nik=nik(), region=rng.choice(VILLAGES)) for _ in range(3)]
        await outcomes(client, world, name, *items)
        owners |= {each["record_id"]: name for each in items}
        sent += items
    await fold(pg)
    places = {each["record_id"]: each["region_code"] for each in sent}
    raw = {str(row[0]): str(row[1]) for row in await pg.fetch("SELECT id, subject_id FROM raw_item")}
    stored = {str(row[0]) for row in await pg.fetch("SELECT record_id FROM record")}
    assert stored, "there is something to see"
    assert raw
    seen = 0
    for name, (_, role, region) in named.items():
        mine = {name} if role == "enumerator" else led.get(name) if role == "coordinator" else None
        for path, body in await everything(client, world, name, stored, raw):
            seen += 1
            told = list(regions_in(body))
            if path.startswith("held"):  # seen by those of its place, and by the supervisors of its enumerator
                for each in body.get("items", [body]):
                    codes = [*regions_in(each), *(named[who][2] for who in enumerators_in(each))]
                    # Whose records they are is what counts for a team, and is asked below.
                    assert mine is not None or any(inside(code, region) for code in codes), (name, path)
            else:
                assert all(inside(code, region) for code in told), (name, path, told)
            if mine is not None and not path.startswith("teams"):
                assert set(enumerators_in(body)) <= mine | {name}, (name, path)
            if path.startswith("submissions/"):
                record = path.removeprefix("submissions/")
                assert inside(places[record], region), (name, path)
                assert mine is None or owners[record] in mine
            if path.startswith("held/"):
                record = raw[path.removeprefix("held/")]
                home = named[owners[record]][2]
                assert mine is not None or inside(places[record], region) or inside(home, region), (name, path)
                assert mine is None or owners[record] in mine
    assert seen > len(named)


@hypothesis_settings(max_examples=300, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.sampled_from(REGIONS + VILLAGES), st.sampled_from(REGIONS + VILLAGES + ("ID", "16.011", "160", "1", "")))
def test_the_territory_and_its_sql_predicate_say_the_same(territory: str, code: str) -> None:
    first, second = Territory(territory).span
    if CODE.match(code):
        assert Territory(territory).contains(code) == (first <= code < second) == inside(code, territory)
    assert Territory("ID").contains(code)


@pytest.mark.proof
async def test_a_search_for_the_numbers_of_a_run_finds_none_in_clear(
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Every NIK used is looked for in every answer, every log line and every column of every table."""
    rng = random.Random(7)
    numbers = [nik() for _ in range(12)]
    told = []

    async def listen(response: httpx.Response) -> None:
        await response.aread()
        told.append(response.text + json.dumps(dict(response.headers)))

    client.event_hooks["response"].append(listen)
    items = [item(nik=number, phone=f"0812{n:08d}", email=f"sari{n}@contoh.id") for n, number in enumerate(numbers)]
    items[3]["answers"]["kbli"] = "wrong"
    items[4]["region_code"] = "16.71.01.1001"
    items[5]["answers"]["surprise"] = numbers[5]
    items[6]["answers"]["owner"]["nik"] = " ".join(numbers[6])
    await outcomes(client, world, "enumerator.1", *items)
    await outcomes(client, world, "enumerator.2", *(item(nik=number) for number in numbers))
    for number in numbers[:6]:
        await client.post("/v1/businesses/lookup", headers=world.auth("officer"), json={"nik": number})
        await client.post("/v1/businesses/lookup", headers=world.auth("officer"), json={"nik": number + "1"})
        await client.get(f"/v1/submissions/{number}", headers=world.auth("officer"))
        await client.get("/v1/accounts", headers=world.auth("officer"), params={"username": number})
        await client.get(f"/v1/progress/regions/{number}", headers={**world.auth("officer"), "X-Request-ID": number})
        await client.post("/v1/auth/token", data={"grant_type": "password", "username": number, "password": number})
        await client.put(f"/v1/sync/batches/{number}", headers=world.auth("enumerator.1"), content=number)
    held = (await client.get("/v1/held", headers=world.auth("admin"))).json()["items"]
    for row in held:
        await client.get(f"/v1/held/{row['id']}", headers=world.auth("admin"))
        await client.post(f"/v1/held/{row['id']}/release", headers=world.auth("admin"))
    for record in items:
        await client.get(f"/v1/submissions/{record['record_id']}", headers=world.auth("admin"))
    database = await everything_stored(pg)
    await asyncio.sleep(0)
    out, err = capfd.readouterr()
    assert len(told) > 50
    assert "request" in out + err, "there was a log to search"
    assert len(database) > 100
    for number in rng.sample(numbers, len(numbers)):
        for where, texts in (("answers", told), ("log", [out, err]), ("database", database)):
            for text in texts:
                assert number not in text, where
                assert number.encode().hex() not in text, where
