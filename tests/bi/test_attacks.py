"""An analyst who wants more than the own region: what PostgreSQL refuses, and what gives nothing away."""

import asyncio
import re

import asyncpg
import pytest
from analysts import Analyst
from one_by_one import each
from test_views import register  # noqa: F401  (a fixture)
from world import PALEMBANG_VILLAGE, World

from app.bi.readers import PREFIX
from app.tables import metadata

REFUSED = (
    asyncpg.InsufficientPrivilegeError,
    asyncpg.ObjectNotInPrerequisiteStateError,
    asyncpg.ReadOnlySQLTransactionError,
)


@pytest.fixture
async def reader(register: World, analyst: Analyst) -> asyncpg.Connection:  # noqa: F811  (a fixture of its name)
    """Of OKU, where two of the three businesses are."""
    return await analyst("16.01")


async def test_no_table_is_readable_nor_writable(reader: asyncpg.Connection) -> None:
    for table in (*metadata.tables, "alembic_version"):
        for statement in ("SELECT 1 FROM public.{} LIMIT 1", "DELETE FROM public.{}", "TRUNCATE public.{}"):
            with pytest.raises(REFUSED):
                await reader.execute(statement.format(table))


@each(
    "statement",
    [
        "SET ROLE kumkm_api",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "COPY bi.business TO PROGRAM 'cat'",
        "COPY (SELECT 1) TO '/tmp/x'",
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT lo_create(0)",
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_try_advisory_xact_lock_shared(1, 2)",
        "SELECT pg_current_xact_id()",
        "SELECT txid_current()",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE TABLE mine (id int)",
        "CREATE TABLE public.mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION bi.leak() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION pg_temp.leak() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE EXTENSION dblink",
        "CREATE ROLE mine",
        "ALTER ROLE CURRENT_USER CONNECTION LIMIT 100",
        "ALTER ROLE CURRENT_USER VALID UNTIL 'infinity'",
        "UPDATE bi.business SET kbli = '1'",
        "DELETE FROM bi.business",
        "INSERT INTO bi.region (region_code) VALUES ('99')",
        "INSERT INTO public.sql_reader VALUES (current_user, 'ID', now() + '1 year', now())",
        "UPDATE public.sql_reader SET region_code = 'ID'",
        "CREATE OR REPLACE VIEW bi.region AS SELECT 1",
        "ALTER VIEW bi.business SET (security_barrier = false)",
        "DROP VIEW bi.business",
        "SELECT * FROM pg_authid",
        "SELECT * FROM pg_statistic",
        "SELECT * FROM pg_largeobject",
        "SELECT * FROM pg_hba_file_rules",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> current_user",
        "ALTER SYSTEM SET fsync = off",
    ],
)
async def test_it_is_refused_also_when_a_session_may_write(reader: asyncpg.Connection, statement: str) -> None:
    await reader.execute("SET default_transaction_read_only = off")
    with pytest.raises(REFUSED):
        await reader.execute(statement)


@each(
    "condition",
    [
        "1 / (CASE WHEN region_code LIKE '16.71%' THEN 0 ELSE 1 END) = 1",
        "CAST(CASE WHEN region_code >= '16.71' THEN 'x' ELSE '1' END AS int) = 1",
        "pg_catalog.set_config('kumkm.seen', current_setting('kumkm.seen', true) || region_code, false) <> ''",
    ],
)
async def test_a_condition_that_tells_never_sees_a_hidden_row(reader: asyncpg.Connection, condition: str) -> None:
    """As cheap as it may be: it is looked at for the own rows only."""
    await reader.execute("SET kumkm.seen = ''")
    assert await reader.fetchval(f"SELECT count(*) FROM business WHERE {condition}") == 2
    assert "16.71" not in await reader.fetchval("SELECT current_setting('kumkm.seen')")


