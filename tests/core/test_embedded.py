"""The embedded server, as a laptop has it."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.core import embedded
from app.core.embedded import start_embedded
from app.core.settings import SettingsError


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


@pytest.mark.proof
def test_a_server_that_recovers_longer_than_ten_seconds_is_waited_for(short: Path) -> None:
    server = start_embedded(short / "data")
    try:
        server.run("pg_ctl", "-D", server.folder, "-m", "immediate", "-w", "stop")
        with (server.folder / "postgresql.auto.conf").open("a", encoding="utf-8") as conf:
            conf.write("restore_command = 'sleep 11; false'\n")
        (server.folder / "recovery.signal").touch()
        began = time.monotonic()
        server.start_again()
        assert time.monotonic() - began > 10
        assert asyncio.run(ask(server.dsn("postgres"), "SELECT 42")) == 42
    finally:
        server.stop()


@pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR")
def test_a_path_that_is_too_long_for_a_socket_is_called_so(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 100)
    long.mkdir()
    with pytest.raises(SettingsError, match="TMPDIR"):
        embedded._socket_folder(long, long)
