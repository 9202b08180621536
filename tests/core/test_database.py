"""The way to PostgreSQL when it is away: called so, by its reason, and back by itself."""

import asyncio
import itertools
import secrets
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from shapes import Json
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlmodel import select, text
from world import World

from app.core import database as core_database
from app.core.database import Database
from app.core.embedded import start_embedded
from app.core.fair_queue import FLOW
from app.core.outages import Outage
from app.core.problems import Code, Problem
from app.core.settings import Settings
from app.main import create_app
from migrations import OLDEST_SERVER

EMBEDDED_IS_ENOUGH = True


def doors(database: Database) -> tuple[Callable[[], Awaitable[Any]], ...]:
    async def read() -> None:
        async with database.snapshot() as pg:
            await pg.fetchval("SELECT 1")

    async def look() -> None:
        async with database.session() as session:
            await session.exec(select(text("1")))

    async def write() -> None:
        await database.run(lambda pg: pg.execute("SELECT 1"))

    return read, look, write


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"host": None, "port": None, "query": {"host": "/nowhere"}}, Outage.UNREACHABLE),
        ({"host": "127.0.0.1", "port": 1, "query": {}}, Outage.UNREACHABLE),
        ({"database": "nothing_of_this_name"}, Outage.NO_SUCH_DATABASE),
        ({"username": "nobody_of_this_name"}, Outage.LOGIN_REFUSED),
    ],
)
async def test_a_database_that_is_away_is_called_so_at_every_door(
    keys: Json, dsn: str, change: Json, reason: Outage, capsys: pytest.CaptureFixture[str]
) -> None:
    address = make_url(dsn)._replace(**change).render_as_string(hide_password=False)
    database = Database(Settings(DATABASE_URL=SecretStr(address), **keys))
    for door in doors(database):
        with pytest.raises(Problem) as told:
            await door()
        assert told.value.code is Code.DATABASE_AWAY
        assert told.value.retry_after
        assert database.away is reason
    assert "".join(capsys.readouterr()).count("database_away") == 1, "once, however many ask"
    await database.close()


async def cut_all(pg: asyncpg.Connection) -> None:
    await pg.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()"
    )


async def test_a_connection_that_is_cut_in_the_middle_is_told_as_away(
    pg: asyncpg.Connection, settings: Settings
) -> None:
    database = Database(settings)

    async def look_twice() -> None:
        async with database.session() as session:
            await session.exec(select(text("1")))
            await cut_all(pg)
            await session.exec(select(text("1")))

    async def read_twice() -> None:
        async with database.snapshot() as connection:
            await connection.fetchval("SELECT 1")
            await cut_all(pg)
            await connection.fetchval("SELECT 1")

    for twice in (look_twice, read_twice):
        with pytest.raises(Problem) as told:
            await twice()
        assert told.value.code is Code.DATABASE_AWAY
        for door in doors(database):
            await door()
        assert database.away is None
    await database.close()


async def test_a_connection_whose_rollback_fails_is_told_as_away_and_not_used_again(settings: Settings) -> None:
    database = Database(settings.model_copy(update={"pool_size": 1}))

    async def number(connection: asyncpg.Connection) -> int:
        found: int = await connection.fetchval("SELECT pg_backend_pid()")
        return found

    async def given_up(connection: asyncpg.Connection) -> None:
        asking.append(asyncio.create_task(connection.execute("SELECT pg_sleep(60)")))
        await asyncio.sleep(0)
        raise asyncpg.InternalClientError("cannot switch to state 21; another operation (2) is in progress")

    asking: list[asyncio.Task[str]] = []
    before = await database.run(number)
    assert await database.run(number) == before
    with pytest.raises(Problem) as told:
        await database.run(given_up)
    assert told.value.code is Code.DATABASE_AWAY
    assert await database.run(number) != before
    assert isinstance((await asyncio.gather(*asking, return_exceptions=True))[0], asyncpg.PostgresConnectionError)
    await database.close()


async def test_connections_that_were_cut_while_nobody_used_them_are_made_anew_unseen(
    pg: asyncpg.Connection, settings: Settings
) -> None:
    database = Database(settings)
    for door in doors(database):
        await door()
    await cut_all(pg)
    while await pg.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'kumkm'"
    ):
        pass  # each answer gives the loop time to see that the others ended
    await pg.fetchval("SELECT pg_sleep(0.2)")
    for door in doors(database):
        await door()
    assert database.away is None
    await database.close()


Asked = Callable[[], Awaitable[str | None]]