async def test_even_with_a_function_of_its_own_it_sees_only_its_rows(
    reader: asyncpg.Connection, pg: asyncpg.Connection
) -> None:
    """Where somebody let logins make temporary things again."""
    await pg.execute(
        f"GRANT TEMPORARY ON DATABASE {await pg.fetchval('SELECT quote_ident(current_database())')} TO PUBLIC"
    )
    await reader.execute("SET default_transaction_read_only = off")
    told: list[str] = []
    reader.add_log_listener(lambda _, message: told.append(str(message)))
    await reader.execute(
        "CREATE FUNCTION pg_temp.leak(text) RETURNS bool LANGUAGE plpgsql COST 0.0000001"
        " AS $$ BEGIN RAISE NOTICE 'seen %', $1; RETURN true; END $$"
    )
    assert await reader.fetchval("SELECT count(*) FROM business WHERE pg_temp.leak(region_code)") == 2
    await asyncio.sleep(0.1)
    seen = [line for line in told if "seen" in line]
    assert len(seen) == 2
    assert not any("16.71" in line for line in seen)


@each(
    ("question", "there", "nowhere"),
    [
        ("business WHERE kbli = '{}'", "47112", "99999"),
        ("business WHERE size_class = '{}'", "micro", "large"),
        ("business WHERE owner_sex = '{}'", "female", "male"),
        ("business WHERE review_state = '{}'", "unreviewed", "returned"),
        ("business WHERE created_at > '{}'", "2000-01-01", "2100-01-01"),
        ("business WHERE captured_on > '{}'", "2000-01-01", "2100-01-01"),
        ("business WHERE region_code = '{}'", PALEMBANG_VILLAGE, "16.71.01.1002"),
        ("business WHERE regency_code = '{}'", "16.71", "16.72"),
        ("progress WHERE region_code = '{}'", PALEMBANG_VILLAGE, "16.71.01.1002"),
        ("progress WHERE entered > {}", "1", "987"),
        ("progress WHERE target > {}", "987", "987654"),
        ("progress_by_day WHERE region_code = '{}'", PALEMBANG_VILLAGE, "16.71.01.1002"),
        ("progress_by_day WHERE day > '{}'", "2000-01-01", "2100-01-01"),
        ("progress_by_day WHERE entered > {}", "1", "987"),
    ],
)
async def test_a_plan_tells_nothing_of_hidden_rows(
    reader: asyncpg.Connection, pg: asyncpg.Connection, question: str, there: str, nowhere: str
) -> None:
    """Its estimates are the same for a value that hidden rows have and for one that no row has."""
    await pg.execute("ANALYZE business, submission, progress_day, target")
    plans = []
    for value in (there, nowhere):
        rows = await reader.fetch(f"EXPLAIN SELECT * FROM {question.format(value)}")
        plans.append([re.findall(r"\(cost=.*\)", row[0]) for row in rows])
    assert plans[0] == plans[1]
    assert await reader.fetchval("SELECT count(*) FROM pg_stats WHERE schemaname = 'public'") == 0


async def test_what_a_reader_sets_changes_nothing_that_it_sees(reader: asyncpg.Connection) -> None:
    await reader.execute("SET search_path = pg_temp, public, bi")
    assert await reader.fetchval("SELECT count(*) FROM bi.business") == 2
    await reader.execute("SET row_security = off")
    assert await reader.fetchval("SELECT count(*) FROM bi.business") == 2
    await reader.execute("SET ROLE kumkm_bi")  # the group sees nothing: it is nobody
    assert await reader.fetchval("SELECT count(*) FROM bi.business") == 0


async def test_a_reader_is_not_another_one(register: World, analyst: Analyst) -> None:  # noqa: F811  (a fixture of its name)
    near, far = await analyst("16.01", "_near"), await analyst("16.71", "_far")
    other = await far.fetchval("SELECT current_user")
    assert other.startswith(PREFIX)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await near.execute(f"SET ROLE {other}")
    assert {row[0][:5] for row in await far.fetch("SELECT region_code FROM business")} == {"16.71"}
