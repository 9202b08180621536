"""The embedded server, as a laptop has it."""

import asyncio

import asyncpg
import pytest

from app.core.embedded import start_embedded


async def ask(dsn, question):
    pg = await asyncpg.connect(dsn)
    try:
        return await pg.fetchval(question)
    finally:
        await pg.close()


@pytest.mark.parametrize("name", ["data", "a folder with blanks and ä"])
def test_it_starts_keeps_its_data_and_starts_again(tmp_path, name):
    folder = tmp_path / name
    server = start_embedded(folder)
    try:
        asyncio.run(ask(server.dsn("postgres"), "CREATE TABLE kept AS SELECT 42 AS answer"))
        assert asyncio.run(ask(server.dsn("postgres"), "SHOW fsync")) == "on"
        assert asyncio.run(ask(server.dsn("postgres"), "SHOW listen_addresses")) == ""
    finally:
        server.stop()
    server = start_embedded(folder)
    try:
        assert asyncio.run(ask(server.dsn("postgres"), "SELECT answer FROM kept")) == 42
    finally:
        server.stop()
