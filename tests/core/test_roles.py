"""The second wall: what the server's own database login cannot do, whatever the code above it would like."""

import secrets
from collections.abc import AsyncIterator

import asyncpg
import pytest
from one_by_one import each
from sqlalchemy.engine import make_url

from app.core.roles import as_server, make_login, refuse_powerful_login
from app.core.settings import Settings, SettingsError
from app.main import create_app
from app.tables import metadata
from migrations.rights import API_ROLE, RIGHTS


@pytest.fixture
async def as_login(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(as_server(dsn))
    yield connection
    await connection.close()


def test_every_table_says_what_the_server_may_do_with_it() -> None:
    assert set(RIGHTS) == set(metadata.tables) | {"alembic_version"}


async def test_the_server_has_exactly_these_rights(pg: asyncpg.Connection) -> None:
    rows = await pg.fetch(
        "SELECT table_name, array_agg(privilege_type::text) AS rights FROM information_schema.role_table_grants"
        " WHERE grantee = $1 AND table_name !~ '_[0-9]{6,}$' GROUP BY 1",
        API_ROLE,
    )
    assert {row["table_name"]: set(row["rights"]) for row in rows} == {
        table: set(rights.split(", ")) for table, rights in RIGHTS.items()
    }


@each(
    "statement",
    [
        "UPDATE audit_event SET action = 'nothing'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "UPDATE submission SET outcome = 'accepted'",
        "DELETE FROM submission",
        "UPDATE batch SET receipt = ''",
        "TRUNCATE business",
        "DROP TABLE raw_item",
        "ALTER TABLE account ADD COLUMN back_door text",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "CREATE TABLE mine (id int)",
        "UPDATE region SET name = 'mine'",
        "CREATE ROLE somebody SUPERUSER",
        "SET ROLE postgres",
        "COPY account TO PROGRAM 'cat'",
    ],
)
async def test_the_server_cannot(as_login: asyncpg.Connection, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_login.execute(statement)


async def test_the_servers_login_is_fit_and_the_owners_is_refused(
    as_login: asyncpg.Connection, pg: asyncpg.Connection
) -> None:
    await refuse_powerful_login(as_login)
    with pytest.raises(SettingsError, match="server-login"):
        await refuse_powerful_login(pg)


async def test_an_app_does_not_start_as_the_owner(settings: Settings, dsn: str) -> None:
    app = create_app(settings.model_copy(update={"database_url": type(settings.database_url)(dsn)}))
    with pytest.raises(SettingsError, match="server-login"):
        async with app.router.lifespan_context(app):
            pass
    await app.state.services.database.close()


async def test_a_login_that_may_do_more_is_not_taken_for_the_servers(pg: asyncpg.Connection) -> None:
    for name in (await pg.fetchval("SELECT current_user"), "Bad Name", 'x"; DROP'):
        with pytest.raises(SettingsError):
            await make_login(pg, name, "secret")


async def test_an_owner_who_may_not_make_roles_is_told_what_to_ask_for(pg: asyncpg.Connection, dsn: str) -> None:
    name = f"plain_{secrets.token_hex(4)}"
    await pg.execute(f"CREATE ROLE {name} LOGIN")
    plain = await asyncpg.connect(make_url(dsn).set(username=name).render_as_string(hide_password=False))
    try:
        with pytest.raises(SettingsError, match="GRANT kumkm_api"):
            await make_login(plain, f"{name}_server", "secret")
    finally:
        await plain.close()
        await pg.execute(f"DROP ROLE {name}")
