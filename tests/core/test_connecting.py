"""How a connection is made: to the machine that writes, past those that do not answer, and never to a pooler."""

import asyncio
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pydantic import SecretStr
from shapes import Json
from sqlalchemy.engine import make_url

from app.cli.shell import connected
from app.core.connecting import connect
from app.core.database import Database
from app.core.outages import Outage, PoolerError, why_broken_off, why_not_connected
from app.core.problems import Code, Problem
from app.core.settings import Settings, SettingsError

EMBEDDED_IS_ENOUGH = True


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a machine that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as taking:
        yield taking.getsockname()[1]


def among(dsn: str, *others: str, **query: str) -> str:
    """The address of this database after those of other machines."""
    url = make_url(dsn)
    folder = url.query.get("host", url.host)
    hosts = ",".join([*others, f"{folder}:{url.port or url.query.get('port', 5432)}"])
    alone = url._replace(host=None, port=None)  # `set` leaves what is None as it is
    return alone.set(query={"host": hosts, **query}).render_as_string(hide_password=False)


async def test_of_several_machines_the_one_that_answers_is_found_and_remembered(dsn: str, silent: int) -> None:
    url = among(dsn, "127.0.0.1:1", f"127.0.0.1:{silent}", target_session_attrs="read-write")
    for most_s in (3.5, 0.9):  # the second time it is asked first
        begun = time.monotonic()
        pg = await connect(url, timeout=3)
        assert await pg.fetchval("SELECT 1") == 1
        await pg.close()
        assert time.monotonic() - begun < most_s


async def test_a_machine_that_only_reads_is_not_taken(pg: asyncpg.Connection, dsn: str) -> None:
    name = make_url(dsn).database
    await pg.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    try:
        with pytest.raises(asyncpg.TargetServerAttributeNotMatched) as told:
            await connect(among(dsn, "127.0.0.1:1"))
        assert why_not_connected(told.value) is Outage.READ_ONLY
        with pytest.raises(SettingsError, match=Outage.READ_ONLY.value):
            await connected(among(dsn, "127.0.0.1:1"))
    finally:
        await pg.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')


async def test_the_server_works_with_an_address_of_several_machines(keys: Json, dsn: str) -> None:
    database = Database(Settings(DATABASE_URL=SecretStr(among(dsn, "127.0.0.1:1")), **keys))
    assert await database.run(lambda pg: pg.fetchval("SHOW application_name")) == "kumkm"
    await database.close()


def errors(of: type[BaseException]) -> Iterator[Any]:
    for each in of.__subclasses__():
        yield each
        yield from errors(each)


STATES = re.compile("08...|57P..|25006|25P03|53[123]00")
OF_A_FAILOVER = [each for each in errors(asyncpg.PostgresError) if STATES.fullmatch(each.sqlstate or "")]


@pytest.mark.parametrize("error", OF_A_FAILOVER)
def test_every_fault_of_a_failover_has_a_reason(error: type[asyncpg.PostgresError]) -> None:
    assert why_broken_off(error("x")) is not None
    assert why_not_connected(error("x")) is not None


@pytest.fixture
def pooler(dsn: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of PgBouncer before this database."""
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin")
    if program is None:
        pytest.skip("pgbouncer is not installed")
    url = make_url(dsn)
    folder = Path(str(url.query["host"]))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    mode, ignored = request.param
    with tempfile.TemporaryDirectory() as there:
        file = Path(there) / "pgbouncer.ini"
        file.write_text(
            f"[databases]\n{url.database} = host={folder} port={url.port or 5432} user={url.username}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\nunix_socket_dir =\n"
            f"pool_mode = {mode}\nignore_startup_parameters = {ignored}\n"
        )
        # It refuses to run as root, and the socket is its owner's.
        user = folder.owner() if os.geteuid() == 0 else None
        for each in (file.parent, file):
            shutil.chown(each, user or os.geteuid())
        with subprocess.Popen([program, file], stderr=subprocess.DEVNULL, user=user) as running:
            yield f"postgresql://{url.username}@127.0.0.1:{port}/{url.database}"
            running.terminate()


IGNORED = "jit,lock_timeout,statement_timeout,idle_in_transaction_session_timeout,search_path"


@pytest.mark.parametrize(
    "pooler", [("transaction", "jit"), ("transaction", IGNORED), ("session", IGNORED)], indirect=True
)
async def test_a_pooler_is_refused_by_name(pooler: str, keys: Json) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                await connect(pooler, server_settings={"jit": "off", "lock_timeout": "5s"})
            except ConnectionRefusedError:  # it is starting
                await asyncio.sleep(0.02)
            except PoolerError:
                break
    with pytest.raises(SettingsError, match=r"PgBouncer.*DATABASE_URL"):
        await connected(pooler)
    database = Database(Settings(DATABASE_URL=SecretStr(pooler), **keys))
    with pytest.raises(Problem) as told:
        await database.run(lambda pg: pg.execute("SELECT 1"))
    assert told.value.code is Code.DATABASE_AWAY
    assert database.away is Outage.POOLED
    await database.close()
