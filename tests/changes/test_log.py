"""Streams of changes: numbers are in commit order, so nobody who follows one skips a change."""

import asyncio
import random
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import uuid_utils.compat as uuids

from app.changes.log import EVERYBODY, News, publish
from app.changes.news import TombstoneChange, read
from app.changes.reading import Seen, StreamPosition, changes_since
from app.core.problems import Code, Problem

WHO = uuids.uuid7()


def news(n: int, stream: UUID = WHO) -> News:
    return News(stream, TombstoneChange(kind="tombstone", record_id=UUID(int=n), reason="erased"))


def number_of(change: Any) -> int:
    return read(change.kind, change.detail).record_id.int


async def follow(
    pg: asyncpg.Connection, position: StreamPosition, limit: int = 100
) -> tuple[list[tuple[int, int]], StreamPosition, bool]:
    page = await changes_since(pg, WHO, position, limit)
    return [(change.seq, number_of(change)) for change in page.changes], page.position, page.more


async def test_a_transaction_that_began_first_and_commits_last_is_not_skipped(dsn: str, pg: asyncpg.Connection) -> None:
    slow, quick = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    try:
        begun = slow.transaction()
        await begun.start()
        await slow.fetchval("SELECT pg_current_xact_id()")
        await publish(quick, [news(1)])
        told, position, _ = await follow(pg, StreamPosition())
        assert told == [(1, 1)]
        await publish(slow, [news(2)])
        # Who comes after waits for the one that has not committed; until then nothing of either is seen.
        third = asyncio.create_task(publish(quick, [news(3)]))
        await asyncio.sleep(0.1)
        assert not third.done()
        assert (await follow(pg, position))[0] == []
        await begun.commit()
        await third
        assert [n for _, n in (await follow(pg, position))[0]] == [2, 3]
    finally:
        await slow.close()
        await quick.close()


async def test_followers_of_many_writers_that_commit_in_any_order_skip_nothing(
    dsn: str, pg: asyncpg.Connection
) -> None:
    rng, writers, each = random.Random(4), 12, 12
    done = asyncio.Event()
    written = []

    async def write(n: int) -> None:
        mine = await asyncpg.connect(dsn)
        for k in range(each):
            transaction = mine.transaction()
            await transaction.start()
            await mine.fetchval("SELECT pg_current_xact_id()")  # it has begun, whatever it does later
            await asyncio.sleep(rng.uniform(0, 0.01))
            await publish(mine, [news(n * 1000 + k, rng.choice((WHO, EVERYBODY)))])
            await asyncio.sleep(rng.uniform(0, 0.01))
            if rng.random() < 0.2:
                await transaction.rollback()
            else:
                await transaction.commit()
                written.append(n * 1000 + k)
        await mine.close()

    async def read() -> list[int]:
        mine, position, seen = await asyncpg.connect(dsn), StreamPosition(), []
        more = True
        while more or not done.is_set():
            last = done.is_set()
            page = await changes_since(mine, WHO, position, rng.randint(1, 5))
            seen += [number_of(change) for change in page.changes]
            position, more = page.position, page.more or not last
            await asyncio.sleep(rng.uniform(0, 0.005))
        await mine.close()
        return seen

    readers = [asyncio.create_task(read()) for _ in range(3)]
    await asyncio.gather(*(write(n) for n in range(writers)))
    done.set()
    for seen in await asyncio.gather(*readers):
        assert sorted(seen) == sorted(written)


async def test_pages_go_on_where_the_last_one_ended(pg: asyncpg.Connection) -> None:
    await publish(
        pg, [*(news(n) for n in range(5)), *(news(n, EVERYBODY) for n in range(5, 8)), news(9, uuids.uuid7())]
    )
    found, position, more = [], StreamPosition(), True
    while more:
        told, position, more = await follow(pg, position, limit=3)
        assert len(told) <= 3
        found += told
    assert [n for _, n in found] == list(range(8))
    assert await follow(pg, position) == ([], position, False)


@pytest.mark.parametrize("lost", [2, 3])
async def test_a_position_that_the_database_lost_is_told(pg: asyncpg.Connection, lost: int) -> None:
    """A backup of when there were fewer changes; later others may have taken their numbers."""
    await publish(pg, [news(n) for n in range(3)])
    _, position, _ = await follow(pg, StreamPosition())
    await pg.execute("DELETE FROM change WHERE seq > 3 - $1", lost)
    await pg.execute("UPDATE change_stream SET last_seq = 3 - $1::int", lost)
    with pytest.raises(Problem) as told:
        await follow(pg, position)
    assert told.value.code is Code.CURSOR_OUTDATED
    await publish(pg, [news(n) for n in range(10, 15)])
    with pytest.raises(Problem):
        await follow(pg, position)
    assert len((await follow(pg, StreamPosition()))[0]) == 8 - lost


def test_a_position_is_packed_and_unpacked() -> None:
    position = StreamPosition(Seen(7, uuids.uuid7()), Seen(2**40, uuids.uuid7()))
    assert StreamPosition.unpack(position.pack()) == position


@pytest.mark.proof
async def test_nothing_new_is_one_look_into_the_index_however_long_the_stream(pg: asyncpg.Connection) -> None:
    await publish(pg, [news(n) for n in range(20_000)])
    await pg.execute("ANALYZE change")
    _, position, _ = await follow(pg, StreamPosition(), limit=20_000)
    from app.changes.reading import _READ  # noqa: PLC0415  (looked at here only)

    plan = await pg.fetch(
        f"EXPLAIN (ANALYZE, BUFFERS, FORMAT TEXT) {_READ}", WHO, position.own.seq, EVERYBODY, position.common.seq, 102
    )
    text = "\n".join(row[0] for row in plan)
    assert "Seq Scan on change " not in text
    assert "shared hit" in text
    assert int(text.split("shared hit=")[1].split()[0]) < 20
