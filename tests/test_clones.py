"""A test gets the database of an earlier one only where nothing was written to it."""

import asyncio

import asyncpg
import pytest
from clones import Clones
from outside import leave_out_where_named

LOCK = "SELECT 1 FROM region WHERE code = '16' FOR SHARE"
WRITE = "UPDATE region SET name = 'Sumsel' WHERE code = '16'"


@pytest.fixture(autouse=True)
def alone() -> None:
    leave_out_where_named("others write to it")


async def run(address: str, statement: str) -> None:
    pg = await asyncpg.connect(address)
    await pg.execute(statement)
    await pg.close()


@pytest.mark.parametrize(
    ("statement", "handed_on"),
    [
        ("SELECT count(*) FROM region", True),
        (LOCK, False),
        (WRITE, False),
        (f"BEGIN; {WRITE}; ROLLBACK", False),
        ("CREATE TABLE added ()", False),
        ("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET jit = on', current_database()); END $$", False),
    ],
)
def test_what_was_only_read_is_handed_on(clones: Clones, template: str, statement: str, *, handed_on: bool) -> None:
    with clones.of(template) as one:
        asyncio.run(run(one, statement))
    with clones.of(template) as other:
        assert (one == other) == handed_on
        with clones.of(template) as third:
            assert third not in {one, other}


def test_nobody_writes_to_it_afterwards(clones: Clones, template: str) -> None:
    with asyncio.Runner() as runner:
        with clones.of(template) as address:
            pg = runner.run(asyncpg.connect(address))
        with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError)):
            runner.run(pg.execute(WRITE))
        with clones.of(template) as other:
            assert other == address
