"""`kumkm migrate --plan`: each statement, with the lock that PostgreSQL really takes for it."""

import asyncio
import json

import asyncpg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from outside import leave_out_where_named
from typer.testing import CliRunner

from app.cli import app as cli
from app.core.migrations import config, migrate
from app.core.schema_version import head
from app.upgrading.locks import Wait, lock_of
from app.upgrading.plan import plan, statements_of
from migrations.rights import API_ROLE

EMBEDDED_IS_ENOUGH = True
STATEMENTS = [
    ("CREATE INDEX one ON planned (a)", Wait.WRITERS_ALL_ROWS),
    ("CREATE UNIQUE INDEX IF NOT EXISTS two ON planned (a)", Wait.WRITERS_ALL_ROWS),
    ("CREATE TABLE other (a smallint REFERENCES planned (a))", Wait.A_MOMENT),
    ("DROP TABLE planned", Wait.A_MOMENT),
    ("ALTER TABLE planned ADD COLUMN b TEXT", Wait.A_MOMENT),
    ("ALTER TABLE planned ADD COLUMN IF NOT EXISTS b TIMESTAMPTZ DEFAULT now() NOT NULL", Wait.A_MOMENT),
    ("ALTER TABLE planned ADD COLUMN b UUID DEFAULT gen_random_uuid()", Wait.EVERYBODY_ALL_ROWS),
    ("ALTER TABLE planned ALTER COLUMN a TYPE bigint", Wait.EVERYBODY_ALL_ROWS),
    ("ALTER TABLE planned ALTER COLUMN a SET NOT NULL", Wait.EVERYBODY_ALL_ROWS),
    ("ALTER TABLE planned ALTER COLUMN a SET DEFAULT 4", Wait.A_MOMENT),
    ("ALTER TABLE planned ALTER COLUMN a DROP NOT NULL", Wait.A_MOMENT),
    ("ALTER TABLE planned DROP COLUMN a", Wait.A_MOMENT),
    ("ALTER TABLE planned RENAME COLUMN a TO z", Wait.A_MOMENT),
    ("ALTER TABLE planned ADD CONSTRAINT c CHECK (a > 0)", Wait.EVERYBODY_ALL_ROWS),
    ("ALTER TABLE planned ADD CONSTRAINT c CHECK (a > 0) NOT VALID", Wait.A_MOMENT),
    ("ALTER TABLE planned VALIDATE CONSTRAINT there", Wait.NOBODY),
    ("ALTER TABLE planned ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES campaign (id)", Wait.WRITERS_ALL_ROWS),
    ("ALTER TABLE planned ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES campaign (id) NOT VALID", Wait.A_MOMENT),
    ("ALTER TABLE planned ADD CONSTRAINT c UNIQUE (a)", Wait.EVERYBODY_ALL_ROWS),
    ("COMMENT ON TABLE planned IS 'x'", Wait.NOBODY),
    ("UPDATE planned SET a = 2", Wait.ROWS),
    ("DELETE FROM planned", Wait.ROWS),
    ("INSERT INTO planned VALUES (7)", Wait.ROWS),
]


