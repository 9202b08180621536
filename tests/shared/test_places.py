"""An account has so many places for exports in all processes together, and gets them back from a process that dies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
from peers import Peer, peers
from pydantic import SecretStr
from waiting import until

from app.core.database import Database
from app.core.ids import new_id
from app.core.problems import Code, Problem
from app.core.settings import Settings
from app.exchange import places
from app.exchange.exporting import Export
from app.exchange.places import forget_places
from app.exchange.streaming import MOST_OF_ONE, Consumer, Exports
from app.processes.lives import LEASE
from app.register.filters import Where

WHO = UUID(int=7)
DEAD = "UPDATE server_process SET seen_at = now() - $2::interval WHERE id = $1"


@pytest.fixture
async def two(settings: Settings) -> AsyncIterator[list[Peer]]:
    async with peers(settings, 2) as made:
        yield made


async def refused(peer: Peer, who: UUID = WHO) -> bool:
    try:
        async with peer.places.place(who, MOST_OF_ONE):
            return False
    except Problem as exc:
        return (exc.code, exc.retry_after) == (Code.TOO_MANY_REQUESTS, 15)


async def held(pg: asyncpg.Connection) -> int:
    count: int = await pg.fetchval("SELECT count(*) FROM export_place")
    return count


async def test_so_many_places_in_all_processes_and_no_more(two: list[Peer], pg: asyncpg.Connection) -> None:
    async with AsyncExitStack() as stack:
        for number in range(MOST_OF_ONE):
            await stack.enter_async_context(two[number % 2].places.place(WHO, MOST_OF_ONE))
        assert [await refused(each) for each in two] == [True, True]
        assert not await refused(two[0], UUID(int=8)), "another account has its own"
    assert await held(pg) == 0
    assert not await refused(two[1])


async def test_of_many_who_come_at_once_as_many_get_a_place_as_there_are(two: list[Peer]) -> None:
    go = asyncio.Event()

    async def take(peer: Peer) -> bool:
        try:
            async with peer.places.place(WHO, MOST_OF_ONE):
                await go.wait()
                return True
        except Problem:
            return False

    taking = [asyncio.create_task(take(two[n % 2])) for n in range(12)]
    await until(lambda: sum(each.done() for each in taking) == 12 - MOST_OF_ONE)
    go.set()
    assert sum(await asyncio.gather(*taking)) == MOST_OF_ONE


async def test_who_waits_for_the_same_place_as_another_takes_the_next_one(
    two: list[Peer], pg: asyncpg.Connection
) -> None:
    async with AsyncExitStack() as stack:
        transaction = pg.transaction()
        await transaction.start()
        await pg.execute(
            "INSERT INTO export_place (account_id, place, file_id, process_id, ends_at)"
            " VALUES ($1, 1, gen_random_uuid(), $2, now() + interval '1 hour')",
            WHO,
            two[0].lives.id,
        )
        held_by_each = [each.places.place(WHO, MOST_OF_ONE) for each in two]
        taking = [asyncio.create_task(each.__aenter__()) for each in held_by_each]
        await asyncio.sleep(0.3)
        assert not any(each.done() for each in taking), "both wait for it"
        await transaction.rollback()
        await asyncio.gather(*taking)
        for each in held_by_each:
            stack.push_async_exit(each)
        places = await pg.fetch("SELECT place FROM export_place ORDER BY place")
        assert [row["place"] for row in places] == [1, 2]


async def test_a_process_that_is_gone_holds_no_place_when_its_lease_is_over(
    two: list[Peer], pg: asyncpg.Connection
) -> None:
    gone, other = two
    async with AsyncExitStack() as stack:
        for _ in range(MOST_OF_ONE):
            await stack.enter_async_context(gone.places.place(WHO, MOST_OF_ONE))
        await pg.execute(DEAD, gone.lives.id, LEASE - timedelta(seconds=5))
        assert await refused(other)
        await pg.execute(DEAD, gone.lives.id, LEASE + timedelta(seconds=1))
        async with other.places.place(WHO, MOST_OF_ONE):
            await gone.lives.beat()  # it only hung
            await stack.aclose()
            assert await held(pg) == 1, "it gives back what it holds, and not what another has taken over"


async def test_no_place_is_held_for_longer_than_anybody_may_read(two: list[Peer], pg: asyncpg.Connection) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(MOST_OF_ONE):
            await stack.enter_async_context(two[0].places.place(WHO, MOST_OF_ONE))
        await pg.execute("UPDATE export_place SET ends_at = now() - interval '1 second' WHERE place = 3")
        assert not await refused(two[1])
        await pg.execute("UPDATE export_place SET ends_at = now() - interval '1 second'")
        assert not await two[1].database.run(forget_places)
        assert await held(pg) == 0


async def test_a_reader_who_goes_in_the_middle_gives_its_place_back(two: list[Peer], pg: asyncpg.Connection) -> None:
    inside = asyncio.Event()

    async def reading() -> None:
        async with two[0].places.place(WHO, MOST_OF_ONE):
            inside.set()
            await asyncio.sleep(3600)

    task = asyncio.create_task(reading())
    await inside.wait()
    assert await held(pg) == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await held(pg) == 0


async def test_a_reader_who_stops_reading_loses_its_place(two: list[Peer], pg: asyncpg.Connection) -> None:
    exports = Exports(two[0].database, two[0].places)
    consumer = Consumer(WHO, 0.1)

    async def prepare(_: asyncpg.Connection) -> Export:
        return Export("csv", Where())

    async def stop_reading() -> None:
        async with exports.open(consumer, prepare) as (_, _, chunks):
            await anext(chunks)
            assert await held(pg) == 1
            async with consumer.given():
                await asyncio.sleep(3600)

    with pytest.raises(TimeoutError):
        await stop_reading()
    assert await held(pg) == 0


async def test_without_the_database_there_is_a_place_and_what_was_held_is_given_back_later(
    settings: Settings, two: list[Peer], pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = two[0].places, two[0].database
    away = Database(
        settings.model_copy(update={"database_url": SecretStr("postgresql://postgres@127.0.0.1:1/nothing")})
    )
    async with here.place(WHO, MOST_OF_ONE):
        here._database = away
        for _ in range(2 * MOST_OF_ONE):
            assert not await refused(two[0])
    assert await held(pg) == 1
    here._database = there
    await here.give_back()
    assert await held(pg) == 0
    assert not here._to_give_back
    monkeypatch.setattr(places, "PATIENCE_S", 0.1)
    async with here.place(WHO, MOST_OF_ONE), pg.transaction():
        await pg.execute("LOCK TABLE export_place")
        taking = asyncio.create_task(refused(two[0]))
        await asyncio.sleep(0.3)
        await pg.execute("SELECT 1")
    assert not await taking
    await until(lambda: not here._giving_back)
    assert await held(pg) == 0
    await away.close()


async def test_a_place_has_the_account_and_the_process_and_nothing_else_of_anybody(
    two: list[Peer], pg: asyncpg.Connection
) -> None:
    who = new_id()
    async with two[0].places.place(who, MOST_OF_ONE):
        [row] = await pg.fetch("SELECT * FROM export_place")
    assert (row["account_id"], row["place"], row["process_id"]) == (who, 1, two[0].lives.id)
    assert set(row.keys()) == {"account_id", "place", "file_id", "process_id", "ends_at"}
