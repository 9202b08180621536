"""Logins of analysts: how they are made, end, and are told of."""

import asyncio
import secrets
from base64 import b64decode
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from analysts import Analyst
from typer.testing import CliRunner

from app.bi.making import READERS_ROLE
from app.bi.passwords import scram_verifier
from app.bi.readers import CONNECTIONS, add_reader, end_sessions, readers, remove_reader
from app.cli import app as cli
from app.core.settings import SettingsError, new_key


async def test_a_login_has_the_limits_that_are_promised(analyst: Analyst, pg: asyncpg.Connection) -> None:
    reader = await analyst("16.01", days=30)
    role = await pg.fetchrow(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS strong, rolconnlimit,"
        " rolvaliduntil FROM pg_roles WHERE rolname = $1",
        await reader.fetchval("SELECT current_user"),
    )
    assert role is not None
    assert (role["strong"], role["rolconnlimit"]) == (False, CONNECTIONS)
    assert abs(role["rolvaliduntil"] - datetime.now(UTC) - timedelta(days=30)) < timedelta(minutes=1)
    said = {name: await reader.fetchval(f"SHOW {name}") for name in ("statement_timeout", "search_path")}
    assert said == {"statement_timeout": "1min", "search_path": "bi"}
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await reader.execute("CREATE TABLE mine ()")


async def test_a_login_whose_days_are_over_sees_nothing(analyst: Analyst, pg: asyncpg.Connection) -> None:
    reader = await analyst("16.01")
    assert await reader.fetchval("SELECT count(*) FROM region") > 1
    await pg.execute("UPDATE sql_reader SET ends_at = now()")
    assert await reader.fetchval("SELECT count(*) FROM region") == 0


async def test_a_login_that_is_removed_sees_nothing_at_once(
    analyst: Analyst, owner: asyncpg.Connection, name: str
) -> None:
    reader = await analyst("16.01")
    async with owner.transaction():
        await remove_reader(owner, name)
    assert await reader.fetchval("SELECT has_schema_privilege('bi', 'USAGE')") is not True
    assert await readers(owner) == []
    assert await owner.fetchval("SELECT count(*) FROM pg_roles WHERE rolname = $1", f"bi_{name}") == 0


async def test_open_connections_of_a_removed_login_are_closed(
    analyst: Analyst, owner: asyncpg.Connection, name: str
) -> None:
    reader = await analyst("16.01")
    await end_sessions(owner, name)
    for _ in range(100):
        if reader.is_closed():
            break
        await asyncio.sleep(0.05)
    assert reader.is_closed()


async def test_what_is_no_name_region_or_time_is_refused(owner: asyncpg.Connection, name: str) -> None:
    for wrong in ("", "Dinas", 'x"; DROP TABLE business; --', "a b", "1a", "a" * 41, "\u202ea", "a\x00"):
        with pytest.raises(SettingsError, match="name"):
            await add_reader(owner, wrong, "16.01", 90)
    for region in ("", "16.1", "99.99", "16.01'--", "16.01\x00", "%"):
        with pytest.raises(SettingsError, match="region"):
            await add_reader(owner, name, region, 90)
    for days in (0, -1, 367, 10**9):
        with pytest.raises(SettingsError, match="days"):
            await add_reader(owner, name, "16.01", days)
    with pytest.raises(SettingsError, match="no login"):
        await remove_reader(owner, name)
    assert await readers(owner) == []


async def test_a_name_is_given_once(analyst: Analyst, owner: asyncpg.Connection, name: str) -> None:
    await analyst("16.01")
    with pytest.raises(SettingsError, match="already"):
        await add_reader(owner, name, "16.71", 90)


async def test_both_ends_are_in_the_trail(analyst: Analyst, owner: asyncpg.Connection, name: str) -> None:
    await analyst("16.01")
    async with owner.transaction():
        await remove_reader(owner, name)
    events = await owner.fetch(
        "SELECT action, subject_id, detail::jsonb ->> 'region_code' FROM audit_event"
        " WHERE subject_type = 'sql_reader' ORDER BY id"
    )
    assert [tuple(row) for row in events] == [
        ("sql_reader.added", f"bi_{name}", "16.01"),
        ("sql_reader.removed", f"bi_{name}", "16.01"),
    ]


async def test_an_owner_who_may_not_do_everything_is_told_what_is_left(
    pg: asyncpg.Connection, name: str, dsn: str
) -> None:
    """One who may make roles, but is no administrator, cannot take functions from all logins."""
    from app.core.database_address import with_login  # noqa: PLC0415  (only here)

    plain = f"bi_{name}_owner"
    await pg.execute(f"CREATE ROLE {plain} LOGIN CREATEROLE")
    connection = await asyncpg.connect(with_login(dsn, plain, None))
    try:
        with pytest.raises((SettingsError, asyncpg.InsufficientPrivilegeError)):
            await add_reader(connection, name, "16.01", 90)
    finally:
        await connection.close()


async def test_a_password_is_kept_as_postgresql_keeps_it(pg: asyncpg.Connection, name: str) -> None:
    password = secrets.token_urlsafe(24)
    await pg.execute(f"CREATE ROLE bi_{name} PASSWORD '{password}'")
    kept = await pg.fetchval("SELECT rolpassword FROM pg_authid WHERE rolname = $1", f"bi_{name}")
    assert kept.startswith("SCRAM-SHA-256$")
    iterations, salt = kept.split("$")[1].split(":")
    assert scram_verifier(password, b64decode(salt), int(iterations)) == kept


async def test_from_the_command_line(dsn: str, name: str, pg: asyncpg.Connection) -> None:
    async def kumkm(*arguments: str, code: int = 0) -> str:
        env = {"DATABASE_URL": dsn, "KUMKM_DIGEST_KEY": new_key()}
        done = await asyncio.to_thread(CliRunner().invoke, cli, ["sql-readers", *arguments], env=env)
        assert done.exit_code == code, (done.output, done.exception)
        return done.stdout

    told = await kumkm("add", name, "--region", "16.01")
    assert f"PGUSER=bi_{name}\nPGPASSWORD=" in told
    assert await pg.fetchval("SELECT pg_has_role($1, $2, 'MEMBER')", f"bi_{name}", READERS_ROLE)
    assert f"bi_{name}" in await kumkm("list", "--json")
    assert "active" in await kumkm("list")
    await kumkm("remove", name)
    assert f"bi_{name}" not in await kumkm("list", "--json")
    await kumkm("add", name, "--region", "99.99", code=1)
