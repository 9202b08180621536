"""The feed skips nothing, in whatever order transactions begin, end or fail; its mirror is the register."""

import asyncio
import json
import random
import re
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from fastapi import FastAPI
from shapes import Call
from world import PALEMBANG_VILLAGE, VILLAGE, World, item, nib, nik, outcomes

import app as app_package
from app.accounts.permissions import Territory
from app.core.problems import Code, Problem
from app.exchange.feed import FeedPosition, newest_position, read_feed, renumber

EMBEDDED_IS_ENOUGH = True
NATION, OKU = Territory("ID"), Territory("16.01")
_SERIAL = iter(range(10**9))

INSERT = """
INSERT INTO business (id, regency_code, kind, name, search_name, region_code, kbli, kbli_version, unidentified,
                      campaign_ids, record_id, revision, enumerator_id, created_at, updated_at)
VALUES ($1, '16.01', 'umkm', 'v0', '', $2, '47112', '2020', true, '{1}', $3, 1, $4, now(), now())
"""
RENAME = "UPDATE business SET name = $2, change_number = pg_current_xact_id()::text::bigint WHERE id = $1"


Shop = Callable[..., Awaitable[UUID]]


@pytest.fixture
async def shop(pg: asyncpg.Connection, world: World) -> Shop:
    """A record to hang businesses on, so that they can be read; makes businesses on any connection."""
    record_id, who = uuids.uuid7(), world.id("enumerator.1")
    await pg.execute(
        "INSERT INTO submission (record_id, revision, regency_code, campaign_id, batch_id, enumerator_id, outcome,"
        " questionnaire, region_code, content_digest, captured_at, captured_at_told, captured_on, received_at,"
        " received_on, warnings, answers) VALUES ($1, 1, '16.01', 1, $1, $2, 'accepted', 'umkm@1', $3, '', now(),"
        " now(), now(), now(), now(), '{}', '{}')",
        record_id,
        who,
        VILLAGE,
    )

    async def make(connection: asyncpg.Connection, village: str = VILLAGE) -> UUID:
        id_ = uuids.uuid7()
        await mark(connection)
        await connection.execute(INSERT, id_, village, record_id, who)
        return id_

    return make


async def mark(connection: asyncpg.Connection) -> None:
    await connection.execute("INSERT INTO feed_mark DEFAULT VALUES ON CONFLICT DO NOTHING")


async def page(pg: asyncpg.Connection, position: FeedPosition, territory: Territory = NATION, limit: int = 1000) -> Any:
    async with pg.transaction(isolation="repeatable_read", readonly=True):
        return await read_feed(pg, territory, position, limit)


def apply(mirror: dict[str, str], lines: Iterable[str]) -> None:
    for line in map(json.loads, lines):
        if line["kind"] == "business":
            mirror[line["business_id"]] = line["business"]["name"]
        else:
            mirror.pop(line["business_id"], None)


async def test_who_commits_late_is_not_skipped_and_who_rolls_back_is_not_told(
    pg: asyncpg.Connection, dsn: str, shop: Shop
) -> None:
    early, late, failed = [await asyncpg.connect(dsn) for _ in range(3)]
    try:
        slow, gone = early.transaction(), failed.transaction()
        await slow.start()
        first = await shop(early)
        await gone.start()
        await shop(failed)
        second = await shop(late)  # begun later, committed earlier
        found = await page(pg, FeedPosition())
        assert found.lines == [], "nothing beyond who is still at work"
        await gone.rollback()
        await slow.commit()
        found = await page(pg, found.position)
        assert [json.loads(line)["business_id"] for line in found.lines] == [str(first), str(second)]
        assert (await page(pg, found.position)).lines == []
    finally:
        for each in (early, late, failed):
            await each.close()


async def test_a_change_that_overtakes_another_of_the_same_business_is_told_as_it_is_now(
    pg: asyncpg.Connection, dsn: str, shop: Shop
) -> None:
    one, other = [await asyncpg.connect(dsn) for _ in range(2)]
    try:
        id_ = await shop(pg)
        position = (await page(pg, FeedPosition())).position
        late = one.transaction()
        await late.start()
        await mark(one)  # has its number now
        async with other.transaction():
            await mark(other)
            await other.execute(RENAME, id_, "by the other")
        assert (await page(pg, position)).lines == []
        await one.execute(RENAME, id_, "by the one")
        await late.commit()
        found = await page(pg, position)
        assert [json.loads(line)["business"]["name"] for line in found.lines] == ["by the one"]
    finally:
        await one.close()
        await other.close()


