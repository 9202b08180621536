"""Statistics over HTTP: an edition of the register, by role and territory; bad questions are told what is wrong."""

import csv
from datetime import timedelta

import asyncpg
import httpx
from editions import VILLAGES, ask, edition, made
from shapes import Json
from world import World, batch, item, nik, put

from app.campaigns.queries import current_campaign
from app.core.clock import SetClock
from app.statistics.rounds import MakingEditions
from app.statistics.store import begin, last_edition

__all__ = ["edition"]


async def test_an_edition_counts_what_the_register_has(client: httpx.AsyncClient, world: World, edition: Json) -> None:
    [district] = edition["items"]
    assert (district["region_code"], district["businesses"], district["suppressed"]) == ("16.01.14", 20, False)
    villages = (await ask(client, world, "businesses", level="village"))["items"]
    assert {row["region_code"]: row["businesses"] for row in villages} == dict.fromkeys(VILLAGES, 10)
    sexes = (await ask(client, world, "businesses", by="sex"))["items"]
    assert sexes == [{"sex": "female", "sex_label": "Perempuan", "businesses": 20, "suppressed": False}]


async def test_no_table_filter_or_level_shows_the_one_of_its_kind(
    client: httpx.AsyncClient, world: World, edition: Json
) -> None:
    [listed] = (await ask(client, world, "editions"))["items"]
    assert listed["businesses"] == 20
    seen = 0
    for level, sets in listed["given"].items():
        for attributes in sets:
            by = ",".join([*(["region"] if level not in ("nation", "province", "regency") else []), *attributes])
            asked = {"by": by or "region", **({"level": level} if by.startswith("region") else {})}
            if level in ("nation", "province"):
                continue  # beyond the officer's territory
            rows = (await ask(client, world, "businesses", **asked))["items"]
            seen += len(rows)
            for row in rows:
                assert row["suppressed"] == (row["businesses"] is None)
                assert row["businesses"] is None or row["businesses"] >= 3
    assert seen > 10


async def test_csv_says_the_same_with_edition_and_moment_in_every_row(
    client: httpx.AsyncClient, world: World, edition: Json
) -> None:
    by_path = await client.get("/v1/statistics/businesses.csv", headers=world.auth("officer"))
    by_accept = await client.get("/v1/statistics/businesses", headers={**world.auth("officer"), "Accept": "text/csv"})
    assert by_path.text == by_accept.text
    head, row = by_path.text.splitlines()
    assert head == "region_code,region_name,region_level,businesses,suppressed,campaign,edition,as_of"
    assert row.split(",")[:5] == ["16.01.14", "Baturaja Timur", "district", "20", "False"]
    assert edition["edition"] in row
    kinds = await client.get(
        "/v1/statistics/businesses.csv?by=region,category&level=village", headers=world.auth("officer")
    )
    told = {tuple(cells[3:4]): cells[5:7] for cells in csv.reader(kinds.text.splitlines()[1:])}
    assert told["2020:B",] == ["", "True"], "each row says of itself whether it is suppressed"
    tag = by_path.headers["ETag"]
    again = await client.get("/v1/statistics/businesses.csv", headers={**world.auth("officer"), "If-None-Match": tag})
    assert again.status_code == 304


async def test_an_edition_stays_as_it_was(
    client: httpx.AsyncClient, world: World, edition: Json, pg: asyncpg.Connection, clock: SetClock
) -> None:
    more = batch(*(item(nik=nik(), region=VILLAGES[0]) for _ in range(5)))
    await put(client, world, "enumerator.1", more)
    assert await ask(client, world, "businesses") == edition
    await made(world.services.database, clock)
    newest = await ask(client, world, "businesses")
    assert newest["items"][0]["businesses"] == 25
    assert await ask(client, world, "businesses", edition=edition["edition"]) == edition


WRONG: list[tuple[dict[str, str], str]] = [
    ({"by": "region,kind,sex,nib"}, "too_many_dimensions"),
    ({"by": "region,category,division,size_class,sex,nib,digital,workers,life,kind"}, "too_many_dimensions"),
    ({"by": "category,size_class,sex", "kind": "umkm"}, "too_many_dimensions"),
    ({"by": "region,owner"}, "unknown_dimension"),
    ({"by": "sex,sex"}, "repeated_dimension"),
    ({"by": "sex", "level": "district"}, "level_not_below"),
    ({"by": "region", "region": "16.01.14", "level": "district"}, "level_not_below"),
    ({"by": "division,sex"}, "table_not_given"),
    ({"by": "=cmd|'/c calc'!A1"}, "unknown_dimension"),
]


async def test_a_question_that_cannot_be_answered_is_told_why(
    client: httpx.AsyncClient, world: World, edition: Json
) -> None:
    for params, code in WRONG:
        answer = await client.get("/v1/statistics/businesses", params=params, headers=world.auth("officer"))
        assert answer.status_code == 422, answer.text
        [error] = answer.json()["errors"]
        assert error["code"] == code


async def test_nobody_sees_beyond_the_territory(client: httpx.AsyncClient, world: World, edition: Json) -> None:
    answer = await client.get("/v1/statistics/businesses", params={"region": "16"}, headers=world.auth("officer"))
    assert answer.status_code == 404
    assert (await ask(client, world, "businesses", who="officer.palembang"))["items"] == []
    assert (await ask(client, world, "businesses", who="admin"))["items"][0]["region_code"] == "16"


async def test_the_worker_makes_one_when_it_is_due(client: httpx.AsyncClient, world: World, clock: SetClock) -> None:
    worker = MakingEditions(world.services.database, clock)
    assert not await worker.round(), "there are no businesses yet"
    items = [item(nik=nik(), region=VILLAGES[at % 2]) for at in range(8)]
    await put(client, world, "enumerator.1", batch(*items))
    assert await worker.round()
    first = await ask(client, world, "businesses")
    assert first["items"][0]["businesses"] == 8
    assert not await worker.round(), "the next one is due in 30 days"
    clock.moment = clock.now() + timedelta(days=30)
    assert await worker.round()
    assert (await ask(client, world, "businesses"))["edition"] != first["edition"]


async def test_two_processes_make_one_edition(
    client: httpx.AsyncClient, world: World, edition: Json, clock: SetClock
) -> None:
    database = world.services.database
    async with database.snapshot() as pg:
        campaign = await current_campaign(pg, clock.now().date())
    assert campaign is not None
    first = await database.run(lambda pg: begin(pg, campaign.id, 3, clock.now()))
    assert first is not None
    assert await database.run(lambda pg: begin(pg, campaign.id, 3, clock.now())) is None
    assert (await ask(client, world, "businesses"))["edition"] == edition["edition"], "one in work is not shown"
    async with database.snapshot() as pg:
        last = await last_edition(pg, campaign.id)
    assert last is not None
    assert str(last.id) == edition["edition"]


async def test_every_variable_has_the_metadata_of_satu_data(client: httpx.AsyncClient) -> None:
    items = (await client.get("/v1/statistics/variables")).json()["items"]
    assert {"businesses", "region", "category", "size_class", "sex", "nib"} <= {each["name"] for each in items}
    for each in items:
        for field in ("concept", "definition", "classification", "measure", "unit", "period", "question", "source"):
            assert each[field], (each["name"], field)
    english = await client.get("/v1/statistics/variables.csv", headers={"Accept-Language": "en"})
    assert english.text.startswith("name,label,role,concept")
