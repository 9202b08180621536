"""One rate of several processes: counted in PostgreSQL, seldom asked for, and in memory where it does not answer."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
from peers import Peer, peers, statements
from pydantic import SecretStr
from waiting import until

from app.core.settings import Settings
from app.processes import rates
from app.processes.counting import SHARE
from app.processes.lives import LEASE, Lives, forget_processes
from app.processes.rates import PATIENCE_S, forget_rates

DAY = 86_400


@pytest.fixture
async def four(settings: Settings) -> AsyncIterator[list[Peer]]:
    async with peers(settings, 4) as made:
        yield made


async def test_the_rate_over_all_processes_is_one_rate_and_a_tenth_at_the_worst(four: list[Peer]) -> None:
    first, *others = four
    through = 0
    for each in others:  # as many as each lets through without a word
        for _ in range(600 // (SHARE * 4)):
            through += await each.passes()
        assert each.counted_by == []
    while await first.passes():
        through += 1
    assert 600 < through <= 660
    for each in others:
        assert not await each.passes()
    assert [each.counted_by for each in others] == [["database"]] * 3


async def test_who_stays_below_the_rate_is_never_refused_through_whichever_process(four: list[Peer]) -> None:
    for number in range(600):
        assert await four[number * 7 % 4].passes(), number


async def test_most_requests_cost_no_statement_and_those_far_below_the_rate_none(four: list[Peer]) -> None:
    with statements("fetch") as sent:
        for who in range(20):
            for number in range(40):  # of 600 a minute
                assert await four[number % 4].passes(who=f"account {who}")
    assert sent == []
    with statements("fetch") as sent:
        for number in range(500):
            assert await four[number % 4].passes()
    assert len(sent) < 500 / 8, "one in eight until five sixths of the rate are reached"


async def test_requests_that_come_at_once_are_counted_by_few_statements(
    four: list[Peer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "PATIENCE_S", 60.0)  # where the machine stands still, each would count by itself
    with statements("fetch") as sent:
        told = await asyncio.gather(*(each.passes(200, f"{n % 3}") for each in four for n in range(300)))
    assert 600 <= sum(told) <= 3 * 220
    assert len(sent) < 60


async def test_a_small_rate_is_exact(four: list[Peer]) -> None:
    told = [await four[n % 4].passes(10) for n in range(20)]
    assert told == [True] * 10 + [False] * 10


async def test_before_they_know_how_many_they_are_every_request_is_counted_at_once(settings: Settings) -> None:
    async with peers(settings, 3, knowing=False) as made:
        assert [each.lives.processes for each in made] == [0, 0, 0]
        told = [await made[n % 3].passes(100) for n in range(110)]
        assert told == [True] * 100 + [False] * 10


@pytest.mark.proof
async def test_who_is_refused_is_told_when_there_is_room_and_finds_it_then(settings: Settings) -> None:
    async with peers(settings, 2) as (one, two):
        await asyncio.sleep(3 - time.time() % 3)  # so that the window does not end meanwhile
        while await one.passes(6, period=3):
            pass
        wait_s = await two.rates.hit(6, 3, "list", "somebody")
        assert wait_s is not None
        assert 2 < wait_s < 4, "the window of three seconds ends, and a sixth of the next one"
        assert not await one.passes(6, period=3)
        await asyncio.sleep(wait_s - 0.4)
        assert not await two.passes(6, period=3), "not before"
        await asyncio.sleep(0.45)
        assert await two.passes(6, period=3)


async def test_who_is_refused_costs_no_statement_until_then(four: list[Peer]) -> None:
    first, second, *_ = four
    while await first.passes(20):
        pass
    assert not await second.passes(20)
    with statements("fetch") as sent:
        for _ in range(200):
            assert not await first.passes(20)
            assert not await second.passes(20)
    assert sent == []


@pytest.mark.usefixtures("minute_of_its_own")
async def test_who_was_refused_asks_the_database_once_a_second_at_the_most(
    settings: Settings, pg: asyncpg.Connection
) -> None:
    async with peers(settings, 1, knowing=False) as (one,):
        assert await one.passes(600, period=60)
        await pg.execute(
            "UPDATE rate_count"
            " SET hits_before = ceil(600 / (opened + 1 - extract(epoch FROM clock_timestamp()) / period)) + 2"
        )
        assert not await one.passes(600, period=60)
        await asyncio.sleep(0.6)  # by now there is room
        with statements("fetch") as sent:
            assert not await one.passes(600, period=60)
        assert sent == []
        await asyncio.sleep(0.5)
        assert await one.passes(600, period=60)


async def test_when_more_processes_come_what_was_let_through_is_reported(settings: Settings, dsn: str) -> None:
    async with peers(settings, 1) as (old,):
        for _ in range(60):
            assert await old.passes()
        assert old.counted_by == []
        async with peers(settings, 3):
            await old.lives.beat()
            old.rates.look_through()
            assert old.rates._asking is not None
            await old.rates._asking
    pg = await asyncpg.connect(dsn)
    assert await pg.fetchval("SELECT hits FROM rate_count") == 60
    await pg.close()


async def test_the_table_has_no_name_and_no_address_and_none_who_asks_seldom(
    four: list[Peer], pg: asyncpg.Connection
) -> None:
    for who in ("103.10.67.1", "2001:db8::/64", "budi"):
        for _ in range(30):
            await four[0].passes(who=who)
    for number in range(1_000):
        await four[number % 4].passes(who=f"10.0.{number % 256}.{number // 256}")
    rows = await pg.fetch("SELECT * FROM rate_count")
    assert len(rows) == 3
    assert not any(who in str(rows).encode() for who in (b"103.10", b"2001", b"budi"))
    assert {len(row["key"]) for row in rows} == {len(four[0].rates._digester.counter("rate", ""))}


async def test_windows_that_are_over_are_removed_a_bounded_number_at_a_time(
    four: list[Peer], pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        await four[0].passes(5, f"{number}", period=60)
    await pg.execute("UPDATE rate_count SET ends_at = ends_at - interval '1 hour' WHERE ctid <> '(0,1)'")
    monkeypatch.setattr("app.background.forgetting.AT_ONCE", 4)
    assert await four[0].database.run(forget_rates)
    assert not await four[0].database.run(forget_rates)
    assert await pg.fetchval("SELECT count(*) FROM rate_count") == 1
    await pg.execute("UPDATE server_process SET seen_at = now() - interval '2 hours' WHERE id = $1", four[3].lives.id)
    await four[0].database.run(forget_processes)
    assert await pg.fetchval("SELECT count(*) FROM server_process") == 3


async def test_a_process_that_says_nothing_is_counted_until_its_lease_is_over(
    four: list[Peer], pg: asyncpg.Connection
) -> None:
    first, second, third, fourth = four
    assert first.lives.processes == 4
    moved = "UPDATE server_process SET seen_at = now() - $2::interval WHERE id = $1"
    await pg.execute(moved, second.lives.id, LEASE - timedelta(seconds=3))
    await pg.execute(moved, third.lives.id, LEASE + timedelta(seconds=1))
    await fourth.lives.leave()
    await first.lives.beat()
    assert first.lives.processes == 2


async def test_a_process_that_was_not_heard_for_a_while_begins_as_a_new_one(four: list[Peer]) -> None:
    lives = four[0].lives
    lives._heard -= 11
    assert lives.processes == 0, "others may have come"
    await lives.beat()
    assert lives.processes == 0, "others may have left it out"
    four[0].grow_older()
    assert lives.processes == 4


async def test_without_the_database_each_counts_in_its_memory_up_to_the_whole_rate(
    settings: Settings, four: list[Peer]
) -> None:
    away = settings.model_copy(update={"database_url": SecretStr("postgresql://postgres@127.0.0.1:1/nothing")})
    for each in four[:2]:
        each.rates._database = type(each.database)(away)
    told = [await each.passes(100) for each in four[:2] for _ in range(150)]
    assert told == ([True] * 100 + [False] * 50) * 2
    assert set(four[0].counted_by) == {"memory"}
    for each in four[:2]:
        await each.rates._database.close()


async def test_a_slow_database_holds_a_request_for_a_moment_and_the_next_ones_not_at_all(
    four: list[Peer], pg: asyncpg.Connection
) -> None:
    first = four[0]
    assert await first.passes(5)  # the row is there
    async with pg.transaction():
        await pg.execute("SELECT FROM rate_count FOR UPDATE")
        began = time.monotonic()
        assert [await first.passes(5) for _ in range(6)] == [True] * 4 + [False] * 2
        assert time.monotonic() - began < 2 * PATIENCE_S
    assert "memory" in first.counted_by
    await until(lambda: first.rates._asking is None)  # what it has begun is counted now
    first.rates._rests_until = 0
    first.rates.look_through()
    await until(lambda: first.rates._asking is None)
    assert not await four[1].passes(5), "what was counted in memory is told afterwards"


async def test_a_process_knows_so_many_accounts_and_addresses_and_no_more(
    four: list[Peer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "MOST_KEYS", 100)
    first = four[0]
    for number in range(500):
        assert await first.passes(who=secrets.token_hex(8) if number % 2 else "one who asks often")
    assert len(first.rates._counts) == 100
    first.rates.look_through()
    assert len(first.rates._counts) == 100
    monkeypatch.setattr(Lives, "at", lambda _: time.time() + 3 * DAY)
    first.rates.look_through()
    assert not first.rates._counts