@pytest.mark.proof
@pytest.mark.parametrize("seconds", [2])
async def test_sixteen_writers_and_a_mirror(dsn: str, pg: asyncpg.Connection, shop: Shop, seconds: int) -> None:
    rng, ids = random.Random(7), [await shop(pg) for _ in range(50)]
    stop = asyncio.get_running_loop().time() + seconds

    async def write(number: int) -> None:
        connection, mine = await asyncpg.connect(dsn), random.Random(number)
        try:
            while asyncio.get_running_loop().time() < stop:
                change = connection.transaction()
                await change.start()
                if mine.random() < 0.5:
                    await mark(connection)
                for id_ in sorted(mine.sample(ids, mine.randint(1, 3))):
                    await mark(connection)
                    await connection.execute(RENAME, id_, f"{number}/{next(_SERIAL)}")
                    await asyncio.sleep(mine.random() / 200)
                if mine.random() < 0.3:
                    await shop(connection)
                await (change.rollback() if mine.random() < 0.2 else change.commit())
        finally:
            await connection.close()

    async def mirror() -> dict[str, str]:
        reader, position = await asyncpg.connect(dsn), FeedPosition()
        found: dict[str, str] = {}
        try:
            done = asyncio.gather(*map(write, range(16)))
            while True:
                over = done.done()
                told = await page(reader, position, limit=rng.choice((1, 7, 1000)))
                apply(found, told.lines)
                position = told.position
                if over and not told.lines:
                    await done
                    return found
                await asyncio.sleep(0)
        finally:
            await reader.close()

    found = await mirror()
    assert found == {str(row[0]): row[1] for row in await pg.fetch("SELECT id, name FROM business")}
    assert len(found) > 50


async def test_pages_are_cut_anywhere_and_hold_each_business_once(pg: asyncpg.Connection, shop: Shop) -> None:
    ids = [str(await shop(pg)) for _ in range(9)]
    position, found = FeedPosition(), []
    while True:
        told = await page(pg, position, limit=2)
        found += [json.loads(line)["business_id"] for line in told.lines]
        position = told.position
        if not told.more:
            break
    assert found == ids


async def test_a_restored_database_is_noticed(pg: asyncpg.Connection, shop: Shop) -> None:
    await shop(pg)
    before = (await page(pg, FeedPosition())).position
    await shop(pg)
    after = (await page(pg, before)).position
    # Restored to before the second, and on another way since.
    await pg.execute("DELETE FROM feed_mark WHERE number = $1", after.mark_number)
    with pytest.raises(Problem) as refused:
        await page(pg, after)
    assert refused.value.code is Code.FEED_RESTORED
    await pg.execute("INSERT INTO feed_mark VALUES ($1, gen_random_uuid())", after.mark_number)
    with pytest.raises(Problem):
        await page(pg, after)
    assert (await page(pg, before)).lines


async def test_the_cursor_of_an_export_ends_at_a_mark_not_at_numbers_that_a_restore_gives_out_again(
    pg: asyncpg.Connection, shop: Shop
) -> None:
    async with pg.transaction():  # one number for the mark and the business, as in the server
        id_ = await shop(pg)
    for _ in range(5):  # transactions that write no business
        await pg.execute("SELECT pg_current_xact_id()")
    position = await newest_position(pg)
    stamped = await pg.fetchval("SELECT change_number FROM business WHERE id = $1", id_)
    assert position.number == position.mark_number == stamped
    assert (await page(pg, position)).lines == []
    await pg.execute("DELETE FROM feed_mark")
    assert await newest_position(pg) == FeedPosition()


async def test_a_dump_from_another_cluster_waits_to_be_renumbered(pg: asyncpg.Connection, shop: Shop) -> None:
    id_ = await shop(pg)
    await pg.execute("UPDATE business SET change_number = 2 ^ 60")
    await pg.execute("UPDATE feed_mark SET number = number + (2 ^ 60)::bigint")
    with pytest.raises(Problem) as refused:
        await page(pg, FeedPosition())
    assert refused.value.code is Code.FEED_NOT_READY
    async with pg.transaction():
        assert await renumber(pg) == 1
    async with pg.transaction():
        assert await renumber(pg) == 0
    assert str(id_) in (await page(pg, FeedPosition())).lines[0].decode()


def test_every_write_of_a_business_stamps_it() -> None:
    statements = [
        (file.name, statement)
        for file in Path(app_package.__file__).parent.rglob("*.py")
        for statement in re.split(r"(?=UPDATE business)", file.read_text("utf-8"))[1:]
        if "SET" in statement[:40]
    ]
    assert len(statements) >= 5
    for name, statement in statements:
        # What only searching and matching use is not in the feed.
        if not re.match(r"UPDATE business SET (search_name|nik_digest) =", statement):
            assert re.search(r"change_number|_NUMBERS_TOLD", statement[:900]), name


@pytest.fixture
def feed(client: httpx.AsyncClient, world: World) -> Call:
    async def call(
        who: str = "officer", accept: str = "application/json", status: int = 200, **params: Any
    ) -> httpx.Response:
        headers = {**world.auth(who), "Accept": accept}
        answer = await client.get("/v1/feed", params=params, headers=headers)
        assert answer.status_code == status, answer.text
        return answer

    return call


