"""Statistics over HTTP: an edition of the register, by role and territory; bad questions are told what is wrong."""

import asyncio
import csv
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from editions import VILLAGES, ask, edition, made
from shapes import Json
from test_suppression import businesses
from world import World, batch, item, nik, put

from app.campaigns.queries import current_campaign
from app.core.clock import SetClock
from app.statistics.edition import Made, Task
from app.statistics.rounds import MakingEditions, MakingFailed, make_apart
from app.statistics.store import DEAD_AFTER, begin, begin_asked, cells_before, end, last_edition

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


async def test_csv_says_of_each_row_whether_it_is_suppressed(
    client: httpx.AsyncClient, world: World, edition: Json
) -> None:
    """The answer in JSON has how many are suppressed beside the rows, by the same name."""
    for asked in ({}, {"by": "sex"}, {"level": "village"}):
        rows = (await ask(client, world, "businesses", **asked))["items"]
        answer = await client.get("/v1/statistics/businesses.csv", params=asked, headers=world.auth("officer"))
        said = [row["suppressed"] for row in csv.DictReader(answer.text.splitlines())]
        assert said == [str(row["suppressed"]).lower() for row in rows], asked


async def test_csv_says_the_same_with_edition_and_moment_in_every_row(
    client: httpx.AsyncClient, world: World, edition: Json
) -> None:
    by_path = await client.get("/v1/statistics/businesses.csv", headers=world.auth("officer"))
    by_accept = await client.get("/v1/statistics/businesses", headers={**world.auth("officer"), "Accept": "text/csv"})
    assert by_path.text == by_accept.text
    head, row = by_path.text.splitlines()
    assert head == "region_code,region_name,region_level,businesses,suppressed,campaign,edition,as_of"
    assert row.split(",")[:5] == ["16.01.14", "Baturaja Timur", "district", "20", "false"]
    assert edition["edition"] in row
    kinds = await client.get("/v1/statistics/businesses.csv?by=category", headers=world.auth("officer"))
    told = {cells[0]: cells[2:4] for cells in csv.reader(kinds.text.splitlines()[1:])}
    assert told["2020:B"] == ["", "true"], "each row says of itself whether it is suppressed"
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


@pytest.mark.proof
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


async def test_what_an_edition_suppressed_is_known_to_all_that_follow(
    client: httpx.AsyncClient, world: World, edition: Json, clock: SetClock
) -> None:
    """Also behind one that lacks the table: the edition before alone does not know."""
    database = world.services.database
    kinds = ("16.01", "kind", [(["umkm"], 8, True), (["koperasi"], 12, False)])
    sexes = ("16.01", "sex", [(["male"], 11, False)])

    async def keep(campaign_id: int, *tables: tuple[str, str, list[tuple[list[str], int, bool]]]) -> None:
        clock.moment = clock.now() + timedelta(days=1)
        edition_id = await database.run(lambda pg: begin(pg, campaign_id, 3, clock.now()))
        assert edition_id is not None
        assert await database.run(lambda pg: end(pg, edition_id, 3, Made(20, {}, [*tables])))

    async with database.snapshot() as pg:
        campaign = await current_campaign(pg, clock.now().date())
    assert campaign is not None
    await keep(campaign.id, kinds)
    await keep(campaign.id, sexes)
    async with database.snapshot() as pg:
        known = await cells_before(pg, campaign.id)
    said = {(region, attributes, *codes): (number, hidden) for region, attributes, codes, number, hidden in known}
    assert said["16.01", "kind", "umkm"] == (8, True)
    assert said["16.01", "kind", "koperasi"] == (12, False)
    assert said["16.01", "sex", "male"] == (11, False)


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


async def post(client: httpx.AsyncClient, world: World, who: str = "admin", **said: Any) -> httpx.Response:
    return await client.post("/v1/statistics/editions", json=said, headers=world.auth(who))


async def state(client: httpx.AsyncClient, world: World, answer: httpx.Response) -> Json:
    found = await client.get(answer.headers["Location"], headers=world.auth("officer"))
    assert found.status_code == 200, found.text
    assert ("Retry-After" in found.headers) == (found.json()["state"] in ("queued", "in_work"))
    told: Json = found.json()
    return told


