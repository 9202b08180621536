"""A batch is stored whole or not at all, answered only after the commit, in a number of statements that never grows."""

from typing import Any

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from fastapi import FastAPI
from world import World, batch, item, nib, nik, put, told

from app.core.clock import SetClock
from app.core.database import TryAgain
from app.core.distribution import is_spread
from app.core.problems import Problem
from app.core.settings import Settings
from app.main import create_app
from app.recount import drift
from app.review.queries import end_reviews

STORED = ("batch", "record", "submission", "business", "identity", "raw_item", "progress_cell", "progress_delta")


async def stored(pg: asyncpg.Connection) -> dict[str, int]:
    return {table: await pg.fetchval(f"SELECT count(*) FROM {table}") for table in STORED}


async def test_a_commit_that_fails_gives_no_2xx_and_stores_nothing(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    """A constraint that is checked at the commit, as when the server dies just then."""
    await pg.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the disk is gone' USING ERRCODE = '58030'; END $$"
    )
    await pg.execute(
        "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON batch DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION refuse()"
    )
    batch_id, body = uuids.uuid7(), batch(item(nik=nik()), item(nik="1"))
    answer = await put(client, world, "enumerator.1", body, batch_id=batch_id)
    assert answer.status_code >= 500
    assert "disk" not in answer.text
    assert set((await stored(pg)).values()) == {0}
    await pg.execute("DROP TRIGGER refuse ON batch")
    answer = await put(client, world, "enumerator.1", body, batch_id=batch_id)
    assert answer.status_code == 201, "the same batch goes through when the server is well again"
    assert answer.json()["counts"]["accepted"] == 1


async def test_a_fault_in_the_middle_stores_nothing(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*args: object) -> None:
        raise RuntimeError(nik(1))

    monkeypatch.setattr("app.intake.storing.end_reviews", broken)
    answer = await put(client, world, "enumerator.1", batch(item(nik=nik(1))))
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_fault")
    assert nik(1) not in answer.text
    assert set((await stored(pg)).values()) == {0}


async def test_a_killed_connection_is_503_and_the_batch_can_be_sent_again(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch, app: FastAPI
) -> None:
    async def killed(connection: asyncpg.Connection, *args: Any) -> None:
        await pg.execute("SELECT pg_terminate_backend($1::int)", connection.get_server_pid())
        await end_reviews(connection, *args)

    body, batch_id = batch(item(nik=nik())), uuids.uuid7()
    monkeypatch.setattr("app.intake.storing.end_reviews", killed)
    answer = await put(client, world, "enumerator.1", body, batch_id=batch_id)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    monkeypatch.undo()
    answer = await put(client, world, "enumerator.1", body, batch_id=batch_id)
    assert answer.status_code == 201
    assert await drift(pg, 1) == []


@pytest.mark.parametrize("mix", ["new", "mixed", "unknown activities"])
async def test_the_number_of_statements_does_not_depend_on_the_size_of_the_batch(
    client: httpx.AsyncClient, world: World, app: FastAPI, pg: asyncpg.Connection, mix: str
) -> None:
    known = [item(nik=nik(), nib=nib()) for _ in range(40)]
    await put(client, world, "enumerator.1", batch(*known))  # its own, which are no news to it
    numbers = []
    async with told(app) as statements:
        for size in (8, 8, 40, 400):
            items = []
            for n in range(size):
                if mix == "unknown activities":
                    items.append(item(nik=nik(), kbli="96210" if n % 2 else "96299"))
                elif mix == "new" or n % 2 == 0:
                    items.append(item(nik=nik(), nib=nib()))
                else:
                    items.append(item(nik=known[n % 40]["answers"]["owner"]["nik"], kbli="4711" if n % 3 else "47112"))
            statements.clear()
            assert (await put(client, world, "enumerator.1", batch(*items))).status_code == 201
            numbers.append(len(statements))
    # The first batch meets regions, KBLI codes and the driver's types for the first time.
    assert numbers[2] == numbers[3] <= numbers[0], numbers
    # Of known numbers one more: what was merged into their businesses.
    most = {"new": 6, "mixed": 14, "unknown activities": 7}[mix]
    assert numbers[-1] <= most + (7 if await is_spread(pg) else 0), statements  # which takes each for itself


async def test_overload_is_a_polite_503_and_nothing_is_stored(
    settings: Settings, clock: SetClock, world: World, pg: asyncpg.Connection
) -> None:
    small = create_app(settings.model_copy(update={"pool_size": 1, "waiting_room": 0}), clock=clock)
    database = small.state.services.database
    transport = httpx.ASGITransport(app=small)
    async with httpx.AsyncClient(transport=transport, base_url="http://kumkm.test") as client:
        async with database.snapshot():
            answer = await put(client, world, "enumerator.1", batch(item(nik=nik())))
        assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
        assert 1 <= int(answer.headers["Retry-After"]) <= 10
        assert set((await stored(pg)).values()) == {0}
        assert (await put(client, world, "enumerator.1", batch(item(nik=nik())))).status_code == 201
    await database.close()


async def test_a_database_that_is_away_is_503(settings: Settings, clock: SetClock, world: World) -> None:
    away = settings.model_copy(update={"database_url": type(settings.database_url)("postgresql://127.0.0.1:1/none")})
    app = create_app(away, clock=clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://kumkm.test") as client:
        answer = await put(client, world, "enumerator.1", batch(item(nik=nik())))
        ready = await client.get("/readyz")
        alive = await client.get("/healthz")
    assert (answer.status_code, ready.status_code, alive.status_code) == (503, 503, 200)


async def test_work_that_loses_every_race_is_503(app: FastAPI) -> None:
    async def loses(connection: asyncpg.Connection) -> None:
        raise TryAgain

    with pytest.raises(Problem, match="overloaded"):
        await app.state.services.database.run(loses)


async def test_deadlocks_are_tried_again(app: FastAPI) -> None:
    attempts = []

    async def works_at_last(connection: asyncpg.Connection) -> str:
        attempts.append(1)
        if len(attempts) < 3:
            raise asyncpg.DeadlockDetectedError
        return "done"

    assert await app.state.services.database.run(works_at_last) == "done"
