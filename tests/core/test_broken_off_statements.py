"""What is broken off in the middle of a statement: its connection, what the server does for it, and who comes later."""

import asyncio
from contextlib import suppress

import asyncpg
import pytest
from fastapi import FastAPI

from app.core.database import Database

EMBEDDED_IS_ENOUGH = True


async def _until(pg: asyncpg.Connection, which: str, *, there: bool) -> None:
    """Until a backend of this database is so, or none is any more."""
    asked = f"SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND {which}"
    async with asyncio.timeout(10):
        while await pg.fetchval(asked) != there:  # noqa: ASYNC110  (of another process)
            await asyncio.sleep(0.05)


async def _write(database: Database, how: str, number: int) -> None:
    """One row, however it is written."""
    statement = f"INSERT INTO kept VALUES ({number})"
    if how == "session":
        async with database.session() as session:
            await (await session.connection()).exec_driver_sql(statement)
    else:
        await database.run(lambda pg: pg.execute(statement))


@pytest.mark.parametrize("how", ["run", "session", "snapshot", "statement"])
async def test_who_is_broken_off_takes_no_later_one_along(how: str, app: FastAPI, pg: asyncpg.Connection) -> None:
    """At whatever moment: what is confirmed afterwards on that connection is committed."""
    database = app.state.services.database
    await pg.execute("CREATE TABLE kept (n int)")
    await pg.execute("GRANT ALL ON kept TO PUBLIC")

    async def broken_off() -> None:
        if how in ("run", "session"):
            await _write(database, how, 0)  # which may be there: it may have been committing
        else:
            async with getattr(database, how)() as connection:
                await connection.fetch("SELECT * FROM kept")

    for moments in range(40):
        task = asyncio.create_task(broken_off())
        for _ in range(moments):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await _write(database, "run", 1)
        await _write(database, "session", 1)
        assert await pg.fetchval("SELECT count(*) FROM kept WHERE n = 1") == 2 * (moments + 1)
    await _until(pg, "state LIKE 'idle in%'", there=False)


async def _sleep(database: Database, how: str) -> None:
    statement = "SELECT pg_sleep(25)"
    if how == "session":
        async with database.session() as session:
            await (await session.connection()).exec_driver_sql(statement)
    elif how == "run":
        await database.run(lambda pg: pg.execute(statement))
    else:
        async with getattr(database, how)() as connection:
            await connection.fetch(statement)


@pytest.mark.parametrize("how", ["run", "session", "snapshot", "statement"])
async def test_the_server_ends_a_statement_that_nobody_waits_for(
    how: str, app: FastAPI, pg: asyncpg.Connection
) -> None:
    """The client of an API that hangs up must not leave a machine busy with its question."""
    task = asyncio.create_task(_sleep(app.state.services.database, how))
    asleep = "query LIKE '%pg_sleep(25)%' AND state = 'active' AND pid <> pg_backend_pid()"
    await _until(pg, asleep, there=True)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await _until(pg, asleep, there=False)


async def test_who_waited_for_a_lock_and_was_broken_off_does_not_write_later(
    app: FastAPI, pg: asyncpg.Connection
) -> None:
    await pg.execute("CREATE TABLE kept (n int)")
    await pg.execute("GRANT ALL ON kept TO PUBLIC")
    async with pg.transaction():
        await pg.execute("LOCK TABLE kept")

        async def write() -> None:
            async with app.state.services.database.statement() as connection:
                await connection.execute("SET lock_timeout = '1min'")
                await connection.execute("INSERT INTO kept VALUES (1)")

        task = asyncio.create_task(write())
        waits = "wait_event_type = 'Lock'"
        await _until(pg, waits, there=True)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await _until(pg, waits, there=False)
    assert not await pg.fetchval("SELECT count(*) FROM kept")
