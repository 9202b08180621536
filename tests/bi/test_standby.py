"""Analysts on a standby, where they belong: the same rows, and an end that arrives there, too."""

from collections.abc import Iterator

import asyncpg
import pytest
from analysts import Analyst
from standbys import Standby, standby_of
from test_views import register  # noqa: F401  (a fixture)
from world import World

from app.core.database_address import with_login

pytestmark = pytest.mark.proof


@pytest.fixture
def standby(template: str, server_url: str, server_major: int) -> Iterator[Standby]:
    assert template
    with standby_of(server_url, server_major) as made:
        yield made


async def test_a_reader_reads_on_a_standby_until_it_is_removed(
    standby: Standby,
    register: World,  # noqa: F811  (a fixture of its name)
    analyst: Analyst,
    pg: asyncpg.Connection,
    name: str,
    dsn: str,
) -> None:
    await pg.execute("SET synchronous_commit = on")
    await analyst("16.01")
    await pg.execute("ANALYZE sql_reader")  # flushes what came before
    await standby.follow()
    reader = await asyncpg.connect(with_login(standby.dsn(dsn), f"bi_{name}", None))
    try:
        assert await reader.fetchval("SELECT pg_is_in_recovery()")
        assert await reader.fetchval("SELECT count(*) FROM business") == 2
        await pg.execute("DELETE FROM sql_reader")
        await standby.follow()
        assert await reader.fetchval("SELECT count(*) FROM business") == 0
    finally:
        await reader.close()