async def test_an_edition_is_asked_for_and_made_in_the_background(
    client: httpx.AsyncClient, world: World, edition: Json, clock: SetClock, pg: asyncpg.Connection
) -> None:
    worker, id_ = MakingEditions(world.services.database, clock), str(uuid4())
    assert not await worker.round(), "none is due"
    answer = await post(client, world, id=id_)
    assert (answer.status_code, answer.json()["state"]) == (202, "queued"), answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Location"] == f"/v1/statistics/editions/{id_}"
    again = await post(client, world, id=id_)
    assert (again.status_code, again.json()) == (200, answer.json()), "the same request asks once"
    other = await post(client, world)
    assert (other.status_code, other.json()["code"]) == (409, "edition_in_work")
    assert other.json()["current"] == {"edition": id_}
    assert int(other.headers["Retry-After"]) > 0
    assert (await ask(client, world, "businesses"))["edition"] == edition["edition"], "one in the queue is not shown"
    clock.moment += timedelta(minutes=1)
    assert await worker.round()
    told = await state(client, world, answer)
    assert (told["state"], told["percent"], told["businesses"]) == ("made", 100, 20)
    assert (await ask(client, world, "businesses"))["edition"] == id_
    assert len((await ask(client, world, "editions"))["items"]) == 2
    [told_by] = await pg.fetch(
        "SELECT subject_id, detail::text FROM audit_event WHERE action = $1", "statistics.edition_asked"
    )
    assert id_ in told_by["detail"]
    assert (await post(client, world, who="officer")).status_code == 403


async def test_too_few_businesses_make_no_edition(client: httpx.AsyncClient, world: World) -> None:
    await put(client, world, "enumerator.1", batch(*(item(nik=nik(), region=VILLAGES[0]) for _ in range(2))))
    answer = await post(client, world)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_few_businesses")
    unknown = await post(client, world, campaign="none")
    assert unknown.json()["code"] == "unknown_campaign"


async def test_an_id_that_came_before_for_another_edition_is_refused(
    client: httpx.AsyncClient, world: World, edition: Json
) -> None:
    answer = await post(client, world, id=edition["edition"])
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "id_reused")


async def test_of_many_who_ask_at_once_one_is_served(client: httpx.AsyncClient, world: World, edition: Json) -> None:
    answers = await asyncio.gather(*(post(client, world) for _ in range(6)))
    assert Counter(each.status_code for each in answers) == {202: 1, 409: 5}


async def test_what_was_asked_for_and_fails_says_so_and_leaves_room_for_the_next(
    client: httpx.AsyncClient, world: World, edition: Json, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = MakingEditions(world.services.database, clock)
    answer = await post(client, world)
    monkeypatch.setattr(sys, "executable", "/bin/false")  # the process that makes it ends at once
    with pytest.raises(MakingFailed):
        await worker.round()
    monkeypatch.undo()
    assert (await state(client, world, answer))["state"] == "failed"
    assert (await ask(client, world, "businesses"))["edition"] == edition["edition"]
    second = await post(client, world)
    assert second.status_code == 202
    assert await worker.round()
    assert (await state(client, world, second))["state"] == "made"


def _forever(begun: asyncio.Event) -> Callable[..., Awaitable[None]]:
    async def read(*_: Any) -> None:
        begun.set()
        await asyncio.Event().wait()

    return read


async def test_what_a_stopped_or_dead_server_was_at_is_begun_again(
    client: httpx.AsyncClient,
    world: World,
    edition: Json,
    clock: SetClock,
    pg: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker, answer = MakingEditions(world.services.database, clock), await post(client, world)
    begun = asyncio.Event()
    monkeypatch.setattr("app.statistics.rounds.read_rows", _forever(begun))
    stopped = asyncio.create_task(worker.round())
    await begun.wait()
    assert (await state(client, world, answer))["state"] == "in_work"
    stopped.cancel()
    await asyncio.wait((stopped,))
    monkeypatch.undo()
    assert (await state(client, world, answer))["state"] == "queued"
    taken = await world.services.database.run(lambda pg: begin_asked(pg, clock.now()))
    assert taken is not None
    assert not await worker.round(), "another server is at it"
    await pg.execute(
        "UPDATE statistics_edition SET seen_at = $1 WHERE state = 'in_work'", datetime.now(UTC) - DEAD_AFTER * 2
    )
    assert await worker.round()
    assert (await state(client, world, answer))["state"] == "made"


@pytest.mark.proof
async def test_how_far_an_edition_is_is_told_while_it_is_made() -> None:
    told: list[int] = []
    rows = [[*business, 1] for business in businesses(5, 400)]
    made = await make_apart(Task(3, 1, rows, []), told.append)
    assert made.businesses == 400
    assert told == sorted(told)
    assert told[-1] == 100
    assert len({*told}) > 20
