"""The embedded server, as a laptop has it."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.core.embedded import start_embedded


async def ask(dsn: str, question: str) -> Any:
    pg = await asyncpg.connect(dsn)
    try:
        return await pg.fetchval(question)
    finally:
        await pg.close()


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="k", dir="/tmp") as folder:
        yield Path(folder)


@pytest.mark.proof
@pytest.mark.parametrize("name", ["data", "a b $ä' (1)", "a folder whose name is " + "long " * 20])
def test_it_starts_keeps_its_data_and_starts_again_whatever_its_folder_is_called(short: Path, name: str) -> None:
    folder = short / name
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