async def test_a_mirror_by_http_follows_merges_reviews_and_moves(
    client: httpx.AsyncClient, world: World, feed: Call, pg: asyncpg.Connection
) -> None:
    first, second = item(nik=nik()), item(nib=nib())
    await outcomes(client, world, "enumerator.1", first, second)
    begun = (await feed()).json()
    assert [line["business"]["name"] for line in begun["items"]] == ["Warung Bu Sari"] * 2
    number = first["answers"]["owner"]["nik"]
    assert begun["items"][0]["business"]["nik"] == f"1601**********{number[-2:]}"
    assert begun["items"][0]["business"]["village_name"] == "Pasar Baru"
    path = f"/v1/submissions/{first['record_id']}/review"
    await client.post(path, json={"decision": "verified"}, headers=world.auth("officer"))
    (told,) = (await feed(cursor=begun["next_cursor"])).json()["items"]
    assert (told["business_id"], told["business"]["review_state"]) == (begun["items"][0]["business_id"], "verified")
    both = item(nik=number, nib=second["answers"]["nib"])
    await outcomes(client, world, "enumerator.2", both)
    case_id = await pg.fetchval("SELECT id FROM duplicate_case")
    decided = {"decision": "same", "reason": "Diperiksa di lapangan"}
    path = f"/v1/duplicates/{case_id}/resolution"
    await client.post(path, json=decided, headers=world.auth("officer"))
    kinds = {line["kind"]: line for line in (await feed(cursor=begun["next_cursor"])).json()["items"]}
    assert kinds["merged"]["into"] == kinds["business"]["business_id"]
    # A move beyond the territory: the officer's mirror lets go of it, Palembang's takes it.
    cursor = (await feed(cursor=begun["next_cursor"])).json()["next_cursor"]
    await pg.execute(
        "UPDATE assignment SET region_code = '16' WHERE enumerator_id = ANY($1)",
        [world.id("enumerator.1"), world.id("enumerator.2")],
    )
    third = item(nik=nik())
    await outcomes(client, world, "enumerator.1", third)
    await outcomes(client, world, "enumerator.1", {**third, "revision": 2, "region_code": PALEMBANG_VILLAGE})
    assert [line["kind"] for line in (await feed(cursor=cursor)).json()["items"]] == ["moved_out"]
    assert [line["kind"] for line in (await feed("officer.palembang")).json()["items"]] == ["business"]
    unmarked = "SELECT count(*) FROM business WHERE change_number NOT IN (SELECT number FROM feed_mark)"
    assert await pg.fetchval(unmarked) == 0  # whichever node wrote it, the number is that of the one transaction


async def test_lines_end_with_the_cursor(client: httpx.AsyncClient, world: World, feed: Call) -> None:
    await outcomes(client, world, "enumerator.1", item(nik=nik()))
    answer = await feed(accept="application/x-ndjson")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["kind"] for line in lines] == ["business", "position"]
    assert lines[-1]["more"] is False
    assert (await feed(cursor=lines[-1]["next_cursor"])).json()["items"] == []


async def test_who_waits_is_answered_as_soon_as_there_is_something(
    client: httpx.AsyncClient, world: World, feed: Call
) -> None:
    cursor = (await feed()).json()["next_cursor"]
    waiting = asyncio.create_task(feed(cursor=cursor, wait=20))
    await asyncio.sleep(0.2)
    await outcomes(client, world, "enumerator.1", item(nik=nik()))
    answer = await asyncio.wait_for(waiting, 5)
    assert len(answer.json()["items"]) == 1
    assert (await feed(cursor=answer.json()["next_cursor"], wait=1)).json()["items"] == []


async def test_who_waits_is_answered_where_the_server_is_to_end(feed: Call, app: FastAPI) -> None:
    cursor = (await feed()).json()["next_cursor"]
    waiting = asyncio.create_task(feed(cursor=cursor, wait=30))
    await asyncio.sleep(0.2)
    app.state.services.waiting.ending.set()
    answer = await asyncio.wait_for(waiting, 2)
    assert answer.json()["items"] == []
    assert (await asyncio.wait_for(feed(cursor=cursor, wait=30), 2)).json()["items"] == []


async def test_the_feed_is_for_who_may_mirror_and_a_cursor_for_whom_it_was_given(
    feed: Call, world: World, client: httpx.AsyncClient
) -> None:
    cursor = (await feed()).json()["next_cursor"]
    await feed("coordinator.1", status=403)
    await feed("system", status=403)
    await feed("admin", status=400, cursor=cursor)
    await feed(status=400, cursor=cursor, region="16.01.14")
    await feed(status=404, region="16.71")
    await feed(status=422, wait=31)
    await feed(status=400, cursor="AAAA")