async def test_the_lock_of_a_statement_is_the_one_that_postgresql_takes(pg: asyncpg.Connection) -> None:
    leave_out_where_named("Citus locks more")
    await pg.execute(
        "CREATE TABLE planned (a smallint UNIQUE CONSTRAINT there CHECK (a < 9)); INSERT INTO planned VALUES (1)"
    )
    await pg.execute(
        "INSERT INTO campaign (id, code, name, starts_on, ends_on, accepts_until) VALUES"
        " (1, 'x', 'X', '2022-04-01', '2022-10-31', '2022-11-30')"
    )
    for statement, wait in STATEMENTS:
        transaction = pg.transaction()
        await transaction.start()
        relation = await pg.fetchval("SELECT 'planned'::regclass::oid")
        await pg.execute(statement)
        held = await pg.fetch("SELECT mode FROM pg_locks WHERE relation = $1 AND pid = pg_backend_pid()", relation)
        found = lock_of(statement)
        assert (found.table, found.wait) == ("planned", wait) or found.table is None, statement
        assert found.wait is wait, statement
        assert found.mode in {row["mode"] for row in held}, (statement, held)
        strongest = {"ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "AccessExclusiveLock"}
        beyond = ({row["mode"] for row in held} & strongest) - {found.mode}
        # An index is locked as a table of its own; what reads the table first has a weaker lock, too.
        assert not beyond or found.mode == "AccessExclusiveLock", (statement, held)
        await transaction.rollback()


@pytest.mark.proof
def test_every_statement_of_every_migration_is_known() -> None:
    for script in ScriptDirectory.from_config(config()).walk_revisions():
        statements = statements_of(script)
        assert statements, script.revision
        assert [each for each in statements if lock_of(each).wait is Wait.UNKNOWN] == [], script.revision


@pytest.mark.proof
async def test_the_plan_of_an_older_database_names_what_is_missing(
    pg: asyncpg.Connection, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pg.execute("ANALYZE")
    assert (await plan(pg)).migrations == []
    await asyncio.to_thread(command.downgrade, config(dsn), "0027")
    found = await plan(pg)
    assert (found.current, found.head) == ("0027", head())
    assert [each.revision for each in found.migrations][:1] == ["0028"]
    monkeypatch.setenv("DATABASE_URL", dsn)
    told = await asyncio.to_thread(CliRunner().invoke, cli, ["migrate", "--plan"])
    assert told.exit_code == 0, told.output
    assert "ALTER TABLE feed_mark ADD COLUMN" in told.stdout
    assert await pg.fetchval("SELECT version_num FROM alembic_version") == "0027", "nothing is changed"
    as_json = await asyncio.to_thread(CliRunner().invoke, cli, ["migrate", "--plan", "--json"])
    [statement] = [
        each
        for migration in json.loads(as_json.stdout)["items"]
        for each in migration["statements"]
        if each["sql"].startswith("ALTER TABLE feed_mark")
    ]
    assert (statement["table"], statement["lock"], statement["wait"]) == (
        "feed_mark",
        "AccessExclusiveLock",
        "a_moment",
    )
    assert statement["rows"] == await pg.fetchval("SELECT count(*) FROM feed_mark")


@pytest.mark.proof
async def test_an_empty_database_is_planned_from_the_first_migration(pg: asyncpg.Connection) -> None:
    leave_out_where_named("what Citus has in the schema cannot be taken away")
    await pg.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    found = await plan(pg)
    assert (found.current, found.migrations[0].revision) == (None, "0001")
    waits = {statement.lock.wait for migration in found.migrations[:2] for statement in migration.statements}
    assert waits == {Wait.NOBODY}, "nobody knows these tables yet"


async def test_a_database_of_a_newer_release_is_told_so(
    pg: asyncpg.Connection, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pg.execute("UPDATE alembic_version SET version_num = '9999'")
    monkeypatch.setenv("DATABASE_URL", dsn)
    for line in (["migrate", "--plan"], ["migrate"]):
        told = await asyncio.to_thread(CliRunner().invoke, cli, line)
        assert (told.exit_code, "Migrate with that release" in str(told.exception)) == (1, True), told.output


async def test_the_plan_names_rights_that_the_server_gets_or_loses(
    pg: asyncpg.Connection, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the schema is the newest one."""
    await pg.execute(f"REVOKE INSERT, DELETE ON batch FROM {API_ROLE}; GRANT UPDATE ON audit_event TO {API_ROLE}")
    await pg.execute(f"CREATE TABLE by_hand (a int); GRANT SELECT ON by_hand TO {API_ROLE}")
    monkeypatch.setenv("DATABASE_URL", dsn)

    async def kumkm(*line: str) -> str:
        done = await asyncio.to_thread(CliRunner().invoke, cli, line)
        assert done.exit_code == 0, done.output
        return done.stdout

    shown = await kumkm("migrate", "--plan")
    assert [line for line in shown.splitlines() if line.startswith("rights")] == [
        f"rights  REVOKE UPDATE ON audit_event FROM {API_ROLE}",
        f"rights  GRANT DELETE, INSERT ON batch TO {API_ROLE}",
        f"rights  REVOKE SELECT ON by_hand FROM {API_ROLE}",
    ]
    assert json.loads(await kumkm("migrate", "--plan", "--json"))["rights"] == [
        {"table": "audit_event", "granted": [], "revoked": ["UPDATE"]},
        {"table": "batch", "granted": ["DELETE", "INSERT"], "revoked": []},
        {"table": "by_hand", "granted": [], "revoked": ["SELECT"]},
    ]
    assert (await plan(pg)).rights, "nothing is changed"
    await asyncio.to_thread(migrate, dsn)
    assert (await plan(pg)).rights == []
    assert "rights  " not in await kumkm("migrate", "--plan")
