"""Logins of analysts: made for a region and some days, ended at once.

A login owns nothing, may read the views of the schema `bi`, and sees there what its row in `sql_reader` says. What it
may change for itself (a time limit, the search path) is for its own good; what protects others it cannot change.
"""

import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import asyncpg

from app.accounts.permissions import OPERATOR
from app.audit import trail
from app.audit.actions import Action
from app.bi.making import GRANT, READERS_ROLE
from app.bi.models import SqlReader
from app.bi.passwords import scram_verifier
from app.bi.view import SCHEMA
from app.core.rows import Row, read
from app.core.settings import SettingsError
from app.regions.region_code import is_region_code
from migrations.rights import API_ROLE

PREFIX = "bi_"
"""How every login of an analyst begins, so that `pg_hba.conf` and people know it."""
LONGEST_DAYS = 366
CONNECTIONS = 5
"""Connections that a login may have at once."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_SETTINGS = {
    "search_path": SCHEMA,
    "default_transaction_read_only": "on",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
    "lock_timeout": "5s",
    "jit": "off",
}
_CLOSED = (
    *("lo_create(oid)", "lo_creat(integer)", "lo_from_bytea(oid, bytea)"),
    *("pg_current_xact_id()", "txid_current()"),
    *(
        f"pg_{way}_lock{shared}({key})"
        for way in ("advisory", "advisory_xact", "try_advisory", "try_advisory_xact")
        for shared in ("", "_shared")
        for key in ("bigint", "integer, integer")
    ),
)
"""Functions that every login may call unless it is forbidden, by which one could hold up others: with a lock that the
server wants, with a transaction that the feed waits for, with files that nobody removes."""

_OF_SERVER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
_DATABASE = "SELECT quote_ident(current_database())"
_END_SESSIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1"


class Reader(Row, table=SqlReader):
    """A login as it is listed."""

    login: str
    region_code: str
    ends_at: datetime
    made_at: datetime


class Made(NamedTuple):
    """A new login with its password, and what an administrator of PostgreSQL is to run, if anything."""

    login: str
    password: str
    ends_at: datetime
    left: Sequence[str]


async def add_reader(pg: asyncpg.Connection, name: str, region: str, days: int) -> Made:
    """Make a login that sees the region and all below it for so many days from now. As the owner, in a transaction.

    Raises:
        SettingsError: the name, region or number of days is none; there is such a login; the views are missing; or the
            caller may not make roles.
    """
    login = _login(name)
    if not 1 <= days <= LONGEST_DAYS:
        raise SettingsError(f"A login lasts 1 to {LONGEST_DAYS} days.")
    if not is_region_code(region) or not await pg.fetchval(
        "SELECT EXISTS (SELECT FROM region WHERE code = $1)", region
    ):
        raise SettingsError(f"There is no region {region!r}. A code is written as 16.01, and ID is all of Indonesia.")
    if await pg.fetchval("SELECT to_regnamespace($1) IS NULL", SCHEMA):
        raise SettingsError(
            "This database has no views for analysts: run `kumkm migrate`. On a cluster there are none."
        )
    if await pg.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", login):
        raise SettingsError(f"PostgreSQL has a login {login} already; remove it first, or choose another name.")
    now = datetime.now(UTC)
    made = Made(login, secrets.token_urlsafe(24), now + timedelta(days=days), await _closing(pg))
    try:
        await _make_login(pg, made)
    except asyncpg.InsufficientPrivilegeError as exc:
        raise SettingsError("The owner in DATABASE_URL may not make roles (CREATEROLE).") from exc
    await pg.execute(
        "INSERT INTO sql_reader (login, region_code, ends_at, made_at) VALUES ($1, $2, $3, $4)",
        *(login, region, made.ends_at, now),
    )
    await trail.record(
        pg,
        Action.SQL_READER_ADDED,
        actor_id=OPERATOR.account_id,
        subject=("sql_reader", login),
        occurred_at=now,
        detail={"region_code": region, "days": days},
        trace_id=None,
    )
    return made


async def remove_reader(pg: asyncpg.Connection, name: str) -> None:
    """End a login at once: its open sessions see nothing from the commit on. As the owner, in a transaction.

    Raises:
        SettingsError: there is no such login.
    """
    login = _login(name)
    region = await pg.fetchval("DELETE FROM sql_reader WHERE login = $1 RETURNING region_code", login)
    if region is None:
        raise SettingsError(f"There is no login {login}.")
    if await pg.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", login):
        await _drop_login(pg, login)
    await trail.record(
        pg,
        Action.SQL_READER_REMOVED,
        actor_id=OPERATOR.account_id,
        subject=("sql_reader", login),
        occurred_at=datetime.now(UTC),
        detail={"region_code": region},
        trace_id=None,
    )


async def end_sessions(pg: asyncpg.Connection, name: str) -> None:
    """Close what connections the login has open, as far as the caller may; they see nothing any more as it is."""
    try:
        await pg.execute(_END_SESSIONS.replace("$1", f"'{_login(name)}'"))
    except asyncpg.InsufficientPrivilegeError:
        return


async def readers(pg: asyncpg.Connection) -> list[Reader]:
    """All logins, those whose days are over, too."""
    return await read(pg, Reader, "SELECT login, region_code, ends_at, made_at FROM sql_reader ORDER BY login")


def _login(name: str) -> str:
    name = name.removeprefix(PREFIX)
    if not _NAME.fullmatch(name):
        raise SettingsError("A reader's name has small letters, digits and underscores, and begins with a letter.")
    return PREFIX + name


async def _make_login(pg: asyncpg.Connection, made: Made) -> None:
    if not await pg.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", READERS_ROLE):
        await pg.execute(f"CREATE ROLE {READERS_ROLE} NOLOGIN")
    for sql in GRANT:
        await pg.execute(sql)
    verifier = scram_verifier(made.password, secrets.token_bytes(16))
    await pg.execute(
        f'CREATE ROLE "{made.login}" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT'
        f" CONNECTION LIMIT {CONNECTIONS} PASSWORD '{verifier}' VALID UNTIL '{made.ends_at.isoformat()}'"
        f" IN ROLE {READERS_ROLE}"
    )
    for name, value in _SETTINGS.items():
        await pg.execute(f"ALTER ROLE \"{made.login}\" SET {name} = '{value}'")


async def _drop_login(pg: asyncpg.Connection, login: str) -> None:
    try:
        async with pg.transaction():
            await pg.execute(f'DROP ROLE "{login}"')
    except asyncpg.DependentObjectsStillExistError:  # it made something where it was not forbidden to
        await pg.execute(f'ALTER ROLE "{login}" NOLOGIN PASSWORD NULL')


async def _closing(pg: asyncpg.Connection) -> list[str]:
    """Take from all logins what only the server needs. Gives the statements that the caller may not run."""
    database = await pg.fetchval(_DATABASE)
    await pg.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC")
    await pg.execute(f"GRANT TEMPORARY ON DATABASE {database} TO {API_ROLE}")
    await pg.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    functions = ", ".join(_CLOSED)
    statements = [
        f"GRANT EXECUTE ON FUNCTION {functions} TO {API_ROLE}",
        f"REVOKE EXECUTE ON FUNCTION {functions} FROM PUBLIC",
    ]
    if not await pg.fetchval(_OF_SERVER):
        return [f"{each};" for each in statements]
    for each in statements:
        await pg.execute(each)
    return []
