"""The way to PostgreSQL, where there is none."""

import pytest
from pydantic import SecretStr
from sqlmodel import select, text

from app.core.database import Database
from app.core.problems import Code, Problem
from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True


@pytest.mark.parametrize("address", ["postgresql:///x?host=/nowhere", "postgresql://127.0.0.1:1/x"])
async def test_a_database_that_is_away_is_told_as_busy_at_every_door(keys, address):
    database = Database(Settings(DATABASE_URL=SecretStr(address), **keys))

    async def read():
        async with database.snapshot():
            pass

    async def look():
        async with database.session() as session:
            await session.exec(select(text("1")))

    async def write():
        await database.run(lambda pg: pg.execute("SELECT 1"))

    for door in (read, look, write):
        with pytest.raises(Problem) as told:
            await door()
        assert told.value.code is Code.OVERLOADED
        assert told.value.retry_after
    await database.close()


async def test_a_connection_that_is_cut_in_the_middle_is_told_as_busy(pg, settings):
    database = Database(settings)

    async def look_twice():
        async with database.session() as session:
            await session.exec(select(text("1")))
            await pg.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            await session.exec(select(text("1")))

    with pytest.raises(Problem) as told:
        await look_twice()
    assert told.value.code is Code.OVERLOADED
    await database.close()