@pytest.fixture
async def asked(client: httpx.AsyncClient) -> Asked:
    async def ask() -> str | None:
        answer = await client.get("/readyz")
        if answer.status_code == 200:
            return None
        assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
        assert answer.headers["Retry-After"]
        return answer.json()["current"]["database"]

    return ask


async def test_readiness_names_what_is_wrong_with_the_tables_and_it_mends_itself(
    asked: Asked, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    assert await asked() is None
    head = await pg.fetchval("SELECT version_num FROM alembic_version")
    for version, oldest, reason in (
        ("0004", "0004", "older_schema"),
        ("9999", "9998", "newer_schema"),
        ("9999", head, None),
        ("9999", OLDEST_SERVER, None),
    ):
        await pg.execute("UPDATE alembic_version SET version_num = $1", version)
        await pg.execute(f"COMMENT ON TABLE alembic_version IS 'oldest server: {oldest}'")
        assert await asked() == reason
    await pg.execute("COMMENT ON TABLE alembic_version IS NULL")
    assert await asked() == "newer_schema", "a release that does not tell"
    await pg.execute("ALTER TABLE team RENAME COLUMN name TO title")
    answer = await client.get("/v1/teams", headers=world.auth("officer"))
    assert (answer.status_code, answer.json()["code"]) == (503, "database_away"), "no fault of the server"
    await pg.execute("ALTER TABLE team RENAME COLUMN title TO name")
    await pg.execute("UPDATE alembic_version SET version_num = $1", head)
    assert await asked() is None
    assert (await client.get("/v1/teams", headers=world.auth("officer"))).status_code == 200


async def test_a_query_that_is_wrong_in_the_right_tables_stays_a_fault_of_the_server(app: FastAPI) -> None:
    with pytest.raises(asyncpg.UndefinedColumnError):
        await app.state.services.database.run(lambda pg: pg.execute("SELECT nothing FROM team"))
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with app.state.services.database.snapshot() as pg:
            await pg.execute("DELETE FROM target")


async def test_a_connection_in_use_is_closed_afterwards_where_others_were_begun_meanwhile(app: FastAPI) -> None:
    database = app.state.services.database
    async with database.statement() as pg:
        await database.start_over()
        assert await pg.fetchval("SELECT 1") == 1
    assert pg.is_closed()
    async with database.statement() as pg:
        assert await pg.fetchval("SELECT 1") == 1
    assert not pg.is_closed()


async def test_no_connection_is_left_open_where_others_are_begun_at_whichever_moment(app: FastAPI) -> None:
    """While it is opened, used or given back, and while others are begun already."""
    database: Database = app.state.services.database
    await database.start_over()
    opened: list[asyncpg.Connection] = []

    def count(driver: Any, *_: Any) -> None:
        opened.append(driver.driver_connection)

    event.listen(database.pool.engine.sync_engine, "connect", count)
    for door, turns in itertools.product(doors(database), range(0, 12, 2)):
        working = [asyncio.ensure_future(door()) for _ in range(4)]
        for _ in range(turns):
            await asyncio.sleep(0)
        for _ in range(2):
            working.append(asyncio.ensure_future(database.start_over()))
            await asyncio.sleep(0)
            working.append(asyncio.ensure_future(door()))
        await asyncio.gather(*working)
    await database.start_over()
    assert opened
    assert [pg for pg in opened if not pg.is_closed()] == []


async def test_a_database_that_only_reads_is_told_and_writes_again_when_it_does(
    asked: Asked, app: FastAPI, pg: asyncpg.Connection
) -> None:
    database = app.state.services.database
    name = await pg.fetchval("SELECT current_database()")
    await pg.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await database.pool.engine.dispose()
    with pytest.raises(Problem) as told:
        await database.run(lambda pg: pg.execute("DELETE FROM target"))
    assert (told.value.code, database.away) == (Code.DATABASE_AWAY, Outage.READ_ONLY)
    assert await asked() == "read_only"
    await pg.execute("SET default_transaction_read_only = off")
    await pg.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    for _ in range(2):  # the one connection that is left of before is found out by the first write
        try:
            await database.run(lambda pg: pg.execute("DELETE FROM target"))
        except Problem:
            continue
    assert database.away is None
    assert await asked() is None


async def test_work_that_writes_nothing_says_nothing_of_a_database_that_only_reads(
    asked: Asked, app: FastAPI, pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work in the background finds nothing to do most of the time: with each round the log said that it was back."""
    database = app.state.services.database
    name = await pg.fetchval("SELECT current_database()")
    noted: list[Outage | None] = []
    note = database.note

    def noting(reason: Outage | None) -> None:
        if reason is not database.away:
            noted.append(reason)
        note(reason)

    monkeypatch.setattr(database, "note", noting)
    await database.run(lambda pg: pg.execute("DELETE FROM target"))
    await pg.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    for _ in range(3):
        await database.start_over()  # a new connection, as the pool opens one at any time
        await asked()
        await database.run(lambda pg: pg.fetchval("SELECT count(*) FROM target"))
        await asked()
        with pytest.raises(Problem):
            await database.run(lambda pg: pg.execute("DELETE FROM target"))
    assert noted == [Outage.READ_ONLY]
    await pg.execute("SET default_transaction_read_only = off")
    await pg.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    await database.start_over()
    await database.run(lambda pg: pg.fetchval("SELECT count(*) FROM target"))
    assert noted == [Outage.READ_ONLY, None]


async def test_work_that_writes_nothing_says_nothing_of_a_full_disk(app: FastAPI) -> None:
    database = app.state.services.database
    database.note(Outage.DISK_FULL)
    await database.run(lambda pg: pg.fetchval("SELECT count(*) FROM target"))
    assert database.away is Outage.DISK_FULL
    await database.run(lambda pg: pg.execute("SELECT pg_current_xact_id()"))
    assert database.away is None


async def test_a_full_disk_is_no_readiness_until_a_write_or_a_while_shows_that_it_is_over(
    asked: Asked, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = app.state.services.database

    async def full(pg: asyncpg.Connection) -> None:
        raise asyncpg.DiskFullError

    for over in ("by a write", "after a while"):
        with pytest.raises(Problem):
            await database.run(full)
        assert [await asked() for _ in range(3)] == ["disk_full"] * 3
        if over == "by a write":
            await database.run(lambda pg: pg.execute("SELECT pg_current_xact_id()"))
        else:
            monkeypatch.setattr(core_database, "_FULL_FOR_S", 0)
        assert await asked() is None


async def test_where_a_new_connection_only_reads_the_others_are_given_up(
    asked: Asked, app: FastAPI, pg: asyncpg.Connection
) -> None:
    """They may still write, and each of these would say that the database is back."""
    database = app.state.services.database
    name = await pg.fetchval("SELECT current_database()")
    async with database.statement() as older:
        await pg.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        assert await asked() == "read_only"
    assert older.is_closed()
    await pg.execute("SET default_transaction_read_only = off")
    await pg.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")


@pytest.fixture
def folder() -> Iterator[Path]:
    """For a server of another user: not below the folder of pytest, which is shut at each of its starts."""
    with tempfile.TemporaryDirectory(prefix="kumkm-test-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name) / "postgres"


@pytest.mark.proof
async def test_a_server_begins_without_its_database_and_serves_when_that_comes(
    keys: Json, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The login is looked at then, before anything is served: this one may do too much."""
    server = await asyncio.to_thread(start_embedded, folder)
    address = server.dsn("postgres")
    server.stop()
    app = create_app(Settings(DATABASE_URL=SecretStr(address), storage=str(tmp_path / "files"), **keys))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://kumkm.test") as client,
    ):
        for path in ("/readyz", "/v1/auth/token"):
            answer = await client.request(
                "GET" if path == "/readyz" else "POST",
                path,
                data={"grant_type": "password", "username": "x", "password": secrets.token_hex()},
            )
            assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
        assert (await client.get("/healthz")).status_code == 200
        server = await asyncio.to_thread(start_embedded, folder)
        try:
            assert (await client.get("/readyz")).json()["current"] == {"database": "unfit"}
        finally:
            server.stop()
    log = "".join(capsys.readouterr())
    assert "Traceback" not in log
    assert "server-login" in log


@pytest.mark.proof
async def test_an_account_that_asks_a_lot_leaves_the_others_half_of_the_connections(settings: Settings) -> None:
    database = Database(settings.model_copy(update={"pool_size": 4, "waiting_room": 6}))

    async def ask(flow: bytes, statement: str) -> None:
        FLOW.set(flow)  # of this task alone
        async with database.snapshot() as pg:
            await pg.execute(statement)

    greedy = [asyncio.create_task(ask(b"greedy", "SELECT pg_sleep(0.7)")) for _ in range(12)]
    await asyncio.sleep(0.1)
    async with asyncio.timeout(0.5):
        await asyncio.gather(*(ask(b"other", "SELECT 1") for _ in range(4)), ask(b"another", "SELECT 1"))
    answers = await asyncio.gather(*greedy, return_exceptions=True)
    refused = [each for each in answers if isinstance(each, Problem) and each.code is Code.OVERLOADED]
    assert len(refused) >= 4, "those that found no place to wait"
    assert answers.count(None) == 12 - len(refused)
    await database.close()
