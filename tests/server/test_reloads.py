"""A reload is given up where the new workers would not serve: those that serve stay, and the log has the reason."""

import asyncio
import signal
from pathlib import Path

import asyncpg
import httpx
import pytest
from running import all_serve, running, secrets
from sqlalchemy.engine import make_url
from world import World, batch, item, put

from app.cli.exits import NOT_STARTED
from app.core.keys import new_key
from app.core.outages import Outage
from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True
TAKES_LONG = True
pytestmark = pytest.mark.proof

GARBAGE = "garbage"
WHY = {
    "port": Outage.UNREACHABLE,
    "password": Outage.LOGIN_REFUSED,
    "database": Outage.NO_SUCH_DATABASE,
    "not_migrated": Outage.NOT_MIGRATED,
}


@pytest.mark.parametrize("unfit", ["port", "password", "database", "not_migrated"])
async def test_a_reload_before_a_database_that_cannot_be_had_is_given_up(
    settings: Settings, tmp_path: Path, unfit: str, pg: asyncpg.Connection
) -> None:
    folder = tmp_path / "secrets"
    variables = secrets(settings, tmp_path) | {"DATABASE_URL": ""}
    address, fit = folder / "DATABASE_URL", settings.database_url.get_secret_value()
    address.write_text(fit)
    url = make_url(fit)
    wrong = {
        "port": url.set(host="127.0.0.1", port=1, query={}),
        "password": url.set(username="nobody_of_that_name"),
        "database": url.set(database="no_such_database"),
        "not_migrated": url.set(database=f"{url.database}_empty"),
    }
    if unfit == "not_migrated":
        await pg.execute(f"CREATE DATABASE {url.database}_empty")
    with running(settings, tmp_path, variables=variables) as server:
        await server.until("started", 2)
        before = server.workers()
        address.write_text(wrong[unfit].render_as_string(hide_password=False))
        server.parent.send_signal(signal.SIGHUP)
        await server.until("reload_given_up", 1)
        assert server.workers() == before
        assert server.told("reloaded") == []
        assert [line["reason"] for line in server.told("worker_failed")] == [
            f"PostgreSQL at DATABASE_URL: {WHY[unfit].value}."
        ]
        assert (await server.ask("/readyz")).is_success
        address.write_text(fit)
        server.parent.send_signal(signal.SIGHUP)
        await server.until("reloaded", 1)
        await all_serve(server, other_than=before)


async def test_a_reload_before_a_database_that_only_reads_is_given_up(
    settings: Settings, tmp_path: Path, pg: asyncpg.Connection
) -> None:
    name = await pg.fetchval("SELECT current_database()")
    with running(settings, tmp_path) as server:
        await server.until("started", 2)
        before = server.workers()
        await pg.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        server.parent.send_signal(signal.SIGHUP)
        await server.until("reload_given_up", 1)
        await pg.execute("SET default_transaction_read_only = off")
        await pg.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        [failed] = server.told("worker_failed")
        assert failed["reason"] == f"PostgreSQL at DATABASE_URL: {Outage.READ_ONLY.value}."
        assert server.workers() == before


async def test_with_sealing_keys_of_another_database_nothing_starts_and_a_reload_is_given_up(
    settings: Settings, tmp_path: Path, world: World, client: httpx.AsyncClient
) -> None:
    await put(client, world, "enumerator.1", batch(item(nik="1601145203850001")))
    variables = secrets(settings, tmp_path) | {"KUMKM_SEALING_KEYS": ""}
    keys = tmp_path / "secrets" / "KUMKM_SEALING_KEYS"
    fit = settings.key_variables()["KUMKM_SEALING_KEYS"]
    keys.write_text(fit)
    with running(settings, tmp_path, variables=variables) as server:
        await server.until("started", 2)
        before = server.workers()
        keys.write_text(f"{fit.partition(':')[0]}:{new_key()}")
        server.parent.send_signal(signal.SIGHUP)
        await server.until("reload_given_up", 1)
        [failed] = server.told("worker_failed")
        assert failed["reason"].startswith("KUMKM_SEALING_KEYS has another key")
        assert server.workers() == before
    (tmp_path / "again").mkdir()
    with running(settings, tmp_path / "again", variables=variables) as server:
        assert await asyncio.to_thread(server.parent.wait, 60) == NOT_STARTED
        assert "KUMKM_SEALING_KEYS has another key" in server.said()


@pytest.mark.parametrize("unfit", ["text", "folder"])
async def test_a_reload_with_a_file_that_is_no_setting_names_it(settings: Settings, tmp_path: Path, unfit: str) -> None:
    with running(settings, tmp_path, variables=secrets(settings, tmp_path)) as server:
        await server.until("started", 2)
        before = server.workers()
        file = tmp_path / "secrets" / "KUMKM_POOL_SIZE"
        if unfit == "folder":
            file.mkdir()
        else:
            file.write_bytes(b"\xff")
        server.parent.send_signal(signal.SIGHUP)
        await server.until("reload_given_up", 1)
        [failed] = server.told("worker_failed")
        assert failed["reason"].startswith(f"KUMKM_POOL_SIZE ({file}) is ")
        assert server.workers() == before


async def test_a_reload_with_unfit_settings_says_so_in_a_sentence_and_all_go_on(
    settings: Settings, tmp_path: Path
) -> None:
    with running(settings, tmp_path, variables=secrets(settings, tmp_path)) as server:
        keys = tmp_path / "secrets" / "KUMKM_TOKEN_KEYS"
        fit = keys.read_text()
        await server.until("started", 2)
        before = server.workers()
        keys.write_text(GARBAGE)
        server.parent.send_signal(signal.SIGHUP)
        await server.until("reload_given_up", 1)
        [failed], [given_up] = server.told("worker_failed"), server.told("reload_given_up")
        assert "token_keys" in failed["reason"]
        assert GARBAGE not in server.said()
        assert "Traceback" not in server.said()
        assert (given_up["with_new_settings"], given_up["with_old_settings"]) == ([], [each.pid for each in before])
        assert server.workers() == before

        keys.write_text(fit)
        server.parent.send_signal(signal.SIGHUP)
        await server.until("reloaded", 1)
        await all_serve(server, other_than=before)


async def test_a_worker_that_the_database_refuses_says_so_in_a_line(
    settings: Settings, tmp_path: Path, pg: asyncpg.Connection
) -> None:
    with running(settings, tmp_path) as server:
        await server.until("started", 2)
        before = server.workers()
        await pg.execute("DELETE FROM number_key")
        await pg.execute("INSERT INTO number_key (fingerprint, finished_at) VALUES ('of another', now())")
        server.parent.send_signal(signal.SIGHUP)
        await server.until("reload_given_up", 1)
        assert "Traceback" not in server.said()
        assert "KUMKM_NUMBER_KEYS" in server.said()
        assert server.workers() == before


async def test_a_reload_that_is_given_up_half_way_says_who_has_which_settings(
    settings: Settings, tmp_path: Path
) -> None:
    with running(settings, tmp_path, variables=secrets(settings, tmp_path)) as server:
        await server.until("started", 2)
        before = server.workers()
        server.parent.send_signal(signal.SIGHUP)
        await server.until("started", 3)
        (tmp_path / "secrets" / "KUMKM_TOKEN_KEYS").write_text(GARBAGE)
        await server.until("reload_given_up", 1)
        [line] = server.told("reload_given_up")
        assert line["with_old_settings"] == [before[-1].pid]
        assert line["with_new_settings"] == [server.told("worker_started")[2]["pid"]]
        await server.comes(lambda: len(server.workers()) == 2)
